"""想定を組み立てる: scenarios that are being built by forms, held in the page as their own text (docs/study.md).

Nothing is stored: every step sends the whole text, and gets it back with an edit more or less.
"""

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any

from api.routes.studies import readable
from api.web.desk import Desk
from api.web.fields import word_of
from api.web.rows import Places
from matching.domain import NeedKind, ResourceKind, Weekday, Where
from matching.scenario.consultation import MODELS
from matching.scenario.reading import EDITS, FORMAT
from matching.texts import WORDS, word

Table = dict[str, Any]
MADE_UP: Mapping[str, tuple[str, ...]] = {"add_opening": ("opening",), "add_place": ("resource",)}
"""Identifiers that a form does not ask for: whatever is new gets one."""
LISTS = ("activities", "features", "serves")
SPANS = 2
"""Stretches of the week that the form of a driver offers."""
WHOLE = (
    "places", "number", "percent", "age_from", "seats", "wheelchair_places", "max_travel_minutes", "year", "people",
    "people_65plus",
)  # fmt: skip
WORDS_OF: Mapping[str, Iterable[str]] = {
    "weekday": Weekday, "where": Where, "kind": ResourceKind, "serves": NeedKind,
}  # fmt: skip
BROKEN = ("hours_per_month", "latitude", "longitude", "staff")


@dataclass(frozen=True, slots=True)
class Draft:
    """Scenarios as tables of their file, and how often demand is repeated (0 = not)."""

    scenarios: tuple[Table, ...] = ()
    draws: int = 0
    seed: int = 1

    @property
    def text(self) -> str:
        """The file, as `read_scenarios` reads it; empty where there is nothing."""
        if not self.scenarios:
            return ""
        lines = [f"format = {_toml(FORMAT)}"]
        if self.draws:
            lines += ["[monte_carlo]", f"draws = {self.draws}", f"seed = {self.seed}"]
        for one in self.scenarios:
            lines += ["[[scenario]]", *(_line(name, value) for name, value in one.items() if name != "edit")]
            for edit in one["edit"]:
                lines += ["[[scenario.edit]]", *(_line(name, value) for name, value in edit.items())]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of an edit's form: its kind (choice, ticks, spans, number, time, text), and what may be chosen."""

    name: str
    kind: str
    required: bool
    choices: Sequence[tuple[str, str]] = field(default_factory=tuple)


def draft_of(text: str) -> Draft:
    """A draft from its text.

    Raises:
        ProblemError: `bad_scenarios`, with every problem of the text.
    """
    if not text.strip():
        return Draft()
    found = readable(text)
    tables = tomllib.loads(text)
    return Draft(tuple({**row, "edit": row.get("edit", [])} for row in tables["scenario"]), found.draws, found.seed)


def with_edit(draft: Draft, name: str, edit: Table) -> Draft:
    """One edit more, in the scenario of that name, or in a new one."""
    at = next((i for i, one in enumerate(draft.scenarios) if one["name"] == name), None)
    if at is None:
        return replace(draft, scenarios=(*draft.scenarios, {"name": name, "edit": [edit]}))
    one = draft.scenarios[at]
    return _with(draft, at, {**one, "edit": [*one["edit"], edit]})


def with_cost(draft: Draft, at: int, yen: int | None) -> Draft:
    """What a scenario costs a year, or that nobody knows."""
    left = {name: value for name, value in draft.scenarios[at].items() if name != "yen_per_year"}
    return _with(draft, at, left if yen is None else {"name": left["name"], "yen_per_year": yen, **left})


def without(draft: Draft, at: int, edit: int | None = None) -> Draft:
    """One scenario less, or one of its edits; a scenario without any goes."""
    one = draft.scenarios[at]
    edits = [] if edit is None else [each for i, each in enumerate(one["edit"]) if i != edit]
    if edits:
        return _with(draft, at, {**one, "edit": edits})
    return replace(draft, scenarios=tuple(each for i, each in enumerate(draft.scenarios) if i != at))


def _with(draft: Draft, at: int, one: Table) -> Draft:
    return replace(draft, scenarios=tuple(one if i == at else each for i, each in enumerate(draft.scenarios)))


def asked_by(do: str, desk: Desk, places: Places) -> Iterator[Asked]:
    """The fields of an edit's form, in the order of the edit's own; made as they are asked for."""
    for one in fields(EDITS[do]):
        if one.name not in MADE_UP.get(do, ()):
            yield _asked(one.name, one.default is MISSING, desk, places)


def _asked(name: str, required: bool, desk: Desk, places: Places) -> Asked:
    choices = _choices(name, desk, places)
    kind = ("ticks" if name in LISTS else "choice") if choices is not None else (
        "spans" if name == "available" else "number" if name in (*WHOLE, *BROKEN)
        else "time" if name in ("start", "end") else "text")  # fmt: skip
    return Asked(name, kind, required, choices or ())


def _choices(name: str, desk: Desk, places: Places) -> Sequence[tuple[str, str]] | None:
    """What may be chosen for a field; None where it is typed."""
    named = {"resource": (places.resources, places.resource), "opening": (places.openings, places.opening),
             "area": (places.areas, places.area)}  # fmt: skip
    if name in named:
        keys, told = named[name]
        return [(key, told(key)) for key in keys]
    say: Mapping[str, tuple[Iterable[str], Callable[[str], str]]] = {
        "sex": (("female", "male", "other"), lambda one: word_of("residents", "sex", one, desk)),
        "model": (MODELS, lambda one: desk.say(f"edit.model.{one}")),
        **{of: (words, lambda one: word_of("resources", name, str(one), desk)) for of, words in WORDS_OF.items()},
        **{of: (WORDS[of], lambda one: word(name, one, desk.lang)) for of in ("activities", "features")},
    }
    if name not in say:
        return None
    values, in_words = say[name]
    return [(str(one), in_words(one)) for one in values]


def edit_sent(do: str, desk: Desk, draft: Draft) -> Table:
    """The edit that a form sent; what is no number stays text, to be refused by name."""
    edit: Table = {"do": do}
    for one in fields(EDITS[do]):
        if one.name in MADE_UP.get(do, ()):
            edit[one.name] = _fresh(draft)
        elif one.name == "available":
            days, begins, ends = (desk.form.get(f"available.{part}", []) for part in ("day", "from", "to"))
            spans = [f"{day} {begin}-{end}" for day, begin, end in zip(days, begins, ends, strict=False) if day]
            if spans:
                edit[one.name] = spans
        elif one.name in (*LISTS, "drivers"):
            chosen = [each for each in desk.form.get(one.name, []) if each]
            if chosen:
                edit[one.name] = chosen
        elif desk.sent(one.name):
            edit[one.name] = _number(one.name, desk.sent(one.name))
    return edit


def _number(name: str, text: str) -> Any:
    try:
        return int(text) if name in WHOLE else float(text) if name in BROKEN else text
    except ValueError:
        return text


def _fresh(draft: Draft) -> str:
    """An identifier that nothing of the draft has yet."""
    taken = {edit.get(name) for one in draft.scenarios for edit in one["edit"] for name in ("opening", "resource")}
    return next(name for n in range(1, len(taken) + 2) if (name := f"new-{n}") not in taken)


def edit_words(edit: Mapping[str, Any], desk: Desk, places: Places) -> str:
    """An edit as a sentence."""
    do = str(edit.get("do", ""))
    told = desk.say(f"edit.{do}.told", **_facts(edit, desk, places)) if do in EDITS else do
    more = [f"{desk.say(f'edit.{name}')} {_cell(name, value, desk, places)}" for name, value in edit.items()
            if name not in ("do", *TOLD.get(do, ()), *MADE_UP.get(do, ()))]  # fmt: skip
    return desk.say("edit.with", told=told, more="・".join(more)) if more else told


TOLD: Mapping[str, tuple[str, ...]] = {
    "close_resource": ("resource",), "close_opening": ("opening",), "more_places": ("opening", "places"),
    "add_opening": ("resource", "weekday", "start", "end", "places"),
    "add_place": ("name", "area", "weekday", "start", "end", "places"), "lose_drivers": ("number",),
    "add_car": ("resource",), "add_driver": ("resource",), "more_needs": ("percent",), "no_bus": (),
    "end_bus_line": ("line",), "later_year": ("year",), "staff_consultation": ("model",),
}  # fmt: skip
"""What the sentence of each edit names; its other fields are told behind it."""


def _facts(edit: Mapping[str, Any], desk: Desk, places: Places) -> dict[str, str]:
    do = str(edit["do"])
    facts = {name: _cell(name, edit.get(name, ""), desk, places) for name in TOLD[do]}
    if do == "add_place" and not facts["name"]:
        facts["name"] = desk.say("edit.new_place")
    if do == "more_places" and isinstance(edit.get("places"), int):
        facts["places"] = f"{edit['places']:+d}"
    if do == "lose_drivers" and not edit.get("number"):
        facts["number"] = str(len(edit.get("drivers", ())))
    return facts


def _cell(name: str, value: Any, desk: Desk, places: Places) -> str:
    told = dict(_choices(name, desk, places) or ())
    held = value if isinstance(value, list) else [value]
    if name == "available":
        spans = (str(one).partition(" ") for one in held)
        return "・".join(f"{word('weekday', day, desk.lang)} {hours}" for day, _, hours in spans)
    return "・".join(told.get(str(one), str(one)) for one in held)


def _line(name: str, value: Any) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return f"{name if bare else _toml(name)} = {_toml(value)}"


def _toml(value: Any) -> str:
    """A value of TOML; a basic string of it is one of JSON, but for what only JSON leaves as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(_line(name, one) for name, one in value.items())} }}"
    return str(value)
