"""The guard before every route: who is asking, whether their role may, and that no other page asks in their name."""

import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from api.problems import ProblemError
from api.security.policy import ANYONE, may
from api.security.sign_in import COOKIE, by_session, by_token
from api.service import Caller, Service

SAFE = ("GET", "HEAD", "OPTIONS")
STRANGER = Caller("", "", ANYONE)


async def service_of(request: Request) -> Service:
    """The running service."""
    return _service(request)


async def operation_of(request: Request) -> str:
    """The name of the route in the policy."""
    return _operation(request)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _operation(request: Request) -> str:
    return str(request.scope["route"].name)


def guard(request: Request) -> Caller:
    """Let a request through, or not.

    Raises:
        ProblemError: 401 without a sign-in, 403 for a role that may not; reading one thing is then a 404.
    """
    service, operation = _service(request), _operation(request)
    caller = _caller(request, service)
    if may(service.policy, operation, ANYONE):
        if request.method not in SAFE and _foreign(request, service):  # nobody is signed in as somebody else unawares
            raise ProblemError("csrf")
        return caller or STRANGER
    if caller is None:
        raise ProblemError("not_signed_in", headers={"WWW-Authenticate": "Bearer"})
    if not may(service.policy, operation, caller.role) or not _within(caller, operation):
        raise ProblemError("not_found" if operation.endswith(".read") else "not_allowed")
    if caller.session and request.method not in SAFE:
        _same_page(request, caller, service)
    return caller


Asking = Annotated[Caller, Depends(guard)]
TheService = Annotated[Service, Depends(service_of)]
Operation = Annotated[str, Depends(operation_of)]


def _caller(request: Request, service: Service) -> Caller | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return by_token(service, value.strip()[:200])
    cookie = request.cookies.get(COOKIE, "")
    return by_session(service, cookie[:200]) if cookie else None


def _within(caller: Caller, operation: str) -> bool:
    """Whether a program's key covers an operation: named, or its noun with `.*`."""
    noun = operation.partition(".")[0]
    return caller.scopes is None or operation in caller.scopes or f"{noun}.*" in caller.scopes


def _same_page(request: Request, caller: Caller, service: Service) -> None:
    """A change with a cookie needs the session's token, and an origin that is ours."""
    token = request.headers.get("x-csrf-token", "")
    if _foreign(request, service) or not hmac.compare_digest(token.encode(), caller.csrf.encode()):
        raise ProblemError("csrf")


def _foreign(request: Request, service: Service) -> bool:
    """Whether a browser says that another site's page asks."""
    origin = request.headers.get("origin")
    ours = service.settings.public_origin or f"{request.url.scheme}://{request.headers.get('host', '')}"
    return origin is not None and urlsplit(origin)[:2] != urlsplit(ours)[:2]
