"""The answer `tsunagu.study/1`: each scenario beside today, in numbers that may be told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.domain import Community
from matching.scenario.reading import Scenario
from matching.study import TODAY, Outcome
from matching.study.compare import Counts, Interval, change, counts, frontier, interval, rounded


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario beside today. `change` is the net number of needs with a place, as a multiple of five."""

    scenario: Scenario
    change: int
    gains: Counts
    losses: Counts
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class TownStudy:
    """A town's scenarios, in the order of the file, and the frontier of cost and people placed."""

    town: Community
    placed_today: int
    rows: tuple[Row, ...]
    frontier: tuple[str, ...]


def studied(
    town: Community, scenarios: Sequence[Scenario], outcomes: Mapping[tuple[str, int], Outcome], draws: int
) -> TownStudy:
    """Put together what was tried: outcomes by scenario (today's is that of TODAY) and draw."""
    today = outcomes[TODAY.name, 0]
    again = [outcomes[TODAY.name, draw] for draw in range(1, draws + 1)]
    rows = []
    for one in scenarios:
        changed = change(today, outcomes[one.name, 0])
        repeated = [outcomes[one.name, draw] for draw in range(1, draws + 1)]
        rows.append(
            Row(
                one, rounded(changed.net), counts(town, changed.gains), counts(town, changed.losses),
                interval(again, repeated),
            )
        )  # fmt: skip
    best = frontier(scenarios, [outcomes[one.name, 0] for one in scenarios])
    return TownStudy(town, len(today.placed), tuple(rows), best)


def study_json(studies: Sequence[TownStudy], digests: Sequence[str], draws: int, seed: int) -> str:
    """The whole document; the same towns and scenarios give the same bytes."""
    document = {
        "format": "tsunagu.study/1",
        "room": "consent",
        "draws": draws,
        "seed": seed,
        "towns": [
            {
                "town": one.town.info.name,
                "inputs_digest": digest,
                "placed_today": one.placed_today,
                "scenarios": [_row(row) for row in one.rows],
                "frontier": list(one.frontier),
            }
            for one, digest in zip(studies, digests, strict=True)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _row(row: Row) -> dict[str, Any]:
    return {
        "scenario": row.scenario.name,
        "yen_per_year": row.scenario.yen_per_year,
        "change": row.change,
        "gains": _counts(row.gains),
        "losses": _counts(row.losses),
        "interval": _interval(row.interval),
    }


def _counts(told: Counts) -> dict[str, Any]:
    return {
        "people": told.people,
        "areas": [{"area": name, "people": count} for name, count in told.areas.items()],
        "groups": [{"group": name, "people": count} for name, count in told.groups.items()],
    }


def _interval(told: Interval | None) -> dict[str, Any] | None:
    if told is None:
        return None
    names = ("mean", "low", "high")
    return {
        "draws": told.draws,
        "placed": dict(zip(names, told.placed, strict=True)),
        "change": dict(zip(names, told.change, strict=True)),
    }
