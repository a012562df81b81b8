"""What a portfolio of steps costs to compute: the candidates, each proven plan, and taking the steps really.

Run: `python -m benchmarks.develop`.
"""

import time
from pathlib import Path

from benchmarks.report import write_section
from matching.develop import Limits, candidates, develop, read_takes
from matching.exchange import read_town
from matching.rules import rulebook
from matching.shipped import FIXTURES
from matching.travel import provider

NOTE = "One run each. Made towns: what a step adds says something of the invention, not of a place."
TOWNS = Path(__file__).parents[1] / "fixtures/towns"
PARTS = {"today": "today", "weigh": "who could come to which candidate", "choose": "all plans, proven",
         "try": "the steps really taken"}  # fmt: skip


def measured(name: str, steps: int) -> list[str]:
    """One row for each part of one town."""
    town = read_town(TOWNS / name)
    takes = read_takes(FIXTURES / "rates/development.toml")
    began: dict[str, float] = {}
    done = develop(
        town, rulebook(), provider(town.info.travel, TOWNS / name), takes, Limits(steps),
        lambda part, _share: began.setdefault(part, time.process_time()) and None,
    )  # fmt: skip
    ends = [*list(began.values())[1:], time.process_time()]
    spent = {part: end - start for (part, start), end in zip(began.items(), ends, strict=True)}
    many = len(candidates(town, takes, town.needs))
    plans = ", ".join(str(plan.placed - done.most_today) for plan in done.portfolio)
    proven = "yes" if all(plan.optimal for plan in done.portfolio) else "no"
    size = f"{name}, {len(town.needs)} needs, {many} candidates at their hours, {done.weighed} weighed"
    return [
        f"| {size} | {PARTS[part]} | {seconds:.1f} | "
        f"{f'+{plans} needs, proven: {proven}' if part == 'choose' else ''} |"
        for part, seconds in spent.items()
    ]


def main() -> None:
    """Measure, and write the table."""
    measured("kawabe", 1)
    rows = ["| town | part | CPU s | |", "|---|---|---|---|", *measured("kawabe", 5), *measured("minato", 5)]
    write_section(
        "develop",
        "\n".join([*rows, "", NOTE]),
    )


if __name__ == "__main__":
    main()
