"""Days of rides on published instances: our anytime solver beside OR-Tools routing, PyVRP and VROOM, in one run.

`python -m benchmarks.rides [--quick]`. Dial-a-ride: cost above the best known (a, b: optima; pr: best published).
Pick-up and delivery (Li and Lim): cars, then distance. Every plan goes through the judge; none may be refused. PyVRP
and VROOM know no ride limit, so their windows are narrowed until it holds, which costs them; TSUNAGU_ROUTING_PYTHON
names the Python of an environment with both, otherwise their columns say so. CPU seconds of the solving process; VROOM
stops by itself.
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from matching.errors import NoAnswerError, RefusedPlanError
from matching.exchange.instances.cordeau import read_cordeau
from matching.exchange.instances.lilim import read_lilim
from matching.routing.answer import plan_of
from matching.routing.problem import Budget, Plan, RoutingProblem
from matching.routing.solvers import anytime, ortools_routing
from matching.routing.verify import verify_plan

DATA = Path(__file__).parents[2] / "shared/data"
WITH_ROUTING = Path(__file__).parent / "with_routing.py"
ROUTING_PYTHON = "TSUNAGU_ROUTING_PYTHON"
PARTS = 100
LARGE = ("pr05", "pr19")  # whose gaps are looked at longest
SETS = {
    "a, b with 60 rides and more": (10.0, 30.0),
    "pr": (30.0, 120.0),
    "Li and Lim, 100 tasks": (10.0,),
}
BESIDE = (("a, b with 60 rides and more", "a6-60"), ("a, b with 60 rides and more", "b8-96"), ("pr", "pr05"),
          ("Li and Lim, 100 tasks", "lr112"), ("Li and Lim, 100 tasks", "lrc107"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """The best known plan of an instance."""

    path: Path
    cost: float
    cars: int

    @property
    def problem(self) -> RoutingProblem:
        """The instance itself."""
        return read_lilim(self.path) if self.path.parent.name == "pdptw" else read_cordeau(self.path)


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out: cars, cost above the best known in per cent (None where cars differ or somebody is left), CPU."""

    cars: int
    gap: float | None
    seconds: float
    left: int


def main(arguments: list[str]) -> None:
    """Measure everything and write the section; `--quick` looks at little and leaves the page as it is."""
    quick = "--quick" in arguments
    text = "\n\n".join([gaps(quick), beside(3.0 if quick else 10.0, quick)])
    print(text)
    if not quick:
        from benchmarks.report import write_section

        write_section("rides", f"{_about()}\n\n{text}")


def gaps(quick: bool) -> str:
    """Our gaps by set and budget."""
    lines = ["| instances | CPU s | mean gap | median | worst | best known cars |", "|---|---|---|---|---|---|"]
    for name, budgets in SETS.items():
        for seconds in (2.0,) if quick else budgets:
            every = 2 if name == "pr" else 1  # half of them, for the sake of time
            chosen = [one for one in _instances(name)[::every] if seconds < 100 or one.path.stem in LARGE]
            found = [(one, measured(ours, one, seconds)) for one in chosen[: 2 if quick else None]]
            compared = [m.gap for _, m in found if m.gap is not None] or [float("nan")]
            cars = sum(m.cars <= one.cars and not m.left for one, m in found)
            which = f"{name} ({', '.join(LARGE) if seconds >= 100 else len(found)})"
            lines.append(
                f"| {which} | {seconds:g} | {statistics.mean(compared):.2f} % | {statistics.median(compared):.2f} % | "
                f"{max(compared):.2f} % | {cars} of {len(found)} |"
            )
            print(lines[-1], [(one.path.stem, m) for one, m in found], file=sys.stderr, flush=True)
    return "\n".join(lines)


def beside(seconds: float, quick: bool) -> str:
    """All tools side by side on a few."""
    tools: dict[str, Callable[[RoutingProblem, float], Plan]] = {
        "**ours, any time**": ours, "OR-Tools routing": ortools, "PyVRP": _other("pyvrp"), "VROOM": _other("vroom"),
    }  # fmt: skip
    lines = [f"| {seconds:g} s | {' | '.join(tools)} |", "|---" * (len(tools) + 1) + "|"]
    for name, stem in BESIDE[:1] if quick else BESIDE:
        one = next(one for one in _instances(name) if one.path.stem == stem)
        cells = [_cell(tool, one, seconds) for tool in tools.values()]
        lines.append(f"| {stem} ({one.cars} cars) | {' | '.join(cells)} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def ours(problem: RoutingProblem, seconds: float) -> Plan:
    """Our anytime solver."""
    return anytime.solve(problem, Budget(seconds), 1, lambda _cost, _bound: None)


def ortools(problem: RoutingProblem, seconds: float) -> Plan:
    """The general fallback, for everybody or nobody."""
    return ortools_routing.solve(problem, Budget(seconds), 1, lambda _cost, _bound: None)


def measured(tool: Callable[[RoutingProblem, float], Plan], one: Known, seconds: float) -> Measured:
    """One tool on one instance, judged."""
    problem = one.problem
    started = time.process_time()
    plan = tool(problem, seconds)
    took = time.process_time() - started
    wrong = verify_plan(replace(problem, must=problem.must & False), plan)
    assert not wrong, (one.path.stem, wrong)
    cars = sum(len(route.nodes) > 2 for route in plan.routes)
    cost = plan.tiers[-1].value - cars * float(problem.fixed_cost[0])
    same = not plan.unserved and (problem.fixed_cost[0] == 0 or cars == one.cars)
    return Measured(cars, 100 * (cost / one.cost - 1) if same else None, took, len(plan.unserved))


def narrowed(problem: RoutingProblem) -> RoutingProblem:
    """Windows in which nobody can be on board too long, whatever the order."""
    opens, closes = problem.open.copy(), problem.close.copy()
    up, down = problem.pickup, problem.drop
    served, way = problem.service[up], problem.minutes[up, down]
    for _ in range(2):
        opens[down] = np.maximum(opens[down], opens[up] + served + way)
        closes[up] = np.minimum(closes[up], closes[down] - served - way)
        opens[up] = np.maximum(opens[up], opens[down] - served - np.minimum(problem.max_ride, 1e6))
        closes[down] = np.minimum(closes[down], closes[up] + served + np.minimum(problem.max_ride, 1e6))
    wide = np.maximum(0.0, closes[down] - opens[up] - served - problem.max_ride)
    at_drop = closes[down] - opens[down] > closes[up] - opens[up]  # the wider window gives way
    closes[down] -= np.where(at_drop, wide, 0.0)
    opens[up] += np.where(at_drop, 0.0, wide)
    opens[down] = np.maximum(opens[down], opens[up] + served + way)
    closes[up] = np.minimum(closes[up], closes[down] - served - way)
    return replace(problem, open=opens, close=closes)


def _other(name: str) -> Callable[[RoutingProblem, float], Plan]:
    """A tool of the other environment."""

    def run(problem: RoutingProblem, seconds: float) -> Plan:
        day = narrowed(problem) if np.isfinite(problem.max_ride).all() else problem
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "day.npz"
            np.savez(
                path, open=np.ceil(day.open * PARTS).astype(int), close=np.floor(day.close * PARTS).astype(int),
                service=np.ceil(day.service * PARTS).astype(int), way=np.ceil(day.minutes * PARTS).astype(int),
                cost=np.rint(day.cost * PARTS).astype(int), pickup=day.pickup, drop=day.drop, load=day.load[:, 0],
                cars=day.duties, capacity=day.capacity[0, 0], fixed=int(day.fixed_cost[0] * PARTS),
                span=int(min(day.max_minutes[0], 1e7) * PARTS),
            )  # fmt: skip
            command = [os.environ[ROUTING_PYTHON], "-I", str(WITH_ROUTING), name, str(path), str(seconds)]
            told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10 * seconds + 60)
        return plan_of(problem, json.loads(told.stdout.splitlines()[-1]))

    return run


def _cell(tool: Callable[[RoutingProblem, float], Plan], one: Known, seconds: float) -> str:
    """One cell of the table."""
    if ROUTING_PYTHON not in os.environ and tool not in (ours, ortools):
        return "not installed"
    try:
        found = measured(tool, one, seconds)
    except NoAnswerError:
        return "no plan"
    except RefusedPlanError:
        return "not feasible (no length of a shift)"
    if found.left:
        return "not all served"
    return f"{found.cars} cars" if found.gap is None else f"+{max(0.0, found.gap):.2f} %"


def _instances(name: str) -> list[Known]:
    """The instances of a set that are there."""
    folder = DATA / ("pdptw" if name.startswith("Li") else "darp")
    with (folder / "bks.csv").open(encoding="utf-8") as file:
        rows = {row["instance"]: row for row in csv.DictReader(file)}
    known = [Known(folder / f"{k}.txt", float(r["best_known_cost"]), int(r["vehicles"])) for k, r in rows.items()]
    if name == "pr":
        return [one for one in known if one.path.stem.startswith("pr")]
    if name.startswith("Li"):
        return [one for one in known if one.path.stem.count("_") == 0]
    return [one for one in known if one.path.stem[0] in "ab" and int(one.path.stem.split("-")[1]) >= 60]


def _about() -> str:
    return " ".join((__doc__ or "").split("\n\n")[1].split())


if __name__ == "__main__":
    main(sys.argv[1:])
