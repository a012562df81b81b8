"""Many at once, against real processes: the last place is given once, whoever asks, however often."""

import os
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update

from api.folders import read_folder
from api.jobs.rounds import PROPOSALS, ROUNDS
from api.security.sign_in import TOKENS, digest
from api.settings import Settings
from api.store.database import now
from api.store.migrate import upgrade
from api.store.register import NOUNS
from api.store.scope import NOBODY, Scope, table_of
from api.store.tables import Decision, Job
from api.store.town import add_municipality, replace_town
from matching.domain import Sharing
from tests.api.conftest import KAWABE, KEY, Office
from tests.api.servers import serving

MANY = 200
TIMES = int(os.environ.get("TSUNAGU_SOAK", "3"))
"""How often each number of places is tried: three times in `make test`, more in `make soak`."""
SCOPE = Scope("kawabe", "maker", None, system=True)
OPENING, OTHER = "busy", "calm"
HELD = NOUNS["placements"].table


def prepare(office, kawabe):
    """Two hundred people with a proposal each, all for one opening, which has so many places."""
    base, need = kawabe.residents[0], kawabe.needs[0]
    template = kawabe.openings[0]
    with office.database.change(SCOPE) as connection:
        for at in range(MANY):
            person = f"q{at}"
            rows = {"residents": replace(base, resident_id=person, sharing=Sharing.CONSENT),
                    "needs": replace(need, need_id=f"nq{at}", resident_id=person)}  # fmt: skip
            for name, thing in rows.items():
                row = {**NOUNS[name].stored(thing), "municipality_id": "kawabe", "position": 10**8 + at}
                connection.execute(insert(NOUNS[name].table).values(**row, version=1, changed_at="x"))
        office.vault.add_people(connection, SCOPE, [f"q{at}" for at in range(MANY)])
        for at, name in enumerate((OPENING, OTHER)):
            row = {**NOUNS["openings"].stored(replace(template, opening_id=name)), "municipality_id": "kawabe"}
            connection.execute(
                insert(NOUNS["openings"].table).values(**row, position=10**8 + at, version=1, changed_at="x")
            )
        mine = {"municipality_id": "kawabe", "position": 10**8}
        connection.execute(
            insert(table_of(Job)).values(
                **mine, job_id="r1", kind="round", asked={"room": "consent"}, user_id="maker", state="done",
                progress={}, made_at=now(), cancel=False, seq=1, reason="", began_at="", ended_at="", heard_at="",
                worker="",
            )
        )  # fmt: skip
        connection.execute(
            insert(ROUNDS).values(
                **mine, round_id="r1", room="consent", meeting_id="", inputs_digest="", summary={}, made_at=now()
            )
        )
        options = [{"rank": 1, "opening": OPENING}, {"rank": 2, "opening": OTHER}]
        body = {"ja": {"options": options}, "en": {"options": options}}
        for at in range(MANY):
            connection.execute(
                insert(PROPOSALS).values(
                    municipality_id="kawabe", proposal_id=f"pq{at}", round_id="r1", need_id=f"nq{at}",
                    position=10**8 + at, state="proposed", version=1, body=body,
                )
            )  # fmt: skip


def again(office, capacity):
    """Everything as before the first accept, with another number of places."""
    table = NOUNS["openings"].table
    with office.database.change(SCOPE) as connection:
        connection.execute(
            delete(HELD).where(HELD.c.municipality_id == "kawabe", HELD.c.opening_id.in_((OPENING, OTHER)))
        )
        connection.execute(delete(table_of(Decision)))
        connection.execute(update(PROPOSALS).values(state="proposed", version=1))
        from api.store.tables import Answered

        connection.execute(delete(table_of(Answered)))
        new = {"capacity": capacity, "comfortable_load": capacity, "attending": 0}
        connection.execute(update(table).where(table.c.opening_id == OPENING).values(**new))


def a_token(office, user_id):
    value = "t" * 43
    with office.database.change(SCOPE) as connection:
        connection.execute(
            insert(TOKENS).values(
                token_id="t", token_digest=digest(value), user_id=user_id, label="load", scopes=["decisions.*"],
                begun_at=now(), until="9999",
            )
        )  # fmt: skip
    return value


def accept_all(base, token):
    """Two hundred accepts from four processes; how many got which answer."""
    script = Path(__file__).with_name("accepting.py")
    shares = [[f"pq{at}" for at in range(MANY) if at % 4 == share] for share in range(4)]

    def one(proposals):
        run = [sys.executable, str(script), base, token, OPENING, *proposals]
        return subprocess.run(run, capture_output=True, text=True, timeout=180, check=True).stdout.splitlines()

    with ThreadPoolExecutor(4) as pool:
        return Counter(line.strip() for lines in pool.map(one, shares) for line in lines)


def held(office):
    with office.database.look(SCOPE) as connection:
        mine = (HELD.c.municipality_id == "kawabe", HELD.c.opening_id == OPENING)
        return connection.execute(select(func.count()).select_from(HELD).where(*mine)).scalar_one()


@pytest.fixture
def crowd(office, desks, kawabe):
    prepare(office, kawabe)
    return a_token(office, desks["admin"].user_id)


def test_the_last_place_is_given_exactly_as_often_as_there_are_places(office, office_url, crowd):
    with serving(office_url) as base:
        for capacity in (1, 3, 10) * TIMES:
            again(office, capacity)
            answers = accept_all(base, crowd)
            assert answers == {"201": capacity, f"409 full {OTHER}": MANY - capacity}
            assert held(office) == capacity


def test_count_then_insert_would_give_the_last_place_more_than_once(office, office_url, crowd):
    if office.database.on_sqlite:
        pytest.skip("SQLite has one writer at a time; the mistake is shown on PostgreSQL")
    with serving(office_url, factory="tests.api.naive_app:naive") as base:
        for _ in range(10):  # a mistake that needs luck to be seen: on a busy machine not every time
            again(office, 1)
            answers = accept_all(base, crowd)
            if held(office) > 1:
                break
        else:
            pytest.fail(f"the place was given once in each of ten tries: {answers}")
    assert answers["201"] > 1


def test_fifty_editors_in_two_processes_make_one_change_a_version(office, office_url, desks):
    import json
    from urllib.error import HTTPError

    where = desks["admin"].post("/v1/organisations", {"name": "会"}).headers["location"]
    key = desks["admin"].post("/v1/tokens", {"label": "x", "scopes": ["organisations.*"], "days": 1}).json()["token"]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def edit(base, version, number):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "If-Match": f'"{version}"'}
        body = json.dumps({"name": f"名{version}-{number}"}).encode()
        try:
            with opener.open(urllib.request.Request(base + where, body, headers, method="PATCH"), timeout=60) as answer:
                return answer.status
        except HTTPError as error:
            return error.code

    with serving(office_url) as base, ThreadPoolExecutor(25) as pool:
        for version in (1, 2, 3):
            codes = Counter(pool.map(lambda number, at=version: edit(base, at, number), range(50)))
            assert codes == {200: 1, 412: 49}
    assert desks["admin"].get(where).json()["version"] == 4


def answer_times(base, many):
    """Seconds of each of so many requests to /health, sorted."""
    opener, took = urllib.request.build_opener(urllib.request.ProxyHandler({})), []
    for _ in range(many):
        began = time.perf_counter()
        with opener.open(f"{base}/health", timeout=60) as answer:
            assert answer.status == 200
        took.append(time.perf_counter() - began)
        time.sleep(0.01)
    return sorted(took)


def p99(times):
    return times[int(len(times) * 0.99)]


def four_rounds(office):
    with office.database.change(SCOPE) as connection:
        for at in range(4):
            row = {"municipality_id": "minato", "job_id": f"j{at}", "position": at, "kind": "round", "state": "waiting",
                   "asked": {"room": "consent", "seconds": 600}, "user_id": "maker", "progress": {}, "cancel": False,
                   "made_at": now(), "seq": 0, "reason": "", "began_at": "", "ended_at": "", "heard_at": "",
                   "worker": ""}  # fmt: skip
            connection.execute(insert(table_of(Job)).values(**row))


def states(office):
    with office.database.look(NOBODY) as connection:
        jobs = table_of(Job)
        return Counter(connection.execute(select(jobs.c.state).where(jobs.c.municipality_id == "minato")).scalars())


def test_health_answers_at_once_while_four_rounds_of_a_large_town_are_solved(tmp_path):
    """Within 50 ms at p99. On a machine that also does other things, in one of several minutes' parts."""
    path = tmp_path / "minato.db"
    path.touch(0o600)
    url = f"sqlite:///{path}"
    office = Office(Settings(database_url=url, keys=KEY))
    upgrade(office.database)
    scope = Scope("minato", "maker", None, system=True)
    with office.database.change(scope) as connection:
        folder = read_folder(KAWABE.parent / "minato")
        add_municipality(connection, "minato", folder.community.info, office.vault)
        replace_town(connection, scope, folder, office.vault)
    env = {**os.environ, "TSUNAGU_DATABASE_URL": url, "TSUNAGU_KEYS": KEY}
    with serving(url, processes=1) as base:
        alone = p99(answer_times(base, 200))
        four_rounds(office)
        workers = [subprocess.Popen([sys.executable, "-m", "api.jobs"], env=env) for _ in range(4)]
        try:
            until = time.monotonic() + 120
            while states(office)["running"] < 4 and time.monotonic() < until:
                time.sleep(0.2)
            assert states(office)["running"] == 4
            busy = [p99(answer_times(base, 200))]
            while busy[-1] > 0.050 and len(busy) < 12 and states(office)["running"] == 4:
                busy.append(p99(answer_times(base, 200)))
            assert states(office)["running"] > 0
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait(60)
    office.database.engine.dispose()
    print(f"/health p99: {1000 * alone:.1f} ms alone, {[round(1000 * one, 1) for one in busy]} ms with four solves")
    assert min(busy) <= 0.050
