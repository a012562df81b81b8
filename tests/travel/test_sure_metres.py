"""What travel times promise of straight lines: nothing beyond the reach is reached, all within the sure metres is."""

import numpy as np
from hypothesis import given, settings, strategies as st

from matching.domain import Mode, Points, TravelSettings
from matching.travel import StraightLine

MODES = st.sampled_from([Mode.WALK, Mode.WHEELCHAIR, Mode.BICYCLE, Mode.CAR])
FACTORS = st.tuples(*[st.sampled_from([1.0, 1.2, 1.29, 2.5])] * 3)


def minutes_at(travel: StraightLine, mode: Mode, metres: float, pace: float) -> float:
    """Straight north from the equator."""
    zero = np.zeros(1, np.int32)
    here, there = (Points(np.array([d]), np.zeros(1)) for d in (0.0, np.degrees(metres / 6_371_008.8)))
    return float(travel.trips(mode, here, there, zero, zero, np.array([pace], np.float32), zero, zero).minutes[0])


@settings(max_examples=300, deadline=None)
@given(MODES, st.floats(0, 500), st.floats(1, 150), FACTORS, st.sampled_from([0.0, 5.0]), st.floats(0, 1))
def test_both_bounds_hold_anywhere(mode, minutes, pace, factors, extra, share):
    travel = StraightLine(TravelSettings(detour_factors=factors, car_extra_minutes=extra))
    sure, reach = travel.sure_metres(mode, minutes, pace), travel.reach_metres(mode, minutes, pace)
    assert sure <= reach
    if sure > 0:
        assert minutes_at(travel, mode, share * sure, pace) <= minutes + 1e-3
    assert minutes_at(travel, mode, reach + 1 + share * reach, pace) > minutes - 1e-3


def test_nothing_is_sure_where_even_the_car_takes_longer_to_start_or_there_is_no_timetable():
    travel = StraightLine(TravelSettings(car_extra_minutes=5))
    assert travel.sure_metres(Mode.CAR, 4, 60) < 0
    assert travel.sure_metres(Mode.BUS, 400, 60) < 0
