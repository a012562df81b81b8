"""What a rule is: it judges columns of (need, opening) pairs, may couple pairs by quotas, and tells its facts.

One pair is a column of length one, so explaining a pair calls the very code that filtered it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matching.domain import Need, Opening, Resident, Resource, TravelTimes
from matching.errors import Facts, Text
from matching.rules.arrays import I32, I64, Bools
from matching.rules.columns import Columns, NeedColumns, OpeningColumns

U8 = NDArray[np.uint8]


class _Gathered:
    """Rows of columns, gathered by an index when a column is first asked for."""

    __slots__ = ("_columns", "_gathered", "_index")

    def __init__(self, columns: object, index: I32) -> None:
        self._columns, self._index = columns, index
        self._gathered: dict[str, NDArray[Any]] = {}

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name not in self._gathered:
            self._gathered[name] = _take(getattr(self._columns, name), self._index)
        return self._gathered[name]


def _take(column: NDArray[Any], index: I32) -> NDArray[Any]:
    """Rows of a column; a table of one column is gathered as quickly as a plain one."""
    if column.ndim == 2 and column.shape[1] == 1:
        return column[:, 0].take(index)[:, None]
    return column.take(index, axis=0)


@dataclass(frozen=True, slots=True)
class Pairs:
    """A column of (need, opening) pairs; `need` and `opening` give their columns, aligned with the pairs."""

    town: Columns
    travel: TravelTimes
    need_row: I32
    opening_row: I32

    def __len__(self) -> int:
        return len(self.need_row)

    @property
    def need(self) -> NeedColumns:
        """The needs' columns, one row a pair."""
        return cast("NeedColumns", _Gathered(self.town.needs, self.need_row))

    @property
    def opening(self) -> OpeningColumns:
        """The openings' columns, one row a pair."""
        return cast("OpeningColumns", _Gathered(self.town.openings, self.opening_row))

    @property
    def held(self) -> Bools:
        """Where the need already holds a place at the opening."""
        return np.asarray(self.town.needs.held.take(self.need_row) == self.opening_row)

    def take(self, index: I32 | I64 | Bools) -> "Pairs":
        """Some of the pairs."""
        if index.dtype == np.bool_:
            index = np.flatnonzero(index)
        return Pairs(self.town, self.travel, self.need_row.take(index), self.opening_row.take(index))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of each pair: at most one of its codes (0 = nothing), whether that blocks, and points.

    `code` k is the k-th of the rule's `texts`, counted from 1. `asks` marks what must be asked first.
    """

    code: U8
    blocked: Bools
    points: I32
    asks: Bools


@dataclass(frozen=True, slots=True)
class Saying:
    """Builds a verdict, one sentence after the other; of several sentences about a pair the first stands."""

    codes: tuple[str, ...]
    verdict: Verdict

    @classmethod
    def of(cls, rule: "Rule", pairs: Pairs) -> Self:
        """Nothing said yet."""
        n = len(pairs)
        return cls(
            tuple(rule.texts),
            Verdict(np.zeros(n, np.uint8), np.zeros(n, np.bool_), np.zeros(n, np.int32), np.zeros(n, np.bool_)),
        )

    def block(self, code: str, where: Bools) -> Self:
        """These pairs cannot be."""
        new = self._unsaid(where)
        self.verdict.code[new] = self.codes.index(code) + 1
        self.verdict.blocked[new] = True
        return self

    def tell(self, code: str, where: Bools, points: I32 | int = 0, asks: bool = False) -> Self:
        """These pairs earn (or lose) points, and are asked about first if `asks`."""
        new = self._unsaid(where)
        self.verdict.code[new] = self.codes.index(code) + 1
        self.verdict.points[new] = points if isinstance(points, int) else points[new]
        self.verdict.asks[new] = asks
        return self

    def _unsaid(self, where: Bools) -> I64:
        """Positions of these pairs of which nothing was said yet."""
        rows = np.flatnonzero(where)
        return np.asarray(rows[self.verdict.code[rows] == 0], np.int64)


@dataclass(frozen=True, slots=True)
class Case:
    """One pair as things rather than columns, to tell its facts."""

    need: Need
    resident: Resident
    opening: Opening
    resource: Resource
    way: "Way"


@dataclass(frozen=True, slots=True)
class Way:
    """How the person gets there: minutes (0 where there is no way), on foot among them, the mode, and who drives."""

    minutes: int
    walking: int
    mode: str
    driver: str = ""


class Rule(Protocol):
    """One rule: form in code, numbers in its fields (their values and sources stand in the rulebook)."""

    texts: ClassVar[Mapping[str, Text]]

    def judge(self, pairs: Pairs) -> Verdict:
        """What it says of each pair."""
        ...

    def facts(self, case: Case) -> Facts:
        """What its texts name."""
        ...


@dataclass(frozen=True, slots=True)
class Quota:
    """`lower <= sum(weight * chosen) <= upper` over some pairs, or none of them where `or_none`."""

    code: str
    pair: I32
    weight: I64
    lower: int
    upper: int
    or_none: bool = False
    facts: Facts = field(default_factory=dict)


@runtime_checkable
class Couples(Protocol):
    """A rule that couples pairs: hours of a helper, companions, clashes, seats of a car."""

    def quotas(self, pairs: Pairs) -> Iterable[Quota]:
        """Quotas over the admissible pairs; `Quota.pair` are positions in them."""
        ...


@runtime_checkable
class PricesPlaces(Protocol):
    """A rule that makes each further place of an opening count less."""

    def place_points(self, town: Columns, opening: I32, nth: I32) -> I32:
        """Points (<= 0, never rising with nth) of the nth new place, counted from 1, at each opening row."""
        ...


def judge(rule: Rule, need: int, opening: int, town: Columns, travel: TravelTimes) -> Verdict:
    """A rule's verdict on one pair of rows."""
    return rule.judge(Pairs(town, travel, np.array([need], np.int32), np.array([opening], np.int32)))


def any_bit(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> Bools:
    """Where two columns of bit rows share a bit."""
    return _any_word((one & other) != 0)


def no_bit(bits: NDArray[np.uint64]) -> Bools:
    """Where a column of bit rows is empty."""
    return ~_any_word(bits != 0)


def common_bits(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> I32:
    """How many bits two columns of bit rows share."""
    count = np.bitwise_count(one & other)
    return np.asarray(count[:, 0] if count.shape[-1] == 1 else count.sum(axis=-1), np.int32)


def _any_word(words: Bools) -> Bools:
    return np.asarray(words[:, 0] if words.shape[-1] == 1 else words.any(axis=-1))
