"""The assignment as integer columns: needs, sites with places that get dearer, pairs between them, and coupling rows.

A site is an opening, or the waiting list of an area: staying unplaced is a place too, and each further one in the same
area weighs more. So every need takes exactly one pair, and everything that is only a count of places is min-cost flow.
Rows hold what couples pairs beyond that (companions, clashes, hours, minimum attendance, seats of a car).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
PROVABLE = 2_000  # needs up to which a coupled matching is proven in every tier, in some seconds


@dataclass(frozen=True, slots=True)
class Rows:
    """Coupling rows in CSR form: `lower <= sum(weight * chosen) <= upper`, or 0 where `or_none` holds.

    Row r covers the entries `start[r]:start[r + 1]` of `pair` (indices into the problem's pairs) and `weight` (> 0 or
    < 0, never 0).
    """

    start: I64 = field(default_factory=lambda: np.zeros(1, np.int64))
    pair: I32 = field(default_factory=lambda: np.zeros(0, np.int32))
    weight: I64 = field(default_factory=lambda: np.zeros(0, np.int64))
    lower: I64 = field(default_factory=lambda: np.zeros(0, np.int64))
    upper: I64 = field(default_factory=lambda: np.zeros(0, np.int64))
    or_none: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))

    def __len__(self) -> int:
        return len(self.lower)


@dataclass(frozen=True, slots=True)
class Problem:
    """One objective, to be minimised: the cost of the chosen pairs plus that of the places they fill.

    Attributes:
        needs, sites: how many there are.
        need, site: of each pair; `need` ascends, and a (need, site) stands at most once.
        cost: of each pair.
        slot_start: shape (sites + 1,); site s has the places `slot_start[s]:slot_start[s + 1]`.
        slot_cost: of each place, ascending within a site, so that places fill in order.
        rows: what couples pairs; none for a pure flow.

    Raises:
        ValueError: the columns do not fit together.
    """

    needs: int
    sites: int
    need: I32
    site: I32
    cost: I64
    slot_start: I64
    slot_cost: I64
    rows: Rows = field(default_factory=Rows)

    def __post_init__(self) -> None:
        check_columns(self.needs, self.sites, self.need, self.site, self.slot_start)
        if self.cost.shape != self.need.shape:
            raise ValueError(f"{len(self.cost)} costs for {len(self.need)} pairs")
        if len(self.slot_cost) != self.slot_start[-1]:
            raise ValueError(f"{len(self.slot_cost)} slot costs for {self.slot_start[-1]} places")
        drops = np.flatnonzero(self.slot_cost[1:] < self.slot_cost[:-1]) + 1
        drops = drops[~np.isin(drops, self.slot_start)] if len(drops) else drops
        if len(drops):
            raise ValueError(f"the places of a site get cheaper at place {int(drops[0])}")


@dataclass(frozen=True, slots=True)
class TieredProblem:
    """The whole matching: points in ordered tiers, to be maximised one tier after the other (lexicographically).

    As `Problem`, with `points` of shape (tiers, pairs), and `slot_points` of shape (tiers, places), descending within a
    site in every tier. `constant` (tiers,) is added to the value, so that it can be told as people count it.
    """

    needs: int
    sites: int
    need: I32
    site: I32
    points: I64
    slot_start: I64
    slot_points: I64
    constant: I64
    rows: Rows = field(default_factory=Rows)

    def __post_init__(self) -> None:
        check_columns(self.needs, self.sites, self.need, self.site, self.slot_start)
        if self.points.shape != (self.tiers, len(self.need)):
            raise ValueError(f"points are {self.points.shape}, not {(self.tiers, len(self.need))}")
        if self.slot_points.shape != (self.tiers, int(self.slot_start[-1])):
            raise ValueError(f"slot points are {self.slot_points.shape}")

    @property
    def tiers(self) -> int:
        """How many tiers there are."""
        return len(self.constant)

    @property
    def need_start(self) -> I64:
        """Shape (needs + 1,): the pairs of need i are `need_start[i]:need_start[i + 1]`."""
        return np.searchsorted(self.need, np.arange(self.needs + 1)).astype(np.int64)

    def load(self, chosen: I32) -> I64:
        """How many of the chosen pairs go to each site."""
        return np.bincount(self.site[chosen], minlength=self.sites).astype(np.int64)

    def plan_points(self, chosen: I32) -> I64:
        """Points of a plan that belong to no single pair: the filled places and the constant, shape (tiers,)."""
        load = self.load(chosen)
        place = np.arange(self.slot_start[-1]) - np.repeat(self.slot_start[:-1], np.diff(self.slot_start))
        filled = place < np.repeat(load, np.diff(self.slot_start))
        return np.asarray(self.slot_points[:, filled].sum(axis=1) + self.constant, np.int64)

    def value(self, chosen: I32) -> I64:
        """The value of a plan in every tier, shape (tiers,)."""
        return np.asarray(self.points[:, chosen].sum(axis=1) + self.plan_points(chosen), np.int64)


@dataclass(frozen=True, slots=True)
class RowPrices:
    """What the duals ask for the rows, in whole numbers: of each row as it is, or of its two sides where it is or-none.

    Attributes:
        plain, least, most: (rows,).
        link: (entries,), of the links between the pairs of or-none rows and their opening.
        keep: (keeps,), of the earlier tiers.
    """

    plain: I64
    least: I64
    most: I64
    link: I64
    keep: I64


@dataclass(frozen=True, slots=True)
class Guide:
    """What led to a plan too large to be proven, and leads on to one of nearly the same matching.

    Attributes:
        weight: (tiers,), what a point of each tier counts.
        prices: those of the rows, when all tiers are one by these weights.
    """

    weight: I64
    prices: RowPrices


@dataclass(frozen=True, slots=True)
class Choice:
    """A solver's answer: the chosen pair of every need, and how good it is beside the proven bound.

    `value` and `bound` have one entry a tier (one for a `Problem`, where both are costs and `bound <= value`). `proven`
    tells for each whether they are equal. For warm starts: `site_price` (sites,), the dual prices of a pure flow, or
    the `guide` of a coupled one.
    """

    chosen: I32
    value: I64
    bound: I64
    site_price: I64 | None = None
    guide: Guide | None = None

    @property
    def proven(self) -> Bools:
        """Where the value equals its bound."""
        return np.asarray(self.value == self.bound)


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a solver may go on: CPU seconds, after which it hands over its best plan with its bound.

    A `brisk` one gives a matching that is too large to be proven a fixed amount of work, in step with its size and the
    same on every machine, instead of all these seconds. `proofs` is of how many groups of tiers, the first ones, a
    matching that can be proven is proven the best; of the others its plan is only near the best. None: of all.
    """

    seconds: float = 60.0
    brisk: bool = False
    proofs: int | None = None


def check_columns(needs: int, sites: int, need: I32, site: I32, slot_start: I64) -> None:
    """Refuse columns that do not fit together.

    Raises:
        ValueError: telling which, where.
    """
    if need.shape != site.shape or need.ndim != 1:
        raise ValueError(f"{need.shape} needs for {site.shape} sites in the pairs")
    if (need[1:] < need[:-1]).any():
        raise ValueError("the pairs are not in the order of their needs")
    if len(need) and (need[0] < 0 or need[-1] >= needs or site.min() < 0 or site.max() >= sites):
        raise ValueError("a pair names a need or a site that is not there")
    if slot_start.shape != (sites + 1,) or slot_start[0] != 0 or (slot_start[1:] < slot_start[:-1]).any():
        raise ValueError("slot_start does not count the places of the sites")
