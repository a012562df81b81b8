"""The 20 best resources of every need: rings of cells beside SciPy's cKDTree, on the instance of the flow solvers."""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from numba import njit

from benchmarks.instances import CATEGORIES, DISTRICT, INTEREST, NOBODY, REACH, Region, _cheapest, _needs, _resources
from matching.candidates.rings import Best, Plane, k_best

BEST = 20


@njit(cache=True)
def _judged(
    need, site, here, there, place, half_days, steps, taste, site_place, site_half_days, site_steps, site_taste
):  # type: ignore[no-untyped-def]
    """Admissible or not, and less the cost, of a column of pairs."""
    fits, points = np.zeros(len(need), np.bool_), np.zeros(len(need), np.int32)
    for k in range(len(need)):
        i, j = here[need[k]], there[site[k]]
        if (half_days[i] & site_half_days[j]) == 0 or (steps[i] & site_steps[j]) != 0:
            continue
        liking = 0.0
        for t in range(taste.shape[1]):
            liking += taste[i, t] * site_taste[j, t]
        metres = np.hypot(place[i, 0] - site_place[j, 0], place[i, 1] - site_place[j, 1])
        fits[k], points[k] = True, -np.int32(np.round(metres + INTEREST / 2 * (1 - liking)))
    return fits, points


def by_rings(asked: Region, offered: Region) -> Best:
    """Every need's best, category by category."""
    site = np.full((len(asked.place), BEST), -1, np.int32)
    points = np.full(site.shape, -NOBODY, np.int32)
    mine = asked.place, asked.half_days, asked.steps, asked.taste
    theirs = offered.place, offered.half_days, offered.steps, offered.taste
    for category in range(CATEGORIES):
        here, there = (np.flatnonzero(side.category == category) for side in (asked, offered))
        best = k_best(
            Plane(*asked.place[here].T.copy()), Plane(*offered.place[there].T.copy()), np.full(len(here), REACH), BEST,
            lambda n, s, h=here, t=there: _judged(n, s, h, t, *mine, *theirs),
            lambda _, gap: -gap.astype(np.int32),
        )  # fmt: skip
        known = best.site >= 0
        site[here] = np.where(known, there[np.maximum(best.site, 0)] if len(there) else -1, -1)
        points[here] = np.where(known, best.points, -NOBODY)
    return Best(site, points)


def seconds(work: Callable[[], object], times: int) -> tuple[float, object]:
    """Median CPU seconds, and the last answer."""
    spent, answer = [], None
    for _ in range(times):
        begin = time.process_time()
        answer = work()
        spent.append(time.process_time() - begin)
    return statistics.median(spent), answer


def main() -> None:
    """Measure and write the section."""
    from benchmarks.report import write_section

    lines = ["| needs | rings, CPU s | cKDTree (96 nearest), CPU s | ratio | the same costs |", "|---|---|---|---|---|"]
    for needs in [int(n) for n in sys.argv[1:]] or [10_000, 100_000, 1_000_000]:
        rng = np.random.default_rng(0)
        side = np.sqrt(needs / 500) * DISTRICT
        asked, offered = _needs(rng, needs, side), _resources(rng, needs // 10, side)
        by_rings(*(Region(*(getattr(r, f)[:100] for f in r.__slots__)) for r in (asked, offered)))
        times = 3 if needs <= 100_000 else 1
        spent, mine = seconds(lambda a=asked, o=offered: by_rings(a, o), times)
        tree, theirs = seconds(lambda a=asked, o=offered: _cheapest(a, o, BEST), 1)
        equal = np.mean(np.sort(-mine.points, axis=1) == np.sort(theirs[1], axis=1))
        lines.append(f"| {needs:,} | {spent:.2f} | {tree:.2f} | {tree / spent:.1f} | {100 * equal:.3f} % |")
        print(lines[-1], flush=True)
    write_section("candidates", "\n".join(lines))


if __name__ == "__main__":
    main()
