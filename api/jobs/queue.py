"""The table of jobs: waiting -> running -> done, cancelled, failed or interrupted; never another way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from api.security.sign_in import ago
from api.service import Work
from api.store.database import Database, new_id, now
from api.store.scope import NOBODY, Scope, table_of
from api.store.tables import Job

JOBS = table_of(Job)
LOST_SECONDS = 8
"""A worker that was not heard of for so long is gone."""
ENDED = ("done", "cancelled", "failed", "interrupted")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that a worker has taken."""

    municipality_id: str
    job_id: str
    kind: str
    asked: Mapping[str, Any]
    user_id: str
    worker: str

    @property
    def scope(self) -> Scope:
        """The whole town, in the name of who asked."""
        return Scope(self.municipality_id, self.user_id, None, system=True)


def ask(work: Work, kind: str, asked: Mapping[str, Any], position: int) -> str:
    """A new job; returns its identifier."""
    job_id = new_id()
    row: dict[str, Any] = {
        "municipality_id": work.scope.municipality_id,
        "job_id": job_id,
        "kind": kind,
        "asked": dict(asked),
    }
    row |= {"user_id": work.scope.user_id, "state": "waiting", "position": position, "made_at": now(), "seq": 0}
    row |= {
        "asked": dict(asked),
        "progress": {},
        "cancel": False,
        "reason": "",
        "began_at": "",
        "ended_at": "",
        "heard_at": "",
    }
    row["worker"] = ""
    work.connection.execute(insert(JOBS).values(**row))
    return job_id


def claim(database: Database, worker: str) -> Claimed | None:
    """The job that waits longest, for this worker alone; None where nothing waits."""
    with database.change(NOBODY) as connection:
        found = select(JOBS).where(JOBS.c.state == "waiting").order_by(JOBS.c.made_at).limit(1)
        row = connection.execute(found.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        taken = {"state": "running", "worker": worker, "began_at": now(), "heard_at": now(), "seq": row.seq + 1}
        connection.execute(update(JOBS).where(_is(row.municipality_id, row.job_id)).values(taken))
        return Claimed(row.municipality_id, row.job_id, row.kind, row.asked, row.user_id, worker)


def hear(database: Database, job: Claimed, progress: Mapping[str, Any] | None) -> bool:
    """The worker lives, and this is how far it is; False where the job is no longer its own, or is to stop."""
    with database.change(NOBODY) as connection:
        mine = _is(job.municipality_id, job.job_id) & (JOBS.c.worker == job.worker) & (JOBS.c.state == "running")
        new: dict[str, Any] = {"heard_at": now()}
        if progress is not None:
            new |= {"progress": dict(progress), "seq": JOBS.c.seq + 1}
        told = connection.execute(update(JOBS).where(mine).values(new).returning(JOBS.c.cancel)).one_or_none()
        return told is not None and not told.cancel


def end(connection: Connection, job: Claimed, state: str, reason: str = "") -> bool:
    """The job ends, within the transaction that keeps its result; False where it is no longer this worker's."""
    mine = _is(job.municipality_id, job.job_id) & (JOBS.c.worker == job.worker) & (JOBS.c.state == "running")
    new = {"state": state, "reason": reason, "ended_at": now(), "seq": JOBS.c.seq + 1}
    return bool(connection.execute(update(JOBS).where(mine).values(new)).rowcount)


def interrupt_lost(database: Database) -> int:
    """Jobs whose worker is gone become `interrupted`, and can be asked for again; returns how many."""
    with database.look(NOBODY) as connection:
        lost = (JOBS.c.state == "running", JOBS.c.heard_at < ago(LOST_SECONDS))
        if connection.execute(select(JOBS.c.job_id).where(*lost).limit(1)).first() is None:
            return 0
    with database.change(NOBODY) as connection:
        new = {"state": "interrupted", "reason": "worker_lost", "ended_at": now(), "seq": JOBS.c.seq + 1}
        return int(connection.execute(update(JOBS).where(*lost).values(new)).rowcount)


def cancel(work: Work, job_id: str) -> None:
    """A waiting job ends now; a running one is told to stop and keeps its best plan so far."""
    mine = _is(work.scope.municipality_id, job_id)
    over = {"state": "cancelled", "ended_at": now(), "seq": JOBS.c.seq + 1}
    if not work.connection.execute(update(JOBS).where(mine, JOBS.c.state == "waiting").values(over)).rowcount:
        work.connection.execute(update(JOBS).where(mine, JOBS.c.state == "running").values(cancel=True))


def _is(municipality_id: str, job_id: str) -> Any:
    return (JOBS.c.municipality_id == municipality_id) & (JOBS.c.job_id == job_id)
