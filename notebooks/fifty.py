"""Fifty what-ifs of a town, made from its own tables and today's plan: `python -m notebooks.fifty TOWN --to FILE.toml`.

The places where most people are close, one by one or those of an area together; the full ones that most people wait for
have room for more; more people ask; drivers stop, the bus ends; a place opens in the areas where most wait. So each
touches what somebody uses or waits for. They are examples to begin from: a planner writes their own (docs/study.md).
"""

import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from notebooks.asking import ask, rows

HOW_MANY = 50
CLOSED, TOGETHER, LARGER, TEA, SHOPPING = 10, 6, 10, 7, 10
GROWN, OLDER = (110, 120, 130, 140, 150, 175, 200), (110, 120, 130)
OLD = 75
PLACES = 10
Edit = Mapping[str, Any]
Scenario = tuple[str, Sequence[Edit]]
Answer = Mapping[str, Any]


def scenarios(town: Path) -> Iterator[Scenario]:
    """Each with its name and its edits."""
    places = {row["resource_id"]: row for row in rows(town, "resources")}
    areas = {row["area_id"]: row["name"] for row in rows(town, "areas")}
    plan = ask("propose", town, "--explain", "unplaced")["proposals"]
    most = [one for one, _ in _used(plan).most_common()]
    for one in most[:CLOSED]:
        yield f"{places[one].get('name') or one}が休む", [{"do": "close_resource", "resource": one}]
    for area, some in _together(most, places):
        yield f"{areas[area]}の{len(some)}か所が休む", [{"do": "close_resource", "resource": one} for one in some]
    at = {row["opening_id"]: row["resource_id"] for row in rows(town, "openings")}
    for opening, _ in _waited_for(plan).most_common(LARGER):
        edit = {"do": "more_places", "opening": opening, "places": PLACES}
        yield f"{places[at[opening]].get('name') or at[opening]}（{opening}）に{PLACES}人増やす", [edit]
    for percent in GROWN:
        yield f"希望が{percent}％に", [{"do": "more_needs", "percent": percent}]
    for percent in OLDER:
        yield f"{OLD}歳以上の希望が{percent}％に", [{"do": "more_needs", "percent": percent, "age_from": OLD}]
    drivers = len(rows(town, "drivers"))
    for number in sorted({drivers // 4, drivers // 2, drivers} - {0}):
        yield f"担い手が{number}人やめる", [{"do": "lose_drivers", "number": number}]
    yield "バスがない", [{"do": "no_bus"}]
    yield from _new_places(town, areas, {one["need"] for one in plan if one["state"] != "placed"})


def _used(plan: Sequence[Answer]) -> Counter[str]:
    """How many people today's plan has at each place."""
    return Counter(option["resource"] for one in plan for option in one["options"] if option["chosen"])


def _waited_for(plan: Sequence[Answer]) -> Counter[str]:
    """How many people would fit each opening that is full, and have no place."""
    return Counter(full["opening"] for one in plan if one["unplaced"] for full in one["unplaced"]["full"])


def _together(most: Sequence[str], places: Mapping[str, Mapping[str, str]]) -> list[tuple[str, list[str]]]:
    """The three places of an area where most people are, of those areas that have the most used ones."""
    of: dict[str, list[str]] = {}
    for one in most:
        if area := places[one]["area_id"]:
            of.setdefault(area, []).append(one)
    return [(area, some[:3]) for area, some in of.items() if len(some) >= 3][:TOGETHER]


def _new_places(town: Path, areas: Mapping[str, str], waiting: Collection[str]) -> Iterator[Scenario]:
    """A place for tea in each of the areas where most wait, and one for shopping as long as there are not fifty."""
    area_of = {row["resident_id"]: row["area_id"] for row in rows(town, "residents")}
    needs = rows(town, "needs")
    waits = Counter(area_of[row["resident_id"]] for row in needs if row["need_id"] in waiting)
    asks = Counter(area_of[row["resident_id"]] for row in needs)
    most = sorted(asks, key=lambda area: (-waits[area], -asks[area], area))
    wanted = (("お茶の場", "tea", "participation", TEA), ("買い物の場", "shopping", "shopping", SHOPPING))
    for kind, activity, serves, many in wanted:
        for area in most[:many]:
            edit = {
                "do": "add_place", "resource": f"new-{serves}-{area}", "name": f"{areas[area]}の{kind}", "area": area,
                "weekday": "wed", "start": "10:00", "end": "12:00", "places": 8, "activities": [activity],
                "serves": [serves],
            }  # fmt: skip
            yield f"{areas[area]}に{kind}", [edit]


def written(some: Sequence[Scenario]) -> str:
    """The scenarios as a file of `tsunagu study`."""
    out = ['format = "tsunagu.scenarios/1"']
    for name, edits in some:
        out += ["", "[[scenario]]", f"name = {json.dumps(name, ensure_ascii=False)}"]
        for edit in edits:
            fields = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in edit.items())
            out += ["[[scenario.edit]]", *fields]
    return "\n".join(out) + "\n"


def main(words: Sequence[str]) -> None:
    """Write the file."""
    town, _, file = words
    some = list(islice(scenarios(Path(town)), HOW_MANY))
    Path(file).write_text(written(some), encoding="utf-8")
    print(f"→ {file}: {len(some)}")


if __name__ == "__main__":
    main(sys.argv[1:])
