"""Persons whom somebody does not see: left out of what they take out of a town, and kept by what they bring in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from api.store.register import NOUNS
from matching.domain import IDENTIFIERS, REFERENCES, Community
from matching.errors import InputError, Problem
from matching.exchange.columns import FILES

Tables = dict[str, list[Any]]
_FILE_OF = {of.table: of.file for of in FILES}


def without_unseen(tables: Tables) -> None:
    """Take out of a town's rows what names a person who was left out, or empty it where it is no more than a hint."""
    people = {one.resident_id for one in tables["residents"]}
    tables["resources"] = [
        replace(one, resident_id="") if one.resident_id not in people else one for one in tables["resources"]
    ]
    known = {row_id for name, noun in NOUNS.items() if noun.of.key for row_id in _ids(tables[name], noun.of.key)}
    known |= {one.council_id for one in tables["council_members"]}
    tables["ties"] = [one for one in tables["ties"] if one.from_id in known and one.to_id in known]
    tables["wishes"] = [one for one in tables["wishes"] if one.target in known]
    tables["ride_requests"] = [
        replace(one, returns="") if one.returns and one.returns not in known else one for one in tables["ride_requests"]
    ]


def with_unseen(brought: Community, seen: Community, whole: Community) -> Community:
    """A town as it was brought by who sees only a part of it, with the persons whom they do not see as they are.

    Raises:
        InputError: naming what the unseen still use and what was not brought, and rows about them that differ from
            what is there; never whose they are.
    """
    hidden = _hidden(seen, whole)
    if not hidden:
        return brought
    theirs = {table: [row for row in getattr(whole, table) if _names(row, hidden)] for table in _TABLES}
    kept = {table: rows for table, rows in theirs.items() if table != "resources"}
    problems = [*_changed(brought, theirs, hidden), *_missing(brought, kept, hidden)]
    if problems:
        raise InputError(problems)
    tables = {table: getattr(brought, table) for table in _TABLES}
    for table, rows in kept.items():
        known = set(tables[table])
        tables[table] = (*tables[table], *(row for row in rows if row not in known))
    helps = {one.resource_id: one.resident_id for one in theirs["resources"]}
    tables["resources"] = tuple(
        one if one.resident_id else replace(one, resident_id=helps.get(one.resource_id, ""))
        for one in brought.resources
    )
    return Community(brought.info, **tables)


_TABLES = tuple(one.name for one in fields(Community) if one.name != "info")


def _hidden(seen: Community, whole: Community) -> frozenset[str]:
    """The identifiers of unseen persons, and of what is theirs."""
    people = {one.resident_id for one in whole.residents} - {one.resident_id for one in seen.residents}
    needs = {one.need_id for one in whole.needs if one.resident_id in people}
    rides = {one.ride_id for one in whole.ride_requests if one.resident_id in people or one.need_id in needs}
    return frozenset(people | needs | rides)


def _names(row: Any, hidden: frozenset[str]) -> bool:
    ends = ("resident_id", "need_id", "ride_id", "other_id", "target", "from_id", "to_id")
    return any(getattr(row, end, "") in hidden for end in ends)


def _changed(brought: Community, theirs: Mapping[str, Sequence[Any]], hidden: frozenset[str]) -> Iterable[Problem]:
    """Rows that name the unseen and are not as they are: these are changed by who sees the person."""
    for table, rows in theirs.items():
        known = {one.resource_id: one.resident_id for one in rows} if table == "resources" else set(rows)
        for at, row in enumerate(getattr(brought, table), 2):
            same = known.get(row.resource_id) == row.resident_id if isinstance(known, dict) else row in known
            if _names(row, hidden) and not same:
                ja = "この番号の記録は、その方を見られる人だけが変えられます"
                en = "records under this identifier are changed by who sees that person"
                yield Problem(_FILE_OF[table], at, IDENTIFIERS.get(table, ""), "taken", ja, en)


def _missing(brought: Community, kept: Mapping[str, Sequence[Any]], hidden: frozenset[str]) -> Iterable[Problem]:
    known = {table: set(_ids(getattr(brought, table), column)) for table, column in IDENTIFIERS.items()}
    told = set[tuple[str, str]]()
    for table, column, targets in REFERENCES:
        there = hidden.union(*(known[target] for target in (targets or tuple(known))))
        there |= {one.council_id for one in brought.council_members} if not targets else set()
        for row in kept.get(table, ()):
            value = getattr(row, column)
            for one in (value,) if isinstance(value, str) else value:
                if one and one not in there:
                    told.add((targets[0] if targets else "ties", one))
    for table, one in sorted(told):
        ja = f"「{one}」は、あなたには見えない方の記録が使っているので、なくせません"
        en = f"{one} is used by records that you do not see, and cannot be left out"
        yield Problem(_FILE_OF[table], 0, IDENTIFIERS.get(table, "to_id"), "used_by_unseen", ja, en)


def _ids(rows: Iterable[Any], key: str) -> Iterable[str]:
    return (getattr(row, key) for row in rows)
