import numpy as np
import pytest
from hypothesis import given, strategies as st

from matching.synthetic.draw import Dice, shared_out

WEIGHTS = st.lists(st.integers(0, 500), min_size=1, max_size=20).filter(any)


@given(WEIGHTS, st.integers(0, 5000))
def test_parts_sum_to_the_whole_and_none_is_off_by_one(weights: list[int], whole: int) -> None:
    parts = shared_out(weights, whole)
    assert parts.sum() == whole
    assert all(abs(part - whole * w / sum(weights)) < 1 for part, w in zip(parts, weights, strict=True))


@given(WEIGHTS, st.integers(0, 300), st.integers(0, 2**32))
def test_dealing_meets_the_shares_exactly(weights: list[int], n: int, seed: int) -> None:
    dealt = Dice(seed).deal(weights, n)
    assert np.bincount(dealt, minlength=len(weights)).tolist() == shared_out(weights, n).tolist()


@given(WEIGHTS, st.integers(0, 2**32))
def test_what_weighs_nothing_is_never_picked(weights: list[int], seed: int) -> None:
    picked = Dice(seed).pick(weights, 200)
    assert all(weights[i] > 0 for i in picked)


@given(st.integers(-50, 50), st.integers(0, 50), st.integers(0, 2**32))
def test_between_stays_within_its_bounds(low: int, width: int, seed: int) -> None:
    drawn = Dice(seed).between(low, low + width, 100)
    assert drawn.min() >= low
    assert drawn.max() <= low + width


def test_both_bounds_are_drawn() -> None:
    assert set(Dice(1).between(3, 5, 100).tolist()) == {3, 4, 5}


def test_an_order_is_a_permutation_and_not_the_identity() -> None:
    order = Dice(1).order(50).tolist()
    assert sorted(order) == list(range(50)) != order


def test_a_chance_of_0_never_and_of_100_always_comes() -> None:
    assert not Dice(1).chance(0, 500).any()
    assert Dice(1).chance(100, 500).all()


def test_a_seed_gives_its_stream_on_any_machine() -> None:
    assert Dice(2026, 7).between(0, 999_999, 5).tolist() == PINNED
    assert Dice(2026, 8).between(0, 999_999, 5).tolist() != PINNED


def test_a_negative_seed_is_refused_with_a_hint() -> None:
    with pytest.raises(ValueError, match="Maybe"):
        Dice(-1)


PINNED = [866915, 5898, 841450, 566878, 114710]
