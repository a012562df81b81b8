"""Days of rides on published instances: what we prove, and our anytime solver beside three other tools, in one run.

`python -m benchmarks.rides [--quick | --proofs | --searches]`, all of it without an option. Proofs: the whole command
`tsunagu solve-rides --time-limit 60` on every a/b instance, start-up included; and a variant with wheelchairs, made by
us: one ride in five, drawn with the seed 20261123, takes a wheelchair place instead of its seats, and every car has one
such place more.
Dial-a-ride: cost above the best known (a, b: optima; pr: best published). Pick-up and delivery (Li and Lim): cars, then
distance. Every plan goes through the judge; none may be refused. PyVRP and VROOM know no ride limit, so their windows
are narrowed until it holds, which costs them; TSUNAGU_ROUTING_PYTHON names the Python of an environment with both,
otherwise their columns say so. CPU seconds of the solving process; VROOM stops by itself.
"""

import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from matching.errors import NoAnswerError, RefusedPlanError
from matching.exchange.instances.cordeau import read_cordeau
from matching.exchange.instances.lilim import read_lilim
from matching.routing.answer import plan_of
from matching.routing.problem import Budget, Plan, RoutingProblem
from matching.routing.solvers import anytime, ortools_routing, solve_rides
from matching.routing.verify import verify_plan

DATA = Path(__file__).parents[2] / "shared/data"
WITH_ROUTING = Path(__file__).parent / "with_routing.py"
ROUTING_PYTHON = "TSUNAGU_ROUTING_PYTHON"
PARTS = 100
LIMIT, SEED = 60.0, 20261123
SETS = {
    "a, b with 60 rides and more": (10.0, 30.0),
    "pr": (30.0, 120.0),
    "Li and Lim, 100 tasks": (30.0,),
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
    from benchmarks.report import write_section

    quick = "--quick" in arguments
    if "--searches" not in arguments:
        told = proofs(quick)
        print(told)
        if not quick:
            write_section("proofs of rides", f"{_about()}\n\n{told}")
    if "--proofs" in arguments:
        return
    text = "\n\n".join([gaps(quick), beside(3.0 if quick else 10.0, quick)])
    print(text)
    if not quick:
        write_section("rides", f"{_about()}\n\n{text}")


def proofs(quick: bool) -> str:
    """Every a/b instance by the whole command, and its variant with wheelchairs."""
    lines = ["| instance | cost | best known | bound | CPU s, whole command | with wheelchairs: cost | bound | CPU s |"]
    lines += ["|---|---|---|---|---|---|---|---|"]
    took: list[float] = []
    proven = [0, 0]
    for one in _instances("a, b")[: 2 if quick else None]:
        told, seconds = _whole_command(one.path)
        assert told["cost"] >= one.cost - 0.01, (one.path.stem, told["cost"])
        problem = with_wheelchairs(one.problem)
        started = time.process_time()
        plan = solve_rides(problem, LIMIT)
        variant = time.process_time() - started
        took.append(seconds)
        proven[0] += told["status"] == "optimal"
        proven[1] += plan.status == "optimal"
        cost = f"{len(plan.unserved)} left" if plan.unserved else f"{plan.tiers[-1].value:.2f}"
        lines.append(
            f"| {one.path.stem} | {told['cost']:.2f} | {one.cost:.2f} | {told['bound']:.2f} | {seconds:.1f} "
            f"| {cost} | {plan.tiers[-1].bound:.2f} | {variant:.1f} |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
    whole = f"{proven[0]} of {len(took)} proven, median {statistics.median(took):.1f} s; {proven[1]} with wheelchairs."
    return "\n".join([*lines, "", whole])


def with_wheelchairs(problem: RoutingProblem) -> RoutingProblem:
    """One ride in five takes a wheelchair place instead of its seats; every car has one such place more."""
    random = np.random.default_rng(SEED)
    wheelchair = random.random(problem.rides) < 0.2
    load = np.stack([np.where(wheelchair, 0, problem.load[:, 0]), wheelchair.astype(np.int64)], 1)
    room = np.concatenate([problem.capacity[:, :1], np.ones((problem.duties, 1), np.int64)], 1)
    return replace(problem, load=load, capacity=room)


def _whole_command(path: Path) -> tuple[dict[str, Any], float]:
    """What `tsunagu solve-rides` answers, and the CPU seconds of its process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "answer.json"
        command = [str(Path(sys.executable).with_name("tsunagu")), "solve-rides", str(path), "--format", "cordeau"]
        subprocess.run(
            [*command, "--time-limit", f"{LIMIT:g}", "--json", str(out)], check=True, capture_output=True, timeout=600
        )
        told = json.loads(out.read_text(encoding="utf-8"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def gaps(quick: bool) -> str:
    """Our gaps by set and budget."""
    lines = ["| instances | CPU s | mean gap | median | worst | best known cars |", "|---|---|---|---|---|---|"]
    for name, budgets in SETS.items():
        for seconds in (2.0,) if quick else budgets:
            found = [(one, measured(ours, one, seconds)) for one in _instances(name)[: 2 if quick else None]]
            compared = [m.gap for _, m in found if m.gap is not None] or [float("nan")]
            cars = sum(m.cars <= one.cars and not m.left for one, m in found)
            lines.append(
                f"| {name} ({len(found)}) | {seconds:g} | {statistics.mean(compared):.2f} % "
                f"| {statistics.median(compared):.2f} % | {max(compared):.2f} % | {cars} of {len(found)} |"
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
    least = 60 if "60" in name else 0
    return [one for one in known if one.path.stem[0] in "ab" and int(one.path.stem.split("-")[1]) >= least]


def _about() -> str:
    return " ".join((__doc__ or "").split("\n\n")[1].split())


if __name__ == "__main__":
    main(sys.argv[1:])
