"""Templates into answers, with the headers of pages: a strict content policy, nothing kept by the browser."""

import gzip
from collections.abc import Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from api.problems import FIELDS, PROBLEMS, ProblemError
from api.report.words import words
from api.store.database import new_id
from api.web import times
from api.web.bits import bits
from api.web.desk import Desk, local
from api.web.files import address
from api.web.texts import say_in
from matching.errors import Lang
from matching.exchange.meanings import COLUMNS_JA
from matching.small_cells import is_small
from matching.texts import word

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
}
"""`same-origin`: with `no-referrer` browsers send forms with the origin «null»."""
HTML = "text/html; charset=utf-8"
PACKED_FROM = 2_000
"""Bytes from which packing an answer is worth its time."""

SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("/", "today", "me.read"),
    ("/people", "people", "residents.list"),
    ("/rounds", "rounds", "rounds.list"),
    ("/resources", "resources", "resources.list"),
    ("/rides", "rides", "tours.list"),
    ("/meetings", "meetings", "meetings.list"),
    ("/gaps", "gaps", "studies.list"),
    ("/connections", "connections", "studies.list"),
    ("/scenarios", "scenarios", "studies.list"),
    ("/admin", "admin", "audit.list"),
)
"""Path, name and operation of each section, in the order of the menu."""


BELONGS: Mapping[str, str] = {
    "/plans": "meetings", "/month": "meetings", "/outreach": "meetings", "/ideas": "gaps", "/counts": "gaps",
    "/consents": "people", "/register": "admin",
}  # fmt: skip
"""Further paths, and the section that they belong to."""


def render(desk: Desk, template: str, status: int = 200, **values: Any) -> Response:
    """A page in the reader's language; `values` are what the template names, and it must name nothing else."""
    within = [(path, name) for path, name, _ in reversed(SECTIONS)] + list(BELONGS.items())
    section = next((name for path, name in within if _within(desk.request.url.path, path)), "")
    text = (
        environment(desk.lang)
        .get_template(template)
        .render(
            desk=desk,
            sections=[(path, name) for path, name, needs in SECTIONS if desk.signed_in and desk.may(needs)],
            section=section,
            here=desk.request.url.path,
            **_words(desk),
            **values,
        )
    )
    return Response(text, status, media_type=HTML)


def part(desk: Desk, template: str, of: tuple[Hashable, ...], **values: Any) -> str:
    """A part of a page that is the same for everybody who may see it, made once; `of` names all that it shows.

    It names no reader and no person: neither the form's token nor what one may do stands in it. What goes into it is
    escaped there, so that the page puts it in as it is.
    """
    key = (template, desk.lang, desk.era, desk.tells_small, *of)
    made = _PARTS.pop(key, None)
    if made is None:
        made = environment(desk.lang).get_template(template).render(**_words(desk), **values)
    _PARTS[key] = made
    while len(_PARTS) > PARTS:
        _PARTS.pop(next(iter(_PARTS)), None)
    return made


PARTS = 200
"""So many parts are kept by a process, those that were asked for last."""
_PARTS: dict[tuple[Hashable, ...], str] = {}


def _words(desk: Desk) -> Mapping[str, Any]:
    """How templates say things in the reader's language."""
    return {
        "t": desk.say,
        "bits": bits(desk.lang, desk.era),
        "lang": desk.lang,
        "room_for": lambda n: desk.say("free", n=n) if desk.tells_small else desk.say("free.some"),
        "few": lambda n: desk.say("few") if is_small(n) and not desk.tells_small else n,
        "w": words(desk.lang),
        "on": lambda day: times.day_words(day, desk.say, desk.lang, desk.era),
        "moment": lambda told: times.moment_words(told, desk.say, desk.lang, desk.era),
        "year": lambda year: times.year_words(year, desk.say, desk.era),
        "word": lambda vocabulary, value: word(vocabulary, str(value), desk.lang),
    }


def problem(desk: Desk, error: ProblemError) -> Response:
    """A page that says what was not possible, what to do now, and which fields are wrong."""
    status, text = PROBLEMS[error.code]
    fields = [(_named(desk, one.pointer), FIELDS[one.code].render(desk.lang, {})) for one in error.errors]
    return render(desk, "problem.html.j2", status, code=error.code, text=text.render(desk.lang, {}), fields=fields,
                  more=error.more, back=local(desk.sent("back")) or "/")  # fmt: skip


def with_headers(response: Response) -> Response:
    """An answer with the headers of pages, where it has none of its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def packed(response: Response, accepted: str) -> Response:
    """A large text packed where the browser unpacks it.

    Beside a secret such as the form's token this would let a foreign page guess it from lengths (BREACH), could that
    page ask with the session; it cannot, the session's cookie is SameSite=Strict.
    """
    texts = str(response.headers.get("content-type", "")).startswith(("text/html", "application/json"))
    if texts and "gzip" in accepted and len(response.body) > PACKED_FROM:
        response.body = gzip.compress(bytes(response.body), 4, mtime=0)
        response.headers.update({"content-encoding": "gzip", "content-length": str(len(response.body))})
        response.headers["vary"] = "accept-encoding"
    return response


def _within(path: str, section: str) -> bool:
    return path == section or (section != "/" and path.startswith(f"{section}/"))


def _named(desk: Desk, pointer: str) -> str:
    from api.web.fields import label_of
    from api.web.texts import has_text

    name = next((part for part in reversed(pointer.split("/")) if not part.isdigit()), "")
    path = desk.request.url.path.split("/")
    if path[1] == "register" and path[2] in COLUMNS_JA:
        return label_of(path[2], name, desk)[0]
    return desk.say(f"field.{name}") if has_text(f"field.{name}") else name


@cache
def environment(lang: Lang) -> "Environment":
    """The templates of one language: `t("a key")` without facts is written into them when they are compiled.

    Everything that goes into a page is escaped; a name, or such a text, that is not there is an error.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
    from jinja2.visitor import NodeTransformer

    class Said(NodeTransformer):
        def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - as Jinja names it
            self.generic_visit(call)
            plain = isinstance(call.node, nodes.Name) and call.node.name == "t" and len(call.args) == 1
            if plain and isinstance(call.args[0], nodes.Const) and not call.kwargs:
                return nodes.Const(say_in(lang)(call.args[0].value), lineno=call.lineno)
            return call

    class Spoken(Environment):
        def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
            said: nodes.Template = Said().visit(super()._parse(source, name, filename))
            return said

    made = Spoken(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
                  trim_blocks=True, lstrip_blocks=True, auto_reload=False)  # fmt: skip
    made.globals.update(file=address, new_id=new_id)
    made.filters["word_of"] = lambda value, vocabulary, lang: word(vocabulary, str(value), lang)
    return made
