"""The figures: how many needs, placed, left and why, and how long they have waited."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from api.report.joined import Case, Joined, main_reason


@dataclass(frozen=True, slots=True)
class Waits:
    """Weeks of waiting of some cases: for how many they are known, their median and the longest (None: of nobody)."""

    known: int
    median: int | None
    longest: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of a round; `reasons` are (code, needs), the commonest first, and sum up to `unplaced`."""

    needs: int
    placed: int
    kept: int
    unplaced: int
    refused: int
    ask_first: int
    reasons: tuple[tuple[str, int], ...]
    waits_placed: Waits
    waits_unplaced: Waits


def figures(round_: Joined) -> Figures:
    """Count a round; needs = placed + unplaced + refused."""
    placed, unplaced = round_.placed, round_.unplaced
    return Figures(
        needs=len(round_.cases) + round_.refused,
        placed=len(placed),
        kept=sum(round_.goes_on(case) for case in placed),
        unplaced=len(unplaced),
        refused=round_.refused,
        ask_first=sum(option.ask_first for case in placed for option in case.proposal.options if option.chosen),
        reasons=commonest(main_reason(case.proposal) for case in unplaced),
        waits_placed=_waits(placed),
        waits_unplaced=_waits(unplaced),
    )


def commonest(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Each value with its number, the commonest first, then by name."""
    return tuple(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _waits(cases: Sequence[Case]) -> Waits:
    weeks = [case.weeks for case in cases if case.weeks is not None]
    return Waits(len(weeks), int(median(weeks)) if weeks else None, max(weeks, default=None))
