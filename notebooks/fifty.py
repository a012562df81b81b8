"""Fifty what-ifs of a town, made from its own tables: `python -m notebooks.fifty TOWN --to FILE.toml`.

Its largest places close, one by one or those of an area together, or have room for more; more people ask; drivers stop,
the bus ends; a place opens in the areas with most needs. They are examples to begin from: a planner writes their own
(docs/study.md).
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from notebooks.asking import rows

HOW_MANY = 50
CLOSED, TOGETHER, LARGER, TEA, SHOPPING = 10, 6, 10, 7, 10
GROWN, OLDER = (110, 120, 130, 140, 150, 175, 200), (110, 120, 130)
OLD = 75
PLACES = 6
Edit = Mapping[str, Any]
Scenario = tuple[str, Sequence[Edit]]


def scenarios(town: Path) -> Iterator[Scenario]:
    """Each with its name and its edits."""
    places = {row["resource_id"]: row for row in rows(town, "resources")}
    areas = {row["area_id"]: row["name"] for row in rows(town, "areas")}
    openings = sorted(rows(town, "openings"), key=lambda row: (-int(row["capacity"] or 0), row["opening_id"]))
    largest = list(dict.fromkeys(row["resource_id"] for row in openings))
    for one in largest[:CLOSED]:
        yield f"{places[one].get('name') or one}が休む", [{"do": "close_resource", "resource": one}]
    for area, some in _together(largest, places):
        yield f"{areas[area]}の{len(some)}か所が休む", [{"do": "close_resource", "resource": one} for one in some]
    for row in [row for row in openings if row["capacity"]][:LARGER]:
        edit = {"do": "more_places", "opening": row["opening_id"], "places": PLACES}
        name = places[row["resource_id"]].get("name") or row["resource_id"]
        yield f"{name}（{row['opening_id']}）に{PLACES}人増やす", [edit]
    for percent in GROWN:
        yield f"希望が{percent}％に", [{"do": "more_needs", "percent": percent}]
    for percent in OLDER:
        yield f"{OLD}歳以上の希望が{percent}％に", [{"do": "more_needs", "percent": percent, "age_from": OLD}]
    drivers = len(rows(town, "drivers"))
    for number in sorted({drivers // 4, drivers // 2, drivers} - {0}):
        yield f"担い手が{number}人やめる", [{"do": "lose_drivers", "number": number}]
    yield "バスがない", [{"do": "no_bus"}]
    yield from _new_places(town, areas)


def _together(largest: Sequence[str], places: Mapping[str, Mapping[str, str]]) -> list[tuple[str, list[str]]]:
    """The three largest places of an area, of those areas that have the largest ones."""
    of: dict[str, list[str]] = {}
    for one in largest:
        if area := places[one]["area_id"]:
            of.setdefault(area, []).append(one)
    return [(area, some[:3]) for area, some in of.items() if len(some) >= 3][:TOGETHER]


def _new_places(town: Path, areas: Mapping[str, str]) -> Iterator[Scenario]:
    """A place for tea in each of the areas with most needs, and one for shopping as long as there are not fifty."""
    area_of = {row["resident_id"]: row["area_id"] for row in rows(town, "residents")}
    most = Counter(area_of[row["resident_id"]] for row in rows(town, "needs")).most_common()
    wanted = (("お茶の場", "tea", "participation", TEA), ("買い物の場", "shopping", "shopping", SHOPPING))
    for kind, activity, serves, many in wanted:
        for area, _ in most[:many]:
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
