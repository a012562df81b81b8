"""The worker: takes jobs, hands them to a warm solver in a process of its own, and keeps what comes of them.

The solver may be killed at any moment: to stop a round, at its deadline, or by the machine. The worker lives on, keeps
the first plan where there is one, and says what happened. A worker that dies leaves its job `interrupted`.
"""

import logging
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from types import FrameType
from typing import Any

from api.edge import told as told_error
from api.jobs.queue import Claimed, claim, hear, interrupt_lost
from api.jobs.rounds import ALONE, keep_document, keep_round, keep_tours
from api.jobs.solve import SOLVES
from api.settings import Settings
from api.store.database import Database, new_id, open_database
from api.store.vault import Vault

LOG = logging.getLogger("tsunagu.worker")
PAUSE_SECONDS = 0.2
HEARD_SECONDS = 0.5
GRACE_SECONDS = 60.0
"""Of wall clock beyond twice the CPU seconds asked for: reading the town and explaining take theirs too."""
DEFAULT_SECONDS = 600.0
GIVES_WAY = 10
"""How much nicer a solver is than who answers people: they come first where cores are few."""


@dataclass(slots=True)
class Solver:
    """A process that has loaded the engine and waits for work."""

    url: str
    process: Any = None
    pipe: Any = None

    def warm(self) -> None:
        """Start it, where it is not running."""
        if self.process is None or not self.process.is_alive():
            spawn = multiprocessing.get_context("spawn")
            self.pipe, theirs = spawn.Pipe()
            self.process = spawn.Process(target=_solver, args=(self.url, theirs), daemon=True)
            self.process.start()
            theirs.close()

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None and self.process.is_alive():
            self.process.kill()
        if self.process is not None:
            self.process.join()
        self.process = None


@dataclass(slots=True)
class _Run:
    """One job under way: what the solver told so far."""

    job: Claimed
    deadline: float
    progress: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] | None = None
    outcome: str = ""
    reason: str = ""


def run_worker(settings: Settings, keys: tuple[str, ...], jobs: int | None = None) -> None:
    """Work until the process is told to end (SIGTERM), or for so many jobs."""
    database, vault, name = open_database(settings.database_url), Vault(keys), f"{os.getpid()}-{new_id()}"
    solver, stop = Solver(settings.database_url), _Stop()
    try:
        while not stop.asked and jobs != 0:
            solver.warm()
            interrupt_lost(database)
            job = claim(database, name)
            if job is None:
                time.sleep(PAUSE_SECONDS)
                continue
            _work(database, vault, solver, job, stop)
            jobs = None if jobs is None else jobs - 1
    finally:
        solver.kill()
        database.engine.dispose()


class _Stop:
    """Whether somebody asked this process to end."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def _work(database: Database, vault: Vault, solver: Solver, job: Claimed, stop: "_Stop") -> None:
    asked = float(job.asked.get("seconds") or DEFAULT_SECONDS)
    run = _Run(job, time.monotonic() + asked * 2 + GRACE_SECONDS)
    solver.pipe.send((job.kind, job.scope, dict(job.asked)))
    heard, sent = 0.0, None
    while not run.outcome:
        _listen(solver, run)
        due = time.monotonic() - heard > HEARD_SECONDS
        if due or (run.progress != sent and time.monotonic() - heard > PAUSE_SECONDS):
            heard = time.monotonic()
            goes_on = hear(database, job, run.progress if run.progress != sent else None)
            sent = dict(run.progress)
            if not goes_on and not run.outcome:
                run.outcome = "cancelled"
                solver.kill()
        if stop.asked and not run.outcome:
            run.outcome, run.reason = "interrupted", "worker_ended"
            solver.kill()
        if not run.outcome and time.monotonic() > run.deadline:
            run.outcome, run.reason = "failed", "deadline"
            solver.kill()
    keep = {"round": keep_round, ALONE: keep_round, "tours": keep_tours}.get(job.kind, keep_document)
    keep(database, vault, job, run.plan, run.outcome, run.reason)


def _listen(solver: Solver, run: _Run) -> None:
    """What the solver says within a moment; its death is heard too."""
    try:
        if not solver.pipe.poll(PAUSE_SECONDS / 2):
            return
        kind, value = solver.pipe.recv()
    except (EOFError, OSError):
        solver.kill()
        run.outcome, run.reason = "failed", "solver_died"
        return
    if kind == "progress":
        run.progress = {**run.progress, **value}
    elif kind == "plan":
        run.plan, run.progress = value, {**run.progress, "placed": value["summary"]["placed"]}
    elif kind == "done":
        run.plan, run.outcome = value, "done"
    else:
        run.outcome, run.reason = "failed", str(value)


def _solver(url: str, pipe: Pipe) -> None:
    """The solver's process: everything heavy is loaded first, then it waits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(GIVES_WAY)
    import matching.propose
    import matching.rules
    import matching.travel  # noqa: F401

    database = open_database(url)
    while True:
        try:
            kind, scope, asked = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            SOLVES[kind](database, scope, asked, lambda what, value: pipe.send((what, value)))
        except Exception as error:
            LOG.error("solver %s", told_error(error))
            pipe.send(("failed", type(error).__name__))
