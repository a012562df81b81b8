"""Sign-in and sign-out, and what belongs to oneself: password, second factor, keys for programs."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Response
from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import delete, insert, select, update

from api.bodies import CLEAN, Id, Moment, Short, Strict, tidy
from api.conventions import RowId, answer
from api.guard import Asking, Operation, TheService
from api.problems import ProblemError
from api.routers import NounRouter
from api.security.passwords import digest, fits, hashed, new_totp_secret, totp_step
from api.security.sign_in import COOKIE, SESSIONS, TOKENS, USERS, SignedIn, sign_in, throttle
from api.service import Caller, Service
from api.store.database import new_id, now

router = NounRouter(prefix="/v1", tags=["sign-in"])
Password = Annotated[str, StringConstraints(max_length=200, pattern=CLEAN), AfterValidator(tidy)]
NewPassword = Annotated[str, StringConstraints(min_length=12, max_length=200, pattern=CLEAN), AfterValidator(tidy)]
Figures = Annotated[str, StringConstraints(max_length=6, pattern="^([0-9]{6})?$")]
Scopes = Annotated[list[Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z_]+\.(\*|[a-z_]+)$")]],
                   Field(min_length=1, max_length=100)]  # fmt: skip


class SignIn(Strict):
    """A name, a password, and the figures of the authenticator where there is one."""

    name: Short = Field(examples=["coordinator@kawabe"])
    password: Password
    totp: Figures = ""


class Me(Strict):
    """Who is signed in."""

    user_id: Id
    municipality_id: Id
    role: Short
    areas: Annotated[list[Id], Field(max_length=1000)] | None
    csrf: Short = Field(description="変更のとき X-CSRF-Token に書く / to be sent as X-CSRF-Token with changes")


class PasswordChange(Strict):
    """The present password and the new one."""

    present: Password
    new: NewPassword


class TotpSecret(Strict):
    """A new secret for the authenticator, told once."""

    secret: Short
    uri: Short


class TotpProof(Strict):
    """The secret and its figures now, which show that the authenticator knows it."""

    secret: Annotated[str, StringConstraints(pattern="^[A-Z2-7]{32}$", max_length=32)]
    totp: Annotated[str, StringConstraints(pattern="^[0-9]{6}$", max_length=6)]


class NewToken(Strict):
    """A key for a program: what it is for, what it may do, and for how many days."""

    label: Short
    scopes: Scopes = Field(examples=[["resources.*"]])
    days: int = Field(ge=1, le=366, strict=True)


class TokenOut(Strict):
    """A key; its value is told once, when it is made."""

    token_id: Id
    label: Short
    scopes: Scopes
    until: Moment
    token: Short = ""


class Tokens(Strict):
    """One's own keys."""

    items: Annotated[list[TokenOut], Field(max_length=1000)]


@router.post("/sessions", name="sessions.create", operation_id="sessions.create", status_code=201, response_model=Me,
             summary="サインイン / sign in")  # fmt: skip
def create(body: SignIn, service: TheService) -> Response:
    """A cookie for browsers and curl; its value is never told again."""
    return signed_in(service, sign_in(service, body.name, body.password, body.totp), 201)


def signed_in(service: Service, signed: SignedIn, status: int = 200) -> Response:
    """Who is signed in now, with the session's cookie."""
    response = answer(_me(signed.caller), status)
    secure = service.settings.public_origin.startswith("https:")
    most = service.settings.session_minutes * 60
    response.set_cookie(COOKIE, signed.cookie, max_age=most, httponly=True, samesite="strict", secure=secure, path="/")
    return response


@router.delete("/sessions/current", name="sessions.end", operation_id="sessions.end", status_code=204,
               summary="サインアウト / sign out")  # fmt: skip
def end(caller: Asking, service: TheService, operation: Operation) -> Response:
    """The session ends at once."""
    with service.change(caller, operation) as work:
        work.connection.execute(delete(SESSIONS).where(SESSIONS.c.session_digest == caller.session))
        work.tell([caller.user_id])
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/me", name="me.read", operation_id="me.read", response_model=Me, summary="わたし / me")
def me(caller: Asking) -> Response:
    """Who is signed in, and the token that changes are sent with."""
    return answer(_me(caller))


@router.put("/me/password", name="me.password", operation_id="me.password", status_code=204,
            summary="合言葉を変える / change the password")  # fmt: skip
def password(body: PasswordChange, caller: Asking, service: TheService, operation: Operation) -> Response:
    """Other sessions and all keys end; who found a session open cannot go on guessing."""
    throttle(service, caller.user_id)
    with service.look(caller, operation) as work:
        kept = work.connection.execute(select(USERS.c.password_hash).where(USERS.c.user_id == caller.user_id)).scalar()
    if not fits(body.present, kept):
        raise ProblemError("wrong_sign_in")
    new = hashed(body.new)
    with service.change(caller, operation) as work:
        mine = USERS.c.user_id == caller.user_id
        work.connection.execute(update(USERS).where(mine).values(password_hash=new))
        others = (SESSIONS.c.user_id == caller.user_id, SESSIONS.c.session_digest != caller.session)
        work.connection.execute(delete(SESSIONS).where(*others))
        work.connection.execute(delete(TOKENS).where(TOKENS.c.user_id == caller.user_id))
        work.tell([caller.user_id])
    return Response(status_code=204)


@router.post("/me/totp", name="me.new_totp", operation_id="me.new_totp", response_model=TotpSecret, status_code=201,
             summary="二段階の用意 / a new second factor")  # fmt: skip
def new_totp(caller: Asking) -> Response:
    """A secret for the authenticator; it holds only when its figures come back."""
    secret = new_totp_secret()
    uri = f"otpauth://totp/tsunagu:{caller.user_id}?secret={secret}&issuer=tsunagu"
    return answer({"secret": secret, "uri": uri}, 201)


@router.put("/me/totp", name="me.totp", operation_id="me.totp", status_code=204, summary="二段階にする / use it")
def use_totp(body: TotpProof, caller: Asking, service: TheService, operation: Operation) -> Response:
    """From now on, sign-in asks for the figures."""
    step = totp_step(body.secret, body.totp, datetime.now(UTC).timestamp(), 0)
    if step is None:
        raise ProblemError("wrong_sign_in")
    with service.change(caller, operation) as work:
        sealed = service.vault.seal(body.secret)
        mine = USERS.c.user_id == caller.user_id
        work.connection.execute(update(USERS).where(mine).values(totp_sealed=sealed, totp_last=step))
        work.tell([caller.user_id])
    return Response(status_code=204)


@router.get("/tokens", name="tokens.list", operation_id="tokens.list", response_model=Tokens, summary="鍵の一覧 / keys")
def tokens(caller: Asking, service: TheService, operation: Operation) -> Response:
    """One's own keys for programs, without their values."""
    with service.look(caller, operation) as work:
        found = select(TOKENS).where(TOKENS.c.user_id == caller.user_id).order_by(TOKENS.c.begun_at).limit(1000)
        rows = work.connection.execute(found).mappings().all()
        names = ("token_id", "label", "scopes", "until")
        return answer({"items": [{**{n: row[n] for n in names}, "token": ""} for row in rows]})


@router.post("/tokens", name="tokens.create", operation_id="tokens.create", status_code=201, response_model=TokenOut,
             summary="鍵を作る / a new key")  # fmt: skip
def new_token(body: NewToken, caller: Asking, service: TheService, operation: Operation) -> Response:
    """A key does at most what its owner may, and of that what its scopes say."""
    if caller.scopes is not None:
        raise ProblemError("not_allowed")
    value, until = secrets.token_urlsafe(32), datetime.now(UTC) + timedelta(days=body.days)
    told = {"token_id": new_id(), "label": body.label, "scopes": body.scopes}
    told["until"] = until.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with service.change(caller, operation) as work:
        row = {**told, "user_id": caller.user_id, "token_digest": digest(value), "begun_at": now()}
        work.connection.execute(insert(TOKENS).values(**row))
        work.tell([str(told["token_id"])], {"scopes": body.scopes})
    return answer({**told, "token": value}, 201)


@router.delete("/tokens/{row_id}", name="tokens.delete", operation_id="tokens.delete", status_code=204,
               summary="鍵を消す / end a key")  # fmt: skip
def delete_token(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """The key ends at once."""
    with service.change(caller, operation) as work:
        mine = (TOKENS.c.token_id == row_id, TOKENS.c.user_id == caller.user_id)
        if not work.connection.execute(delete(TOKENS).where(*mine)).rowcount:
            raise ProblemError("not_found")
        work.tell([row_id])
    return Response(status_code=204)


def _me(caller: Caller) -> dict[str, object]:
    areas = None if caller.areas is None else list(caller.areas)
    return {"user_id": caller.user_id, "municipality_id": caller.municipality_id, "role": caller.role, "areas": areas,
            "csrf": caller.csrf}  # fmt: skip
