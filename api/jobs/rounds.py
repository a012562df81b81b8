"""A solved round becomes rows: one of the round, one a proposal, and the end of its job, in one transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from api.jobs.queue import Claimed, end
from api.store import audit
from api.store.database import Database, new_id, now
from api.store.register import NOUNS
from api.store.scope import table_of, visible
from api.store.tables import Document, Head, ProposalRow, Round, TourRide
from api.store.vault import Vault
from matching.domain import Sharing

ROUNDS, PROPOSALS, _HEAD = table_of(Round), table_of(ProposalRow), table_of(Head)
DOCUMENTS, TOUR_RIDES = table_of(Document), table_of(TourRide)
ROWS_AT_ONCE = 1_000_000
ALONE = "options"
"""The kind of job that is about one need, whom everybody else gives way to only as far as there is room."""


def keep_round(
    database: Database, vault: Vault, job: Claimed, plan: Mapping[str, Any] | None, outcome: str, reason: str
) -> None:
    """Keep a round and end its job, or only end it where there is no plan; nothing where the job was lost meanwhile."""
    with database.change(job.scope) as connection:
        if not end(connection, job, outcome, reason) or plan is None:
            return
        head = select(_HEAD.c.seq).where(_HEAD.c.municipality_id == job.municipality_id)
        base = (int(connection.execute(head).scalar_one()) + 1) * ROWS_AT_ONCE
        summary = dict(plan["summary"])
        connection.execute(
            insert(ROUNDS).values(
                municipality_id=job.municipality_id, round_id=job.job_id, position=base, room=plan["room"],
                meeting_id=job.asked.get("meeting_id", ""), inputs_digest=plan["inputs_digest"], summary=summary,
                alone=job.kind == ALONE, made_at=now(),
            )
        )  # fmt: skip
        still = _still_shared(connection, job)
        rows = [_row(job, base + at, one) for at, one in enumerate(plan["proposals"]) if one["need"] in still]
        for at in range(0, len(rows), 500):
            connection.execute(insert(PROPOSALS), rows[at : at + 500])
        audit.record(
            connection, job.scope, vault.keys, "rounds.done", [job.job_id], {"outcome": outcome, "proposals": len(rows)}
        )


def keep_document(
    database: Database, vault: Vault, job: Claimed, body: Mapping[str, Any] | None, outcome: str, reason: str
) -> None:
    """Keep what was told of the whole town and end its job."""
    with database.change(job.scope) as connection:
        if end(connection, job, outcome, reason) and body is not None:
            _insert_document(connection, job, body)
            audit.record(connection, job.scope, vault.keys, "studies.done", [job.job_id], {"outcome": outcome})


def keep_tours(
    database: Database, vault: Vault, job: Claimed, plan: Mapping[str, Any] | None, outcome: str, reason: str
) -> None:
    """Keep a plan of tours: its document, and a row of each ride whose person still shares their data."""
    with database.change(job.scope) as connection:
        if not end(connection, job, outcome, reason) or plan is None:
            return
        _insert_document(connection, job, plan["document"])
        mine = {"municipality_id": job.municipality_id, "tours_id": job.job_id}
        shared = _shared_rides(connection, job)
        rows = [{**mine, "ride_id": ride, "body": body} for ride, body in plan["rides"].items() if ride in shared]
        for at in range(0, len(rows), 500):
            connection.execute(insert(TOUR_RIDES), rows[at : at + 500])
        audit.record(connection, job.scope, vault.keys, "tours.done", [job.job_id], {"rides": len(rows)})


def _insert_document(connection: Connection, job: Claimed, body: Mapping[str, Any]) -> None:
    head = select(_HEAD.c.seq).where(_HEAD.c.municipality_id == job.municipality_id)
    base = (int(connection.execute(head).scalar_one()) + 1) * ROWS_AT_ONCE
    row = {"municipality_id": job.municipality_id, "document_id": job.job_id, "kind": job.kind, "made_at": now()}
    connection.execute(insert(DOCUMENTS).values(**row, position=base, body=dict(body)))


def _shared_rides(connection: Connection, job: Claimed) -> frozenset[str]:
    """Rides whose persons agree to be planned for: consent may have ended while it was solved."""
    rides, people = NOUNS["ride_requests"].table, NOUNS["residents"].table
    same = (people.c.municipality_id == rides.c.municipality_id) & (people.c.resident_id == rides.c.resident_id)
    found = select(rides.c.ride_id).join(people, same)
    return frozenset(
        connection.execute(found.where(visible(rides, job.scope), people.c.sharing == str(Sharing.CONSENT))).scalars()
    )


def _row(job: Claimed, position: int, one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "municipality_id": job.municipality_id, "proposal_id": new_id(), "round_id": job.job_id, "version": 1,
        "need_id": one["need"], "position": position, "state": "proposed", "body": {"ja": one["ja"], "en": one["en"]},
        "opening_id": one["ja"]["options"][0]["opening"] if one["ja"]["state"] == "placed" else "",
    }  # fmt: skip


def _still_shared(connection: Any, job: Claimed) -> frozenset[str]:
    """Needs whose persons still share their data on this basis: consent may have ended while it was solved."""
    needs, people = NOUNS["needs"].table, NOUNS["residents"].table
    bases = [str(Sharing.CONSENT)] if job.asked["room"] == Sharing.CONSENT else [str(Sharing.SUPPORT_CONFERENCE)]
    found = (
        select(needs.c.need_id)
        .join(
            people,
            (people.c.municipality_id == needs.c.municipality_id) & (people.c.resident_id == needs.c.resident_id),
        )
        .where(visible(needs, job.scope), people.c.sharing.in_(bases))
    )
    return frozenset(connection.execute(found).scalars())
