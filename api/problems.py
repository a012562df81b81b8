"""What the service answers where it cannot do as asked: RFC 9457 problems with a stable code, in ja and en.

Texts never repeat what was sent: values may be personal. A JSON Pointer says which field each error is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from matching.errors import Text

MEDIA = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that cannot be taken: where it stands in the body (JSON Pointer), and a code of `FIELDS`."""

    pointer: str
    code: str


@dataclass(slots=True)
class ProblemError(Exception):
    """Ends a request with a problem; `code` is one of `PROBLEMS`."""

    code: str
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


PROBLEMS: Mapping[str, tuple[int, Text]] = {
    "bad_request": (400, Text("送られた形が読めません", "the request cannot be read")),
    "not_signed_in": (401, Text("サインインしてください", "sign in first")),
    "wrong_sign_in": (401, Text("名前か合言葉が違います", "the name or the password is wrong")),
    "not_allowed": (403, Text("この操作は、あなたの役割ではできません", "your role may not do this")),
    "csrf": (
        403,
        Text("別の頁から送られたようです。開き直してください", "the request seems to come from another page"),
    ),
    "not_found": (404, Text("見つかりません", "there is no such thing")),
    "not_told": (404, Text("案はまだありません。頼むと作れます", "no options are told yet; they can be asked for")),
    "method": (405, Text("ここではその操作はできません", "this method is not known here")),
    "full": (409, Text("空きがありません。ほかの候補をご覧ください", "no place is left; see the other options")),
    "clash": (409, Text("同じ時間にほかのつなぎ先があります", "another placement is at the same time")),
    "exists": (409, Text("同じ番号がすでにあります", "this identifier is taken")),
    "referenced": (409, Text("ほかから使われているので消せません", "others still refer to it")),
    "wrong_state": (409, Text("今の段階ではできません", "this is not possible at the present stage")),
    "stale": (412, Text("ほかの方が先に変えました。読み直してください", "somebody changed it first; read it again")),
    "too_large": (413, Text("送られたものが大きすぎます", "too large")),
    "invalid": (422, Text("使えない欄があります", "some fields cannot be taken")),
    "key_reused": (422, Text("同じ鍵で別の内容が送られました", "the key was used for another request")),
    "bad_town": (422, Text("町フォルダーに誤りがあります", "the town folder has errors")),
    "bad_scenarios": (422, Text("想定に誤りがあります", "the scenarios have errors")),
    "no_match": (428, Text("If-Match に版を書いてください", "If-Match with the version is required")),
    "no_key": (428, Text("Idempotency-Key を付けてください", "an Idempotency-Key is required")),
    "too_many": (429, Text("何度も試されました。少し待ってください", "too many tries; wait a little")),
    "fault": (500, Text("内部の誤りです。記録しました", "a fault of ours; it was noted")),
    "busy": (503, Text("今は書き込めません。少し待ってください", "cannot write now; wait a little")),
}
"""Every code: its HTTP status and its text."""

FIELDS: Mapping[str, Text] = {
    "missing": Text("必ず書く欄です", "is required"),
    "unknown": Text("知らない欄です", "is not a field here"),
    "type": Text("値の種類が違います", "is of the wrong type"),
    "word": Text("使えることばではありません", "is none of the known words"),
    "range": Text("数の範囲の外です", "is out of range"),
    "length": Text("長さや個数の範囲の外です", "is too long or too short"),
    "form": Text("書き方が違います", "is not well-formed"),
    "reference": Text("指している番号がありません", "points to nothing"),
    "fixed": Text("この欄は変えられません", "cannot be changed"),
    "not_yours": Text("あなたの担当の外です", "is outside your areas"),
    "ends_before_it_begins": Text("始まりより前に終わります", "ends before it begins"),
    "above": Text("下の値が上の値を超えます", "lower end above upper end"),
    "half_a_point": Text("緯度と経度は両方書きます", "latitude and longitude go together"),
    "oneself": Text("同じ人を指しています", "names the same person"),
    "returns_itself": Text("自分自身の帰りになっています", "is its own way home"),
    "date_or_weekday": Text("日付か曜日のどちらか一つを書きます", "date or weekday, exactly one"),
    "cycle": Text("輪になっています", "goes round in a circle"),
    "taken": Text("もう使われています", "is taken already"),
    "same_time": Text("同じ時間にほかのつなぎ先があります", "is at the time of another placement"),
    "differs": Text("今の値と違います", "differs from the present value"),
}
"""Codes of a single field."""


class ErrorOut(BaseModel):
    """One field of a problem."""

    pointer: str = Field(max_length=500)
    code: str = Field(max_length=100)
    ja: str = Field(max_length=500)
    en: str = Field(max_length=500)


class ProblemOut(BaseModel):
    """RFC 9457 with our members; `application/problem+json`."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(max_length=200)
    title: str = Field(max_length=500)
    status: int = Field(ge=400, le=599)
    code: str = Field(max_length=100)
    ja: str = Field(max_length=500)
    en: str = Field(max_length=500)
    errors: list[ErrorOut] = Field(max_length=1000)


def answer(problem: ProblemError) -> JSONResponse:
    """The response of a problem."""
    status, text = PROBLEMS[problem.code]
    errors = [
        {"pointer": error.pointer, "code": error.code, "ja": FIELDS[error.code].ja, "en": FIELDS[error.code].en}
        for error in problem.errors[:1000]
    ]
    told = {"type": f"urn:tsunagu:problem:{problem.code}", "title": text.en, "status": status, "code": problem.code,
            "ja": text.ja, "en": text.en, "errors": errors, **problem.more}  # fmt: skip
    return JSONResponse(told, status, headers=dict(problem.headers), media_type=MEDIA)


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """What pydantic found, by our codes and without values."""
    return [FieldError(_pointer(error["loc"]), _code(str(error["type"]))) for error in errors]


def _pointer(where: Sequence[object]) -> str:
    parts = where[1:] if where and where[0] == "body" else where
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')[:100]}" for part in parts[:8])


def _code(kind: str) -> str:
    for code, kinds in _KINDS.items():
        if kind in kinds or kind.startswith(code):
            return code
    return "type" if kind.endswith(("_type", "_parsing")) else "form"


_KINDS: Mapping[str, tuple[str, ...]] = {
    "missing": ("missing",),
    "unknown": ("extra_forbidden",),
    "word": ("literal_error", "enum"),
    "range": ("greater_than_equal", "less_than_equal", "greater_than", "less_than", "finite_number"),
    "length": ("string_too_long", "string_too_short", "too_long", "too_short", "bytes_too_long"),
}
