"""What studies cost: scenarios of a town by the whole engine, one plain scenario at 10k needs, the synthetic country.

Run: `python -m benchmarks.study [towns] [plain] [country]`; all without a name.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from api.cli import town_of
from api.study.country import blocks, run_country
from benchmarks.coupled import districts
from benchmarks.report import write_section
from matching.assignment.again import again
from matching.assignment.problem import Budget, Problem
from matching.assignment.solvers import auction, min_cost_flow
from matching.country import municipalities
from matching.scenario import CloseResource, LoseDrivers, MoreNeeds, MorePlaces
from matching.scenario.reading import Scenario
from matching.study import TODAY, tried

RUNS = {"kawabe": 3, "minato": 1}
TOWNS = Path(__file__).parents[1] / "fixtures/towns"
LONG = Budget(60.0)


def scenarios(town) -> list[Scenario]:
    """One of each kind, for any town with drivers."""
    return [
        TODAY,
        Scenario("a resource closes", (CloseResource(town.resources[0].resource_id),)),
        Scenario("three more places", (MorePlaces(town.openings[0].opening_id, 3),)),
        Scenario("one driver stops", (LoseDrivers(number=1),)),
        Scenario("half as many people more", (MoreNeeds(150),)),
    ]


def towns() -> None:
    """Each scenario of a town with cars and rows."""
    rows = ["| town | scenario | CPU s, median | runs |", "|---|---|---|---|"]
    for name, runs in RUNS.items():
        asked = town_of(TOWNS / name)
        tried(*asked, TODAY)
        for one in scenarios(asked[0]):
            spent = []
            for _ in range(runs):
                began = time.process_time()
                tried(*asked, one)
                spent.append(time.process_time() - began)
            rows.append(f"| {name} | {one.name or 'today'} | {statistics.median(spent):.2f} | {runs} |")
    write_section("study", "\n".join(rows))


def milliseconds(work: Callable[[], object], runs: int = 9) -> float:
    """Median CPU time of one call."""
    spent = []
    for _ in range(runs):
        began = time.process_time()
        work()
        spent.append(1_000 * (time.process_time() - began))
    return statistics.median(spent)


def with_places(today: Problem, places: np.ndarray) -> Problem:
    """The same with so many places at each opening; the waiting list, which is last, stays."""
    start = np.concatenate([[0], np.cumsum(np.append(places, today.needs))]).astype(np.int64)
    return replace(today, slot_start=start, slot_cost=np.zeros(start[-1], np.int64))


def plain() -> None:
    """The anchor's four scenarios of a town of 10,000 needs without coupled rules, in one cost."""
    tiered = districts(10_000, 20, coupled=False)
    today = Problem(
        tiered.needs, tiered.sites, tiered.need, tiered.site, -tiered.points[0], tiered.slot_start,
        -tiered.slot_points[0],
    )  # fmt: skip
    first, places = auction.solve(today, LONG), np.diff(today.slot_start)[:-1]
    rng = np.random.default_rng(0)
    some, three, closed = rng.random(len(places)) < 0.05, places.copy(), places.copy()
    three[rng.integers(0, len(places), 3)] += 1
    closed[int(places.argmax())] = 0
    changed = {
        "the largest salon closes": closed,
        "one more place at each of three": three,
        "5 % of openings take a fifth fewer": np.where(some, places * 4 // 5, places),
        "all take a quarter fewer": places * 3 // 4,
    }
    rows = ["| 10k × 20, one plain scenario | CPU ms, from today's plan | auction anew | OR-Tools anew |",
            "|---|---|---|---|"]  # fmt: skip
    for name, count in changed.items():
        then = with_places(today, count)
        warm = again(then, first.chosen, first.site_price, LONG)
        if warm.value != min_cost_flow.solve(then, LONG).value or not warm.proven.all():
            raise AssertionError(name)
        spent = [
            milliseconds(lambda p=then: again(p, first.chosen, first.site_price, LONG)),
            milliseconds(lambda p=then: auction.solve(p, LONG)),
            milliseconds(lambda p=then: min_cost_flow.solve(p, LONG), 3),
        ]
        rows.append(f"| {name} | " + " | ".join(f"{one:.1f}" for one in spent) + " |")
    write_section("plain scenario", "\n".join(rows))


def country() -> None:
    """All municipalities with all scenarios, in one process; every plan is proven on the way."""
    every = municipalities()
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as work:
        run_country(every[:50], Path(first), 1, lambda _done, _all: None)
        began = time.process_time()
        run_country(every, Path(work), 1, lambda _done, _all: None)
        spent = time.process_time() - began
        began = time.process_time()
        run_country(every, Path(work), 1, lambda _done, _all: None)
        again_ = time.process_time() - began
    tasks = blocks(every)
    largest = max(sum(town.needs for town in block.towns) for block in tasks)
    write_section(
        "country",
        f"| municipalities | scenarios | needs | blocks | largest block, needs | CPU s | CPU s when all is kept |\n"
        f"|---|---|---|---|---|---|---|\n"
        f"| {len(every):,} | 100 | {sum(t.needs for t in every):,} | {len(tasks)} | {largest:,} | {spent:.0f} "
        f"| {again_:.1f} |",
    )


if __name__ == "__main__":
    for part in (towns, plain, country):
        if not sys.argv[1:] or part.__name__ in sys.argv[1:]:
            part()
