"""A process that forks workers, kills them with SIGKILL in the midst of their work, and looks at what is left.

`python killing.py URL WHAT TIMES SEED`: everything acknowledged must be there, and nothing half done.
"""

import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from select import select as select_ready

from sqlalchemy import func, inspect, select

import api.jobs.queue
from api.backup import back_up
from api.changes import add
from api.erase import erase
from api.folders import TownFolder
from api.jobs.queue import JOBS, ask, claim, hear, interrupt_lost
from api.jobs.rounds import PROPOSALS, ROUNDS, keep_round
from api.jobs.solve import solve_round
from api.routes.decisions import DECISIONS, NewDecision, _decided
from api.service import Caller, Service, Work
from api.settings import Settings
from api.store import audit
from api.store.database import open_database
from api.store.migrate import downgrade, is_current, upgrade
from api.store.register import NOUNS
from api.store.scope import Scope, table_of
from api.store.tables import PersonKey
from api.store.town import load, replace_town
from api.store.vault import Vault
from tests.api.conftest import KAWABE, KEY, read_folder

SYSTEM = Scope("kawabe", "killed", None, system=True)
CALLER = Caller("killed", "kawabe", "admin", None)
VAULT = Vault([KEY])


def service(url):
    settings = Settings(database_url=url, keys=KEY)
    return Service(settings, open_database(url), VAULT, {})


SLOWEST = 60.0
"""Seconds that the first acknowledgement may take on a machine that is busy with other things."""


def killed_after(seconds, work, url, from_first=False):
    """Run `work` in a fork, kill it some time after its start (or its first acknowledgement); what it acknowledged."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        try:
            work(service(url), lambda what: os.write(into, f"{what}\n".encode()))
        except BaseException as error:
            os.write(into, f"!{type(error).__name__} {str(error)[:300]!r}\n".encode())
        finally:
            os._exit(0)
    os.close(into)
    if from_first:
        select_ready([out], [], [], SLOWEST)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(out) as told:
        lines = told.read().split()
    assert not [line for line in lines if line.startswith("!")], lines
    return lines


def chain_is_whole(opened):
    with opened.database.look(SYSTEM) as connection:
        assert audit.verify(connection, "kawabe", [KEY]) == []


class Import:
    """A whole town replaced again and again, each time marked in every resource."""

    def __init__(self, url):
        self.base = read_folder(KAWABE)

    def work(self, opened, told):
        for at in range(10**6):
            town = self.base.community
            marked = tuple(replace(one, name=f"v{at}") for one in town.resources)
            folder = TownFolder(replace(town, resources=marked), {**self.base.files, "mark": str(at).encode()})
            with opened.database.change(SYSTEM) as connection:
                replace_town(connection, SYSTEM, folder, VAULT)
                audit.record(connection, SYSTEM, [KEY], "town.import", [])
            told(at)

    def look(self, opened, acknowledged):
        with opened.database.look(SYSTEM) as connection:
            folder = load(connection, SYSTEM)
        marks = {one.name for one in folder.community.resources}
        if acknowledged:
            at = int(folder.files["mark"])
            assert marks == {f"v{at}"} and at in (int(acknowledged[-1]), int(acknowledged[-1]) + 1)
        assert len(marks) == 1 or "mark" not in folder.files


class Accept:
    """Proposals accepted one after another."""

    def work(self, opened, told):
        with opened.database.look(SYSTEM) as connection:
            waiting = connection.execute(
                select(PROPOSALS.c.proposal_id).where(PROPOSALS.c.state == "proposed")
            ).scalars()
            waiting = [one for one in waiting if one.startswith("pq")]
        for one in waiting:
            with opened.change(CALLER, "decisions.create") as work:
                seeing = Work(work.connection, SYSTEM, work.operation, VAULT)
                _decided(seeing, one, NewDecision(kind="accept", opening_id="busy"))
            told(one)

    def look(self, opened, acknowledged):
        with opened.database.look(SYSTEM) as connection:
            states = dict(connection.execute(select(PROPOSALS.c.proposal_id, PROPOSALS.c.state)).tuples().all())
            decided = set(connection.execute(select(DECISIONS.c.proposal_id)).scalars())
            held = set(connection.execute(select(NOUNS["placements"].table.c.need_id)).scalars())
        assert all(states[one] == "accepted" for one in acknowledged)
        for one, state in states.items():
            if one.startswith("pq"):
                assert (state == "accepted") == (one in decided) == (f"n{one[1:]}" in held), one


class Erase:
    """People erased one after another."""

    def work(self, opened, told):
        people = NOUNS["residents"].table
        with opened.database.look(SYSTEM) as connection:
            ids = connection.execute(select(people.c.resident_id).where(people.c.municipality_id == "kawabe")).scalars()
            ids = [one for one in ids if one.startswith("q")]
        for one in ids:
            with opened.database.change(SYSTEM) as connection:
                erase(Work(connection, SYSTEM, "residents.delete", VAULT), one)
            told(one)

    def look(self, opened, acknowledged):
        keys, needs, people = table_of(PersonKey), NOUNS["needs"].table, NOUNS["residents"].table
        with opened.database.look(SYSTEM) as connection:
            has = [
                {one for one in connection.execute(select(table.c.resident_id)).scalars() if one.startswith("q")}
                for table in (keys, needs, people)
            ]
        assert has[0] == has[1] == has[2]
        assert not has[0] & set(acknowledged)


class Write:
    """Rows added one after another."""

    def work(self, opened, told):
        for _ in range(10**6):
            with opened.change(CALLER, "organisations.create") as work:
                body = {"organisation_id": None, "name": "会", "sector": "npo", "area_id": ""}
                row = add(work, NOUNS["organisations"], body)
            told(row["organisation_id"])

    def look(self, opened, acknowledged):
        table = NOUNS["organisations"].table
        with opened.database.look(SYSTEM) as connection:
            there = set(connection.execute(select(table.c.organisation_id)).scalars())
        assert set(acknowledged) <= there


class Migrate:
    """Tables made and taken away."""

    chain = False

    def work(self, opened, told):
        for at in range(10**6):
            (downgrade if is_current(opened.database) else upgrade)(opened.database)
            told(at)

    def look(self, opened, acknowledged):
        there = set(inspect(opened.database.engine).get_table_names()) - {"alembic_version"}
        assert not there or is_current(opened.database), len(there)
        assert bool(there) == is_current(opened.database)


class Backup:
    """Backups while nothing else happens; the file is whole, or not there."""

    def __init__(self, url):
        self.to = Path(url.removeprefix("sqlite:///")).with_name("backup.db")

    def work(self, opened, told):
        for at in range(10**6):
            back_up(opened, self.to)
            told(at)

    def look(self, opened, acknowledged):
        assert self.to.exists() or not acknowledged
        if self.to.exists():
            copy = service(f"sqlite:///{self.to}")
            chain_is_whole(copy)
            copy.database.engine.dispose()


class Solve:
    """Rounds solved; the worker dies with them."""

    def work(self, opened, told):
        for _ in range(10**6):
            with opened.change(CALLER, "rounds.create") as work:
                asked = ask(work, "round", {"room": "consent"}, time.time_ns() // 1000)
                work.tell([asked])
            job = claim(opened.database, str(os.getpid()))
            out = []
            solve_round(opened.database, job.scope, job.asked, lambda _kind, value, out=out: out.append(value))
            hear(opened.database, job, {})
            keep_round(opened.database, VAULT, job, out[-1], "done", "")
            told(job.job_id)

    def look(self, opened, acknowledged):
        api.jobs.queue.LOST_SECONDS = 0
        time.sleep(0.01)
        interrupt_lost(opened.database)
        with opened.database.look(SYSTEM) as connection:
            states = dict(connection.execute(select(JOBS.c.job_id, JOBS.c.state)).tuples().all())
            rounds = set(connection.execute(select(ROUNDS.c.round_id)).scalars())
            counted = select(PROPOSALS.c.round_id, func.count()).group_by(PROPOSALS.c.round_id)
            proposals = dict(connection.execute(counted).tuples().all())
        states.pop("r1", None), rounds.discard("r1"), proposals.pop("r1", None)
        assert all(states[one] == "done" for one in acknowledged)
        assert "running" not in states.values()
        assert {one for one, state in states.items() if state == "done"} == rounds == set(proposals)
        assert len(set(proposals.values())) <= 1


WORKS = {"import": Import, "accept": Accept, "erase": Erase, "write": Write, "migrate": Migrate, "backup": Backup,
         "solve": Solve}  # fmt: skip


def main(url, what, times, seed):
    chance, kind = random.Random(int(seed)), WORKS[what]
    if what == "solve":
        from matching import provider, read_town, rulebook
        from matching.propose import Wanted, propose

        town = read_town(KAWABE)  # everything that solving loads is loaded once, before the forks
        propose(town, rulebook(town.info.rulebook, KAWABE), provider(town.info.travel, KAWABE), Wanted())
    work = kind(url) if what in ("import", "backup") else kind()
    longest = {"solve": 3.5, "import": 1.0, "migrate": 1.2}.get(what, 0.5)
    done = 0
    for at in range(int(times)):  # each second one is sure to be killed after something was acknowledged
        acknowledged = killed_after(chance.uniform(0.03, longest), work.work, url, from_first=at % 2 == 1)
        done += len(acknowledged)
        opened = service(url)
        work.look(opened, acknowledged)
        if what != "migrate":
            chain_is_whole(opened)
        opened.database.engine.dispose()
    print(times, done)


if __name__ == "__main__":
    main(*sys.argv[1:])
