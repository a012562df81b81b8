"""Fifty what-ifs of any town, made from its own tables: `python -m notebooks.fifty TOWN --to FILE.toml`.

Its largest places close, or have room for more; more people ask; a place opens in the areas with most needs; nobody
drives any more. They are examples to begin from: a planner writes their own (docs/study.md).
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
CLOSED, LARGER, NEW, GROWN = 16, 12, 10, (110, 120, 130, 140, 150, 175, 200)
OLD = 75
PLACES = 6
Scenario = tuple[str, Mapping[str, Any]]


def scenarios(town: Path) -> Iterator[Scenario]:
    """Each with its name and its one edit."""
    names = {row["resource_id"]: row.get("name") or row["resource_id"] for row in rows(town, "resources")}
    openings = sorted(rows(town, "openings"), key=lambda row: (-int(row["capacity"] or 0), row["opening_id"]))
    largest = list(dict.fromkeys(row["resource_id"] for row in openings))
    for one in largest[:CLOSED]:
        yield f"{names[one]}が休む", {"do": "close_resource", "resource": one}
    for row in [row for row in openings if row["capacity"]][:LARGER]:
        edit = {"do": "more_places", "opening": row["opening_id"], "places": PLACES}
        yield f"{names[row['resource_id']]}（{row['opening_id']}）に{PLACES}人増やす", edit
    for percent in GROWN:
        yield f"希望が{percent}％に", {"do": "more_needs", "percent": percent}
    for percent in GROWN[:4]:
        yield f"{OLD}歳以上の希望が{percent}％に", {"do": "more_needs", "percent": percent, "age_from": OLD}
    yield "バスがない", {"do": "no_bus"}
    yield from _new_places(town)


def _new_places(town: Path) -> Iterator[Scenario]:
    """A place for tea in each of the areas with most needs, and in turn one for shopping."""
    area_of = {row["resident_id"]: row["area_id"] for row in rows(town, "residents")}
    names = {row["area_id"]: row["name"] for row in rows(town, "areas")}
    most = Counter(area_of[row["resident_id"]] for row in rows(town, "needs")).most_common()
    for kind, activity, serves in (("お茶の場", "tea", "participation"), ("買い物の場", "shopping", "shopping")):
        for area, _ in most[:NEW]:
            yield f"{names[area]}に{kind}", {
                "do": "add_place", "resource": f"new-{serves}-{area}", "name": f"{names[area]}の{kind}", "area": area,
                "weekday": "wed", "start": "10:00", "end": "12:00", "places": 8, "activities": [activity],
                "serves": [serves],
            }  # fmt: skip


def written(some: Sequence[Scenario]) -> str:
    """The scenarios as a file of `tsunagu study`."""
    out = ['format = "tsunagu.scenarios/1"']
    for name, edit in some:
        fields = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in edit.items()]
        out += ["", "[[scenario]]", f"name = {json.dumps(name, ensure_ascii=False)}", "[[scenario.edit]]", *fields]
    return "\n".join(out) + "\n"


def main(words: Sequence[str]) -> None:
    """Write the file."""
    town, _, file = words
    some = list(islice(scenarios(Path(town)), HOW_MANY))
    Path(file).write_text(written(some), encoding="utf-8")
    print(f"→ {file}: {len(some)}")


if __name__ == "__main__":
    main(sys.argv[1:])
