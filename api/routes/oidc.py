"""Sign-in with the town's identity provider: there and back, and then a session like any other."""

import hmac
import time
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Row, select, update

from api.bodies import CLEAN
from api.guard import TheService
from api.problems import ProblemError
from api.routers import NounRouter
from api.routes.sessions import Me, signed_in
from api.security.oidc import Known, begin, finish
from api.security.sign_in import USERS, SignedIn, begin_session
from api.service import Service
from api.store import audit
from api.store.scope import NOBODY, Scope

router = NounRouter(prefix="/v1/oidc", tags=["sign-in"])
COOKIE = "tsunagu_oidc"
SECONDS = 600
Word = Annotated[str, Query(max_length=2000, pattern=CLEAN)]


@router.get("/start", name="oidc.start", operation_id="oidc.start", status_code=303, response_class=RedirectResponse,
            summary="町の認証でサインイン / sign in with the provider")  # fmt: skip
def start(service: TheService) -> Response:
    """To the provider; what must come back lies sealed in a cookie of this browser."""
    begun = begin(service.settings)
    response = RedirectResponse(begun.url, 303)
    sealed = service.vault.seal([begun.state, begun.nonce, begun.verifier, time.time()])
    secure = service.settings.public_origin.startswith("https:")
    response.set_cookie(COOKIE, sealed, max_age=SECONDS, httponly=True, samesite="lax", secure=secure, path="/v1/oidc")
    return response


@router.get("/callback", name="oidc.callback", operation_id="oidc.callback", response_model=Me,
            summary="町の認証から戻る / back from the provider")  # fmt: skip
def callback(request: Request, service: TheService, code: Word = "", state: Word = "") -> Response:
    """A session for the account that the provider's person has here."""
    kept, nonce, verifier, since = _kept(service, request.cookies.get(COOKIE, ""))
    if not hmac.compare_digest(kept.encode(), state.encode()) or not code or time.time() - since > SECONDS:
        raise ProblemError("wrong_sign_in")
    signed = _session(service, finish(service.settings, code, nonce, verifier))
    response = signed_in(service, signed)
    response.delete_cookie(COOKIE, path="/v1/oidc")
    return response


def _kept(service: Service, cookie: str) -> tuple[str, str, str, float]:
    try:
        state, nonce, verifier, since = service.vault.opened(cookie[:4000])
    except (LookupError, ValueError, TypeError):
        raise ProblemError("wrong_sign_in") from None
    return str(state), str(nonce), str(verifier), float(since)


def _session(service: Service, known: Known) -> SignedIn:
    user = _account(service, known)
    if user is None or user.disabled:
        raise ProblemError("wrong_sign_in")
    with service.database.change(Scope(user.municipality_id, user.user_id)) as connection:
        if user.oidc_subject is None:
            mine = (USERS.c.user_id == user.user_id, USERS.c.oidc_subject.is_(None))
            if not connection.execute(update(USERS).where(*mine).values(oidc_subject=known.subject)).rowcount:
                raise ProblemError("wrong_sign_in")
        signed = begin_session(connection, user)
        audit.record(connection, signed.caller.scope, service.vault.keys, "oidc.callback", [user.user_id])
    return signed


def _account(service: Service, known: Known) -> Row[Any] | None:
    """By the provider's own name for the person; else the account of that name which is tied to nobody yet."""
    with service.database.look(NOBODY) as connection:
        tied = connection.execute(select(USERS).where(USERS.c.oidc_subject == known.subject)).one_or_none()
        if tied is not None:
            return tied
        free = select(USERS).where(USERS.c.sign_in_name.in_(known.names), USERS.c.oidc_subject.is_(None))
        found = connection.execute(free).all()
        return found[0] if len(found) == 1 else None
