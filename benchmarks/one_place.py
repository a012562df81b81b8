"""One place more and one fewer at every site of 10,000 needs: all at once, and every one of them solved again.

Run: `python -m benchmarks.one_place`. No row couples needs here; two sweeps of the plan's residual graph tell all.
"""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.coupled import districts
from benchmarks.report import write_section
from benchmarks.whatif import milliseconds
from matching.assignment import prices
from matching.assignment.problem import I64, Budget, Rows, TieredProblem
from matching.assignment.tiers import solve_tiers
from matching.candidates import judge_town
from matching.errors import NoAnswerError
from matching.pose import pose
from matching.rules import columns, rulebook
from matching.synthetic import generate
from matching.travel import provider

SOME = 40
"""Sites of a town in five tiers that are solved again each way, spread over all."""


def made_town(needs: int) -> tuple[TieredProblem, int]:
    """A generated town as it is posed, in five tiers, without what couples needs; and how many openings it has."""
    town, book = generate(needs, 1, "大きな町"), rulebook()
    known = columns(town)
    judged = judge_town(known, provider(town.info.travel, Path()), book)
    posed = pose(judged, book, known.needs.sharing >= known.basis)
    return replace(posed.problem, rows=Rows()), len(town.openings)


def with_places(problem: TieredProblem, site: int, change: int) -> TieredProblem:
    """One place more, like the last one of the site, or without the last one."""
    first, last = int(problem.slot_start[site]), int(problem.slot_start[site + 1])
    slots, start = problem.slot_points, problem.slot_start.copy()
    extra = slots[:, last - 1 : last] if last > first else np.zeros((problem.tiers, 1), np.int64)
    start[site + 1 :] += change
    slots = np.hstack([slots[:, :last], extra, slots[:, last:]]) if change > 0 else np.delete(slots, last - 1, axis=1)
    return replace(problem, slot_start=start, slot_points=slots)


def solved(problem: TieredProblem) -> list[int] | None:
    """The optimum from scratch; None where no plan is left."""
    try:
        return [int(n) for n in solve_tiers(problem, Budget()).value]
    except NoAnswerError:
        return None


def measured(name: str, problem: TieredProblem, sites: np.ndarray) -> str:
    """One row: what all sites take, and at how many of these sites solving again says the same."""
    choice = solve_tiers(problem, Budget())
    assert choice.proven.all()
    plus, minus = prices.worth(problem, choice.chosen)
    once = milliseconds(lambda: solve_tiers(problem, Budget()), 3)
    every = milliseconds(lambda: prices.worth(problem, choice.chosen))
    same = tried = 0
    start = time.process_time()
    value = choice.value
    for site in sites.tolist():
        for change, told in ((1, value + plus[:, site]), (-1, _less(value, minus[:, site]))):
            if change < 0 and problem.slot_start[site + 1] == problem.slot_start[site]:
                continue
            tried += 1
            same += solved(with_places(problem, site, change)) == (None if told is None else told.tolist())
    spent = time.process_time() - start
    return f"| {name} | {once:.0f} | {every:.1f} | {same:,} of {tried:,} | {spent:.0f} |"


def _less(value: I64, minus: I64) -> I64 | None:
    return None if minus[0] == prices.IMPOSSIBLE else np.asarray(value - minus)


def main() -> None:
    """Measure, and write the table."""
    one = districts(10_000, 20, coupled=False)
    town, openings = made_town(10_000)
    size = f"made town, {town.needs:,} needs who agreed, {len(town.need):,} pairs, {openings:,} openings, five tiers"
    rows = [
        "| matching | one solve, CPU ms | ±1 place of every site, CPU ms | solved again: the same | that took, CPU s |",
        "|---|---|---|---|---|",
        measured("10k × 20 of the anchors, 1,001 sites, one tier", one, np.arange(one.sites)),
        measured(size, town, np.unique(np.linspace(0, openings - 1, SOME).astype(int))),
    ]
    write_section("one place more or fewer", "\n".join(rows))


if __name__ == "__main__":
    main()
