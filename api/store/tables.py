"""Workflow tables: who signs in, who may see whom, rounds, decisions, contacts, meetings, plans, and the audit.

Times are UTC as `YYYY-MM-DDTHH:MM:SS.ffffffZ`, which sorts; identifiers are opaque. What is sealed is ciphertext.
"""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, LargeBinary, Text, false
from sqlmodel import JSON, Field, SQLModel


class Municipality(SQLModel, table=True):
    """A town: its `town.toml`, and which rows of the audit come next."""

    __tablename__ = "municipalities"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    town_toml: str = Field(sa_type=Text)


class TownFile(SQLModel, table=True):
    """A file of a town folder that is no table: timetables, streets, a rulebook of its own."""

    __tablename__ = "town_files"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    path: str = Field(primary_key=True, sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)


class User(SQLModel, table=True):
    """Who may sign in: a role, the areas it holds for, and a password as argon2id keeps it."""

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_municipality", "municipality_id"),)
    user_id: str = Field(primary_key=True, sa_type=Text)
    municipality_id: str = Field(sa_type=Text)
    sign_in_name: str = Field(sa_type=Text, unique=True)
    shown_name: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    role: str = Field(sa_type=Text)
    areas: list[str] = Field(sa_column=Column(JSON, nullable=False))
    password_hash: str = Field(sa_type=Text)
    totp_sealed: str = Field(default="", sa_type=Text)
    totp_last: int = Field(default=0, sa_type=BigInteger)
    oidc_subject: str | None = Field(default=None, sa_type=Text, unique=True)
    disabled: bool = False
    version: int = Field(default=1, sa_type=BigInteger)


class Session(SQLModel, table=True):
    """Somebody signed in; the cookie's value is kept as a digest only."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user", "user_id"),)
    session_digest: str = Field(primary_key=True, sa_type=Text)
    user_id: str = Field(sa_type=Text)
    csrf: str = Field(sa_type=Text)
    begun_at: str = Field(sa_type=Text)
    seen_at: str = Field(sa_type=Text)


class Token(SQLModel, table=True):
    """A program's key: its digest, what it may do (`scopes`, operations), and until when."""

    __tablename__ = "tokens"
    __table_args__ = (Index("ix_tokens_user", "user_id"),)
    token_id: str = Field(primary_key=True, sa_type=Text)
    token_digest: str = Field(sa_type=Text, unique=True)
    user_id: str = Field(sa_type=Text)
    label: str = Field(sa_type=Text)
    scopes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    begun_at: str = Field(sa_type=Text)
    until: str = Field(sa_type=Text)


class Attempt(SQLModel, table=True):
    """A sign-in that was tried, by the digest of the name."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_attempts", "name_digest", "at"),)
    attempt_id: str = Field(primary_key=True, sa_type=Text)
    name_digest: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class Access(SQLModel, table=True):
    """Who sees one person beyond their areas, and on what basis: holds, case, or a conference's meeting."""

    __tablename__ = "access"
    __table_args__ = (CheckConstraint("basis IN ('holds', 'case', 'conference')", name="ck_access_basis"),)
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    resident_id: str = Field(primary_key=True, sa_type=Text)
    user_id: str = Field(primary_key=True, sa_type=Text)
    basis: str = Field(primary_key=True, sa_type=Text)
    meeting_id: str = Field(default="", primary_key=True, sa_type=Text)


class PersonKey(SQLModel, table=True):
    """A person's own key, sealed, and the pseudonym that the audit knows them by; erasing destroys this row."""

    __tablename__ = "person_keys"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    resident_id: str = Field(primary_key=True, sa_type=Text)
    pseudonym: str = Field(sa_type=Text, unique=True)
    key_sealed: str = Field(sa_type=Text)


class Identity(SQLModel, table=True):
    """Name and ways to reach a person, sealed with their own key, and opened one at a time."""

    __tablename__ = "identities"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    resident_id: str = Field(primary_key=True, sa_type=Text)
    sealed: str = Field(sa_type=Text)
    version: int = Field(default=1, sa_type=BigInteger)


class Entry(SQLModel, table=True):
    """One entry of the audit: who did what to what, and the digest that chains it to the one before."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_operation", "municipality_id", "operation", "seq"),)
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    at: str = Field(sa_type=Text)
    user_id: str = Field(sa_type=Text)
    operation: str = Field(sa_type=Text)
    subjects: list[str] = Field(sa_column=Column(JSON, nullable=False))
    detail: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    digest: str = Field(sa_type=Text)


class Head(SQLModel, table=True):
    """The last entry of a town's audit, sealed; whoever writes locks this row first, so writers follow each other.

    `offers` and `standing` are new letters after every change of what the town offers, and of who waits for it.
    """

    __tablename__ = "audit_heads"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    digest: str = Field(sa_type=Text)
    seal: str = Field(sa_type=Text)
    offers: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    standing: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class Answered(SQLModel, table=True):
    """An answer kept for a day under its Idempotency-Key, bound to who asked; the body is sealed."""

    __tablename__ = "answered"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    user_id: str = Field(primary_key=True, sa_type=Text)
    key_digest: str = Field(primary_key=True, sa_type=Text)
    request_digest: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)
    sealed: str = Field(sa_type=Text)


class Upload(SQLModel, table=True):
    """A file that somebody brought and looks at before it is taken in: kept sealed for a day, seen by them alone."""

    __tablename__ = "uploads"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    upload_id: str = Field(primary_key=True, sa_type=Text)
    user_id: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)
    form: str = Field(sa_type=Text)
    sealed: str = Field(sa_type=Text)
    told_sealed: str = Field(sa_type=Text)


class Job(SQLModel, table=True):
    """A piece of solving: what is asked, how far it is, and by when its worker must have been heard of."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_state", "state", "position"),
        CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'cancelled', 'failed', 'interrupted')", name="ck_jobs_state"
        ),
    )
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    job_id: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(sa_type=BigInteger)
    kind: str = Field(sa_type=Text)
    asked: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    user_id: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    cancel: bool = False
    seq: int = Field(default=0, sa_type=BigInteger)
    progress: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    reason: str = Field(default="", sa_type=Text)
    made_at: str = Field(sa_type=Text)
    began_at: str = Field(default="", sa_type=Text)
    ended_at: str = Field(default="", sa_type=Text)
    heard_at: str = Field(default="", sa_type=Text)
    worker: str = Field(default="", sa_type=Text)


class Round(SQLModel, table=True):
    """A round of proposals: how it was asked for, and its summary; its proposals are rows of their own."""

    __tablename__ = "rounds"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    round_id: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(sa_type=BigInteger)
    room: str = Field(sa_type=Text)
    meeting_id: str = Field(default="", sa_type=Text)
    alone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Asked for one need, everybody else left where they were told: no round of the whole town."""
    inputs_digest: str = Field(sa_type=Text)
    summary: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    made_at: str = Field(sa_type=Text)


class Document(SQLModel, table=True):
    """What the engine told of the whole town, without persons: a study of its graph."""

    __tablename__ = "documents"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    document_id: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(sa_type=BigInteger)
    kind: str = Field(sa_type=Text)
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    made_at: str = Field(sa_type=Text)


class ProposalRow(SQLModel, table=True):
    """案: the options for one need as the engine told them, and how far the talk with the person is."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index(
            "ix_proposals_round",
            "municipality_id",
            "round_id",
            "position",
            "need_id",
            "state",
            "opening_id",
            "proposal_id",
        ),
        Index("ix_proposals_need", "municipality_id", "need_id", "position", "state", "opening_id", "round_id"),
        ForeignKeyConstraint(
            ["municipality_id", "need_id"],
            ["needs.municipality_id", "needs.need_id"],
            name="fk_proposals_need",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    proposal_id: str = Field(primary_key=True, sa_type=Text)
    round_id: str = Field(sa_type=Text)
    need_id: str = Field(sa_type=Text)
    position: int = Field(sa_type=BigInteger)
    state: str = Field(sa_type=Text)
    version: int = Field(default=1, sa_type=BigInteger)
    opening_id: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """Where the plan sends the need; empty = nowhere."""
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class TourRide(SQLModel, table=True):
    """What a plan of tours says of one ride: where and when, or why not; the document of the plan names nobody."""

    __tablename__ = "tour_rides"
    __table_args__ = (
        Index("ix_tour_rides_ride", "municipality_id", "ride_id"),
        ForeignKeyConstraint(
            ["municipality_id", "ride_id"],
            ["ride_requests.municipality_id", "ride_requests.ride_id"],
            name="fk_tour_rides_ride",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    tours_id: str = Field(primary_key=True, sa_type=Text)
    ride_id: str = Field(primary_key=True, sa_type=Text)
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class LawAnswer(SQLModel, table=True):
    """決まりの確認の答え: what somebody who was asked said to a question of the law check, of one car on one day.

    `question` is what was asked (`api.law_answers.question_of`); who answered, and their words, are sealed.
    """

    __tablename__ = "law_answers"
    __table_args__ = (Index("ix_law_answers_day", "municipality_id", "on_day"),)
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    answer_id: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(sa_type=BigInteger)
    on_day: str = Field(sa_type=Text)
    driver_id: str = Field(sa_type=Text)
    vehicle_id: str = Field(sa_type=Text)
    question: str = Field(sa_type=Text)
    fits: bool
    sealed: str = Field(sa_type=Text)
    user_id: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class Decision(SQLModel, table=True):
    """採否: one step that people took with a proposal; a decline has a reason code, never free text."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_need", "municipality_id", "need_id"),)
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    decision_id: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(sa_type=BigInteger)
    proposal_id: str = Field(sa_type=Text)
    need_id: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    opening_id: str = Field(default="", sa_type=Text)
    reason_code: str = Field(default="", sa_type=Text)
    user_id: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class PersonNote(SQLModel, table=True):
    """What is kept about a person's way: a contact, a plan, a follow-up; its content is sealed with their own key."""

    __tablename__ = "person_notes"
    __table_args__ = (
        Index("ix_person_notes", "municipality_id", "noun", "position"),
        Index("ix_person_notes_resident", "municipality_id", "resident_id", "noun"),
    )
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    noun: str = Field(primary_key=True, sa_type=Text)
    row_id: str = Field(primary_key=True, sa_type=Text)
    resident_id: str = Field(sa_type=Text)
    meeting_id: str = Field(default="", sa_type=Text)
    on_day: str = Field(sa_type=Text)
    user_id: str = Field(sa_type=Text)
    sealed: str = Field(sa_type=Text)
    position: int = Field(sa_type=BigInteger)
    version: int = Field(default=1, sa_type=BigInteger)
    changed_at: str = Field(sa_type=Text)


class Meeting(SQLModel, table=True):
    """会議: its kind, day, members and cases; agenda and outcome are sealed with the town's key."""

    __tablename__ = "meetings"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    meeting_id: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(sa_type=BigInteger)
    kind: str = Field(sa_type=Text)
    on_day: str = Field(sa_type=Text)
    sealed: str = Field(sa_type=Text)
    version: int = Field(default=1, sa_type=BigInteger)
    changed_at: str = Field(sa_type=Text)


class Member(SQLModel, table=True):
    """Who sits in a meeting."""

    __tablename__ = "meeting_members"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    meeting_id: str = Field(primary_key=True, sa_type=Text)
    user_id: str = Field(primary_key=True, sa_type=Text)


class Case(SQLModel, table=True):
    """Whom a meeting talks about."""

    __tablename__ = "meeting_cases"
    municipality_id: str = Field(primary_key=True, sa_type=Text)
    meeting_id: str = Field(primary_key=True, sa_type=Text)
    resident_id: str = Field(primary_key=True, sa_type=Text)


SIGN_IN: tuple[str, ...] = ("users", "sessions", "tokens", "sign_in_attempts")
"""Tables that are read before anybody's town is known."""
