"""Builders that read like sentences: `judge(Fee()).given(resource={"fee_yen": 300}).blocks("fee")`."""

from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, Self

import numpy as np

from matching.domain import (
    Accepting,
    Area,
    Community,
    Mode,
    Need,
    Opening,
    Points,
    Resident,
    Resource,
    Sharing,
    TownInfo,
    Trips,
    Weekday,
    Wish,
)
from matching.explain.reasons import Cases, facts_of
from matching.rules import Pairs, Rule, columns
from matching.texts import render

MONDAY = date(2026, 11, 23)
AREA = Area("a1", "中地区", 2, "", 34.80, 133.30)
RESIDENT = Resident("p1", "a1", 34.80, 133.30, 1946, "female", (Mode.WALK,), sharing=Sharing.CONSENT)
NEED = Need("n1", "p1")
RESOURCE = Resource(
    "r1", "サロン", area_id="a1", latitude=34.801, longitude=133.30, accepting=Accepting.OPEN, confirmed_on=MONDAY
)
OPENING = Opening("o1", "r1", Weekday.TUE, time(10), time(12), capacity=5)


class Ruler:
    """Travel times for tests: metres as the crow flies at a metre a metre; a car drives ten times a walk of 60."""

    modes = frozenset({Mode.WALK, Mode.WHEELCHAIR, Mode.BICYCLE, Mode.CAR})

    def __init__(self, *without: Mode) -> None:
        self.modes = Ruler.modes - set(without)

    def trips(
        self,
        mode: Mode,
        origins: Points,
        targets: Points,
        origin: np.ndarray,
        target: np.ndarray,
        pace: np.ndarray,
        weekday: np.ndarray,
        arrive: np.ndarray,
    ) -> Trips:
        """Minutes by straight line."""
        north = (targets.latitude[target] - origins.latitude[origin]) * 111_195
        east = (targets.longitude[target] - origins.longitude[origin]) * 91_300
        speed = {Mode.BICYCLE: 200.0, Mode.CAR: 600.0}.get(mode)
        minutes = (np.hypot(north, east) / (pace if speed is None else speed)).astype(np.float32)
        on_foot = mode in (Mode.WALK, Mode.WHEELCHAIR)
        return Trips(minutes, minutes if on_foot else np.zeros_like(minutes))

    def reach_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """As `trips`."""
        return minutes * {Mode.BICYCLE: 200.0, Mode.CAR: 600.0}.get(mode, pace)


def town(**tables: Any) -> Community:
    """One person with one need and one opening, unless told otherwise."""
    usual: dict[str, Any] = {
        "areas": (AREA,),
        "residents": (RESIDENT,),
        "needs": (NEED,),
        "resources": (RESOURCE,),
        "openings": (OPENING,),
    }
    return Community(TownInfo("試験町", MONDAY), **{**usual, **tables})


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule with one pair to judge."""

    rule: Rule
    community: Community = field(default_factory=town)
    travel: Ruler = field(default_factory=Ruler)
    room: Sharing = Sharing.CONSENT

    def given(self, **changes: Any) -> Self:
        """Change fields of the one resident, need, resource or opening; or whole tables by their names."""
        tables: dict[str, Any] = {}
        for name, change in changes.items():
            if isinstance(change, dict):
                first, *rest = getattr(self.community, f"{name}s")
                tables[f"{name}s"] = (replace(first, **change), *rest)
            else:
                tables[name] = change
        return replace(self, community=replace(self.community, **tables))

    def liking(self, liking: int, target: str = "r1") -> Self:
        """The person says how they like the target."""
        return replace(self, community=replace(self.community, wishes=(Wish("p1", target, liking),)))

    def blocks(self, code: str | None = None) -> bool:
        """Whether the pair is blocked (by that code)."""
        verdict = self._verdict()
        return bool(verdict.blocked[0]) and code in (None, self.code())

    def code(self) -> str:
        """The code that the rule tells, or nothing."""
        told = int(self._verdict().code[0])
        return tuple(self.rule.texts)[told - 1] if told else ""

    def points(self) -> int:
        """Points that the rule gives."""
        return int(self._verdict().points[0])

    def asks(self) -> bool:
        """Whether the pair must be asked first."""
        return bool(self._verdict().asks[0])

    def says(self, lang: Any = "en") -> str:
        """The sentence that the rule tells."""
        case = Cases(self.pairs())[0]
        return render(self.rule.texts[self.code()], lang, facts_of(self.rule, self.code(), case))

    def pairs(self) -> Pairs:
        """The one pair as columns."""
        zero = np.zeros(1, np.int32)
        return Pairs(columns(self.community, self.room), self.travel, zero, zero)

    def _verdict(self) -> Any:
        return self.rule.judge(self.pairs())


def judge(rule: Rule) -> Judged:
    """A rule, to be given a case."""
    return Judged(rule)


def all_pairs(community: Community, travel: Ruler | None = None) -> Pairs:
    """Every (need, opening) pair of a community."""
    needs, openings = len(community.needs), len(community.openings)
    need = np.repeat(np.arange(needs, dtype=np.int32), openings)
    return Pairs(columns(community), travel or Ruler(), need, np.tile(np.arange(openings, dtype=np.int32), needs))
