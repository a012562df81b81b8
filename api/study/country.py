"""`tsunagu.country/1`: every synthetic municipality with every scenario, in blocks that are kept as they are finished.

The small ones are many and the large ones few, so a block is as many municipalities as hold about so many needs.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.study.engines import Engine, engine_digest, run_each
from matching.country import CLASSES, TAKE_UP, Municipality
from matching.country.changes import Scenario, scenarios
from matching.country.solved import Tried, tried

BLOCK = 5_000
"""Needs of a block, at least: some seconds for a hundred scenarios, and little lost when a process dies."""


@dataclass(frozen=True, slots=True)
class Task:
    """One municipality with all scenarios; `key` names its result."""

    town: Municipality
    key: str

    @property
    def weight(self) -> int:
        """How many needs it has."""
        return self.town.needs


def tasks_of(towns: Sequence[Municipality]) -> list[Task]:
    """One a municipality."""
    base = f"{engine_digest()}/{scenarios()!r}"
    return [Task(town, hashlib.sha256(f"{base}/{town!r}".encode()).hexdigest()) for town in towns]


def run_country(
    towns: Sequence[Municipality], work: Path, engine: Engine, progress: Callable[[int, int], None]
) -> list[Tried]:
    """What every scenario makes of every municipality, in their order; what is in `work` is not computed again.

    Raises:
        NoAnswerError: a plan was not proven in time, or processes died again and again.
    """
    return run_each(tasks_of(towns), compute, read, BLOCK, work, engine, progress)


def compute(tasks: Sequence[Task]) -> list[str]:
    """What the scenarios make of each municipality, as text."""
    every = scenarios()
    found = [tried(task.town, every) for task in tasks]
    return [json.dumps([one.today, *one.after]) for one in found]


def read(text: str) -> Tried | None:
    """A result; one that cannot be read is as good as none."""
    try:
        today, *after = json.loads(text)
        return Tried(int(today), tuple(int(one) for one in after))
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A size class: its municipalities, needs, those with a place today, and the take-up of 重層 in it (R8 plan)."""

    populations: tuple[int, int | None]
    municipalities: int
    needs: int
    placed_today: int
    take_up_per_cent: float


def by_class(towns: Sequence[Municipality], found: Sequence[Tried]) -> tuple[ClassRow, ...]:
    """One row a size class, from the smallest."""
    rows = []
    for number, (low, high) in enumerate(zip((0, *CLASSES), (*CLASSES, None), strict=True)):
        of = [(town, one) for town, one in zip(towns, found, strict=True) if town.size_class == number]
        needs, placed = sum(town.needs for town, _ in of), sum(one.today for _, one in of)
        rows.append(ClassRow((low, high), len(of), needs, placed, TAKE_UP[number]))
    return tuple(rows)


def changes(found: Sequence[Tried]) -> tuple[tuple[Scenario, int], ...]:
    """Each scenario, and how many needs more have a place in it than today, in the whole country."""
    today = sum(one.today for one in found)
    return tuple((s, sum(one.after[at] for one in found) - today) for at, s in enumerate(scenarios()))


def country_json(towns: Sequence[Municipality], found: Sequence[Tried]) -> str:
    """The whole document; it says that it is synthetic, and the same country gives the same bytes."""
    document: dict[str, Any] = {
        "format": "tsunagu.country/1",
        "synthetic": True,
        "municipalities": len(towns),
        "needs": sum(town.needs for town in towns),
        "placed_today": sum(one.today for one in found),
        "classes": [
            {
                "population_from": row.populations[0],
                "population_below": row.populations[1],
                "municipalities": row.municipalities,
                "needs": row.needs,
                "placed_today": row.placed_today,
                "take_up_per_cent": row.take_up_per_cent,
            }
            for row in by_class(towns, found)
        ],
        "scenarios": [{"kind": s.kind, "amount": s.amount, "change": change} for s, change in changes(found)],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
