"""Days of rides of synthetic cities: a year of minato's size, and one day of every municipality of the country.

`python -m benchmarks.days [--work FOLDER] [--hours H] [--of year|country] [--tell]`. A year: 53 towns of 600 needs, one
a week, each day from Monday to Sunday planned alone. The country: 1,741 towns, one weekday each; their sizes are drawn
log-normally around 250 needs (as if one person in a hundred of a median municipality asked), from 20 to 6,000. Planning
is from the requests to the told plan, with its reasons, helps and law check; the proof alone is told beside it; making
the town is counted in the throughput alone. CPU seconds.

Days are planned in a drawn order, so that those done by any time are a fair sample of all. What is planned is kept in
the folder (out/days), one line a day: the same command goes on where it was stopped, after so many hours if told so,
and writes what is there by then; with `--tell` it only writes.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple
from unittest.mock import patch

import numpy as np

SEED, MEDIAN, SPREAD, LEAST, MOST = 20261123, 250, 1.1, 20, 6_000
YEAR, YEAR_NEEDS, COUNTRY, GOAL = 365, 600, 1_741, 5.0
WORK = Path("out/days")


class Day(NamedTuple):
    """One day to plan: of the year or the country, the how manieth; the town's needs and seed, and its weekday."""

    of: Literal["year", "country"]
    at: int
    needs: int
    seed: int
    weekday: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What came out: rides asked for and left, how it ended; CPU seconds of making the town, of the whole planning, and
    of the proof alone.
    """

    of: str
    at: int
    needs: int
    weekday: int
    rides: int
    left: int
    status: str
    making: float
    whole: float
    proof: float


def days() -> list[Day]:
    """All days, in the order drawn."""
    random = np.random.default_rng(SEED)
    sizes = np.clip(np.rint(MEDIAN * np.exp(SPREAD * random.standard_normal(COUNTRY))), LEAST, MOST).astype(int)
    year = [Day("year", n, YEAR_NEEDS, SEED + n // 7, n % 7) for n in range(YEAR)]
    country = [Day("country", n, int(size), SEED + n, n % 5) for n, size in enumerate(sizes)]
    return [(year + country)[i] for i in random.permutation(YEAR + COUNTRY)]


def plan_day(day: Day) -> Planned:
    """Plan one day of a synthetic town; the proof is timed from outside, as the engine has no clock."""
    from matching.lawful import read_law
    from matching.plan_rides import WantedDay, plan_rides
    from matching.rides.solved import solve
    from matching.rules import rulebook
    from matching.synthetic import generate
    from matching.travel import provider

    began, proof = time.process_time(), [0.0]
    town, law, book = generate(day.needs, day.seed), read_law(), rulebook()
    travel = provider(town.info.travel, Path())

    def timed(*arguments: Any) -> Any:
        before = time.process_time()
        solved = solve(*arguments)
        proof[0] += time.process_time() - before
        return solved

    wanted = WantedDay(town.info.week_of + timedelta(days=day.weekday))
    started = time.process_time()
    with patch("matching.plan_rides.solve", timed):
        plan = plan_rides(town, book, travel, law, wanted)
    whole = time.process_time() - started
    rides = sum(len(tour.stops) for tour in plan.tours) // 2 + len(plan.unserved)
    return Planned(
        day.of, day.at, day.needs, day.weekday, rides, len(plan.unserved), plan.status,
        round(started - began, 3), round(whole, 3), round(proof[0], 3),
    )  # fmt: skip


def warm() -> None:
    """Load what is compiled, once a process."""
    plan_day(Day("year", -1, 60, 1, 0))


def main(arguments: list[str]) -> None:
    """Plan what is not planned yet, and write the section."""
    from benchmarks.report import write_section

    told = _options(arguments)
    path: Path = told.work / "planned.jsonl"
    if not told.tell:
        told.work.mkdir(parents=True, exist_ok=True)
        started, before = time.monotonic(), len(read(path))
        _plan_all(path, told.of, started + 3600 * told.hours, told.processes)
        minutes = (time.monotonic() - started) / 60
        print(f"{len(read(path)) - before} days in {minutes:.1f} minutes, {told.processes} at a time")
    text = "\n".join([_about(), "", *_table(read(path))])
    print(text)
    write_section("days", text)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.days")
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--hours", type=float, default=np.inf)
    parser.add_argument("--of", choices=("year", "country"), nargs="*", default=("year", "country"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--tell", action="store_true")
    return parser.parse_args(arguments)


def read(path: Path) -> list[Planned]:
    """What is planned already."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [Planned(**json.loads(line)) for line in lines]


def _plan_all(path: Path, kinds: Container[str], until: float, processes: int) -> None:
    """Plan the days that are left, and add each to the file as soon as it is known."""
    done = {(one.of, one.at) for one in read(path)}
    left = iter([day for day in days() if day.of in kinds and (day.of, day.at) not in done])
    with ProcessPoolExecutor(processes, initializer=warm) as pool, path.open("a", encoding="utf-8") as file:
        running: set[Future[Planned]] = set()
        while True:
            for day in _some(left, processes - len(running)) if time.monotonic() < until else ():
                running.add(pool.submit(plan_day, day))
            if not running:
                return
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for job in ended:
                file.write(json.dumps(asdict(job.result())) + "\n")
                file.flush()


def _some(left: Iterator[Day], most: int) -> Iterator[Day]:
    """The next days, so many at most."""
    for _, day in zip(range(most), left, strict=False):
        yield day


def _table(planned: Sequence[Planned]) -> list[str]:
    """One line a kind of day."""
    lines = [
        "| days | planned | with rides | rides a day: median, most | rides left | proven | CPU s of the proof: median "
        f"| 99 of 100 within | most | of the whole: median | most | proven in {GOAL:g} s | whole in {GOAL:g} s "
        "| days a minute of a core |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    kinds = (("year", "a year, 600 needs", YEAR), ("country", "one day of each municipality", COUNTRY))
    for of, name, every in kinds:
        found = [one for one in planned if one.of == of]
        asked = [one for one in found if one.rides]
        if asked:
            lines.append(
                f"| {name} | {len(found):,} of {every:,} | {' | '.join(_told(asked))} | {_throughput(found):.1f} |"
            )
    return lines


def _told(asked: Sequence[Planned]) -> Iterable[str]:
    rides, proof, whole = ([getattr(one, name) for one in asked] for name in ("rides", "proof", "whole"))
    proven = [one for one in asked if one.status == "optimal"]
    yield f"{len(asked):,}"
    yield f"{statistics.median(rides):g}, {max(rides)}"
    yield f"{sum(one.left for one in asked):,}"
    yield f"{len(proven):,}"
    yield from (f"{value:.2f}" for value in (statistics.median(proof), np.quantile(proof, 0.99), max(proof)))
    yield from (f"{value:.2f}" for value in (statistics.median(whole), max(whole)))
    yield f"{sum(one.proof <= GOAL for one in proven):,}"
    yield f"{sum(one.whole <= GOAL for one in proven):,}"


def _throughput(found: Sequence[Planned]) -> float:
    """Days a minute of one core, making the towns counted in."""
    return 60 * len(found) / sum(one.making + one.whole for one in found)


def _about() -> str:
    return " ".join((__doc__ or "").split("\n\n", 1)[1].split())


if __name__ == "__main__":
    main(sys.argv[1:])
