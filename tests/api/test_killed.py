"""kill -9 in the midst of everything: what was acknowledged is there, nothing is half done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from api.store.register import NOUNS
from api.store.scope import Scope
from tests.api.servers import ROOT
from tests.api.test_under_load import again, prepare

TIMES = int(os.environ.get("TSUNAGU_SOAK", "1"))
KILLS = {"import": 8, "accept": 9, "erase": 8, "migrate": 9, "backup": 16, "solve": 8, "write": 5}
"""Kills of each on each database: of the first six a hundred in all, of the last ten more."""


@pytest.mark.parametrize("what", KILLS)
def test_killed_while(what, office, office_url, kawabe):
    if what == "backup" and not office.database.on_sqlite:
        pytest.skip("pg_dump makes the copy there")
    if what in ("accept", "erase"):
        prepare(office, kawabe)
        again(office, 1000)
    if what == "migrate":  # a step down is refused while hours are not known
        openings = NOUNS["openings"].table
        told = update(openings).where(openings.c.weekday.is_(None)).values(weekday="wed", start="09:00", end="10:00")
        for town in ("kawabe", "other"):
            with office.database.change(Scope(town, "tests", None, system=True)) as connection:
                assert connection.execute(told.where(openings.c.municipality_id == town)).rowcount == 1
    office.database.engine.dispose()
    run = [sys.executable, str(Path(__file__).with_name("killing.py")), office_url, what, str(KILLS[what] * TIMES), "7"]
    done = subprocess.run(run, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
                          timeout=300 * TIMES, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    kills, acknowledged = map(int, done.stdout.split())
    assert kills == KILLS[what] * TIMES and acknowledged > 0
