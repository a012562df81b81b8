"""The answer `tsunagu.study/1`: each scenario beside today, in numbers that may be told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.domain import Community
from matching.pose import TIERS
from matching.scenario.reading import Scenario
from matching.study import TODAY, Outcome
from matching.study.compare import (
    Counts,
    Interval,
    change,
    counts,
    frontier,
    interval,
    more_waiting,
    newly_tight,
    points_changed,
    rounded,
)
from matching.study.money import Money, amounts, money, units


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario beside today: net numbers of needs, each a multiple of five.

    `change` is of those with a place, `waiting` of those without, which is more where more people ask.
    """

    scenario: Scenario
    change: int
    waiting: int
    gains: Counts
    losses: Counts
    interval: Interval | None
    proven: bool
    gap: tuple[int, ...]
    points: Mapping[str, int]
    tight: Mapping[str, tuple[int, int]]
    money: Money


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
        after = outcomes[one.name, 0]
        changed = change(today, after)
        repeated = [outcomes[one.name, draw] for draw in range(1, draws + 1)]
        rows.append(
            Row(
                one, rounded(changed.net), more_waiting(today, after), counts(town, changed.gains),
                counts(town, changed.losses), interval(again, repeated), *_proof(after), points_changed(today, after),
                newly_tight(today, after), money(one),
            )
        )  # fmt: skip
    best = frontier([row.money.cost for row in rows], [row.change for row in rows])
    return TownStudy(town, len(today.placed), tuple(rows), tuple(rows[at].scenario.name for at in best))


def _proof(outcome: Outcome) -> tuple[bool, tuple[int, ...]]:
    """Whether the plan is proven the best, and how far from its bound each tier is at most."""
    return outcome.proven, tuple(bound - value for value, bound in zip(outcome.value, outcome.bound, strict=True))


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
                "standard_amounts": _standard(one.town),
            }
            for one, digest in zip(studies, digests, strict=True)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _row(row: Row) -> dict[str, Any]:
    return {
        "scenario": row.scenario.name,
        "yen_per_year": row.money.cost,
        "change": row.change,
        "waiting": row.waiting,
        "gains": _counts(row.gains),
        "losses": _counts(row.losses),
        "interval": _interval(row.interval),
        "status": "optimal" if row.proven else "feasible",
        "gap": [{"tier": name, "at_most": gap} for name, gap in zip(TIERS, row.gap, strict=False)],
        "points": [{"code": code, "change": change} for code, change in row.points.items()],
        "tight": [{"code": code, "new": new, "gone": gone} for code, (new, gone) in row.tight.items()],
        "money": {
            "grants": [{"code": code, "yen": yen} for code, yen in row.money.grants.items()],
            "own_yen": row.money.own,
        },
    }


def _standard(town: Community) -> dict[str, Any]:
    """The standard amounts for a town, with their date and source."""
    known = amounts()
    rows = [
        {"code": one.code, "yen": one.yen, "unit": one.unit, "units": units(town, one), "ja": one.text.ja,
         "en": one.text.en}
        for one in known.every.values()
    ]  # fmt: skip
    return {"as_of": known.as_of, "source": known.source, "amounts": rows}


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
