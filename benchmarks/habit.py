"""Against people's habit: what «first come, first served» and «best first» cost over the optimum, on the town minato.

One cost for all three, in metres as in the anchors' instance: a point of fit less than the person's best place costs
30 m (half a minute on foot), and who stays on the waiting list costs 20,000, 14,000 or 10,000 by urgency. Rows that
couple people are left out for all three, since a person with a list does not look at them either.

Run: `python -m benchmarks.habit`.
"""

from pathlib import Path

import numpy as np

from benchmarks.report import write_section
from matching.assignment.problem import I64, Budget, Problem
from matching.assignment.solvers import greedy, min_cost_flow
from matching.assignment.verify import verify
from matching.candidates import judge_town
from matching.exchange import read_town
from matching.pose import FIT, Posed, pose
from matching.rules import columns, rulebook
from matching.travel import provider

TOWN = Path(__file__).parents[1] / "fixtures/towns/minato"
METRES_PER_POINT = 30
WAITING = np.array([0, 10_000, 14_000, 20_000])


def one_cost(posed: Posed) -> Problem:
    """The town as one flow in metres."""
    tiered, needs = posed.problem, posed.pairs.town.needs
    urgency = needs.urgency[posed.need_row][tiered.need]
    fit = np.where(posed.pair_row < 0, np.iinfo(np.int64).min, tiered.points[FIT])
    best = np.maximum.reduceat(fit, tiered.need_start[:-1])[tiered.need]
    cost = np.where(posed.pair_row < 0, WAITING[urgency], (best - tiered.points[FIT]) * METRES_PER_POINT)
    places = -tiered.slot_points[FIT] * METRES_PER_POINT
    return Problem(
        tiered.needs, tiered.sites, tiered.need, tiered.site, cost.astype(np.int64), tiered.slot_start, places
    )


def waiting(posed: Posed, chosen: I64) -> int:
    """How many stay on a waiting list."""
    return int((posed.pair_row[chosen] < 0).sum())


def main() -> None:
    """Measure, and write the table."""
    town = read_town(TOWN)
    known = columns(town)
    judged = judge_town(known, provider(town.info.travel, TOWN), rulebook())
    posed = pose(judged, rulebook(), known.needs.sharing >= known.basis)
    problem = one_cost(posed)
    plans = {
        "optimum": min_cost_flow.solve(problem, Budget()),
        "best first (greedy)": greedy.solve(problem, Budget()),
        "first come, first served": greedy.first_come(problem),
    }
    least = int(plans["optimum"].value[0])
    rows = ["| plan | cost | over the optimum | left waiting |", "|---|---|---|---|"]
    for name, choice in plans.items():
        wrong = verify(problem, choice.chosen)
        assert not wrong, wrong
        cost = int(choice.value[0])
        rows.append(f"| {name} | {cost:,} | +{100 * (cost - least) / least:.1f} % | {waiting(posed, choice.chosen)} |")
    text = (__doc__ or "").split("\n\n")[1].replace("\n", " ")
    write_section("habit", f"minato, {problem.needs} needs. {text}\n\n" + "\n".join(rows))
    print("\n".join(rows))


if __name__ == "__main__":
    main()
