"""Sign-in: local accounts, sessions kept by the server, keys for programs; throttled, and ended at once."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from api.problems import ProblemError
from api.security.passwords import digest, fits, totp_step
from api.security.policy import sight
from api.service import Caller, Service
from api.store import audit
from api.store.database import new_id, now
from api.store.scope import NOBODY, Scope, table_of
from api.store.tables import Attempt, Session, Token, User

TRIES, TRIES_SECONDS = 6, 60
SEEN_SECONDS = 60
"""A session's time of being seen is written no more often."""
USERS, SESSIONS, TOKENS, ATTEMPTS = table_of(User), table_of(Session), table_of(Token), table_of(Attempt)
COOKIE = "tsunagu_session"
_OF_SESSION = (
    select(USERS, SESSIONS.c.session_digest, SESSIONS.c.csrf, SESSIONS.c.begun_at, SESSIONS.c.seen_at)
    .join(SESSIONS, SESSIONS.c.user_id == USERS.c.user_id)
    .where(SESSIONS.c.session_digest == bindparam("digest"), USERS.c.disabled.is_(False))
)
"""Made once: every request asks it."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the cookie's value, told once, and the token that its pages send with changes."""

    cookie: str
    caller: Caller


def sign_in(service: Service, name: str, password: str, figures: str) -> SignedIn:
    """Begin a session with a name, a password and, where the account has one, a second factor.

    Raises:
        ProblemError: `wrong_sign_in`, or `too_many` within a minute.
    """
    throttle(service, name)
    with service.database.look(NOBODY) as connection:
        user = connection.execute(select(USERS).where(USERS.c.sign_in_name == name)).one_or_none()
    right = fits(password, None if user is None or user.disabled else user.password_hash)
    step = _second_factor(service, user, figures) if user is not None and right else None
    if user is None or not right or step is None:
        raise ProblemError("wrong_sign_in")
    with service.database.change(_town_of(user)) as connection:
        if step:
            used = update(USERS).where(USERS.c.user_id == user.user_id, USERS.c.totp_last < step)
            if not connection.execute(used.values(totp_last=step)).rowcount:
                raise ProblemError("wrong_sign_in")
        signed = begin_session(connection, user)
        audit.record(connection, signed.caller.scope, service.vault.keys, "sessions.create", [user.user_id])
        connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.name_digest == digest(name)))
    return signed


def begin_session(connection: Connection, user: Row[tuple[object, ...]]) -> SignedIn:
    """A new session of a user, with a value that was never used before."""
    cookie, csrf, moment = secrets.token_urlsafe(32), secrets.token_urlsafe(24), now()
    row = {"session_digest": digest(cookie), "user_id": user.user_id, "csrf": csrf, "begun_at": moment}
    connection.execute(insert(SESSIONS).values(**row, seen_at=moment))
    return SignedIn(cookie, caller_of(user, session=row["session_digest"], csrf=csrf))


def by_session(service: Service, cookie: str) -> Caller | None:
    """Who a cookie is of; None if the session has ended, was idle too long, or the account was closed."""
    settings = service.settings
    with service.database.look(NOBODY) as connection:
        found = connection.execute(_OF_SESSION, {"digest": digest(cookie)}).one_or_none()
    if found is None or found.begun_at < ago(settings.session_minutes * 60):
        return None
    if found.seen_at < ago(settings.idle_minutes * 60):
        return None
    if found.seen_at < ago(SEEN_SECONDS):
        with service.database.change(NOBODY) as connection:
            connection.execute(
                update(SESSIONS).where(SESSIONS.c.session_digest == found.session_digest).values(seen_at=now())
            )
    return caller_of(found, session=found.session_digest, csrf=found.csrf)


def by_token(service: Service, value: str) -> Caller | None:
    """Who a program's key is of, and what it may do; None where it is not known or its time is over."""
    with service.database.look(NOBODY) as connection:
        found = connection.execute(
            select(USERS, TOKENS.c.scopes)
            .join(TOKENS, TOKENS.c.user_id == USERS.c.user_id)
            .where(TOKENS.c.token_digest == digest(value), TOKENS.c.until > now(), USERS.c.disabled.is_(False))
        ).one_or_none()
    return None if found is None else caller_of(found, scopes=tuple(found.scopes))


def caller_of(
    user: Row[tuple[object, ...]], session: str = "", csrf: str = "", scopes: tuple[str, ...] | None = None
) -> Caller:
    """The caller that a user's row describes."""
    reach = sight().persons.get(str(user.role), "nobody")
    areas = None if reach == "all" else tuple(user.areas) if reach == "own" else ()
    return Caller(user.user_id, user.municipality_id, user.role, areas, session, csrf, scopes)


def end_sessions(connection: Connection, user_id: str) -> None:
    """End every session and key of a user, at once."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.user_id == user_id))
    connection.execute(delete(TOKENS).where(TOKENS.c.user_id == user_id))


def ago(seconds: float) -> str:
    """That many seconds before now, as the tables keep it."""
    at = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=seconds)
    return f"{at.isoformat(timespec='microseconds')}Z"


def _town_of(user: Row[tuple[object, ...]]) -> Scope:
    return Scope(user.municipality_id, user.user_id)


def throttle(service: Service, name: str) -> None:
    """Count this try of a name or an account; the count is in the database, so that all processes share it.

    Raises:
        ProblemError: `too_many` within a minute.
    """
    with service.database.change(NOBODY) as connection:
        connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.at < ago(TRIES_SECONDS)))
        mine = ATTEMPTS.c.name_digest == digest(name)
        tries = connection.execute(select(func.count()).select_from(ATTEMPTS).where(mine)).scalar_one()
        if tries < TRIES:
            connection.execute(insert(ATTEMPTS).values(attempt_id=new_id(), name_digest=digest(name), at=now()))
    if tries >= TRIES:
        raise ProblemError("too_many", headers={"Retry-After": str(TRIES_SECONDS)})


def _second_factor(service: Service, user: Row[tuple[object, ...]], figures: str) -> int | None:
    """The step of the figures, 0 where the account has no second factor, None where they are wrong."""
    if not user.totp_sealed:
        return 0
    return totp_step(service.vault.opened(user.totp_sealed), figures, time.time(), user.totp_last)
