"""What a portfolio of steps costs to compute: the candidates, each proven plan, and taking the steps really.

Run: `python -m benchmarks.develop`.
"""

import tempfile
import time
from pathlib import Path

from benchmarks.report import write_section
from matching.develop import MOST_STEPS, Limits, candidates, develop, read_takes
from matching.exchange import read_town
from matching.rules import rulebook
from matching.shipped import FIXTURES
from matching.travel import provider
from notebooks.asking import the_real_city

NOTE = "One run each. Made towns: what a step adds says something of the invention, not of a place."
TOWNS = Path(__file__).parents[1] / "fixtures/towns"
PARTS = {"today": "today", "weigh": "who could come to which candidate", "choose": "all plans, proven",
         "try": "the steps really taken"}  # fmt: skip


def measured(folder: Path, steps: int) -> list[str]:
    """One row for each part of one town."""
    name, town = folder.name, read_town(folder)
    takes = read_takes(FIXTURES / "rates/development.toml")
    began: dict[str, float] = {}
    done = develop(
        town, rulebook(), provider(town.info.travel, folder), takes, Limits(steps),
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
    """Measure, and write the table; the real city only where its open data is at hand."""
    measured(TOWNS / "kawabe", 1)
    rows = ["| town | part | CPU s | |", "|---|---|---|---|"]
    rows += [*measured(TOWNS / "kawabe", 5), *measured(TOWNS / "minato", MOST_STEPS)]
    with tempfile.TemporaryDirectory() as work:
        real = the_real_city(Path(work))
        rows += [] if real is None else measured(real, MOST_STEPS)
    write_section("develop", "\n".join([*rows, "", NOTE]))


if __name__ == "__main__":
    main()
