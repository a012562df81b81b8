"""What studies cost: scenarios of a town by the whole engine, one plain scenario at 10k needs, the synthetic country.

Run: `python -m benchmarks.study [towns] [plain] [country] [cluster]`; all without a name.
"""

import pickle
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from api.study.country import BLOCK, run_country, tasks_of
from api.study.engines import Engine, cut
from api.study.run import compute, run as run_towns, tasks_of as study_tasks
from api.towns import town_of
from benchmarks.coupled import districts
from benchmarks.report import write_section
from matching.assignment.problem import Budget, Problem
from matching.assignment.solvers import auction, mend, min_cost_flow
from matching.assignment.solvers.mend import Near
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
    near, rng = Near(first.site_price, first.chosen), np.random.default_rng(0)
    some, three, closed = rng.random(len(places)) < 0.05, places.copy(), places.copy()
    three[rng.integers(0, len(places), 3)] += 1
    closed[int(places.argmax())] = 0
    changed = {
        "the largest salon closes": closed,
        "one more place at each of three": three,
        "5 % of openings take a fifth fewer": np.where(some, places * 4 // 5, places),
        "all take a quarter fewer": places * 3 // 4,
    }
    rows = ["| 10k × 20, one plain scenario | CPU ms, today's plan mended | auction anew | OR-Tools anew |",
            "|---|---|---|---|"]  # fmt: skip
    for name, count in changed.items():
        then = with_places(today, count)
        warm = mend.solve(then, LONG, near)
        if warm.value != min_cost_flow.solve(then, LONG).value or not warm.proven.all():
            raise AssertionError(name)
        spent = [
            milliseconds(lambda p=then: mend.solve(p, LONG, near)),
            milliseconds(lambda p=then: auction.solve(p, LONG)),
            milliseconds(lambda p=then: min_cost_flow.solve(p, LONG), 3),
        ]
        rows.append(f"| {name} | " + " | ".join(f"{one:.1f}" for one in spent) + " |")
    write_section("plain scenario", "\n".join(rows))


def country() -> None:
    """All municipalities with all scenarios, in one process; every plan is proven on the way."""
    every = municipalities()
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as work:
        run_country(every[:50], Path(first), Engine(), lambda _done, _all: None)
        began = time.process_time()
        run_country(every, Path(work), Engine(), lambda _done, _all: None)
        spent = time.process_time() - began
        began = time.process_time()
        run_country(every, Path(work), Engine(), lambda _done, _all: None)
        again_ = time.process_time() - began
    tasks = cut(tasks_of(every), BLOCK)
    largest = max(sum(task.weight for task in block) for block in tasks)
    write_section(
        "country",
        f"| municipalities | scenarios | needs | blocks | largest block, needs | CPU s | CPU s when all is kept |\n"
        f"|---|---|---|---|---|---|---|\n"
        f"| {len(every):,} | 100 | {sum(t.needs for t in every):,} | {len(tasks)} | {largest:,} | {spent:.0f} "
        f"| {again_:.1f} |",
    )


def nothing(_some: object) -> str:
    """A task that costs what handing it over costs."""
    return ""


def cluster() -> None:
    """What a block costs to hand over, how large it is, the throughput of 1 and 2 workers with coupled rules, and what
    that would come to on paper with more (docs/scaling.md tells the formula).
    """
    from distributed import Client, LocalCluster

    folder = TOWNS / "minato"
    town = town_of(folder)[0]
    some = [Scenario(f"places {n}", (MorePlaces(town.openings[n].opening_id, 2),)) for n in range(4)]
    tasks = study_tasks(folder, some, 0, 1, len(town.needs))
    rows = ["| minato, coupled rules and cars | scenarios | wall s | CPU s of a scenario | scenarios a minute |",
            "|---|---|---|---|---|"]  # fmt: skip
    each = 0.0
    for workers in (1, 2):
        with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as local:
            with Client(local, set_as_default=False) as client:
                client.gather([client.submit(compute, tasks[:1], pure=False) for _ in range(2 * workers)])
                spent = client.gather([client.submit(timed, tasks[-1:], pure=False)])
                if workers == 1:
                    each = spent[0]
                    began, many = time.perf_counter(), 200
                    client.gather([client.submit(nothing, tasks[:1], pure=False) for _ in range(many)])
                    overhead = (time.perf_counter() - began) / many
            with tempfile.TemporaryDirectory() as work:
                began = time.perf_counter()
                engine = Engine(cluster=local.scheduler_address)
                run_towns(tasks, Path(work), engine, lambda _done, _all: None)
                wall = time.perf_counter() - began
        rows.append(
            f"| {workers} workers | {len(tasks)} | {wall:.1f} | {spent[0]:.2f} | {60 * len(tasks) / wall:.0f} |"
        )
    size = len(pickle.dumps(tasks[:1])), len(compute(tasks[:1])[0])
    rows += [
        "",
        f"Handing over one block: {1_000 * overhead:.1f} ms; it is {size[0]:,} bytes, its result {size[1]:,}.",
        "",
        "| on paper, workers | 100 scenarios of 1,741 towns, at minato's cost for each need | bound by |",
        "|---|---|---|",
    ]
    every = municipalities()
    cost = [each * one.needs / len(town.needs) for one in every]
    for workers in (8, 64, 512):
        hours, why = on_paper(cost, 100, overhead, workers)
        rows.append(f"| {workers} | {hours:.2f} h | {why} |")
    write_section("cluster", "\n".join(rows))


def timed(tasks) -> float:
    """CPU seconds of some tasks, on the worker."""
    began = time.process_time()
    compute(tasks)
    return time.process_time() - began


def on_paper(cost: list[float], scenarios: int, overhead: float, workers: int) -> tuple[float, str]:
    """Hours of a run, and what holds it up: the work shared, the scheduler that hands over, or the longest task."""
    parts = {
        "the work": scenarios * sum(cost) / workers,
        "the scheduler": scenarios * len(cost) * overhead,
        "the longest scenario": max(cost),
    }
    why = max(parts, key=lambda name: parts[name])
    return (parts[why] + max(cost)) / 3_600, why


if __name__ == "__main__":
    for part in (towns, plain, country, cluster):
        if not sys.argv[1:] or part.__name__ in sys.argv[1:]:
            part()
