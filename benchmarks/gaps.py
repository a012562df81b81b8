"""What gaps and indicators cost: needs against places, the tables that may be told, one change solved again, E2SFCA.

Run: `python -m benchmarks.gaps`.
"""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np

from api.gaps.answer import gaps_document
from api.indicators.answer import indicators_document
from benchmarks.report import write_section
from matching.domain import Community, TravelTimes
from matching.exchange import read_town
from matching.gaps import gaps
from matching.gaps.demand import Graph, decompose, hall_sets
from matching.indicators import indicators
from matching.propose import Wanted, decided
from matching.rules import rulebook
from matching.synthetic import generate
from matching.travel import provider

MINATO = Path(__file__).parents[1] / "fixtures/towns/minato"
NEAR = 40
"""A need reaches openings of about so many numbers around its own."""
Found = TypeVar("Found")


def crossed(needs: int, openings: int, ways: int, places: int, seed: int = 1) -> Graph:
    """Needs that reach some openings near their own; some stretches have few places, so that all parts occur."""
    rng = np.random.default_rng(seed)
    home = rng.integers(openings, size=needs)
    need = np.repeat(np.arange(needs), ways)
    opening = (np.repeat(home, ways) + rng.integers(-NEAR, NEAR, needs * ways)) % openings
    pair = np.unique(need * openings + opening)
    tight = (np.arange(openings) // (5 * NEAR)) % 4 == 0
    room = rng.integers(places - 5, places + 9, openings) - tight * (places // 2)
    return Graph(
        needs, (pair // openings).astype(np.int32), (pair % openings).astype(np.int32),
        np.maximum(room, 0).astype(np.int32),
    )  # fmt: skip


def timed(act: Callable[[], Found], times: int = 3) -> tuple[Found, float]:
    """What comes out, and the median CPU seconds."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        found = act()
        spent.append(time.process_time() - start)
    return found, median(spent)


def parts_of(needs: int) -> str:
    """One row: decomposition and Hall sets of one size."""
    graph = crossed(needs, needs // 10, 8, 10)
    start = time.process_time()
    found = decompose(graph)
    middle = time.process_time()
    sets = hall_sets(graph, found)
    end = time.process_time()
    most = max((len(whole.needs) for whole, _ in sets), default=0)
    parts = f"Hall sets of {len(sets)} parts of up to {most:,} needs"
    what = f"{needs:,} needs, {len(graph.need):,} pairs: decomposition; {parts}"
    return f"| {what} | {middle - start:.2f}; {end - middle:.2f} |"


def town_of(name: str, town: Community, travel: TravelTimes, whole: bool) -> list[str]:
    """Rows of one town; gaps `whole` with what is tried of it."""
    book = rulebook()
    found, spent = timed(lambda: indicators(town, book, travel))
    _, told = timed(lambda: indicators_document(town, found, "", "ja", 0.0))
    rows = [f"| {name}: all indicators; what of them may be told | {spent:.2f}; {told:.2f} |"]
    if whole:
        _, once = timed(lambda: decided(town, book, travel, Wanted(explain="none")), 1)
        missing, spent = timed(lambda: gaps(town, book, travel), 1)
        _, told = timed(lambda: gaps_document(missing, "ja", 0.0))
        rows += [
            f"| {name}: one plan | {once:.2f} |",
            f"| {name}: gaps, with {len(missing.worth.told)} changes told | {spent:.1f} |",
            f"| {name}: what of gaps may be told | {told:.2f} |",
        ]
    return rows


def main() -> None:
    """Measure, and write the table."""
    parts_of(1_000)
    minato = read_town(MINATO)
    rows = ["| what | CPU s |", "|---|---|", parts_of(10_000), parts_of(100_000)]
    rows += town_of("minato, 600 needs", minato, provider(minato.info.travel, MINATO), whole=True)
    large = generate(10_000, 1, "大きな町")
    rows += town_of("made town, 10,000 needs", large, provider(large.info.travel, MINATO), whole=False)
    write_section("gaps", "\n".join(rows))


if __name__ == "__main__":
    main()
