"""Contacts (who met whom, when, how), plans (the goal in the person's words, who does what) and follow-ups."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import BaseModel, Field, create_model

from api.bodies import Clock, Day, Id, Moment, Note, Short, Strict, Version
from api.conventions import After, IfMatch, Limit, RowId, answer, etag, must_match, page
from api.guard import Asking, Operation, TheService
from api.notes import NOTES, add_note, content_of, one_note, remove_note, replace_note
from api.routers import NounRouter
from api.routes.decisions import REASONS
from api.service import Work
from api.store.scope import of

router = NounRouter(prefix="/v1")
Tiredness = Annotated[int, Field(ge=0, le=3, strict=True)]


class Contact(Strict):
    """訪問・電話などの記録: how a person was met, and what was said; the words are sealed."""

    resident_id: Id
    on_day: Day = Field(examples=["2026-11-20"])
    how: Literal["visit", "phone", "letter", "online", "at_place", "family", "not_met"]
    reached: bool = Field(True, description="会えた・話せた / whether the person was reached")
    wish: Literal["", "as_usual", "by_letter", "not_now"] = Field(
        "", description="これからの連絡についての本人の希望 / the person's own wish about being contacted"
    )
    note: Note = ""


class Share(Strict):
    """Who does what."""

    organisation_id: Id
    what: Note
    until: Day | None = None


class Plan(Strict):
    """支援プラン: the goal in the person's own words, who does what among several agencies, and when it is reviewed."""

    resident_id: Id
    on_day: Day
    goal: Note = Field(description="本人のことばで / in the person's words")
    shares: Annotated[list[Share], Field(max_length=50)] = Field([])
    review_on: Day | None = None


class FollowUp(Strict):
    """その後: how it goes for the person and for the host, after the first visit, one and three months."""

    resident_id: Id
    on_day: Day
    need_id: Id | None = None
    when: Literal["first_visit", "one_month", "three_months", "other"]
    of: Literal["person", "host"]
    going: Literal["well", "so_so", "not_well", "stopped"]
    tiredness: Tiredness | None = Field(None, description="受け入れ先の疲れ 0〜3 / tiredness of the host")
    note: Note = ""


class Visit(Strict):
    """次の訪問: who means to see a person next, and when (アウトリーチ)."""

    resident_id: Id
    on_day: Day
    starts: Clock = ""
    by: Id = Field(description="だれが訪ねるか（利用者の番号）/ who goes, a user id")
    note: Note = ""


class Voice(Strict):
    """本人の声: «行きたい» or «いや» about a place, and why; the wish that the engine goes by is kept beside it."""

    resident_id: Id
    on_day: Day
    target: Id = Field(description="地域資源・団体・住民の番号 / a resource, an organisation or a resident")
    says: Literal["wanted", "never"]
    reason_code: Literal[REASONS] | None = None  # type: ignore[valid-type]
    note: Note = ""


NOUNS_OF_NOTES: dict[str, tuple[type[BaseModel], str]] = {
    "contacts": (Contact, "会った記録 / contacts"),
    "plans": (Plan, "支援プラン / plans"),
    "follow_ups": (FollowUp, "その後 / follow-ups"),
    "visits": (Visit, "次の訪問 / visits to come"),
    "voices": (Voice, "本人の声 / the person's own words"),
}
_PLAIN = ("resident_id", "on_day")


def _told(work: Work, noun: str, row: dict[str, Any]) -> dict[str, Any]:
    content = content_of(work, row)
    out = {"row_id": row["row_id"], **{name: row[name] for name in _PLAIN}, **content}
    if noun == "plans":
        out["alone"] = left_alone(content)
    return {**out, "user_id": row["user_id"], "version": row["version"], "changed_at": row["changed_at"]}


def left_alone(plan: Mapping[str, Any]) -> bool:
    """Whether a plan leaves the case to one agency alone, or to none."""
    return len({share["organisation_id"] for share in plan["shares"]}) < 2  # shared is two or more


def _list(noun: str) -> Callable[..., Response]:
    def route(
        caller: Asking, service: TheService, operation: Operation,
        limit: Limit = 50, cursor: After = "", resident_id: Id | None = None,
    ) -> Response:  # fmt: skip
        with service.change(caller, operation) as work:
            wanted = of(NOTES, work.scope).where(NOTES.c.noun == noun)
            if resident_id:
                wanted = wanted.where(NOTES.c.resident_id == resident_id)
            rows, following = page(work, wanted, NOTES.c.position, limit, cursor)
            if rows:
                work.tell_people([row["resident_id"] for row in rows], {"rows": len(rows)})
            return answer({"items": [_told(work, noun, row) for row in rows], "next": following})

    return route


def _read(noun: str) -> Callable[..., Response]:
    def route(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
        with service.change(caller, operation) as work:
            row = one_note(work, noun, row_id)
            work.tell_people([row["resident_id"]])
            return answer(_told(work, noun, row), headers=etag(row["version"]))

    return route


def _create(noun: str, model: type[BaseModel]) -> Callable[..., Response]:
    def route(body: Any, caller: Asking, service: TheService, operation: Operation) -> Response:
        with service.change(caller, operation) as work:
            content = body.model_dump(exclude=set(_PLAIN))
            row = add_note(work, noun, body.resident_id, body.on_day, content)
            headers = {"Location": f"/v1/{noun}/{row['row_id']}", **etag(1)}
            return answer(_told(work, noun, row), 201, headers)

    route.__annotations__["body"] = model
    return route


def _replace(noun: str, model: type[BaseModel]) -> Callable[..., Response]:
    def route(
        row_id: RowId, body: Any, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
    ) -> Response:
        with service.change(caller, operation) as work:
            row = one_note(work, noun, row_id)
            must_match(if_match, row, body.model_dump(), _told(work, noun, row))
            content = body.model_dump(exclude=set(_PLAIN))
            after = replace_note(work, row, body.on_day, content)
            return answer(_told(work, noun, after), headers=etag(after["version"]))

    route.__annotations__["body"] = model
    return route


def _delete(noun: str) -> Callable[..., Response]:
    def route(
        row_id: RowId, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
    ) -> Response:
        with service.change(caller, operation) as work:
            row = one_note(work, noun, row_id)
            must_match(if_match, row)
            remove_note(work, row)
        return Response(status_code=204)

    return route


def _add_routes(noun: str, model: type[BaseModel], title: str) -> None:
    own: dict[str, Any] = {"row_id": (Id, ...), "user_id": (Id, ...), "version": (Version, ...)}
    own |= {"changed_at": (Moment, ...)} | ({"alone": (bool, ...)} if noun == "plans" else {})
    out: Any = create_model(f"{model.__name__}Out", __base__=model, **own)
    items: Any = Annotated[list[out], Field(max_length=500)]
    listed: Any = create_model(f"{model.__name__}Page", items=(items, ...), next=(Short | None, ...))
    one = f"/{noun}/{{row_id}}"
    for operation, method, where, route, status, answered in (
        ("list", "GET", f"/{noun}", _list(noun), 200, listed),
        ("create", "POST", f"/{noun}", _create(noun, model), 201, out),
        ("read", "GET", one, _read(noun), 200, out),
        ("replace", "PUT", one, _replace(noun, model), 200, out),
        ("delete", "DELETE", one, _delete(noun), 204, None),
    ):
        name = f"{noun}.{operation}"
        router.add_api_route(where, route, methods=[method], name=name, operation_id=name, status_code=status,
                             response_model=answered, summary=f"{title}: {operation}", tags=[noun])  # fmt: skip


for _noun, (_model, _title) in NOUNS_OF_NOTES.items():
    _add_routes(_noun, _model, _title)
