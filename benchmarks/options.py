"""What-if for one need: its best options and what each would cost others, asked in a town of 2,000 needs.

`python -m benchmarks.options --again 8` decides the whole town anew for every place that some needs could take, one
place after the other, and lays the ranking that comes out beside the one that is shown: minutes of work for each need.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import insert, select

from api.app import create_app
from api.folders import TownFolder
from api.jobs.queue import claim
from api.jobs.rounds import PROPOSALS, keep_round
from api.jobs.solve import solve_round
from api.security.sign_in import COOKIE, USERS, begin_session
from api.serve import add_account, add_town
from api.settings import Settings
from api.store.database import now
from api.store.migrate import upgrade
from api.store.scope import NOBODY, Scope, table_of
from api.store.tables import Job
from benchmarks.api import Asking
from benchmarks.report import write_section
from matching import provider, rulebook
from matching.assignment.fewer import solve_with_fewer
from matching.assignment.prices import IMPOSSIBLE
from matching.assignment.problem import Budget, Choice, TieredProblem
from matching.errors import NoAnswerError
from matching.explain.costs import costs
from matching.explain.options import shown
from matching.propose import Wanted, decided
from matching.synthetic import generate

NEEDS, ASKED = 2_000, 300
SEED = 7
TOWN = Scope("town", "bench", None, system=True)


def solved(folder: Path) -> tuple[Asking, float]:
    """The service with a solved round of a generated town, an admin who is signed in, and the CPU seconds it took."""
    settings = Settings(database_url=f"sqlite:///{folder / 'town.db'}", keys=SecretStr(Fernet.generate_key().decode()))
    app = create_app(settings)
    service = app.state.service
    upgrade(service.database)
    add_town(service, "town", TownFolder(generate(NEEDS, SEED)), "bench")
    add_account(service, "town", "admin", "admin", [])
    row = {"municipality_id": "town", "position": 1, "job_id": "r", "kind": "round", "asked": {"room": "consent"},
           "user_id": "bench", "state": "waiting", "progress": {}, "made_at": now(), "cancel": False,
           "seq": 1}  # fmt: skip
    with service.database.change(TOWN) as connection:
        empty = dict.fromkeys(("reason", "began_at", "ended_at", "heard_at", "worker"), "")
        connection.execute(insert(table_of(Job)), {**row, **empty})
    job, said = claim(service.database, "bench"), list[Any]()
    assert job is not None
    began = time.process_time()
    solve_round(service.database, job.scope, job.asked, lambda _kind, value: said.append(value))
    spent = time.process_time() - began
    keep_round(service.database, service.vault, job, said[-1], "done", "")
    with service.database.change(NOBODY) as connection:
        signed = begin_session(connection, connection.execute(select(USERS)).one())
    return Asking(app, {"cookie": f"{COOKIE}={signed.cookie}", "x-csrf-token": signed.caller.csrf}), spent


async def asked(ours: Asking, needs: list[str]) -> tuple[list[float], list[float]]:
    """CPU and wall milliseconds of asking for the options of each need, sorted."""
    cpu, wall = list[float](), list[float]()
    for need in needs:
        began, since = time.process_time(), time.perf_counter()
        status, body = await ours.ask("GET", f"/v1/needs/{need}/options")
        cpu.append(1000 * (time.process_time() - began))
        wall.append(1000 * (time.perf_counter() - since))
        assert status == 200, body[:300]
    return sorted(cpu), sorted(wall)


@dataclass
class Beside:
    """What is shown beside what deciding the whole town again says."""

    needs: int = 0
    places: int = 0
    same: int = 0
    less: int = 0
    more: int = 0
    not_shown: int = 0
    first: int = 0
    order: int = 0
    bettered: int = 0
    seconds: float = 0.0


def decided_again(many: int) -> Beside:
    """For so many needs, each place they could take: the plan with it, all others free, against the cost that is told.

    Cars are left as they were agreed: a place that needs a new ride is judged by the matching alone.
    """
    town = generate(NEEDS, SEED)
    agreed = decided(town, rulebook(town.info.rulebook), provider(town.info.travel, Path()), Wanted())
    posed, choice = agreed.posed, agreed.choice
    problem, found, out = posed.problem, costs(posed, choice), Beside()
    of_need, tops = problem.need[found.pairs], shown(posed, found)
    several = np.unique(of_need)
    began = time.process_time()
    for need in several[:: max(1, len(several) // many)][:many]:
        at = np.flatnonzero(of_need == need)
        lost = {int(k): _lost_again(problem, choice, int(found.pairs[k])) for k in at}
        out.bettered += sum(one is not None and one < [0] * problem.tiers for one in lost.values())
        for k, one in lost.items():
            told = None if found.lost[0, k] == IMPOSSIBLE else found.lost[:, k].tolist()
            out.places += one is not None or told is not None
            out.same += one is not None and told == one
            out.not_shown += one is not None and told is None
            out.less += one is not None and told is not None and one < told
            out.more += told is not None and (one is None or one > told)
        ranked = sorted((k for k in lost if lost[k] is not None), key=lambda k: (lost[k], k))
        first = [lost[int(k)] for k in tops[need]]
        out.needs += 1
        out.first += bool(ranked) == bool(first) and (not ranked or first[0] == lost[ranked[0]])
        out.order += first == [lost[k] for k in ranked[: len(first)]]
    out.seconds = time.process_time() - began
    return out


def _lost_again(problem: TieredProblem, choice: Choice, pair: int) -> list[int] | None:
    """What the whole loses in each tier where the need can go nowhere else; None where no way was found."""
    kept = np.flatnonzero((problem.need != problem.need[pair]) | (np.arange(len(problem.need)) == pair))
    try:
        again = solve_with_fewer(problem, choice, kept.astype(np.int32), Budget(60, brisk=True))
    except NoAnswerError:
        return None
    lost: list[int] = (choice.value - again.value).tolist()
    return lost


def told_again(found: Beside) -> str:
    """The comparison in words."""
    return (
        f"{found.needs} needs, {found.places} places that they could take instead, the whole town decided again for "
        f"each ({found.seconds:.0f} CPU s). The plan of this town is not proven: neither answer is the last word.\n\n"
        "| the cost that is told, beside deciding again | places |\n|---|---|\n"
        f"| the same in every tier | {found.same} |\n"
        f"| deciding again finds a cheaper way for the others | {found.less} |\n"
        f"| deciding again finds none as cheap | {found.more} |\n"
        f"| told as impossible, yet deciding again finds a way | {found.not_shown} |\n\n"
        f"The first alternative is as good as the best of deciding again for {found.first} of {found.needs} needs, all "
        f"that are shown stand in its order for {found.order}. {found.bettered} of the plans decided again were better "
        "than the plan itself.\n"
    )


def main() -> None:
    """Measure and write the section, or with `--again` the one of deciding again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", type=int, metavar="NEEDS", help="decide again for so many needs")
    many = parser.parse_args().again
    if many:
        beside = told_again(decided_again(many))
        print(beside)
        write_section("options decided again", beside)
        return
    with tempfile.TemporaryDirectory() as name:
        ours, spent = solved(Path(name))
        with ours.app.state.service.database.look(TOWN) as connection:
            rows = connection.execute(select(PROPOSALS.c.need_id, PROPOSALS.c.body)).all()
        several = [row.need_id for row in rows if len(row.body["ja"]["options"]) > 1]
        options = [option for row in rows for option in row.body["ja"]["options"]]
        cpu, wall = asyncio.run(asked(ours, several[:: max(1, len(several) // ASKED)][:ASKED]))
    at = int(len(cpu) * 0.95)
    exact = sum(option["exact"] for option in options)
    told = (
        f"A generated town of {NEEDS:,} needs. One round costs {spent:.0f} CPU s and answers what every option of "
        "every need would cost everybody else; asking for one need reads it. The goal is 300 ms at p95.\n\n"
        f"| {len(cpu)} needs asked one by one | median ms | p95 ms |\n|---|---|---|\n"
        f"| CPU | {statistics.median(cpu):.1f} | {cpu[at]:.1f} |\n"
        f"| wall clock, beside other work | {statistics.median(wall):.1f} | {wall[at]:.1f} |\n\n"
        f"Of {len(options):,} options the cost of {exact:,} is exact, that of the others a bound that says so. That "
        "an exact cost is the one of solving anew is tried on small towns (tests/test_propose.py); here, see below.\n"
    )
    print(told)
    write_section("options", told)


if __name__ == "__main__":
    main()
