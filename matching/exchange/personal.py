"""Warnings about what does not belong into a town folder: names of people, phone numbers, e-mail addresses, notes."""

import re
from collections.abc import Iterator

from matching.errors import Problem
from matching.exchange.columns import Column
from matching.exchange.drafts import Draft
from matching.exchange.texts import problem

_PHONE = re.compile(
    r"(?<![\w.-])(?:\+?81[-\s]?|\(?0)\d{1,4}\)?[-\s‐−ー－]\d{1,4}[-\s‐−ー－]\d{3,4}(?![\w-])"
    r"|(?<![\w.-])0\d{9,10}(?![\w-])"
    r"|(?<![０-９])０[０-９]{1,4}[-‐−ー－]?[０-９]{1,4}[-‐−ー－]?[０-９]{3,4}(?![０-９])"
)
_EMAIL = re.compile(r"[^\s@;]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}")
_NOTE = re.compile(r"。.|。$|[！？!?]\s*\S")
_SURNAMES = (
    "佐藤|鈴木|高橋|髙橋|田中|伊藤|渡辺|渡邊|渡邉|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|林|斎藤|斉藤|齋藤|清水|山崎|"
    "森|池田|橋本|阿部|石川|山下|中島|石井|小川|前田|岡田|長谷川|藤田|後藤|近藤|村上|遠藤|青木|坂本|福田|太田|西村|藤井|金子|岡本|"
    "藤原|中野|三浦|原田|中川|松田|竹内|小野|田村|中山|和田|石田|森田|上田|原|内田|柴田|酒井|宮崎|横山|高木|安藤|宮本|大野|小島|谷口|"
    "今井|工藤|高田|増田|丸山|杉山|村田|大塚|新井|小山|平野|藤本|河野|上野|野口|武田|松井|千葉|菅原|岩崎|久保|木下|佐野|野村|松尾"
)
_ROLE = re.compile(
    r"ボランティア|担当|係|サポ|支援|協力|講師|先生役|運転|送迎|ドライバー|ヘルパー|見守り|手伝い|付き?添い|相手|仲間|会|隊|班|士|員|"
    r"volunteer|helper|driver|support|group|guide|team|listener|teacher",
    re.IGNORECASE,
)
_PERSON = re.compile(
    rf"({_SURNAMES})[\s　]?[一-鿿々ぁ-んァ-ヶ]{{1,4}}"
    r"|[一-鿿々]{1,4}[\s　][一-鿿々ぁ-んァ-ヶ]{1,4}"
    r"|[A-Z][a-z]+ [A-Z][a-z]+"
)
_HONORIFIC = re.compile(r"[一-鿿々ぁ-んァ-ヶ](さん|様|氏|ちゃん|くん)$")

LONG_NOTE = 120
"""Characters; a name or an outcome of more is taken for a note."""


def personal_data(draft: Draft) -> Iterator[Problem]:
    """Cells that look like they tell of a person."""
    for column in draft.of.columns:
        if column.cell.kind not in ("string", "identifier") and not _is_open_list(column):
            continue
        values = draft.values.get(column.name, ())
        looks = {value: _looks_like(value, draft, column) for value in set(values) if value}
        if any(looks.values()):
            for row, value in zip(draft.numbers, values, strict=True):
                if value and looks[value]:
                    yield _warning(draft, row, column.name, looks[value])
    if draft.of.table == "resources":
        yield from _named_helpers(draft)


def _is_open_list(column: Column) -> bool:
    return column.cell.kind == "list" and not column.cell.words and column.cell.low is None


def _looks_like(value: object, draft: Draft, column: Column) -> str:
    text = value if isinstance(value, str) else " ; ".join(map(str, value)) if isinstance(value, tuple) else ""
    if _EMAIL.search(text):
        return "email"
    if _PHONE.search(text):
        return "phone"
    free = column.cell.kind == "string" and draft.of.table != "survey"
    return "note" if free and (len(text) > LONG_NOTE or _NOTE.search(text)) else ""


def _named_helpers(draft: Draft) -> Iterator[Problem]:
    """The name of a volunteer, or of a helper who is a resident, is a role."""
    columns = [draft.values.get(name, ()) for name in ("name", "kind", "resident_id")]
    for row, name, kind, resident in zip(draft.numbers, *columns, strict=True):
        if name and (kind == "volunteer" or resident) and looks_like_a_person(name):
            yield _warning(draft, row, "name", "name")


def looks_like_a_person(name: str) -> bool:
    """A surname with a given name, or somebody «さん»; a name that tells a role is none."""
    return bool(_HONORIFIC.search(name) or (_PERSON.fullmatch(name) and not _ROLE.search(name)))


_WHAT = {
    "email": ("メールアドレス", "an e-mail address"),
    "phone": ("電話番号", "a phone number"),
    "note": ("自由記述", "a free note"),
    "name": ("個人の名前（役割を書いてください）", "a person's name (a role is wanted)"),
}


def _warning(draft: Draft, row: int, column: str, what: str) -> Problem:
    ja, en = _WHAT[what]
    return problem(draft.of.file, row, column, "personal_data", {"what_ja": ja, "what_en": en}, warning=True)
