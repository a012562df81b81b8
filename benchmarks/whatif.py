"""What-if on one site or need, ±1 of every site, and the loss of every alternative: beside solving anew."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks.coupled import city, districts
from matching.assignment import prices
from matching.assignment.problem import Budget, Problem, Rows, TieredProblem
from matching.assignment.tiers import solve_tiers
from matching.assignment.whatif import Change, CloseSite, OneMorePlace, OneNeedFewer, OneNeedMore, replan


def milliseconds(work: Callable[[], object], times: int = 5) -> float:
    """Median CPU time of one call."""
    spent = []
    for _ in range(times):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return 1_000 * statistics.median(spent)


def from_scratch(problem: TieredProblem) -> int:
    """The first tier by OR-Tools' SimpleMinCostFlow, arcs handed over as arrays."""
    from matching.assignment.solvers.min_cost_flow import solve

    flow = Problem(
        problem.needs,
        problem.sites,
        problem.need,
        problem.site,
        -problem.points[0],
        problem.slot_start,
        -problem.slot_points[0],
    )
    return int(solve(flow, Budget()).value[0])


def changes(problem: TieredProblem, count: int = 12) -> dict[str, list[Change]]:
    """Some changes of each kind, spread over the matching."""
    sites = np.linspace(0, problem.sites - 2, count).astype(int).tolist()
    needs = np.linspace(0, problem.needs - 1, count).astype(int).tolist()
    twins = [np.flatnonzero(problem.need == i) for i in needs]
    return {
        "close a site": [CloseSite(s) for s in sites],
        "one more place": [OneMorePlace(s) for s in sites],
        "one need fewer": [OneNeedFewer(i) for i in needs],
        "one need more": [OneNeedMore(problem.site[t], problem.points[:, t]) for t in twins],
    }


def main() -> None:
    """Measure and write the section."""
    from benchmarks.report import write_section

    lines = ["| matching | what | CPU ms | OR-Tools from scratch, ms |", "|---|---|---|---|"]
    plain = city()
    plain = TieredProblem(
        plain.needs,
        plain.sites,
        plain.need,
        plain.site,
        plain.points,
        plain.slot_start,
        plain.slot_points,
        plain.constant,
        Rows(),
    )
    for name, problem in (("city of 600, five tiers", plain), ("10k × 20", districts(10_000, 20, coupled=False))):
        chosen = solve_tiers(problem, Budget()).chosen
        pairs = np.arange(len(problem.need), dtype=np.int32)
        prices.worth(problem, chosen), prices.loss(problem, chosen, pairs[:1]), replan(problem, chosen, CloseSite(0))
        anew = milliseconds(lambda p=problem: from_scratch(p), 3)
        one = milliseconds(lambda p=problem: solve_tiers(p, Budget()), 3)
        lines.append(f"| {name} | one solve, all tiers, with proof | {one:.1f} | {anew:.1f} (one tier) |")
        for kind, some in changes(problem).items():
            spent = [milliseconds(lambda c=c, p=problem, x=chosen: replan(p, x, c), 1) for c in some]
            lines.append(f"| {name} | {kind} | {statistics.median(spent):.1f}, at most {max(spent):.1f} | {anew:.1f} |")
        every = milliseconds(lambda p=problem, x=chosen: prices.worth(p, x))
        lines.append(
            f"| {name} | ±1 place of every site ({problem.sites}) | {every:.1f} "
            f"| about {2 * problem.sites * anew:.0f} (estimated) |"
        )
        lost = milliseconds(lambda p=problem, x=chosen, q=pairs: prices.loss(p, x, q), 3)
        lines.append(
            f"| {name} | loss of every pair ({len(pairs)}) | {lost:.1f} | about {len(pairs) * anew:.0f} (estimated) |"
        )
    write_section("whatif", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
