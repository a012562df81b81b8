"""Retention: what is past its time goes, on the day that is told; what is kept for how long stands in one table."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import delete, select

from api.jobs.queue import ENDED, JOBS
from api.jobs.rounds import DOCUMENTS, PROPOSALS, ROUNDS, TOUR_RIDES
from api.law_answers import LAW_ANSWERS
from api.notes import NOTES
from api.security.sign_in import ATTEMPTS, SESSIONS, TOKENS
from api.service import Service
from api.store import audit
from api.store.scope import NOBODY, Scope, table_of
from api.store.tables import Answered, Upload
from api.store.town import municipalities

DAYS: Mapping[str, int] = {
    "sessions": 2,
    "sign_in_attempts": 1,
    "answered": 1,
    "uploads": 1,
    "rounds": 400,
    "person_notes": 5 * 366,
    "law_answers": 400,
}
"""Days that each is kept; `rounds` are all jobs, studies and tours too.

Notes about persons: five years after the day they are of (records of social work)."""

OF_A_JOB = (
    (PROPOSALS, "round_id"),
    (ROUNDS, "round_id"),
    (TOUR_RIDES, "tours_id"),
    (DOCUMENTS, "document_id"),
    (JOBS, "job_id"),
)
"""What goes with a job, and the column that says whose it is."""


def retain(service: Service, today: date) -> Mapping[str, int]:
    """Delete what is past its time, town by town, each with an entry in the audit; returns how much of what."""
    before = _before(today)
    done = dict.fromkeys((*DAYS, "tokens"), 0)
    with service.database.change(NOBODY) as connection:
        for what, table, column in (("sessions", SESSIONS, "begun_at"), ("sign_in_attempts", ATTEMPTS, "at")):
            done[what] += connection.execute(delete(table).where(table.c[column] < before[what])).rowcount
        done["tokens"] += connection.execute(delete(TOKENS).where(TOKENS.c.until < today.isoformat())).rowcount
    for town in municipalities(service.database):
        for what, count in retain_town(service, town, today).items():
            done[what] += count
    return done


def _before(today: date) -> Mapping[str, str]:
    return {what: (today - timedelta(days=days)).isoformat() for what, days in DAYS.items()}


def retain_town(service: Service, town: str, today: date, who: str = "command-line") -> Mapping[str, int]:
    """The same for one town, by whoever asks for it; accounts and their sessions are no town's alone."""
    before = _before(today)
    scope, answered, uploads = Scope(town, who, None, system=True), table_of(Answered), table_of(Upload)
    with service.database.change(scope) as connection:
        old = (JOBS.c.municipality_id == town, JOBS.c.made_at < before["rounds"], JOBS.c.state.in_(ENDED))
        rounds = connection.execute(select(JOBS.c.job_id).where(*old)).scalars().all()
        for table, column in OF_A_JOB:
            for one in rounds:
                connection.execute(delete(table).where(table.c.municipality_id == town, table.c[column] == one))
        kept = {
            "answered": (answered, "at"), "uploads": (uploads, "at"), "person_notes": (NOTES, "on_day"),
            "law_answers": (LAW_ANSWERS, "on_day"),
        }  # fmt: skip
        done = {
            what: connection.execute(
                delete(table).where(table.c.municipality_id == town, table.c[column] < before[what])
            ).rowcount
            for what, (table, column) in kept.items()
        }
        done["rounds"] = len(rounds)
        audit.record(connection, scope, service.vault.keys, "retention.run", [], dict(done))
    return done
