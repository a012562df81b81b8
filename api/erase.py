"""Erasing a person: their rows, what hangs on them, and their key; the audit keeps a pseudonym that leads nowhere."""

from sqlalchemy import Table, delete, or_, select, update

from api.changes import forget_need, forget_tours
from api.problems import ProblemError
from api.service import Work
from api.store.database import Database, seeing_everybody
from api.store.register import NOUNS
from api.store.scope import table_of, visible
from api.store.tables import Access, Answered, Case, Identity, Job, PersonKey, PersonNote, Upload

_RESIDENTS = NOUNS["residents"].table
_MENTIONS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (NOUNS["ride_requests"].table, ("resident_id",)),
    (NOUNS["wishes"].table, ("resident_id", "target")),
    (NOUNS["companions"].table, ("resident_id", "other_id")),
    (NOUNS["ties"].table, ("from_id", "to_id")),
    (table_of(PersonNote), ("resident_id",)),
    (table_of(Case), ("resident_id",)),
    (table_of(Identity), ("resident_id",)),
    (table_of(Access), ("resident_id",)),
)
"""Rows that are gone with a person, by the columns that may name them."""


def erase(work: Work, resident_id: str) -> None:
    """Erase one person within a transaction; `forget` afterwards takes the bytes from the file.

    Raises:
        ProblemError: `not_found`.
    """
    town = work.scope.municipality_id
    known = select(_RESIDENTS.c.version).where(visible(_RESIDENTS, work.scope), _RESIDENTS.c.resident_id == resident_id)
    if work.connection.execute(known).first() is None:
        raise ProblemError("not_found")
    work.tell_people([resident_id])
    with seeing_everybody(work.connection, work.scope):
        needs = NOUNS["needs"].table
        mine = (needs.c.municipality_id == town, needs.c.resident_id == resident_id)
        need_ids = work.connection.execute(select(needs.c.need_id).where(*mine)).scalars().all()
        rides = NOUNS["ride_requests"].table
        theirs = (
            rides.c.municipality_id == town,
            or_(rides.c.resident_id == resident_id, rides.c.need_id.in_(need_ids)),
        )
        ride_ids = work.connection.execute(select(rides.c.ride_id).where(*theirs)).scalars().all()
        for ride_id in ride_ids:
            forget_tours(work, "ride_id", ride_id)
        for need_id in need_ids:
            forget_need(work, need_id)
            work.connection.execute(delete(rides).where(rides.c.municipality_id == town, rides.c.need_id == need_id))
        for table, columns in _MENTIONS:
            named = or_(*(table.c[column] == resident_id for column in columns))
            work.connection.execute(delete(table).where(table.c.municipality_id == town, named))
        work.connection.execute(delete(needs).where(*mine))
        _nobodys(work, town, resident_id)
        _unnamed_in_jobs(work, town, {resident_id, *need_ids, *ride_ids})
        for table in (table_of(PersonKey), _RESIDENTS):
            gone = delete(table).where(table.c.municipality_id == town, table.c.resident_id == resident_id)
            work.connection.execute(gone)
        for kept in (table_of(Answered), table_of(Upload)):
            work.connection.execute(delete(kept).where(kept.c.municipality_id == town))


def _nobodys(work: Work, town: str, resident_id: str) -> None:
    """Resources that this person helped with stay, without them."""
    table = NOUNS["resources"].table
    work.connection.execute(
        update(table)
        .where(table.c.municipality_id == town, table.c.resident_id == resident_id)
        .values(resident_id=None, version=table.c.version + 1)
    )


def _unnamed_in_jobs(work: Work, town: str, names: set[str]) -> None:
    """Jobs keep what they were asked, without this person among the cases, the pins and the rides of a call."""
    jobs = table_of(Job)
    mine = jobs.c.municipality_id == town
    for row in work.connection.execute(select(jobs.c.job_id, jobs.c.asked).where(mine)).all():
        cases, pins = row.asked.get("cases", []), row.asked.get("pins", {})
        if names & {*cases, *pins, row.asked.get("need_id", "")}:
            asked = {**row.asked, "need_id": ""} if row.asked.get("need_id", "") in names else row.asked
            asked = {**asked, "cases": [one for one in cases if one not in names]}
            asked["pins"] = {need: opening for need, opening in pins.items() if need not in names}
            work.connection.execute(update(jobs).where(mine, jobs.c.job_id == row.job_id).values(asked=asked))
        call = row.asked.get("call", {})
        told = {"given": [one for one in call.get("given", []) if one["ride_id"] not in names]}
        told |= {name: [one for one in call.get(name, []) if one not in names] for name in ("without", "pinned")}
        if any(told[name] != call.get(name, []) for name in told):
            asked = {**row.asked, "call": {**call, **told}}
            work.connection.execute(update(jobs).where(mine, jobs.c.job_id == row.job_id).values(asked=asked))


def forget(database: Database, thoroughly: bool = False) -> None:
    """Take what was deleted from the files of SQLite: the log is emptied, and `thoroughly` the file written anew.

    PostgreSQL gives its pages free by itself (autovacuum); its backups age out.
    """
    if not database.on_sqlite:
        return
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        if thoroughly:
            raw.execute("VACUUM")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # waits for who is reading, see the busy timeout
