"""Every (town, scenario, draw) as a task of its own, whose result is named by all that it was computed from.

That is the town's files, the engine's files, the edits, the seed and the draw; see engines.py for who computes.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from api.study.engines import Engine, engine_digest, run_each
from matching.scenario.reading import Scenario
from matching.study import Outcome, Today, today_of, tried

if TYPE_CHECKING:
    from matching.domain import Community, TravelTimes
    from matching.rules import Rulebook

BLOCK = 100
"""Needs of the scenarios of a block, at least: a second or so of work, so that handing it over costs little beside."""


@dataclass(frozen=True, slots=True)
class Task:
    """One scenario of one town on one demand; `key` names its result, `weight` is how many needs the town has."""

    town: Path
    scenario: Scenario
    draw: int
    seed: int
    key: str
    weight: int = 1


def tasks_of(town: Path, scenarios: Sequence[Scenario], draws: int, seed: int, needs: int = 1) -> list[Task]:
    """All tasks of a town with so many needs: each scenario on the demand as it is, then on each repeated one."""
    base = f"{engine_digest()}/{folder_digest(town)}"
    return [
        Task(town, scenario, draw, seed, _key(base, scenario, draw, seed), needs)
        for draw in range(draws + 1)
        for scenario in scenarios
    ]


def _key(base: str, scenario: Scenario, draw: int, seed: int) -> str:
    of_draw = f"{seed}/{draw}" if draw else "as it is"
    return hashlib.sha256(f"{base}/{scenario.edits!r}/{of_draw}".encode()).hexdigest()


def folder_digest(town: Path) -> str:
    """Every file of a town folder, by name and content."""
    sha = hashlib.sha256()
    for path in sorted(one for one in town.rglob("*") if one.is_file()):
        sha.update(path.relative_to(town).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def run(tasks: Sequence[Task], work: Path, engine: Engine, progress: Callable[[int, int], None]) -> list[Outcome]:
    """The outcome of every task, in their order; what the folder `work` holds already is not computed again.

    Raises:
        NoAnswerError: processes died again and again.
        InputError, RefusedPlanError: of a task.
    """
    return run_each(tasks, compute, read, BLOCK, work, engine, progress)


def compute(tasks: Sequence[Task]) -> list[str]:
    """The outcome of each task, as text."""
    out = []
    for task in tasks:
        digest = folder_digest(task.town)
        today = partial(_today, task.town, digest)
        outcome = tried(*_town(task.town, digest), task.scenario, task.draw, task.seed, today)
        out.append(json.dumps(asdict(outcome), ensure_ascii=False))
    return out


@lru_cache(maxsize=2)
def _town(folder: Path, _digest: str) -> "tuple[Community, Rulebook, TravelTimes]":
    from api.towns import town_of

    return town_of(folder)


@lru_cache(maxsize=2)
def _today(folder: Path, digest: str) -> Today:
    """Decided once by each process: the same everywhere."""
    return today_of(*_town(folder, digest))


def read(text: str) -> Outcome | None:
    """A result; one that cannot be read is as good as none."""
    try:
        told = json.loads(text)
        return Outcome(
            tuple(told["placed"]), tuple(told["waiting"]), tuple(told["value"]), tuple(told["bound"]),
            {code: (many, points) for code, (many, points) in told["points"].items()},
            tuple((code, what) for code, what in told["tight"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
