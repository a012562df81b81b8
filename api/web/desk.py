"""A page's desk: who is there, in which language, what they sent; and how a page becomes a route.

A page names the operation of the API that it shows or does (`needs`): who may do that by the policy may see the page,
and the audit tells it under that name. Forms carry the session's token; without a sign-in one is asked to sign in.
"""

import hmac
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from api.conventions import etag
from api.edge import told as told_error
from api.guard import SAFE, STRANGER
from api.problems import ProblemError, field_errors
from api.security.policy import ANYONE, Policy, may, roles_of
from api.security.sign_in import COOKIE, by_session
from api.service import Caller, Service, Work
from api.told import tells_small
from api.web.texts import LANGS, Say, say_in
from matching.errors import InputError, Lang, Problem

LOG = logging.getLogger("tsunagu")
LANGUAGE, ERA = "tsunagu_lang", "tsunagu_era"
MOST_ROWS = 5_000
"""Rows of one printed list."""
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class Desk:
    """One request of one person to the pages."""

    request: Request
    service: Service
    caller: Caller
    lang: Lang
    needs: str
    form: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    file_names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def say(self) -> Say:
        """The texts in the reader's language."""
        return say_in(self.lang)

    @cached_property
    def era(self) -> bool:
        """Whether years are shown in 和暦."""
        return self.request.cookies.get(ERA) == "era"

    @property
    def signed_in(self) -> bool:
        """Whether somebody is there."""
        return bool(self.caller.user_id)

    @property
    def tells_small(self) -> bool:
        """Whether they are told counts of fewer than five people."""
        return tells_small(self.caller.role)

    def may(self, operation: str) -> bool:
        """Whether their role may do an operation."""
        return may(self.service.policy, operation, self.caller.role)

    def look(self, operation: str = "") -> AbstractContextManager[Work]:
        """Work that changes nothing and is about no person."""
        return self.service.look(self.caller, operation or self.needs)

    def read(self, operation: str = "") -> AbstractContextManager[Work]:
        """Work that changes nothing and is about persons: what it tells of is noted before it is shown."""
        return self.service.read(self.caller, operation or self.needs)

    def change(self, operation: str = "") -> AbstractContextManager[Work]:
        """Work that changes something, noted in the audit."""
        return self.service.change(self.caller, operation or self.needs)

    def sent(self, name: str) -> str:
        """What a field of the form holds; empty where it was not sent."""
        return (self.form.get(name) or [""])[0].strip()

    def by_row(self, prefix: str) -> dict[str, str]:
        """What fields of one kind hold that stand in several rows: by the row's name, which follows the prefix."""
        return {name.removeprefix(prefix): self.sent(name) for name in self.form if name.startswith(prefix)}

    def body(self, model: type[Body], values: Mapping[str, object]) -> Body:
        """A body as a program would send it; empty values are left out.

        Raises:
            ProblemError: `invalid`, with its fields.
        """
        try:
            return model.model_validate({name: value for name, value in values.items() if value not in ("", None)})
        except ValidationError as error:
            raise ProblemError("invalid", field_errors(error.errors())) from None

    def match(self) -> str:
        """The version that the form was made from, as If-Match names it; empty where it tells none."""
        version = self.sent("version")
        return etag(int(version))["ETag"] if version.isascii() and version.isdigit() and len(version) < 16 else ""

    def at_once(self, usual: int) -> int:
        """How many rows the page shows: as many as there may be where all are asked for, to be printed."""
        asked = self.sent("all") or self.request.query_params.get("all", "")
        return MOST_ROWS if asked == "1" else usual

    def cursor(self) -> str:
        """Where a list goes on.

        Raises:
            ProblemError: `bad_request`, it is none of ours.
        """
        cursor = self.sent("cursor")
        if cursor and not (cursor[0] == "p" and cursor[1:].isascii() and cursor[1:].isdigit() and len(cursor) <= 16):
            raise ProblemError("bad_request")
        return cursor

    def back(self, otherwise: str) -> Response:
        """To the page that the form names, or another; never to a foreign one."""
        return RedirectResponse(local(self.sent("back")) or otherwise, 303)


Show = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: how it is asked for, the operation it needs (`anyone` without a sign-in), and what it answers."""

    method: str
    path: str
    needs: str
    show: Show

    @property
    def name(self) -> str:
        """Its name among the routes."""
        return f"pages.{self.show.__name__}"


class PageRoutes(BaseRoute):
    """All pages as one route; those of a path's first part stand together, so that few are tried for an address."""

    def __init__(self, pages: Sequence[Route]) -> None:
        self.routes = list(pages)
        self._by_part: dict[str, list[Route]] = {}
        for page in pages:
            self._by_part.setdefault(_first_part(page.path), []).append(page)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first page whose path and method fit; one of the right path if none has the method."""
        best: tuple[Match, Scope] = (Match.NONE, {})
        for page in self._by_part.get(_first_part(scope.get("path", "")), ()):
            match, told = page.matches(scope)
            if match.value > best[0].value:
                best = match, {**told, _CHOSEN: page}
            if match == Match.FULL:
                break
        return best

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the page that was found."""
        await scope[_CHOSEN].handle(scope, receive, send)


_CHOSEN = "tsunagu.page"


def _first_part(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else ""


def routes(pages: Iterable[Page], policy: Policy) -> PageRoutes:
    """The routes of pages.

    Raises:
        InputError: a page needs an operation that no rule speaks of.
    """
    told = list(pages)
    unknown = [page for page in told if page.needs != ANYONE and roles_of(policy, page.needs) is None]
    if unknown:
        raise InputError([_unknown(page) for page in unknown])
    return PageRoutes([Route(one.path, _endpoint(one), methods=[one.method], name=one.name, include_in_schema=False)
                       for one in told])  # fmt: skip


def told(response: Response) -> dict[str, Any]:
    """What a route of the API answered."""
    read: dict[str, Any] = json.loads(bytes(response.body))
    return read


def local(path: str) -> str:
    """A path of our own, or nothing."""
    parts = urlsplit(path)
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return path if ours and path.isprintable() else ""


def _unknown(page: Page) -> Problem:
    ja, en = (
        f"頁 {page.path} の操作「{page.needs}」を知りません",
        f"page {page.path} needs {page.needs}, which no rule knows",
    )
    return Problem("policy.toml", 0, "needs", "policy", ja, en)


def _endpoint(page: Page) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_answer, page, request, await _form(request))

    return endpoint


def _answer(page: Page, request: Request, form: "Form") -> Response:
    """The page, or a page that tells why not; every answer has the headers of pages."""
    from api.web.render import packed, problem, with_headers

    service: Service = request.app.state.service
    cookie = request.cookies.get(COOKIE, "")
    caller = (by_session(service, cookie[:200]) if cookie else None) or STRANGER
    desk = Desk(request, service, caller, _language(request), page.needs, form.fields, form.files, form.file_names)
    try:
        refused = _refused(page, desk)
        response = refused or page.show(desk, **request.path_params)
    except ProblemError as error:
        response = problem(desk, error)
    except DBAPIError as error:
        LOG.error("database %s", told_error(error))
        response = problem(desk, ProblemError("referenced" if isinstance(error, IntegrityError) else "busy"))
    return with_headers(packed(response, request.headers.get("accept-encoding", "")))


def _refused(page: Page, desk: Desk) -> Response | None:
    """The way to the sign-in where nobody is there.

    Raises:
        ProblemError: another role, or a form that is not of our pages.
    """
    if page.needs != ANYONE and not desk.signed_in:
        asked = desk.request.url.path if page.method in SAFE else "/"
        return RedirectResponse(f"/sign-in?next={quote(asked)}", 303)
    if page.needs != ANYONE and not desk.may(page.needs):
        raise ProblemError("not_found" if page.needs.endswith(".read") else "not_allowed")
    if page.method not in SAFE:
        _same_page(desk)
    return None


def _same_page(desk: Desk) -> None:
    """A form of ours: its origin is ours, and where somebody is signed in it carries their session's token."""
    request, origin = desk.request, desk.request.headers.get("origin")
    ours = desk.service.settings.public_origin or f"{request.url.scheme}://{request.headers.get('host', '')}"
    foreign = origin is not None and urlsplit(origin)[:2] != urlsplit(ours)[:2]
    token = desk.sent("csrf")
    if foreign or (desk.signed_in and not hmac.compare_digest(token.encode(), desk.caller.csrf.encode())):
        raise ProblemError("csrf")


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: fields with all their values, files, and what each file is called."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    file_names: dict[str, str] = field(default_factory=dict)


async def _form(request: Request) -> Form:
    form = Form()
    if request.method in SAFE:
        return form
    async with request.form(max_files=1, max_fields=1000) as read:
        for name, value in read.multi_items():
            if isinstance(value, UploadFile):
                form.files[name] = await value.read()
                form.file_names[name] = value.filename or ""
            else:
                form.fields.setdefault(name, []).append(value)
    return form


def _language(request: Request) -> Lang:
    chosen = request.cookies.get(LANGUAGE, "")
    return next((lang for lang in LANGS if lang == chosen), LANGS[0])
