"""Every (town, scenario, draw) as a task of its own: results are kept by content, so that a killed run goes on.

A result is a file named by what it was computed from: the town's files, the engine's files, the edits, the seed and the
draw. Whoever finds it there needs not compute it. Processes that die are replaced; what was in flight is done again.
"""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import matching
from matching.errors import NoAnswerError
from matching.scenario.reading import Scenario
from matching.shipped import FIXTURES
from matching.study import Outcome, tried

if TYPE_CHECKING:
    from matching.domain import Community, TravelTimes
    from matching.rules import Rulebook


class Keyed(Protocol):
    """A task whose result is kept under a name."""

    @property
    def key(self) -> str:
        """The name, made from all that the result depends on."""


T = TypeVar("T", bound=Keyed)
R = TypeVar("R")

TRIES = 5
"""So often processes that die are replaced without one more result, before the run gives up."""


@dataclass(frozen=True, slots=True)
class Task:
    """One scenario of one town on one demand; `key` names its result."""

    town: Path
    scenario: Scenario
    draw: int
    seed: int
    key: str


def tasks_of(town: Path, scenarios: Sequence[Scenario], draws: int, seed: int) -> list[Task]:
    """All tasks of a town: each scenario on the demand as it is, then on each repeated one."""
    base = f"{engine_digest()}/{folder_digest(town)}"
    return [
        Task(town, scenario, draw, seed, _key(base, scenario, draw, seed))
        for draw in range(draws + 1)
        for scenario in scenarios
    ]


def _key(base: str, scenario: Scenario, draw: int, seed: int) -> str:
    of_draw = f"{seed}/{draw}" if draw else "as it is"
    return hashlib.sha256(f"{base}/{scenario.edits!r}/{of_draw}".encode()).hexdigest()


@lru_cache(maxsize=1)
def engine_digest() -> str:
    """The engine's own files and numbers: what another engine computed is computed anew."""
    root = Path(str(matching.__file__)).parent
    sha = hashlib.sha256()
    numbers = [*(FIXTURES / "rulebooks").glob("*.toml"), *(FIXTURES / "law").glob("*.toml")]
    for path in (*sorted(root.rglob("*.py")), *sorted(numbers)):
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()


def folder_digest(town: Path) -> str:
    """Every file of a town folder, by name and content."""
    sha = hashlib.sha256()
    for path in sorted(one for one in town.rglob("*") if one.is_file()):
        sha.update(path.relative_to(town).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def run(tasks: Sequence[Task], work: Path, workers: int, progress: Callable[[int, int], None]) -> list[Outcome]:
    """The outcome of every task, in their order; what the folder `work` holds already is not computed again.

    Raises:
        NoAnswerError: processes died again and again.
        InputError, RefusedPlanError: of a task.
    """
    return run_each(tasks, do, _kept, work, workers, progress)


def run_each(
    tasks: Sequence[T],
    do: Callable[[T, Path], str],
    kept: Callable[[Path, str], R | None],
    work: Path,
    workers: int,
    progress: Callable[[int, int], None],
) -> list[R]:
    """As `run`, for tasks of any kind: `do` keeps a task's result in the folder, and `kept` reads it or gives None.

    Raises:
        NoAnswerError: processes died again and again.
    """
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing = [task for task in {task.key: task for task in tasks}.values() if kept(work, task.key) is None]
    done = len(tasks) - len(missing)
    progress(done, len(tasks))
    for _ in _in_processes(missing, do, kept, work, workers) if workers > 1 else (do(task, work) for task in missing):
        done += 1
        progress(done, len(tasks))
    found = [kept(work, task.key) for task in tasks]
    return [one for one in found if one is not None]


def _in_processes(
    tasks: Sequence[T], do: Callable[[T, Path], str], kept: Callable[[Path, str], object], work: Path, workers: int
) -> Iterator[str]:
    """The tasks in a pool; one that breaks is replaced, and what it had not written is done again."""
    left, fruitless = list(tasks), 0
    spawn = multiprocessing.get_context("spawn")
    while left:
        before = len(left)
        with ProcessPoolExecutor(min(workers, len(left)), mp_context=spawn) as pool:
            waiting: set[Future[str]] = {pool.submit(do, task, work) for task in left}
            try:
                while waiting:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for one in finished:
                        yield one.result()
            except BrokenProcessPool:
                pool.shutdown(cancel_futures=True)
        left = [task for task in left if kept(work, task.key) is None]
        fruitless = fruitless + 1 if len(left) == before else 0
        if fruitless >= TRIES:
            raise NoAnswerError("計算の処理が何度も止まりました / the processes of the study died again and again")


def do(task: Task, work: Path) -> str:
    """Compute one task and keep its result; it appears whole or not at all."""
    community, rulebook, travel = _town(task.town, folder_digest(task.town))
    outcome = tried(community, rulebook, travel, task.scenario, task.draw, task.seed)
    text = json.dumps({"placed": outcome.placed, "waiting": outcome.waiting}, ensure_ascii=False)
    keep(work, task.key, text)
    return task.key


def keep(work: Path, key: str, text: str) -> None:
    """A result into the folder; it appears whole or not at all."""
    path = work / f"{key}.json"
    partly = path.with_suffix(f".{os.getpid()}.part")
    partly.write_text(text, encoding="utf-8")
    partly.replace(path)


@lru_cache(maxsize=2)
def _town(folder: Path, _digest: str) -> "tuple[Community, Rulebook, TravelTimes]":
    from api.cli import town_of

    return town_of(folder)


def _kept(work: Path, key: str) -> Outcome | None:
    """A result that is there; one that cannot be read is as good as none."""
    try:
        told = json.loads((work / f"{key}.json").read_text(encoding="utf-8"))
        return Outcome(tuple(told["placed"]), tuple(told["waiting"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
