"""Residents and their needs, drawn from shares by age; the same for synthetic towns and for estimates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

import numpy as np

from matching.domain import (
    Field,
    Mode,
    Need,
    NeedKind,
    Resident,
    RideMembership,
    RideWish,
    Sharing,
    Span,
    Weekday,
)
from matching.synthetic.draw import Bools, Dice, Ints
from matching.synthetic.shares import FROM_AGES, Four, Shares
from matching.synthetic.words import ACTIVITIES, STRENGTHS

_PARTS = ((time(9), time(12)), (time(13), time(16)), (time(9), time(16)))
_SPANS = tuple(tuple(Span(day, start, end) for start, end in _PARTS) for day in Weekday)
_LANGUAGES = (("en",), ("zh",), ("vi",), ("pt", "ja"), ("en", "ja"))
_WITH_RIDES = {NeedKind.PARTICIPATION, NeedKind.SHOPPING, NeedKind.CONSULTATION, NeedKind.WORK_LIKE}
_TIMES = {
    NeedKind.PARTICIPATION: (2, 4, 4, 4),
    NeedKind.MOBILITY: (1, 2, 2, 4),
    NeedKind.WORK_LIKE: (2, 4, 4),
    NeedKind.HOUSEWORK: (1, 2, 4),
    NeedKind.MEAL: (4, 4),
    NeedKind.WATCH_OVER: (2, 4, 4),
    NeedKind.SHOPPING: (2, 4),
}
"""Times a month that are asked for, by kind (others once)."""


@dataclass(frozen=True, slots=True)
class Homes:
    """Who lives where: aligned columns."""

    resident_ids: Sequence[str]
    area_ids: Sequence[str]
    latitude: Sequence[float | None]
    longitude: Sequence[float | None]
    age: Ints
    female: Bools


def draw_residents(dice: Dice, homes: Homes, shares: Shares, week_of: date) -> tuple[Resident, ...]:
    """A resident for every home, how they live being drawn from the shares of their age."""
    n, group = len(homes.age), group_of(homes.age)
    modes = _modes(dice, group, shares)
    requires, wheelchair = _requires(dice, group, homes.female, shares)
    pace = by_age(shares.pace, group) + dice.between(-10, 10, n)
    walks = dice.chance(45, n), dice.pick((1, 2, 3, 2), n)
    pays = dice.chance(by_age(shares.fee_limit, group), n), dice.pick((1, 3, 3, 2), n)
    foreign = dice.chance(by_age(shares.other_language, group), n), dice.pick((1,) * len(_LANGUAGES), n)
    escort = dice.chance(by_age(shares.escort, group), n)
    sharing = _sharing(dice, group, shares)
    waited = (dice.between(0, 540, n) * dice.uniform(n)).astype(np.int64)
    strong = dice.chance(by_age(shares.strengths, group), n), _some(dice, n, len(STRENGTHS))
    member = dice.pick((70, 8, 16, 4, 2), n)
    return tuple(
        Resident(
            homes.resident_ids[i],
            homes.area_ids[i],
            homes.latitude[i],
            homes.longitude[i],
            week_of.year - int(homes.age[i]),
            "female" if homes.female[i] else "male",
            modes[i],
            (10, 15, 20, 30)[walks[1][i]] if walks[0][i] else None,
            float(min(pace[i], 50) if wheelchair[i] else pace[i]),
            requires[i],
            bool(escort[i]),
            _LANGUAGES[foreign[1][i]] if foreign[0][i] else (),
            (0, 300, 500, 1000)[pays[1][i]] if pays[0][i] else None,
            sharing[i],
            week_of - timedelta(days=int(waited[i])),
            tuple(STRENGTHS[s] for s in strong[1][i]) if strong[0][i] else (),
            (None, *RideMembership)[member[i]] if homes.age[i] >= 65 or wheelchair[i] else None,
        )
        for i in range(n)
    )


def draw_needs(
    dice: Dice, need_ids: Sequence[str], of: Sequence[Resident], kinds: Sequence[NeedKind], age: Ints, shares: Shares
) -> tuple[Need, ...]:
    """A need of each kind for the resident beside it; `age` is theirs."""
    n, group = len(kinds), group_of(age)
    free = _available(dice, group, shares)
    activities = _activities(dice, kinds)
    urgency = dice.pick((55, 33, 12), n)
    minutes = dice.pick((2, 4, 5, 3, 5, 1), n)
    rides = dice.uniform(n) * 100
    always = by_age(shares.ride_always, group)
    perhaps = always + by_age(shares.ride_if_needed, group)
    often, first = dice.uniform(n), dice.pick((2, 5, 3), n)
    step = dice.chance([75 if kind in (NeedKind.WORK_LIKE, NeedKind.OUTREACH) else 4 for kind in kinds], n)
    field = dice.pick((45, 25, 10, 20), n)
    return tuple(
        Need(
            need_ids[i],
            of[i].resident_id,
            kinds[i],
            _fields(kinds[i], int(age[i]), int(field[i])),
            activities[i],
            int(urgency[i]) + 1,
            free[i],
            (15, 20, 30, 40, 45, None)[minutes[i]],
            _ride(kinds[i], rides[i], always[i], perhaps[i]),
            _times(kinds[i], often[i]),
            (30, 60, 90)[first[i]] if step[i] else None,
        )
        for i in range(n)
    )


def group_of(age: Ints) -> Ints:
    """Which of the four age groups each age is in."""
    return np.searchsorted(FROM_AGES, age, side="right") - 1


def by_age(four: Four, group: Ints) -> Ints:
    """The value of each person's age group."""
    return np.array(four, np.int64)[group]


def _modes(dice: Dice, group: Ints, shares: Shares) -> list[tuple[Mode, ...]]:
    has = [dice.chance(by_age(four, group), len(group)) for four in (shares.bicycle, shares.bus, shares.car)]
    table = [tuple(m for m, yes in zip(Mode, (True, False, b & 1, b & 2, b & 4), strict=True) if yes) for b in range(8)]
    return [table[b] for b in (has[0] + 2 * has[1] + 4 * has[2]).tolist()]


def _requires(dice: Dice, group: Ints, female: Bools, shares: Shares) -> tuple[list[tuple[str, ...]], Bools]:
    """Features each person needs, and who uses a wheelchair (who then needs a step-free way too)."""
    names = ("step_free", "wheelchair", "hearing_support", "accessible_toilet", "quiet", "men_welcome")
    has = [dice.chance(by_age(getattr(shares, name), group), len(group)) for name in names]
    has[0] = has[0] | has[1]
    has[5] = has[5] & ~female
    bits = sum((column.astype(np.int64) << i for i, column in enumerate(has)), np.zeros(len(group), np.int64))
    table = [tuple(name for i, name in enumerate(names) if b >> i & 1) for b in range(1 << len(names))]
    return [table[b] for b in bits.tolist()], has[1]


def _sharing(dice: Dice, group: Ints, shares: Shares) -> list[Sharing]:
    at = dice.uniform(len(group)) * 100
    consent = by_age(shares.consent, group)
    known = consent + by_age(shares.support_conference, group)
    table = (Sharing.CONSENT, Sharing.SUPPORT_CONFERENCE, Sharing.NONE)
    return [table[i] for i in ((at >= consent).astype(np.int64) + (at >= known)).tolist()]


def _some(dice: Dice, n: int, of: int) -> list[tuple[int, ...]]:
    """One or two different positions out of `of`."""
    one, step, both = dice.pick((1,) * of, n), dice.between(1, of - 1, n), dice.chance(40, n)
    other = (one + step) % of
    return [(a, b) if two else (a,) for a, b, two in zip(one.tolist(), other.tolist(), both.tolist(), strict=True)]


def _available(dice: Dice, group: Ints, shares: Shares) -> list[tuple[Span, ...]]:
    """When it suits: any time, or a part of some days; at least one weekday."""
    n = len(group)
    day = np.stack([dice.chance(percent, n) for percent in (60, 60, 60, 60, 60, 15, 10)], axis=1)
    day[np.arange(n), dice.pick((1, 1, 1, 1, 1), n)] = True
    part = np.stack([dice.pick((35, 25, 40), n) for _ in Weekday], axis=1)
    whenever = dice.chance(by_age(shares.any_time, group), n).tolist()
    return [
        () if free else tuple(_SPANS[d][parts[d]] for d in range(7) if days[d])
        for free, days, parts in zip(whenever, day.tolist(), part.tolist(), strict=True)
    ]


def _activities(dice: Dice, kinds: Sequence[NeedKind]) -> list[tuple[str, ...]]:
    """One to three activities of each need's kind, without repeats."""
    tries = dice.uniform(3 * len(kinds)).reshape(-1, 3)
    many = dice.pick((30, 40, 30), len(kinds)).tolist()
    edges = {kind: np.cumsum([weight for _, weight in words]) for kind, words in ACTIVITIES.items()}
    out = []
    for row, (kind, more) in enumerate(zip(kinds, many, strict=True)):
        words = ACTIVITIES[kind]
        at = np.searchsorted(edges[kind], tries[row, : more + 1] * edges[kind][-1], side="right") if words else []
        out.append(tuple(dict.fromkeys(words[i][0] for i in at)))
    return out


def _fields(kind: NeedKind, age: int, draw: int) -> tuple[Field, ...]:
    if age >= 65:
        return (Field.ELDERLY,)
    if kind in (NeedKind.WORK_LIKE, NeedKind.OUTREACH):
        return ((Field.POVERTY,), (Field.DISABILITY,), (Field.DISABILITY, Field.POVERTY), (Field.OTHER,))[draw]
    return ((Field.DISABILITY,), (Field.POVERTY,), (Field.CHILDREN,), (Field.OTHER,))[draw]


def _ride(kind: NeedKind, at: float, always: int, perhaps: int) -> RideWish:
    if kind not in _WITH_RIDES:
        return RideWish.NO
    if at < always:
        return RideWish.ALWAYS
    return RideWish.IF_NEEDED if at < perhaps else RideWish.NO


def _times(kind: NeedKind, at: float) -> int:
    choices = _TIMES.get(kind, (1,))
    return choices[int(at * len(choices))]
