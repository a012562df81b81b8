"""Largest sets of openings that meet at one moment, beside trying every minute of a month."""

from dataclasses import replace
from datetime import time

import numpy as np
from hypothesis import given, settings, strategies as st

from matching.domain import Opening, Weekday
from matching.rules.columns import columns
from matching.rules.overlaps import cliques
from tests.given import town


@st.composite
def openings(draw: st.DrawFn, number: int) -> Opening:
    start = draw(st.integers(9, 13))
    day = draw(st.sampled_from((Weekday.MON, Weekday.WED)))
    weeks = draw(st.sampled_from(((), (), (1, 3), (2,), (1, 2, 3), (5,))))
    return Opening(f"o{number}", "r1", day, time(start), time(start + draw(st.integers(1, 4)), 30), weeks)


def meeting(slots: list[Opening]) -> set[frozenset[int]]:
    """The largest sets of positions that meet, minute by minute."""
    sets = set()
    for day in (Weekday.MON, Weekday.WED):
        for week in range(1, 6):
            for minute in range(8 * 60, 19 * 60, 30):
                now = time(minute // 60, minute % 60)
                here = (i for i, s in enumerate(slots) if s.weekday == day and week in (s.weeks_of_month or range(1, 6))
                        and s.start <= now < s.end)  # fmt: skip
                sets.add(frozenset(here))
    return {one for one in sets if one and not any(one < other for other in sets)}


@settings(max_examples=120, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.data())
def test_every_largest_set_is_found_once(groups, data):
    slots = [data.draw(openings(number)) for number in range(len(groups))]
    known = columns(replace(town(), openings=tuple(slots))).openings
    found, member = cliques(known, np.array(groups, np.int32), np.arange(len(groups), dtype=np.int32))
    sets = [frozenset(part.tolist()) for part in np.split(member, np.flatnonzero(np.diff(found)) + 1)]
    wanted = set()
    for group in set(groups):
        mine = [i for i, g in enumerate(groups) if g == group]
        wanted |= {frozenset(mine[i] for i in one) for one in meeting([slots[i] for i in mine])}
    assert len(sets) == len(set(sets))
    assert set(sets) == wanted
