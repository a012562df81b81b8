"""全国の試算: 1,741 synthetic municipalities, as many and about as large as those of Japan; none of them is a real one.

Sizes are the middles of 1,741 equal parts of a log-normal distribution, so that nothing is drawn. Its mean is the
country's population (census of 2020) over 1,741; its spread is the one at which the take-up of
重層的支援体制整備事業 by size class (R8 plan) gives that of all, 33.6 %.
Needs and places are made up; see docs/scaling.md.
"""

from dataclasses import dataclass
from math import exp
from statistics import NormalDist

MUNICIPALITIES, POPULATION, SPREAD = 1_741, 126_146_099, 1.55
NEEDS = 1_000_000
"""In the whole country: about 8 in 1,000 people."""
CLASSES = (10_000, 30_000, 50_000, 100_000, 200_000, 300_000, 400_000, 500_000)
"""Populations at which a size class begins; the first begins at 0."""
TAKE_UP = (10.7, 24.8, 38.4, 54.9, 62.1, 72.9, 83.9, 100.0, 74.3)
"""Per cent of the municipalities of each size class that carry out 重層的支援体制整備事業, R8 plan."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """A synthetic municipality; `number` is its rank by size from 0, and the seed of all that is made up of it."""

    number: int
    population: int
    needs: int

    @property
    def size_class(self) -> int:
        """Which of the size classes it is in, from 0."""
        return sum(self.population >= begins for begins in CLASSES)


def municipalities(count: int = MUNICIPALITIES) -> tuple[Municipality, ...]:
    """As many municipalities as asked for, from the smallest to the largest, each with at least one need.

    A smaller `count` is a smaller country of the same distribution; its needs are the same share of its people.
    """
    normal = NormalDist()
    sizes = [exp(SPREAD * normal.inv_cdf((rank + 0.5) / count)) for rank in range(count)]
    scale = POPULATION * (count / MUNICIPALITIES) / sum(sizes)
    share = NEEDS / POPULATION
    return tuple(
        Municipality(rank, round(size * scale), max(1, round(size * scale * share))) for rank, size in enumerate(sizes)
    )
