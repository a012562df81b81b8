"""What belongs to persons: names opened one at a time, notes sealed, meetings that decide who sees, and erasing."""

import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from api.folders import from_zip, read_folder, to_zip
from api.store import audit
from api.store.scope import Scope, table_of
from api.store.tables import Entry
from api.store.town import load
from tests.api.conftest import AREA, ELSEWHERE, KAWABE, KEY

NAME = "髙﨑 見本花子"
CANARIES = (NAME, "カナリアハナコ", "090-0000-1234", "架空町一丁目9-9")


def entries(office, town="kawabe"):
    with office.database.look(Scope(town, "x", None, system=True)) as connection:
        return [dict(row) for row in connection.execute(select(table_of(Entry))).mappings()]


def a_person(desk, area=AREA, basis="consent"):
    made = desk.post("/v1/residents", {"area_id": area, "sharing": basis})
    assert made.status_code == 201, made.text
    return made.json()["resident_id"]


def name_them(desk, person):
    body = dict(zip(("name", "kana", "phone", "address"), CANARIES, strict=True))
    return desk.ask("PUT", f"/v1/residents/{person}/identity", body)


def test_a_name_is_opened_one_at_a_time_with_a_purpose_that_is_kept(office, desks):
    desk = desks["coordinator"]
    person = a_person(desk)
    assert name_them(desk, person).status_code == 204
    assert name_them(desk, person).status_code == 428
    where = f"/v1/residents/{person}/identity/openings"
    assert desk.post(where, {}).status_code == 422
    opened = desk.post(where, {"purpose": "visit"})
    assert opened.json()["name"] == NAME
    last = entries(office)[-1]
    assert (last["operation"], last["detail"]) == ("identities.open", {"purpose": "visit"})
    assert person not in str(entries(office))
    assert desks["participation_worker"].post(where, {"purpose": "visit"}).status_code == 404
    assert desks["planner"].post(where, {"purpose": "visit"}).status_code == 403


def test_notes_are_kept_sealed_and_seen_by_who_sees_the_person(office, desks):
    desk = desks["coordinator"]
    person = a_person(desk)
    body = {"resident_id": person, "on_day": "2026-11-20", "how": "visit", "note": f"{NAME}さんと話した"}
    made = desk.post("/v1/contacts", body)
    assert made.status_code == 201, made.text
    row_id = made.json()["row_id"]
    assert desk.get(f"/v1/contacts/{row_id}").json()["note"] == body["note"]
    assert [one["row_id"] for one in desk.get(f"/v1/contacts?resident_id={person}").json()["items"]] == [row_id]
    changed = desk.ask("PUT", f"/v1/contacts/{row_id}", {**body, "reached": False}, version=1)
    assert (changed.json()["reached"], changed.json()["version"]) == (False, 2)
    unknown = desks["participation_worker"].get("/v1/contacts/unknown")
    assert desks["participation_worker"].get(f"/v1/contacts/{row_id}").content == unknown.content
    assert desk.ask("DELETE", f"/v1/contacts/{row_id}", version=2).status_code == 204


def test_a_case_left_to_one_agency_alone_is_flagged(desks):
    desk = desks["coordinator"]
    person = a_person(desk)
    share = {"organisation_id": "o-shakyo", "what": "訪問"}
    body = {"resident_id": person, "on_day": "2026-11-20", "goal": "また歌いたい", "shares": [share]}
    assert desk.post("/v1/plans", body).json()["alone"] is True
    both = {**body, "shares": [share, {**share, "organisation_id": "o-other"}]}
    assert desk.post("/v1/plans", both).json()["alone"] is False


def test_who_has_not_been_reached_is_listed_until_somebody_meets_them(desks):
    desk = desks["coordinator"]
    person = a_person(desk, basis="none")
    assert person in desk.get("/v1/outreach?limit=500").json()["items"]
    from api.security.sign_in import ago

    contact = {"resident_id": person, "on_day": ago(0)[:10], "how": "visit"}
    desk.post("/v1/contacts", {**contact, "how": "not_met", "reached": False})
    assert person in desk.get("/v1/outreach?limit=500").json()["items"]
    desk.post("/v1/contacts", contact)
    assert person not in desk.get("/v1/outreach?limit=500").json()["items"]


def test_the_list_of_those_not_reached_is_walked_without_doubles_or_gaps(desks):
    desk = desks["coordinator"]
    for since in ("2026-11-01", None, "2026-10-01", "2026-11-01"):
        body = {"area_id": "kami", "sharing": "consent", "waiting_since": since}
        assert desk.post("/v1/residents", body).status_code == 201
    whole, walked, cursor = desk.get("/v1/outreach?limit=500").json(), [], ""
    while cursor is not None:
        page = desk.get(f"/v1/outreach?limit=2&cursor={cursor}").json()
        walked, cursor = walked + page["items"], page["next"]
        assert len(page["items"]) <= 2
    assert walked == whole["items"] and whole["next"] is None
    days = [desk.get(f"/v1/residents/{one}").json()["waiting_since"] for one in walked]
    assert days == sorted(days, key=lambda day: day or "9999") and None in days and len(days) > 4
    assert desk.get("/v1/outreach?cursor=p3").status_code == 422


def test_how_tired_a_host_is_stands_with_the_host_from_then_on(desks):
    desk = desks["coordinator"]
    person = a_person(desk)
    need = desk.post("/v1/needs", {"resident_id": person}).json()["need_id"]
    opening = {"resource_id": "r-salon", "weekday": "sun", "start": "10:00", "end": "11:00", "capacity": 3}
    where = desk.post("/v1/openings", opening).json()["opening_id"]
    assert desk.post("/v1/placements", {"need_id": need, "opening_id": where}).status_code == 201

    def told(of, day, tired, **more):
        body = {"resident_id": person, "on_day": day, "when": "one_month", "of": of, "going": "well", **more}
        made = desk.post("/v1/follow_ups", {**body, "tiredness": tired})
        assert made.status_code == 201, made.text
        host = desk.get("/v1/resources/r-salon").json()
        return host["fatigue"], host["fatigue_on"], made.json()

    before = told("person", "2026-11-20", 3)[:2]
    assert told("host", "2026-11-20", None)[:2] == before
    assert told("host", "2026-11-20", 2, need_id=need)[:2] == (2, "2026-11-20")
    assert told("host", "2026-11-10", 0)[:2] == (2, "2026-11-20")
    note = told("host", "2026-11-21", 1)[2]
    again = {name: note[name] for name in ("resident_id", "on_day", "when", "of", "going")}
    answer = desk.ask("PUT", f"/v1/follow_ups/{note['row_id']}", {**again, "tiredness": 3}, version=1)
    assert answer.status_code == 200
    assert desk.get("/v1/resources/r-salon").json()["fatigue"] == 3


def test_members_of_a_conference_see_its_cases_and_nobody_else_does(office, desks):
    holder, worker, admin = desks["coordinator"], desks["participation_worker"], desks["admin"]
    person = a_person(holder, basis="support_conference")
    where = f"/v1/residents/{person}"
    assert (holder.get(where).status_code, worker.get(where).status_code, admin.get(where).status_code) == (
        200,
        404,
        404,
    )
    body = {"kind": "support_conference", "on_day": "2026-11-24", "members": [worker.user_id], "cases": [person],
            "agenda": NAME}  # fmt: skip
    made = holder.post("/v1/meetings", body)
    assert made.status_code == 201, made.text
    meeting = f"/v1/meetings/{made.json()['meeting_id']}"
    assert worker.get(where).status_code == 200
    assert worker.get(meeting).json()["agenda"] == NAME
    assert admin.get(meeting).content == admin.get("/v1/meetings/unknown").content
    assert admin.get(where).status_code == 404
    assert person not in admin.get("/v1/residents?limit=500").text
    exported = from_zip(admin.get("/v1/town/export").content)
    assert person not in {one.resident_id for one in exported.community.residents}
    left = holder.ask("PUT", meeting, {**body, "members": []}, version=1)
    assert left.status_code == 200, left.text
    assert (worker.get(where).status_code, worker.get(meeting).status_code) == (404, 404)
    assert holder.ask("DELETE", meeting, version=2).status_code == 204
    assert holder.get(where).status_code == 200


def test_who_is_met_about_by_consent_is_seen_no_more_when_only_a_conference_may_share(desks):
    holder, worker, admin = desks["coordinator"], desks["participation_worker"], desks["admin"]
    person = a_person(holder)
    body = {"on_day": "2026-11-24", "members": [worker.user_id], "cases": [person]}
    plan = holder.post("/v1/meetings", {**body, "kind": "plan_meeting"}).json()["meeting_id"]
    conference = holder.post("/v1/meetings", {**body, "kind": "support_conference", "members": []}).json()["meeting_id"]
    assert worker.get(f"/v1/residents/{person}").status_code == 200
    changed = admin.ask(
        "PATCH", f"/v1/residents/{person}", {"sharing": "support_conference"}, holder.version(f"/v1/residents/{person}")
    )
    assert changed.status_code == 200, changed.text
    assert worker.get(f"/v1/residents/{person}").status_code == 404
    assert (holder.get(f"/v1/residents/{person}").status_code, admin.get(f"/v1/residents/{person}").status_code) == (
        200,
    ) * 2
    assert worker.get(f"/v1/meetings/{plan}").json()["cases"] == []
    assert holder.get(f"/v1/meetings/{conference}").json()["cases"] == [person]


def test_a_member_cannot_bring_back_who_has_withdrawn(desks):
    holder, worker = desks["coordinator"], desks["participation_worker"]
    person = a_person(holder)
    body = {"kind": "support_conference", "on_day": "2026-11-24", "members": [worker.user_id], "cases": [person]}
    meeting = f"/v1/meetings/{holder.post('/v1/meetings', body).json()['meeting_id']}"
    assert worker.get(f"/v1/residents/{person}").status_code == 200
    assert (
        holder.ask(
            "POST", f"/v1/residents/{person}/withdrawals", None, holder.version(f"/v1/residents/{person}")
        ).status_code
        == 201
    )
    assert worker.get(meeting).json()["cases"] == []
    again = worker.ask("PUT", meeting, body, version=1)
    assert again.json()["errors"][0] == {**again.json()["errors"][0], "pointer": "/cases/0", "code": "reference"}
    assert worker.get(f"/v1/residents/{person}").status_code == 404


def test_other_meetings_talk_only_about_who_consented(desks):
    holder = desks["coordinator"]
    person = a_person(holder, basis="none")
    body = {"kind": "care_meeting", "on_day": "2026-11-24", "cases": [person]}
    assert holder.post("/v1/meetings", body).json()["errors"][0]["code"] == "not_yours"
    hidden = {**body, "kind": "support_conference", "cases": ["nobody"]}
    assert holder.post("/v1/meetings", hidden).json()["errors"][0]["code"] == "reference"


def test_withdrawn_consent_works_from_the_next_request_and_says_who_has_seen(desks):
    holder, worker = desks["coordinator"], desks["participation_worker"]
    person = a_person(holder)
    assert holder.post(f"/v1/residents/{person}/access", {"user_id": worker.user_id}).status_code == 201
    assert worker.get(f"/v1/residents/{person}").status_code == 200
    told = holder.ask("POST", f"/v1/residents/{person}/withdrawals", None, holder.version(f"/v1/residents/{person}"))
    assert told.status_code == 201, told.text
    assert {one["user_id"] for one in told.json()["items"]} == {holder.user_id, worker.user_id}
    assert worker.get(f"/v1/residents/{person}").status_code == 404
    refused = holder.post(f"/v1/residents/{person}/access", {"user_id": worker.user_id})
    assert refused.json()["code"] == "wrong_state"


def test_a_case_is_given_and_ended(desks):
    holder, worker = desks["coordinator"], desks["participation_worker"]
    person = a_person(holder)
    holder.post(f"/v1/residents/{person}/access", {"user_id": worker.user_id})
    assert worker.post("/v1/needs", {"resident_id": person}).status_code == 201
    assert {one["user_id"] for one in holder.get(f"/v1/residents/{person}/access").json()["items"]} == {worker.user_id}
    assert holder.ask("DELETE", f"/v1/residents/{person}/access/{worker.user_id}").status_code == 204
    assert worker.get("/v1/needs").json()["items"] == []
    stranger = holder.post(f"/v1/residents/{person}/access", {"user_id": "nobody"})
    assert stranger.json()["errors"][0]["code"] == "reference"


def fill_with_canaries(desk):
    person = a_person(desk)
    name_them(desk, person)
    desk.post(
        "/v1/contacts", {"resident_id": person, "on_day": "2026-11-20", "how": "phone", "note": " ".join(CANARIES)}
    )
    desk.post("/v1/plans", {"resident_id": person, "on_day": "2026-11-20", "goal": NAME})
    desk.post("/v1/meetings", {"kind": "care_meeting", "on_day": "2026-11-24", "cases": [person], "agenda": NAME})
    return person


def test_erasing_leaves_nothing_of_a_person_and_the_audit_whole(office, desks, office_url, tmp_path):
    admin = desks["admin"]
    person = a_person(admin)
    name_them(admin, person)
    need = admin.post("/v1/needs", {"resident_id": person}).json()["need_id"]
    admin.post(
        "/v1/placements", {"need_id": need, "opening_id": admin.get("/v1/openings").json()["items"][0]["opening_id"]}
    )
    admin.post("/v1/wishes", {"resident_id": person, "target": "r-salon", "liking": 1})
    admin.post("/v1/ties", {"from_id": person, "to_id": "r-salon"})
    helper = admin.post("/v1/resources", {"name": "手伝い", "resident_id": person}).json()["resource_id"]
    assert admin.ask("DELETE", f"/v1/residents/{person}").status_code == 428
    version = admin.version(f"/v1/residents/{person}")
    assert desks["coordinator"].ask("DELETE", f"/v1/residents/{person}", version=version).status_code == 403
    assert admin.ask("DELETE", f"/v1/residents/{person}", version=version).status_code == 204
    assert admin.get(f"/v1/residents/{person}").status_code == 404
    assert admin.get(f"/v1/needs/{need}").status_code == 404
    assert admin.get(f"/v1/resources/{helper}").json()["resident_id"] == ""
    with office.database.look(Scope("kawabe", "x", None, system=True)) as connection:
        assert audit.verify(connection, "kawabe", [KEY]) == []
    if office.database.on_sqlite:
        office.database.engine.dispose()
        raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("tsunagu.db"))
        assert person.encode() not in raw and need.encode() not in raw
        assert sqlite3.connect(tmp_path / "tsunagu.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_planted_names_are_nowhere_but_sealed(office, desks, office_url, tmp_path, caplog, capfd):
    desk = desks["coordinator"]
    person = fill_with_canaries(desk)
    for path in ("residents", "needs", "contacts?limit=1", "meetings", "outreach"):
        desk.get(f"/v1/{path}")
    bad = {"resident_id": person, "on_day": CANARIES[2], "how": CANARIES[0], "note": CANARIES[3], CANARIES[1]: 1}
    answer = desk.post("/v1/contacts", bad)
    assert answer.status_code == 422
    errors = answer.text.replace(CANARIES[1], "", 1) if CANARIES[1] in answer.text else answer.text
    seen = [errors, caplog.text, *capfd.readouterr()]
    with office.database.engine.connect() as connection:
        if not office.database.on_sqlite:
            connection.execute(text("RESET ROLE"))
        from sqlmodel import SQLModel

        for table in SQLModel.metadata.sorted_tables:
            rows = connection.execute(select(table)).all()
            seen += [str(row) for row in rows]
        connection.invalidate()
    for canary in (CANARIES[0], CANARIES[2], CANARIES[3], "見本花子"):
        assert [one[:200] for one in seen if canary in one] == []


def test_the_engine_is_never_told_a_name(office, desks):
    fill_with_canaries(desks["coordinator"])
    from api.store.town import load

    with office.database.look(Scope("kawabe", "x", None, system=True)) as connection:
        told = repr(load(connection, Scope("kawabe", "x", None, system=True)))
    assert not any(canary in told for canary in CANARIES)


def test_a_town_folder_goes_in_and_comes_out_unchanged(office, kawabe):
    from api.routes.users import add_user
    from api.store.town import add_municipality

    with office.database.change(Scope("fresh")) as connection:
        add_municipality(connection, "fresh", kawabe.info, office.vault)
        add_user(connection, "fresh", "admin@fresh", "admin", [], "")
    admin = office.desk("admin@fresh")
    data = to_zip(read_folder(KAWABE))
    headers = {**admin.headers, "Idempotency-Key": "one", "content-type": "application/zip"}
    put = admin.client.post("/v1/town/imports", content=data, headers=headers)
    assert put.status_code == 201, put.text
    assert put.json()["rows"]["residents"] > 0
    assert admin.get("/v1/town/export").content == data
    again = admin.client.post("/v1/town/imports", content=data, headers=headers)
    assert again.headers["idempotency-replayed"] == "true"
    assert (
        admin.client.post("/v1/town/imports", content=data, headers={**headers, "Idempotency-Key": ""}).status_code
        == 428
    )


def test_what_an_admin_takes_out_they_bring_back_and_whom_they_do_not_see_stays(office, desks):
    holder, admin = desks["coordinator"], desks["admin"]
    person = a_person(holder, basis="support_conference")
    need = holder.post("/v1/needs", {"resident_id": person}).json()["need_id"]
    holder.post("/v1/wishes", {"resident_id": person, "target": "r-salon", "liking": 1})
    holder.post("/v1/ties", {"from_id": person, "to_id": "o-shakyo"})
    helped = holder.post("/v1/resources", {"name": "手伝い", "resident_id": person}).json()["resource_id"]
    out = admin.get("/v1/town/export").content
    folder = from_zip(out)
    assert not {person, need} & set(repr(folder.community).split("'"))

    def bring(town, key):
        headers = {**admin.headers, "Idempotency-Key": key, "content-type": "application/zip"}
        return admin.client.post("/v1/town/imports", content=to_zip(replace(folder, community=town)), headers=headers)

    assert bring(folder.community, "one").status_code == 201
    assert holder.get(f"/v1/needs/{need}").status_code == 200
    assert [row["target"] for row in holder.get(f"/v1/wishes?where=resident_id:{person}").json()["items"]] == [
        "r-salon"
    ]
    assert person in holder.get("/v1/ties?limit=500").text
    assert holder.get(f"/v1/resources/{helped}").json()["resident_id"] == person
    assert admin.get("/v1/town/export").content == out
    theirs = replace(folder.community.residents[0], resident_id=person)
    taken = bring(replace(folder.community, residents=(*folder.community.residents, theirs)), "two")
    assert [one["code"] for one in taken.json()["problems"]] == ["taken"]
    with office.database.look(Scope("kawabe", "x", None, system=True)) as connection:
        whole = load(connection, Scope("kawabe", "x", None, system=True)).community
    assert bring(whole, "whole").status_code == 201  # the town as somebody else knows it, with nothing changed
    assert holder.get("/v1/residents?limit=500").text.count(person) == 1
    ties = [tie for tie in folder.community.ties if "o-shakyo" not in (tie.from_id, tie.to_id)]
    fewer = replace(
        folder.community, ties=tuple(ties),
        organisations=tuple(one for one in folder.community.organisations if one.organisation_id != "o-shakyo"),
        council_members=tuple(one for one in folder.community.council_members if one.organisation_id != "o-shakyo"),
        resources=tuple(replace(one, organisation_id="") for one in folder.community.resources),
        wishes=tuple(one for one in folder.community.wishes if one.target != "o-shakyo"),
    )  # fmt: skip
    refused = bring(fewer, "three")
    assert [one["code"] for one in refused.json()["problems"]] == ["used_by_unseen"]
    assert "o-shakyo" in refused.text and person not in refused.text


def test_a_bad_folder_changes_nothing_and_every_problem_is_told(desks, tmp_path):
    import shutil

    admin = desks["admin"]
    before = admin.get("/v1/town/export").content
    town = tmp_path / "town"
    shutil.copytree(KAWABE, town)
    needs = (town / "needs.csv").read_text(encoding="utf-8").replace("participation", "partying", 2)
    (town / "needs.csv").write_text(needs, encoding="utf-8")
    (town / "areas.csv").write_text("area_id,name\n", encoding="utf-8")
    archive = shutil.make_archive(str(tmp_path / "bad"), "zip", town)
    from pathlib import Path

    put = admin.client.post(
        "/v1/town/imports", content=Path(archive).read_bytes(), headers={**admin.headers, "Idempotency-Key": "x"}
    )
    assert (put.status_code, put.json()["code"]) == (422, "bad_town")
    assert put.json()["count"] > 3
    assert {"file", "row", "column", "code", "ja", "en"} == set(put.json()["problems"][0])
    assert admin.get("/v1/town/export").content == before


def zip_of(**files):
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"no zip", zip_of(**{"../../evil": b"x"}), zip_of(**{"/etc/evil": b"x"}), zip_of(**{"a\\..\\..\\evil": b"x"}),
     zip_of(bomb=bytes(310_000_000)), zip_of(**{f"f{n}": b"" for n in range(600)}), zip_of(**{"town.toml": b"\xff"})],
    ids=["empty", "text", "outside", "absolute", "backslashes", "a bomb", "too many", "no town"],
)  # fmt: skip
def test_a_strange_archive_is_refused(desks, data, tmp_path):
    admin = desks["admin"]
    headers = {**admin.headers, "Idempotency-Key": "x"}
    put = admin.client.post("/v1/town/imports", content=data, headers=headers)
    assert (put.status_code, put.json()["code"]) == (422, "bad_town")


def test_the_public_list_is_hsds_and_without_persons(office, desks, kawabe):
    stranger = office.desk()
    assert stranger.get("/v1/public/kawabe/").json()["version"] == "3.0"
    told = stranger.get("/v1/public/kawabe/services?per_page=500").json()
    hidden = {r for r in kawabe.resources if r.resident_id or r.kind == "volunteer" or r.informal}
    public = {r.name for r in kawabe.resources if r not in hidden and r.accepting != "closed"}
    assert {one["name"] for one in told["contents"]} == public
    assert told["total_items"] == len(public)
    assert not any(p.resident_id in str(told) for p in kawabe.residents)
    first = stranger.get("/v1/public/kawabe/services?per_page=1&page=2").json()
    assert (first["size"], first["page_number"], first["contents"][0]) == (1, 2, told["contents"][1])
    assert any("schedules" in one for one in told["contents"])
    assert stranger.get("/v1/public/kawabe/organizations").json()["total_items"] > 0
    assert stranger.get("/v1/public/nowhere/services").status_code == 404


def test_a_planner_counts_without_small_cells(desks, kawabe):
    told = desks["planner"].get("/v1/counts").json()
    assert told["items"]
    area = {one.resident_id: one.area_id for one in kawabe.residents if one.sharing == "consent"}
    people, placed, holds = {}, {}, {one.need_id for one in kawabe.placements}
    for need in kawabe.needs:
        if need.resident_id in area:
            cell = area[need.resident_id], need.kind
            people.setdefault(cell, set()).add(need.resident_id)
            placed.setdefault(cell, set()).update({need.resident_id} if need.need_id in holds else ())
    cells = {(one["area_id"], one["kind"]): one for one in told["items"]}
    assert cells.keys() == people.keys()
    for cell, who in people.items():
        assert cells[cell]["needs"] is None or len(who) >= 5
        assert cells[cell]["placed"] is None or len(placed[cell]) in (0, *range(5, 100))


def test_one_person_with_many_needs_is_still_one_person(desks):
    desk = desks["coordinator"]
    person = a_person(desk)
    for _ in range(7):
        assert desk.post("/v1/needs", {"resident_id": person, "kind": "rights"}).status_code == 201
    cell = [one for one in desks["planner"].get("/v1/counts").json()["items"] if one["kind"] == "rights"]
    assert [one["needs"] for one in cell if one["area_id"] == AREA] == [None]


@pytest.mark.parametrize(
    ("noun", "counted", "key"),
    [
        ("attendance", "people", "row_id"), ("population", "people", "row_id"), ("survey", "people", "row_id"),
        ("openings", "attending", "opening_id"),
    ],
)  # fmt: skip
def test_small_counts_are_told_to_who_works_with_people_alone(desks, noun, counted, key):
    from api.examples import example_of

    for count, shown in ((3, None), (5, 5), (0, 0)):
        body = {
            **example_of(f"{noun}.create"),
            counted: count,
            **({"opening_id": f"o-{count}"} if key != "row_id" else {}),
        }
        made = desks["admin"].post(f"/v1/{noun}", body).json()
        where = f"/v1/{noun}/{made[key]}"
        assert (made[counted], desks["coordinator"].get(where).json()[counted]) == (count, count)
        assert desks["planner"].get(where).json()[counted] == shown
        listed = {row[key]: row[counted] for row in desks["planner"].get(f"/v1/{noun}?limit=500").json()["items"]}
        assert listed[made[key]] == shown


def test_the_audit_is_read_and_verified(office, desks):
    a_person(desks["coordinator"], AREA)
    auditor = desks["auditor"]
    told = auditor.get("/v1/audit?limit=500").json()["items"]
    assert "residents.create" in [entry["operation"] for entry in told]
    assert auditor.post("/v1/audit/verifications").json() == {"whole": True, "faults": []}
    page = auditor.get("/v1/audit?limit=1").json()
    assert page["next"] is None or auditor.get(f"/v1/audit?limit=1&cursor={page['next']}").json()["items"]


def test_every_reading_of_a_person_is_in_the_audit(office, desks):
    person = a_person(desks["coordinator"])
    before = len(entries(office))
    desks["coordinator"].get(f"/v1/residents/{person}")
    desks["coordinator"].get("/v1/residents")
    desks["coordinator"].get(f"/v1/residents?where=area_id:{ELSEWHERE}")
    new = entries(office)[before:]
    assert [entry["operation"] for entry in new] == ["residents.read", "residents.list"]
    assert set(new[0]["subjects"]) <= set(new[1]["subjects"])
