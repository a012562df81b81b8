"""Days of rides of synthetic cities: a year of minato's size, and one day of every municipality of the country.

`python -m benchmarks.days [SHARE]`; with a share below 1, so much of both. A year: 53 towns of 600 needs, one a week,
each day from Monday to Sunday planned alone. The country: 1,741 towns, one weekday each, two at a time; their sizes are
drawn log-normally around 250 needs (as if one person in a hundred of a median municipality asked), from 20 to 6,000.
Planning is from the requests to the told plan, with its reasons, helps and law check; making the town is not counted.
CPU seconds of the planning; the drawing is the same in every run.
"""

import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

import numpy as np

SEED, MEDIAN, SPREAD, LEAST, MOST = 20261123, 250, 1.1, 20, 6_000
WEEKS, YEAR, COUNTRY, AT_ONCE, GOAL = 53, 365, 1_741, 2, 5.0
Planned = tuple[int, int, str, float]
"""Rides asked for, rides left, how it ended, CPU seconds."""


def plan_days(needs: int, seed: int, days: Sequence[int]) -> list[Planned]:
    """Some days of the week of a synthetic town, each planned alone."""
    from pathlib import Path

    from matching.lawful import read_law
    from matching.plan_rides import WantedDay, plan_rides
    from matching.rules import rulebook
    from matching.synthetic import generate
    from matching.travel import provider

    town, law, book, found = generate(needs, seed), read_law(), rulebook(), list[Planned]()
    travel = provider(town.info.travel, Path())
    for day in days:
        started = time.process_time()
        plan = plan_rides(town, book, travel, law, WantedDay(town.info.week_of + timedelta(days=day)))
        took = time.process_time() - started
        served = sum(len(tour.stops) for tour in plan.tours) // 2
        found.append((served + len(plan.unserved), len(plan.unserved), plan.status, took))
    return found


def main(arguments: list[str]) -> None:
    """Measure and write the section, unless only a share is asked for."""
    from benchmarks.report import write_section

    share = float(arguments[0]) if arguments else 1.0
    plan_days(60, 1, [0])  # what is compiled is loaded once
    year = [one for week in range(max(1, round(WEEKS * share))) for one in plan_days(600, SEED + week, range(7))]
    text = "\n".join([_about(), "", *_year(year[:YEAR]), "", *_country(share)])
    print(text)
    if share >= 1:
        write_section("days", text)


def _year(days: Sequence[Planned]) -> list[str]:
    asked = [one for one in days if one[0]]
    took = [one[3] for one in asked]
    proven = sum(one[2] == "optimal" for one in asked)
    return [
        "| days | with rides | rides a day, median, most | proven | CPU s: median | 99 of 100 within | most "
        f"| proven within {GOAL:g} s |",
        "|---|---|---|---|---|---|---|---|",
        f"| {len(days)} | {len(asked)} | {statistics.median(one[0] for one in asked):g}, "
        f"{max(one[0] for one in asked)} | {proven} | {statistics.median(took):.2f} | {np.quantile(took, 0.99):.2f} "
        f"| {max(took):.2f} "
        f"| {sum(one[2] == 'optimal' and one[3] <= GOAL for one in asked)} |",
    ]


def _country(share: float) -> list[str]:
    towns = max(4, round(COUNTRY * share))
    random = np.random.default_rng(SEED)
    needs = np.clip(np.rint(MEDIAN * np.exp(SPREAD * random.standard_normal(COUNTRY))), LEAST, MOST).astype(int)[:towns]
    started = time.perf_counter()
    with ProcessPoolExecutor(AT_ONCE) as pool:
        jobs = [pool.submit(plan_days, int(n), SEED + at, [at % 5]) for at, n in enumerate(needs)]
        found = [job.result()[0] for job in jobs]
    wall, asked = time.perf_counter() - started, [one for one in found if one[0]]
    took = [one[3] for one in asked]
    return [
        "| municipalities | with rides that day | rides in all | proven | CPU s: median | most "
        "| days a second, two at a time, making the towns counted in |",
        "|---|---|---|---|---|---|---|",
        f"| {towns:,} | {len(asked):,} | {sum(one[0] for one in asked):,} "
        f"| {sum(one[2] == 'optimal' for one in asked):,} | {statistics.median(took):.2f} "
        f"| {max(took):.2f} | {towns / wall:.2f} |",
    ]


def _about() -> str:
    return " ".join((__doc__ or "").split("\n\n", 1)[1].split())


if __name__ == "__main__":
    main(sys.argv[1:])
