"""What one scenario costs, solved from the start by the whole engine: cars, rows and all.

Run: `python -m benchmarks.study`.
"""

import statistics
import time
from pathlib import Path

from api.cli import town_of
from benchmarks.report import write_section
from matching.scenario import CloseResource, LoseDrivers, MoreNeeds, MorePlaces
from matching.scenario.reading import Scenario
from matching.study import TODAY, tried

RUNS = {"kawabe": 3, "minato": 1}
TOWNS = Path(__file__).parents[1] / "fixtures/towns"


def scenarios(town) -> list[Scenario]:
    """One of each kind, for any town with drivers."""
    return [
        TODAY,
        Scenario("a resource closes", (CloseResource(town.resources[0].resource_id),)),
        Scenario("three more places", (MorePlaces(town.openings[0].opening_id, 3),)),
        Scenario("one driver stops", (LoseDrivers(number=1),)),
        Scenario("half as many people more", (MoreNeeds(150),)),
    ]


def main() -> None:
    """Measure, and write the table."""
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


if __name__ == "__main__":
    main()
