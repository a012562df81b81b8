"""What-if for one need: its best options and what each would cost others, asked in a town of 2,000 needs."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import insert, select

from api.app import create_app
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
from api.store.town import TownFolder
from benchmarks.api import Asking
from benchmarks.report import write_section
from matching.synthetic import generate

NEEDS, ASKED = 2_000, 300
TOWN = Scope("town", "bench", None, system=True)


def solved(folder: Path) -> tuple[Asking, float]:
    """The service with a solved round of a generated town, an admin who is signed in, and the CPU seconds it took."""
    settings = Settings(database_url=f"sqlite:///{folder / 'town.db'}", keys=SecretStr(Fernet.generate_key().decode()))
    app = create_app(settings)
    service = app.state.service
    upgrade(service.database)
    add_town(service, "town", TownFolder(generate(NEEDS, 7)), "bench")
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


def main() -> None:
    """Measure and write the section."""
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
        f"Of {len(options):,} options the cost of {exact:,} is exact, that of the others a bound that says so. That an "
        "exact cost is the one of solving anew is tried on small towns (tests/test_propose.py), not on this one.\n"
    )
    print(told)
    write_section("options", told)


if __name__ == "__main__":
    main()
