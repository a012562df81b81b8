"""Tours as jobs: everybody is told of the riders they see, and of the others that the car stops; calls plan anew."""

import json
import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import select

from api.folders import read_folder, to_zip
from api.jobs.queue import JOBS, claim
from api.jobs.rounds import DOCUMENTS, TOUR_RIDES, keep_tours
from api.jobs.solve import SOLVES
from api.jobs.tours import apart, together
from api.law_answers import LAW_ANSWERS
from api.retention import retain
from api.store.scope import Scope
from tests.api.conftest import AREA, KAWABE, small_town

DAY = "2026-11-26"
SYSTEM = Scope("kawabe", "x", None, system=True)


def planned_here(office, heard=lambda _progress: None):
    """Take the job that waits and do it in this process, as the worker's child would."""
    job, told = claim(office.database, "tests"), []
    SOLVES[job.kind](office.database, job.scope, job.asked, lambda kind, value: told.append((kind, value)))
    assert told[-1][0] == "done"
    for kind, value in told:
        if kind == "progress":
            heard(value)
    keep_tours(office.database, office.vault, job, told[-1][1], "done", "")
    return told[-1][1]


def planned(office, desk, **body):
    answer = desk.post("/v1/tours", {"date": DAY, **body}, Idempotency_Key="t")
    assert answer.status_code == 202, answer.text
    planned_here(office)
    return answer.json()["tours_id"]


def read(desk, one, lang="ja"):
    answer = desk.get(f"/v1/tours/{one}?lang={lang}")
    assert answer.status_code == 200, answer.text
    return answer.json()["document"]


def words(told):
    return set(re.findall(r"[\w-]+", json.dumps(told, ensure_ascii=False)))


@pytest.fixture(scope="module")
def whole():
    """A day of Kawabe as the command writes it, and whose each ride is."""
    from api.jobs.days import _planned
    from api.jobs.towns import OpenTown
    from api.rides.answer import days_json
    from api.rides.words import known
    from matching import provider, rulebook
    from matching.rides.duties import Driven

    town = small_town()
    opened = OpenTown(town, rulebook(town.info.rulebook, KAWABE), provider(town.info.travel, KAWABE))
    nothing = Driven({}, {})
    plan = _planned(opened, {"date": DAY, "weeks": 0, "seconds": 10}, lambda _kind, _value: None, nothing)
    owners = {one.ride_id: one.resident_id for one in town.ride_requests}
    return json.loads(days_json(plan, known(town, "ja"), 1.0)), owners


def test_what_is_taken_apart_is_put_together_again(whole):
    document, owners = whole
    bare, own = apart(document, owners)
    assert together(bare, own) == document
    assert not words(bare) & ({*owners, *owners.values()})


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_with_some_of_the_rides_no_other_ride_and_no_other_person_is_named(whole, data):
    document, owners = whole
    bare, own = apart(document, owners)
    seen = data.draw(st.sets(st.sampled_from(sorted(own))))
    told = together(bare, {ride: own[ride] for ride in sorted(seen)})
    hidden = {ride for ride in owners if ride not in seen}
    people = {owners[ride] for ride in hidden} - {owners[ride] for ride in seen}
    assert not words(told) & (hidden | people)
    stops = [len(tour["stops"]) for day in document["days"] for tour in day["tours"]]
    assert [len(tour["stops"]) for day in told["days"] for tour in day["tours"]] == stops


def test_entries_that_name_two_rides_or_a_list_of_persons_are_told_to_who_sees_all_of_them():
    stop = {"kind": "board", "ride": "a", "resident": "pa", "place": "家", "drawn": (1.0, 2.0)}
    other = {"kind": "board", "ride": "b", "resident": "pb", "place": "家", "drawn": None}
    law = {"standing": "ask", "findings": [{"code": "member", "facts": {"riders": "pa, pb"}, "text": "pa, pb"},
                                           {"code": "yen", "facts": {"yen": 100}, "text": "100"}]}  # fmt: skip
    helps = [{"change": "x", "facts": {"other": "b"}}, {"change": "y", "facts": {}}]
    warnings = [{"facts": {"rides": 2}}, {"facts": {"one": "a", "other": "b"}}, {"facts": {"ride": "b"}}]
    tours = [{"law": law, "stops": [stop, other], "rides": ["a", "b"]}]
    day = {"tours": tours, "unserved": [{"ride": "c", "facts": {}, "helps": helps}], "warnings": warnings}
    document, owners = {"days": [day]}, {"a": "pa", "b": "pb", "c": "pc"}
    bare, own = apart(document, owners)
    assert together(bare, own) == document
    assert not {"a", "b", "c", "pa", "pb", "pc"} & words(bare)
    told = together(bare, {ride: own[ride] for ride in ("a", "c")})["days"][0]
    assert told["warnings"] == [{"facts": {"rides": 2}}]
    assert [one["code"] for one in told["tours"][0]["law"]["findings"]] == ["yen"]
    assert told["unserved"][0]["helps"] == [helps[1]]
    assert told["tours"][0]["rides"] == ["a"]


def test_a_plan_of_the_service_is_that_of_the_command(office, desks, whole):
    one = planned(office, desks["admin"], seconds=10)
    told, document = read(desks["admin"], one), whole[0]
    for each in (told, document):
        each["seconds"] = 0
        each["days"][0]["inputs_digest"] = ""
    for finding in (one for tour in told["days"][0]["tours"] for one in tour["law"]["findings"]):
        assert finding.pop("question") and finding.pop("answers") == []  # what only the service keeps
    assert told == document
    assert read(desks["admin"], one, "en")["days"][0]["no_legal_advice"].startswith("This check")


def test_each_reads_of_their_own_riders_and_the_planner_nothing(office, desks, kawabe):
    one = planned(office, desks["admin"])
    whole, mine = read(desks["admin"], one), read(desks["coordinator"], one)
    here = {person.resident_id for person in kawabe.residents if person.area_id == AREA}
    riders = {stop["resident"] for tour in mine["days"][0]["tours"] for stop in tour["stops"]} - {""}
    everybody = {stop["resident"] for tour in whole["days"][0]["tours"] for stop in tour["stops"]} - {""}
    assert riders and riders == everybody & here and riders != everybody
    assert not words(mine) & ({p.resident_id for p in kawabe.residents} - here)
    none = read(desks["participation_worker"], one)
    assert not words(none) & {p.resident_id for p in kawabe.residents}
    assert desks["planner"].get(f"/v1/tours/{one}").status_code == 404
    assert [row["tours_id"] for row in desks["coordinator"].get("/v1/tours").json()["items"]] == [one]


def test_the_document_in_the_database_names_nobody_and_rides_are_rows_of_their_own(office, desks, kawabe):
    planned(office, desks["admin"])
    with office.database.look(SYSTEM) as connection:
        body = connection.execute(select(DOCUMENTS.c.body)).scalar_one()
        rides = set(connection.execute(select(TOUR_RIDES.c.ride_id)).scalars())
    ids = {p.resident_id for p in kawabe.residents} | {r.ride_id for r in kawabe.ride_requests}
    assert rides and not words(body) & ids


def test_who_reads_riders_stands_in_the_audit(office, desks):
    one = planned(office, desks["admin"])
    read(desks["coordinator"], one)
    rows = desks["auditor"].get("/v1/audit?limit=500").json()["items"]
    assert Counter(row["operation"] for row in rows)["tours.read"] == 1


def test_some_weeks_are_planned_at_once(office, desks):
    answer = desks["admin"].post("/v1/tours", {"date": DAY, "weeks": 1, "seconds": 3}, Idempotency_Key="t")
    one, shares = answer.json()["tours_id"], []
    planned_here(office, lambda value: shares.append(value.get("share")))
    assert [share for share in shares if share][:2] == [0.143, 0.286]
    told = read(desks["admin"], one)
    assert len(told["days"]) > 1
    assert {date.fromisoformat(day["date"]).isocalendar().week for day in told["days"]} <= {48, 49}


def test_after_a_call_the_day_goes_on_without_who_cancelled(office, desks):
    desk = desks["admin"]
    one = planned(office, desk)
    before = read(desk, one)["days"][0]
    ride = next(stop["ride"] for tour in before["tours"] for stop in tour["stops"] if stop["kind"] == "board")
    call = {"date": DAY, "now": "08:00", "without": [ride]}
    again = desk.post(f"/v1/tours/{one}:revise", call, Idempotency_Key="c")
    assert again.status_code == 202 and again.json()["revises"] == one
    planned_here(office)
    after = read(desk, again.json()["tours_id"])["days"][0]
    assert after["summary"]["status"] == "replanned"
    assert ride not in {stop["ride"] for tour in after["tours"] for stop in tour["stops"]}


def test_a_call_is_refused_where_it_names_what_one_does_not_see(office, desks):
    one = planned(office, desks["admin"])
    told = read(desks["admin"], one)
    hidden = {stop["ride"] for tour in told["days"][0]["tours"] for stop in tour["stops"]}
    seen = {row["ride_id"] for row in desks["coordinator"].get("/v1/ride_requests?limit=500").json()["items"]}
    ride = min(hidden - seen - {""})
    body = {"date": "2026-11-27", "now": "08:00", "without": [ride], "without_drivers": ["nobody"]}
    refused = desks["coordinator"].post(f"/v1/tours/{one}:revise", body, Idempotency_Key="c")
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/date", "/without/0", "/without_drivers/0"]


def questions(document):
    """Of each car and driver of the first day, what the law check asks."""
    return [
        {"date": DAY, "driver_id": tour["driver"], "vehicle_id": tour["vehicle"], "question": one["question"]}
        for tour in document["days"][0]["tours"]
        for one in tour["law"]["findings"]
        if one["standing"] == "ask"
    ]


def test_what_was_answered_to_the_law_check_is_sealed_and_holds_when_the_day_is_planned_again(office, desks):
    desk = desks["admin"]
    one = planned(office, desk)
    asked = questions(read(desk, one))[0]
    said = {**asked, "fits": True, "answered_by": "運輸支局 見本さん", "answered_on": "2026-11-20", "note": "実費だけ"}
    answer = desk.post(f"/v1/tours/{one}/answers", said)
    assert answer.status_code == 200, answer.text
    again = desk.post(f"/v1/tours/{one}:revise", {"date": DAY, "now": "07:00"}, Idempotency_Key="c")
    planned_here(office)
    for tours_id in (one, again.json()["tours_id"]):
        findings = [one for tour in read(desk, tours_id)["days"][0]["tours"] for one in tour["law"]["findings"]]
        (kept,) = next(one["answers"] for one in findings if one["question"] == asked["question"])
        assert (kept["fits"], kept["answered_by"], kept["note"]) == (True, "運輸支局 見本さん", "実費だけ")
        assert kept["user_id"] == desk.user_id
    with office.database.look(SYSTEM) as connection:
        row = dict(connection.execute(select(LAW_ANSWERS)).mappings().one())
    assert "見本" not in str(row)
    assert retain(office.service, date(2028, 1, 1))["law_answers"] == 1


def test_only_what_the_law_check_asks_is_answered_and_by_those_who_plan(office, desks):
    one = planned(office, desks["admin"])
    asked = questions(read(desks["admin"], one))[0]
    said = {**asked, "fits": False, "answered_by": "見本さん", "answered_on": "2026-11-20"}
    for wrong in ({"question": "other"}, {"driver_id": "d9"}, {"answered_by": ""}, {"answered_on": "tomorrow"}):
        assert desks["admin"].post(f"/v1/tours/{one}/answers", {**said, **wrong}).status_code == 422
    assert desks["participation_worker"].post(f"/v1/tours/{one}/answers", said).status_code == 403


def test_a_ride_is_pinned_or_given_away_by_name_and_an_erased_person_stays_in_no_call(office, desks):
    desk = desks["admin"]
    one = planned(office, desk)
    body = {"date": DAY, "now": "07:00", "pinned": ["q3"]}
    unknown = [{"ride_id": "q3", "driver_id": "d9", "vehicle_id": "v9"}]
    refused = desk.post(f"/v1/tours/{one}:revise", {**body, "given": unknown}, Idempotency_Key="x")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/given/0", "/given/0"]
    given = [{"ride_id": "q5", "driver_id": "d1", "vehicle_id": "v1"}]
    again = desk.post(f"/v1/tours/{one}:revise", {**body, "given": given}, Idempotency_Key="c")
    planned_here(office)
    told = {warning["code"] for warning in read(desk, again.json()["tours_id"])["days"][0]["warnings"]}
    assert {"given_refused", "hand_at_once"} <= told
    for person in ("p02", "p10"):
        version = desk.get(f"/v1/residents/{person}").json()["version"]
        assert desk.ask("DELETE", f"/v1/residents/{person}", version=version).status_code == 204
    with office.database.look(SYSTEM) as connection:
        assert not {"q3", "q5"} & words(connection.execute(select(JOBS.c.asked)).scalars().all())


def test_what_other_days_of_the_week_use_of_a_quota_is_not_there_any_more(office, desks):
    """d2 offered six rides a week: what Thursday's plan uses of them is there on no other day."""
    from api.jobs.driven import driven_besides

    planned(office, desks["admin"])
    with office.database.look(SYSTEM) as connection:
        asked = {day: {"date": f"2026-11-{day}", "weeks": 0} for day in (23, 26, 27, 30)}
        rides = {day: driven_besides(connection, SYSTEM, one).this_week for day, one in asked.items()}
        whole_week = driven_besides(connection, SYSTEM, {"date": "2026-11-23", "weeks": 1})
    assert rides == {23: {"d2": 6}, 26: {}, 27: {"d2": 6}, 30: {}}  # both before and after it; not the day itself
    assert not whole_week.this_week


def test_a_plan_that_is_not_done_cannot_be_planned_again_and_is_stopped(desks):
    desk = desks["admin"]
    one = desk.post("/v1/tours", {"date": DAY}, Idempotency_Key="t").json()["tours_id"]
    refused = desk.post(f"/v1/tours/{one}:revise", {"date": DAY, "now": "08:00"}, Idempotency_Key="c")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert desk.ask("DELETE", f"/v1/tours/{one}").json()["state"] == "cancelled"


@pytest.mark.parametrize("how", ["withdrawn", "deleted", "erased"])
def test_a_person_who_leaves_leaves_the_tours_too(office, desks, how):
    desk = desks["admin"]
    one = planned(office, desk)
    stops = [stop for tour in read(desk, one)["days"][0]["tours"] for stop in tour["stops"] if stop["ride"]]
    returned = {row["returns"] for row in desk.get("/v1/ride_requests?limit=500").json()["items"]}
    stop = next(stop for stop in stops if stop["ride"] not in returned)
    person, ride = stop["resident"], stop["ride"]
    call = {"date": DAY, "now": "08:00", "without": [ride]}
    assert desk.post(f"/v1/tours/{one}:revise", call, Idempotency_Key="c").status_code == 202
    version = desk.get(f"/v1/residents/{person}").json()["version"]
    if how == "withdrawn":
        assert desk.ask("PATCH", f"/v1/residents/{person}", {"sharing": "none"}, version=version).status_code == 200
    elif how == "erased":
        assert desk.ask("DELETE", f"/v1/residents/{person}", version=version).status_code == 204
    else:
        version = desk.get(f"/v1/ride_requests/{ride}").json()["version"]
        assert desk.ask("DELETE", f"/v1/ride_requests/{ride}", version=version).status_code == 204
    assert ride not in words(read(desk, one))
    with office.database.look(SYSTEM) as connection:
        left = set(connection.execute(select(TOUR_RIDES.c.ride_id)).scalars())
        asked = str(connection.execute(select(JOBS.c.asked)).scalars().all())
    assert ride not in left
    assert how != "erased" or not {person, ride} & words(asked)


def test_an_import_of_the_same_town_keeps_its_tours(office, desks):
    desk = desks["admin"]
    one = planned(office, desk)
    before = read(desk, one)
    headers = {**desk.headers, "Idempotency-Key": "i", "Content-Type": "application/zip"}
    put = desk.client.post("/v1/town/imports", content=to_zip(read_folder(KAWABE)), headers=headers)
    assert put.status_code == 201, put.text
    assert read(desk, one) == before


def test_tours_past_their_time_go_with_their_riders(office, desks):
    planned(office, desks["admin"])
    assert retain(office.service, date(2026, 12, 1))["rounds"] == 0
    assert retain(office.service, date(2040, 1, 1))["rounds"] == 1
    with office.database.look(SYSTEM) as connection:
        for table in (TOUR_RIDES, DOCUMENTS, JOBS):
            assert connection.execute(select(table)).first() is None


def test_row_security_alone_tells_no_rider_of_another_area_or_town(office, desks, kawabe):
    if office.database.on_sqlite:
        pytest.skip("SQLite has no row security of its own; there the query helper is the wall")
    planned(office, desks["admin"])
    for town, person, expected in (("kawabe", "coordinator", True), ("kawabe", "planner", False),
                                   ("other", "admin", False)):  # fmt: skip
        areas = {"coordinator": (AREA,), "planner": (), "admin": None}[person]
        with office.database.look(Scope(town, "somebody", areas)) as connection:
            rides = set(connection.execute(select(TOUR_RIDES.c.ride_id)).scalars())
            documents = connection.execute(select(DOCUMENTS.c.document_id)).all()
        here = {p.resident_id for p in kawabe.residents if p.area_id == AREA}
        assert rides <= {one.ride_id for one in kawabe.ride_requests if one.resident_id in here}
        assert bool(rides) is expected
        assert len(documents) == (town == "kawabe")
