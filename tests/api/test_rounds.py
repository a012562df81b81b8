"""A round from asking to deciding, with a real worker; places are given away once, whatever happens meanwhile."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select, update
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.jobs.queue import JOBS, LOST_SECONDS, claim, end, hear, interrupt_lost
from api.jobs.rounds import keep_round
from api.jobs.solve import SOLVES, solve_round
from api.jobs.worker import run_worker
from api.security.policy import walk
from api.security.sign_in import ago
from api.store import audit
from api.store.register import NOUNS
from api.store.scope import NOBODY, Scope, table_of
from api.store.tables import Case, Meeting, Member
from matching import provider, rulebook
from matching.propose import Wanted, propose
from tests.api.conftest import KEY, small_town
from tests.api.servers import ROOT

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def solved_here(office, **how):
    """Take the job that waits and solve it in this process, as the worker's child would."""
    job = claim(office.database, "tests")
    told = []
    SOLVES[job.kind](office.database, job.scope, job.asked, lambda kind, value: told.append((kind, value)))
    keep_round(office.database, office.vault, job, told[-1][1], how.get("outcome", "done"), "")
    return job, told


def asked(desk, key="k1", **body):
    return desk.post("/v1/rounds", body, Idempotency_Key=key)


@pytest.fixture
def the_round(office, desks):
    """A finished round of Kawabe."""
    told = asked(desks["admin"])
    assert told.status_code == 202, told.text
    solved_here(office)
    return told.json()["round_id"]


def a_proposal(desk, the_round, placed=True):
    rows = desk.get(f"/v1/rounds/{the_round}/proposals?limit=500").json()["items"]
    holding = {row["need_id"] for row in desk.get("/v1/placements?limit=500").json()["items"]}
    fit = (r for r in rows if bool(r["proposal"]["options"]) is placed and r["need_id"] not in holding)
    return next(fit)


def decide(desk, proposal, kind, key="", **more):
    body = {"kind": kind, **more}
    return desk.post(
        f"/v1/proposals/{proposal['proposal_id']}/decisions", body, Idempotency_Key=key or os.urandom(8).hex()
    )


def test_a_round_is_what_the_engine_proposes(office, desks, the_round):
    town = small_town()
    from pathlib import Path

    folder = Path(__file__).parents[2] / "fixtures/towns/kawabe"
    answer = propose(town, rulebook(town.info.rulebook, folder), provider(town.info.travel, folder), Wanted())
    told = desks["admin"].get(f"/v1/rounds/{the_round}").json()
    assert told["state"] == "done"
    assert told["summary"]["placed"] == sum(p.placed for p in answer.proposals)
    rows = desks["admin"].get(f"/v1/rounds/{the_round}/proposals?limit=500&lang=en").json()["items"]
    chosen = {r["need_id"]: r["proposal"]["options"][0]["opening"] for r in rows if r["proposal"]["options"]}
    assert chosen == {p.need_id: p.options[0].opening_id for p in answer.proposals if p.placed and p.resident_id}


def test_a_coordinator_reads_the_proposals_of_their_own_persons(desks, the_round):
    all_rows = desks["admin"].get(f"/v1/rounds/{the_round}/proposals?limit=500").json()["items"]
    mine = desks["coordinator"].get(f"/v1/rounds/{the_round}/proposals?limit=500").json()["items"]
    needs = {row["need_id"] for row in desks["coordinator"].get("/v1/needs?limit=500").json()["items"]}
    assert 0 < len(mine) < len(all_rows)
    assert {row["need_id"] for row in mine} <= needs
    hidden = next(row for row in all_rows if row["need_id"] not in needs)
    unknown = desks["coordinator"].get("/v1/proposals/unknown")
    for path in (f"/v1/proposals/{hidden['proposal_id']}", f"/v1/needs/{hidden['need_id']}/options",
                 f"/v1/needs/{hidden['need_id']}/explanation"):  # fmt: skip
        assert desks["coordinator"].get(path).content == unknown.content


def test_from_the_talk_to_settling_in(desks, the_round):
    desk = desks["admin"]
    proposal = a_proposal(desk, the_round)
    assert decide(desk, proposal, "settle").json()["code"] == "wrong_state"
    versions = []
    for kind, state in (("discussed", "discussed"), ("accept", "accepted"), ("trial", "trial"), ("settle", "settled")):
        assert decide(desk, proposal, kind).status_code == 201
        assert desk.get(f"/v1/proposals/{proposal['proposal_id']}").json()["state"] == state
        placement = desk.get(f"/v1/placements/{proposal['need_id']}").json()
        versions.append(placement.get("version"))
    assert placement["opening_id"] == proposal["proposal"]["options"][0]["opening"]
    assert (placement["state"], placement["version"]) == ("settled", versions[1] + 2)
    assert decide(desk, proposal, "withdraw").status_code == 201
    assert desk.get(f"/v1/placements/{proposal['need_id']}").status_code == 404
    kinds = [row["kind"] for row in desk.get("/v1/decisions").json()["items"]]
    assert kinds == ["discussed", "accept", "trial", "settle", "withdraw"]


def test_a_decline_has_a_reason_and_no_free_text(desks, the_round):
    proposal = a_proposal(desks["admin"], the_round)
    assert decide(desks["admin"], proposal, "decline").json()["errors"][0]["pointer"] == "/reason_code"
    assert decide(desks["admin"], proposal, "decline", reason_code="too_far").status_code == 201
    assert decide(desks["admin"], proposal, "accept").status_code == 409


def test_two_hundred_requests_with_one_key_have_one_effect(desks, the_round):
    desk = desks["admin"]
    proposal = a_proposal(desk, the_round)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: decide(desk, proposal, "accept", key="same"), range(200)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(desk.get("/v1/decisions").json()["items"]) == 1
    other = decide(desk, proposal, "decline", key="same", reason_code="other")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert desk.post(f"/v1/proposals/{proposal['proposal_id']}/decisions", {"kind": "accept"}).status_code == 428


def fill(office, opening, places):
    """Kawabe with exactly so many free places at an opening."""
    from api.store.places import opening_of, places_of

    scope, table = Scope("kawabe", "x", None, system=True), NOUNS["openings"].table
    held = NOUNS["placements"].table
    with office.database.change(scope) as connection:
        connection.execute(held.delete().where(held.c.municipality_id == "kawabe"))
        connection.execute(
            update(table).where(table.c.municipality_id == "kawabe", table.c.opening_id == opening)
            .values(capacity=places, comfortable_load=places, attending=0)
        )  # fmt: skip
        assert places_of(connection, scope, opening_of(connection, scope, opening)) == places


def test_a_full_opening_is_refused_with_the_next_best(office, desks, the_round):
    desk = desks["admin"]
    proposal = a_proposal(desk, the_round)
    options = [option["opening"] for option in proposal["proposal"]["options"]]
    fill(office, options[0], 0)
    refused = decide(desk, proposal, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "full")
    offered = [offer["opening_id"] for offer in refused.json()["next_best"]]
    assert offered == [one for one in options[1:] if one in offered]
    if offered:
        assert decide(desk, proposal, "accept", opening_id=offered[0]).status_code == 201


def test_nobody_is_in_two_places_at_one_time(desks, kawabe):
    desk = desks["admin"]
    held = desk.get("/v1/placements?limit=500").json()["items"][0]
    need = desk.get(f"/v1/needs/{held['need_id']}").json()
    body = {name: need[name] for name in ("resident_id", "kind")}
    second = desk.post("/v1/needs", body).json()["need_id"]
    refused = desk.post("/v1/placements", {"need_id": second, "opening_id": held["opening_id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "clash")


def test_a_change_of_the_town_makes_proposals_stale(desks, the_round):
    desk = desks["admin"]
    proposal = a_proposal(desk, the_round)
    assert proposal["stale"] is False
    assert decide(desk, proposal, "accept").status_code == 201
    assert desk.get(f"/v1/proposals/{proposal['proposal_id']}").json()["stale"] is False
    desk.post("/v1/organisations", {"name": "新しい会"})
    assert desk.get(f"/v1/needs/{proposal['need_id']}/options").json()["stale"] is True


def test_the_explanation_accounts_for_every_opening_of_the_town(desks, the_round, kawabe):
    for placed in (True, False):
        proposal = a_proposal(desks["admin"], the_round, placed)
        told = desks["admin"].get(f"/v1/needs/{proposal['need_id']}/explanation").json()
        account = told["account"]
        parts = [*(one["count"] for one in account["excluded"]), account["full"], account["shown"], account["others"]]
        assert sum(parts) == account["considered"] == len(kawabe.openings)
        assert all(
            change["verified"] in (True, False) for change in (told["unplaced"] or {}).get("smallest_changes", [])
        )


def options_asked(office, desk, need):
    """Ask for the options of one need, and do it in this process as the worker's child would."""
    told = desk.post(f"/v1/needs/{need}/options", Idempotency_Key=f"options {need}")
    assert told.status_code == 202, told.text
    job, heard = claim(office.database, "tests"), []
    SOLVES[job.kind](office.database, job.scope, job.asked, lambda kind, value: heard.append((kind, value)))
    keep_round(office.database, office.vault, job, heard[-1][1], "done", "")
    return told.json()["round_id"]


def test_a_need_that_came_after_the_round_has_options_and_nobody_else_moves(office, desks, the_round):
    desk = desks["coordinator"]
    before = {row["need_id"]: row for row in desk.get(f"/v1/rounds/{the_round}/proposals?limit=500").json()["items"]}
    body = {"area_id": "kami", "modes": ["walk"], "max_walk_minutes": 40, "sharing": "consent"}
    person = desk.post("/v1/residents", {**body, "latitude": 34.82, "longitude": 133.3}).json()["resident_id"]
    wish = {"resident_id": person, "kind": "participation", "available": [f"{day} 00:00-23:59" for day in DAYS]}
    need = desk.post("/v1/needs", wish).json()["need_id"]
    assert desk.get(f"/v1/needs/{need}/options").status_code == 404
    alone = options_asked(office, desk, need)
    told = desk.get(f"/v1/needs/{need}/options").json()
    assert (told["round_id"], told["rests_on"], told["stale"], told["need_changed"]) == (alone, "need", False, False)
    options = told["proposal"]["options"]
    assert options and options[0]["chosen"]
    assert [row["need_id"] for row in desk.get(f"/v1/rounds/{alone}/proposals").json()["items"]] == [need]
    assert alone not in {row["round_id"] for row in desk.get("/v1/rounds").json()["items"]}
    again = desk.post(f"/v1/rounds/{alone}:revise", {}, Idempotency_Key="no")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    for other, row in before.items():
        now_told = desk.get(f"/v1/needs/{other}/options").json()
        assert (now_told["rests_on"], now_told["proposal_id"]) == ("round", row["proposal_id"])
    taken = decide(desk, told, "accept")
    assert taken.status_code == 201 and taken.json()["opening_id"] == options[0]["opening"]


def test_options_say_when_the_need_has_changed_since(office, desks, the_round):
    desk = desks["coordinator"]
    need = a_proposal(desk, the_round)["need_id"]
    assert desk.get(f"/v1/needs/{need}/options").json()["need_changed"] is False
    assert desk.ask("PATCH", f"/v1/needs/{need}", {"urgency": 3}, version=1).status_code == 200
    told = desk.get(f"/v1/needs/{need}/options").json()
    assert (told["stale"], told["need_changed"], told["rests_on"]) == (True, True, "round")
    options_asked(office, desk, need)
    told = desk.get(f"/v1/needs/{need}/options").json()
    assert (told["stale"], told["need_changed"], told["rests_on"]) == (False, False, "need")


def test_options_are_asked_for_whom_one_sees_and_who_consents(desks):
    desk = desks["coordinator"]
    unknown = desk.post("/v1/needs/unknown/options", Idempotency_Key="u")
    assert unknown.status_code == 404
    theirs = next(row for row in desks["admin"].get("/v1/needs?limit=500").json()["items"]
                  if desk.get(f"/v1/needs/{row['need_id']}").status_code == 404)  # fmt: skip
    assert desk.post(f"/v1/needs/{theirs['need_id']}/options", Idempotency_Key="u").content == unknown.content
    person = desk.post("/v1/residents", {"area_id": "kami", "sharing": "none"}).json()["resident_id"]
    need = desk.post("/v1/needs", {"resident_id": person}).json()["need_id"]
    refused = desk.post(f"/v1/needs/{need}/options", Idempotency_Key="n")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


def test_who_is_erased_is_also_taken_out_of_what_options_were_asked(office, desks):
    desk = desks["admin"]
    person = desk.post("/v1/residents", {"area_id": "kami", "sharing": "consent"}).json()["resident_id"]
    need = desk.post("/v1/needs", {"resident_id": person}).json()["need_id"]
    assert desk.get(f"/v1/needs/{need}/options").json()["code"] == "not_told"
    assert desk.get("/v1/needs/unknown/options").json()["code"] == "not_found"
    assert desk.post(f"/v1/needs/{need}/options", Idempotency_Key="e").status_code == 202
    version = desk.version(f"/v1/residents/{person}")
    assert desk.ask("DELETE", f"/v1/residents/{person}", version=version).status_code == 204
    with office.database.look(NOBODY) as connection:
        assert need not in str(connection.execute(select(JOBS.c.asked)).scalars().all())


def test_withdrawn_consent_takes_proposals_away_from_the_next_request_on(desks, the_round):
    desk = desks["admin"]
    proposal = a_proposal(desk, the_round)
    resident = desk.get(f"/v1/needs/{proposal['need_id']}").json()["resident_id"]
    row = desk.get(f"/v1/residents/{resident}").json()
    assert (
        desk.ask("PATCH", f"/v1/residents/{resident}", {"sharing": "none"}, version=row["version"]).status_code == 200
    )
    assert desk.get(f"/v1/proposals/{proposal['proposal_id']}").status_code == 404
    left = desk.get(f"/v1/rounds/{the_round}/proposals?limit=500").json()["items"]
    assert proposal["need_id"] not in {row["need_id"] for row in left}
    assert resident not in {row["proposal"]["resident"] for row in left}


def test_consent_that_ends_while_it_is_solved_leaves_no_proposal(office, desks):
    desk = desks["admin"]
    told = asked(desk).json()
    job = claim(office.database, "tests")
    out = []
    solve_round(office.database, job.scope, job.asked, lambda kind, value: out.append(value))
    person = next(r for r in desk.get("/v1/residents?limit=500").json()["items"] if r["sharing"] == "consent")
    desk.ask("PATCH", f"/v1/residents/{person['resident_id']}", {"sharing": "none"}, version=person["version"])
    keep_round(office.database, office.vault, job, out[-1], "done", "")
    rows = desk.get(f"/v1/rounds/{told['round_id']}/proposals?limit=500").json()["items"]
    assert person["resident_id"] not in {row["proposal"]["resident"] for row in rows}


def test_a_conference_matches_its_own_cases_and_tells_its_members_alone(office, desks):
    with office.database.change(Scope("kawabe", "x", None, system=True)) as connection:
        people = connection.execute(
            select(NOUNS["residents"].table.c.resident_id).where(
                NOUNS["residents"].table.c.municipality_id == "kawabe",
                NOUNS["residents"].table.c.sharing == "consent",
            )
        ).scalars().all()[:2]  # fmt: skip
        table = NOUNS["residents"].table
        connection.execute(
            update(table).where(table.c.municipality_id == "kawabe", table.c.resident_id.in_(people))
            .values(sharing="support_conference")
        )  # fmt: skip
        worker = desks["participation_worker"].user_id
        admin = desks["coordinator"].user_id
        mine = {"municipality_id": "kawabe", "meeting_id": "m1"}
        connection.execute(
            insert(table_of(Meeting)).values(
                **mine, position=1, kind="support_conference", on_day="2026-11-23", sealed="", version=1, changed_at="x"
            )
        )
        for user in (worker, admin):
            connection.execute(insert(table_of(Member)).values(**mine, user_id=user))
        connection.execute(insert(table_of(Case)).values(**mine, resident_id=people[0]))
        from api.store.tables import Access

        connection.execute(
            insert(table_of(Access)).values(**mine, resident_id=people[0], user_id=worker, basis="conference")
        )
    outside = asked(desks["admin"], room="support_conference", meeting_id="m1")
    assert outside.status_code == 422
    told = asked(desks["coordinator"], room="support_conference", meeting_id="m1")
    assert told.status_code == 202, told.text
    solved_here(office)
    one = told.json()["round_id"]
    assert desks["admin"].get(f"/v1/rounds/{one}").status_code == 404
    assert one not in desks["admin"].get("/v1/rounds").text
    rows = desks["participation_worker"].get(f"/v1/rounds/{one}/proposals").json()["items"]
    assert {row["proposal"]["resident"] for row in rows} == {people[0]}
    assert desks["admin"].get(f"/v1/rounds/{one}/proposals").status_code == 404


def test_pins_of_a_revision_are_kept(office, desks, the_round):
    desk = desks["admin"]
    proposal = next(
        row for row in desk.get(f"/v1/rounds/{the_round}/proposals?limit=500").json()["items"]
        if len(row["proposal"]["options"]) > 1
    )  # fmt: skip
    other = proposal["proposal"]["options"][1]["opening"]
    body = {"pins": [{"need_id": proposal["need_id"], "opening_id": other}]}
    again = desk.post(f"/v1/rounds/{the_round}:revise", body, Idempotency_Key="r")
    assert again.status_code == 202
    solved_here(office)
    rows = desk.get(f"/v1/rounds/{again.json()['round_id']}/proposals?limit=500").json()["items"]
    assert next(r for r in rows if r["need_id"] == proposal["need_id"])["proposal"]["options"][0]["opening"] == other
    wrong = {"pins": [{"need_id": "nobody", "opening_id": other}]}
    assert desk.post(f"/v1/rounds/{the_round}:revise", wrong, Idempotency_Key="w").status_code == 422


def test_a_job_goes_one_way_and_belongs_to_one_worker(office, desks):
    one = asked(desks["admin"]).json()["round_id"]
    job = claim(office.database, "a")
    assert claim(office.database, "b") is None
    assert hear(office.database, job, {"share": 0.5})
    with office.database.change(job.scope) as connection:
        assert not end(connection, type(job)(**{**{f: getattr(job, f) for f in job.__slots__}, "worker": "b"}), "done")
    desks["admin"].ask("DELETE", f"/v1/rounds/{one}")
    assert not hear(office.database, job, None)
    keep_round(office.database, office.vault, job, None, "cancelled", "")
    assert desks["admin"].get(f"/v1/rounds/{one}").json()["state"] == "cancelled"
    with office.database.change(job.scope) as connection:
        assert not end(connection, job, "done")


def test_a_waiting_round_is_stopped_at_once(desks):
    one = asked(desks["admin"]).json()["round_id"]
    assert desks["admin"].ask("DELETE", f"/v1/rounds/{one}").json()["state"] == "cancelled"


def test_the_jobs_of_a_lost_worker_are_interrupted_and_can_be_asked_for_again(office, desks):
    one = asked(desks["admin"]).json()["round_id"]
    claim(office.database, "lost")
    assert interrupt_lost(office.database) == 0
    with office.database.change(NOBODY) as connection:
        connection.execute(update(JOBS).values(heard_at=ago(LOST_SECONDS + 1)))
    assert interrupt_lost(office.database) == 1
    told = desks["admin"].get(f"/v1/rounds/{one}").json()
    assert (told["state"], told["reason"]) == ("interrupted", "worker_lost")
    again = desks["admin"].post(f"/v1/rounds/{one}:revise", {}, Idempotency_Key="again")
    assert again.json()["state"] == "waiting"


WORKER = (
    "import sys; from api.settings import Settings; from api.jobs.worker import run_worker; "
    "run_worker(Settings(), (sys.argv[1],))"
)


def wait_for(desk, one, states, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        told = desk.get(f"/v1/rounds/{one}").json()
        if told["state"] in states:
            return told
        time.sleep(0.1)
    raise AssertionError(told)


@pytest.fixture
def worker(office, office_url):
    """A real worker with its solver, in processes of their own."""
    env = {**os.environ, "TSUNAGU_DATABASE_URL": office_url, "TSUNAGU_KEYS": KEY}
    process = subprocess.Popen([sys.executable, "-c", WORKER, KEY], env=env)
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def test_a_worker_solves_and_its_progress_is_streamed(office, desks, worker):
    desk = desks["admin"]
    one = asked(desk).json()["round_id"]
    with desk.client.stream("GET", f"/v1/rounds/{one}/events") as stream:
        text = "".join(stream.iter_text())
    assert stream.headers["content-type"].startswith("text/event-stream")
    ids = [int(line[4:]) for line in text.splitlines() if line.startswith("id: ")]
    assert ids == sorted(set(ids)) and len(ids) >= 2
    assert '"state":"done"' in text.replace(" ", "")
    with desk.client.stream("GET", f"/v1/rounds/{one}/events", headers={"Last-Event-ID": str(ids[-1])}) as stream:
        assert "id:" not in "".join(stream.iter_text())
    assert desk.get(f"/v1/rounds/{one}").json()["summary"]["first"] is False
    with office.database.look(Scope("kawabe", "x", None, system=True)) as connection:
        assert audit.verify(connection, "kawabe", [KEY]) == []


SLOW = """
import sys, time
import api.jobs.worker as w
from api.settings import Settings

def slow(database, scope, asked, tell):
    tell("progress", {"step": "first", "share": 0.0})
    time.sleep(600)

def _slow_solver(url, pipe):
    w.SOLVES = {"round": slow}
    solve(url, pipe)

solve, w._solver = w._solver, _slow_solver
if __name__ == "__main__":
    w.run_worker(Settings(), (sys.argv[1],))
"""
"""A worker whose solver never comes to an end by itself."""


@pytest.fixture
def slow_worker(office, office_url, tmp_path):
    """A real worker that is busy until it is stopped, with everything it starts."""
    import psutil

    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    env = {**os.environ, "TSUNAGU_DATABASE_URL": office_url, "TSUNAGU_KEYS": KEY, "PYTHONPATH": str(ROOT)}
    process = psutil.Popen([sys.executable, str(tmp_path / "slow.py"), KEY], env=env)
    yield process
    children = process.children(recursive=True) if process.is_running() else []
    for one in [process, *children]:
        if one.is_running():
            one.kill()
    process.wait(20)


def test_a_killed_solver_is_a_failed_round(desks, slow_worker):
    one = asked(desks["admin"], "a").json()["round_id"]
    wait_for(desks["admin"], one, ("running",))
    for child in slow_worker.children(recursive=True):
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()
    told = wait_for(desks["admin"], one, ("failed",))
    assert told["reason"] == "solver_died"


def test_a_stopped_round_ends_within_a_second(desks, slow_worker):
    desk = desks["admin"]
    one = asked(desk, "a").json()["round_id"]
    wait_for(desk, one, ("running",))
    began = time.monotonic()
    assert desk.ask("DELETE", f"/v1/rounds/{one}").status_code == 202
    wait_for(desk, one, ("cancelled",))
    print(f"stopped in {time.monotonic() - began:.2f} s")
    assert time.monotonic() - began < 5  # a second on a machine of one's own


def test_a_round_of_a_killed_worker_is_interrupted_and_run_again_within_ten_seconds(office, desks, slow_worker):
    desk = desks["admin"]
    one = asked(desk, "a").json()["round_id"]
    wait_for(desk, one, ("running",))
    slow_worker.kill()
    slow_worker.wait(20)
    began = time.monotonic()
    while not interrupt_lost(office.database):  # as every worker that waits for work does
        assert time.monotonic() - began < 10
        time.sleep(0.1)
    told = desk.get(f"/v1/rounds/{one}").json()
    assert (told["state"], told["reason"]) == ("interrupted", "worker_lost")
    again = desk.post(f"/v1/rounds/{one}:revise", {}, Idempotency_Key="again").json()["round_id"]
    solved_here(office)
    assert desk.get(f"/v1/rounds/{again}").json()["state"] == "done"


def test_who_signs_out_hears_no_more_of_a_round(office, desks):
    from api.routes.rounds import events

    desk = desks["admin"]
    one = asked(desk).json()["round_id"]
    unknown = desk.get("/v1/rounds/unknown/events")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert office.desk().get(f"/v1/rounds/{one}/events").status_code == 401

    async def followed():
        async def more():
            return {"type": "http.request"}

        cookies = "; ".join(f"{name}={value}" for name, value in desk.client.cookies.items())
        scope = {"type": "http", "method": "GET", "path": "/", "app": office.app, "query_string": b"",
                 "headers": [(b"cookie", cookies.encode())]}  # fmt: skip
        route = next(r for r in walk(office.app.routes) if getattr(r, "name", "") == "rounds.events")
        stream = events(one, Request({**scope, "route": route}, more), office.service, None)
        first = await anext(stream)
        assert first.data["state"] == "waiting"
        await run_in_threadpool(desk.ask, "DELETE", "/v1/sessions/current")
        return [event async for event in stream]

    assert asyncio.run(followed()) == []


def test_one_worker_ends_when_it_is_told(office, desks):
    asked(desks["admin"])
    run = subprocess.run(
        [sys.executable, "-c", WORKER.replace("(sys.argv[1],))", "(sys.argv[1],), 1)"), KEY],
        env={**os.environ, "TSUNAGU_DATABASE_URL": office.settings.database_url, "TSUNAGU_KEYS": KEY},
        timeout=90, check=False,
    )  # fmt: skip
    assert run.returncode == 0
    assert desks["admin"].get("/v1/rounds").json()["items"][0]["state"] == "done"
    assert callable(run_worker)


def test_a_study_of_the_graph_is_solved_elsewhere_and_names_nobody(office, desks, worker):
    desk = desks["planner"]
    asked_for = desk.post("/v1/studies", {"kind": "graph"}, Idempotency_Key="g")
    assert asked_for.status_code == 202, asked_for.text
    one, until = asked_for.json()["study_id"], time.monotonic() + 60
    while desk.get(f"/v1/studies/{one}").json()["state"] in ("waiting", "running") and time.monotonic() < until:
        time.sleep(0.1)
    told = desk.get(f"/v1/studies/{one}").json()
    assert told["state"] == "done"
    assert told["document"]["findings"]
    people = [p.resident_id for p in small_town().residents]
    assert not any(f'"{person}"' in str(told) for person in people)
    assert [row["study_id"] for row in desk.get("/v1/studies").json()["items"]] == [one]
    assert desks["participation_worker"].get(f"/v1/studies/{one}").status_code == 404


def test_who_is_erased_is_also_taken_out_of_what_rounds_were_asked(office, desks, the_round):
    desk = desks["admin"]
    proposal = a_proposal(desk, the_round)
    resident = desk.get(f"/v1/needs/{proposal['need_id']}").json()["resident_id"]
    pins = {"pins": [{"need_id": proposal["need_id"], "opening_id": proposal["proposal"]["options"][0]["opening"]}]}
    assert desk.post(f"/v1/rounds/{the_round}:revise", pins, Idempotency_Key="r").status_code == 202
    version = desk.get(f"/v1/residents/{resident}").json()["version"]
    assert desk.ask("DELETE", f"/v1/residents/{resident}", version=version).status_code == 204
    with office.database.look(Scope("kawabe", "x", None, system=True)) as connection:
        asked_of = str(connection.execute(select(JOBS.c.asked)).scalars().all())
    assert proposal["need_id"] not in asked_of and resident not in asked_of


def test_a_worker_that_is_told_to_end_in_the_midst_of_a_round_ends_soon_and_says_so(office, desks, worker, monkeypatch):
    from api.jobs.queue import claim as taken

    one = asked(desks["admin"], seconds=3600).json()["round_id"]
    told = wait_for(desks["admin"], one, ("running", "done"))
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    worker.wait(15)
    assert time.monotonic() - began < 15
    last = desks["admin"].get(f"/v1/rounds/{one}").json()
    assert (last["state"], last["reason"]) in (("interrupted", "worker_ended"), ("done", "")) and told
    assert taken(office.database, "next") is None
