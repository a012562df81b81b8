"""Identifiers that stand twice, references that point to nothing, areas that are their own parents, homes of homes."""

from collections.abc import Collection, Iterator, Mapping

from matching.domain import IDENTIFIERS, REFERENCES
from matching.errors import Problem
from matching.exchange.drafts import Draft
from matching.exchange.nearest import Register
from matching.exchange.texts import problem


def reference_problems(drafts: Mapping[str, Draft]) -> Iterator[Problem]:
    """What is wrong between rows and files; rows that could not be built still lend their identifiers."""
    for draft in drafts.values():
        yield from _twice(draft)
    yield from _dangling(drafts)
    yield from _cycles(drafts["areas"])
    yield from _homes_of_homes(drafts["ride_requests"])


def _twice(draft: Draft) -> Iterator[Problem]:
    key = draft.of.key
    values = draft.values.get(key, ())
    if not key or len(set(values)) == len(values):
        return
    first: dict[str, int] = {}
    for number, value in zip(draft.numbers, values, strict=True):
        if value is None:
            continue
        if first.setdefault(value, number) != number:
            facts = {"column": key, "value": value, "first": first[value]}
            yield problem(draft.of.file, number, key, "twice", facts)


def _dangling(drafts: Mapping[str, Draft]) -> Iterator[Problem]:
    known = {table: _present(drafts[table], column) for table, column in IDENTIFIERS.items()}
    known["councils"] = _present(drafts["council_members"], "council_id")
    whole = {**{table: drafts[table].whole for table in IDENTIFIERS}, "councils": drafts["council_members"].whole}
    for table, column, targets in REFERENCES:
        towards = targets or tuple(known)
        if all(whole[target] for target in towards):  # else every reference into the broken file would be told
            yield from _dangling_column(drafts[table], column, [known[target] for target in towards], targets)


def _present(draft: Draft, column: str) -> frozenset[str]:
    return frozenset(value for value in draft.values.get(column, ()) if value)


def _dangling_column(
    draft: Draft, column: str, allowed: list[frozenset[str]], targets: Collection[str]
) -> Iterator[Problem]:
    values = draft.values.get(column, ())
    told: set[str] = set()
    for value in set(values):
        told.update((value,) if isinstance(value, str) else value or ())
    unknown = told.difference(*allowed) - {""}
    if not unknown:
        return
    near = Register(sorted(frozenset[str]().union(*allowed)))
    maybe = {one: near.nearest(one) for one in sorted(unknown)}
    files = " / ".join(f"{target}.csv" for target in targets) or "*.csv"
    for number, value in zip(draft.numbers, values, strict=True):
        for one in (value,) if isinstance(value, str) else value or ():
            if one in unknown:
                facts = {"column": column, "value": one, "files": files, "maybe": maybe[one]}
                yield problem(draft.of.file, number, column, "dangling", facts)


def _cycles(areas: Draft) -> Iterator[Problem]:
    ids, parents = areas.values.get("area_id", ()), areas.values.get("parent_id", ())
    above = {area: parent for area, parent in zip(ids, parents, strict=True) if area and parent}
    row = {area: number for area, number in zip(ids, areas.numbers, strict=True) if area}
    safe: set[str] = set()
    for area in above:
        path: dict[str, None] = {}
        at = area
        while at in above and at not in safe and at not in path:
            path[at] = None
            at = above[at]
        if at in path:
            steps = list(path)
            ring = steps[steps.index(at) :]
            yield problem(areas.of.file, row[at], "parent_id", "cycle", {"value": " → ".join([*ring, at])})
        safe.update(path)


def _homes_of_homes(rides: Draft) -> Iterator[Problem]:
    """A ride home belongs to a ride out, never to another ride home: two rides are one promise, three are not."""
    ids, outs = rides.values.get("ride_id", ()), rides.values.get("returns", ())
    out_of = {ride: out for ride, out in zip(ids, outs, strict=True) if ride and out and ride != out}
    for number, ride in zip(rides.numbers, ids, strict=True):
        out = out_of.get(ride or "", "")
        if out in out_of:
            yield problem(rides.of.file, number, "returns", "home_of_a_home", {"value": out, "other": out_of[out]})
