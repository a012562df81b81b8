"""What a place costs where others give way for it: always the loss of a plan that is there; no near one is missed."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings, strategies as st

from matching.assignment.giving_way import loss_of_giving_way
from matching.assignment.prices import IMPOSSIBLE
from tests.assignment.brute import all_plans, matchings, values

SOME = settings(max_examples=150, deadline=None)


def asked(problem, plans, random):
    """A plan, and every pair that is not in it."""
    assume(len(plans) > 0)
    plan = plans[random.randrange(len(plans))]
    other = np.ones(len(problem.need), np.bool_)
    other[plan] = False
    return plan, np.flatnonzero(other).astype(np.int32)


def losses(problem, plan, plans):
    return [tuple(one) for one in np.array(values(problem, plan[None, :])) - np.array(values(problem, plans))]


def with_full_rows_only(problem):
    """The same matching, in which a row only says how many at most."""
    rows = problem.rows
    some = replace(rows, weight=np.abs(rows.weight), lower=np.minimum(rows.lower, 0), or_none=rows.or_none & False)
    return replace(problem, rows=replace(some, upper=np.maximum(rows.upper, 0)))


@SOME
@given(matchings(), st.randoms(use_true_random=False))
def test_the_loss_is_that_of_a_plan_which_holds_every_row_and_takes_the_pair(problem, random):
    plans = all_plans(problem)
    plan, pairs = asked(problem, plans, random)
    found = loss_of_giving_way(problem, plan, pairs, np.zeros(len(problem.need), np.bool_))
    for pair, loss in zip(pairs, found.T, strict=True):
        there = plans[(plans == pair).any(axis=1)]
        assert loss[0] == IMPOSSIBLE or tuple(loss) in losses(problem, plan, there)


@SOME
@given(matchings(), st.randoms(use_true_random=False))
def test_whoever_makes_room_in_a_full_row_alone_is_found(problem, random):
    problem = with_full_rows_only(problem)
    plans = all_plans(problem)
    plan, pairs = asked(problem, plans, random)
    found = loss_of_giving_way(problem, plan, pairs, np.zeros(len(problem.need), np.bool_))
    moved = (plans != plan).sum(axis=1)
    for pair, loss in zip(pairs, found.T, strict=True):
        takes = (plans == pair).any(axis=1)
        near = plans[takes & (moved == (1 if (takes & (moved == 1)).any() else 2))]
        if len(near):
            assert tuple(loss) <= min(losses(problem, plan, near))


@SOME
@given(matchings(), st.randoms(use_true_random=False))
def test_nobody_gives_way_to_a_barred_pair(problem, random):
    plans = all_plans(problem)
    plan, pairs = asked(problem, plans, random)
    everything = np.ones(len(problem.need), np.bool_)
    found = loss_of_giving_way(problem, plan, pairs, everything)
    for pair, loss in zip(pairs, found.T, strict=True):
        alone = plan.copy()
        alone[problem.need[pair]] = pair
        stands = (plans == alone).all(axis=1)
        assert (loss[0] == IMPOSSIBLE) == (not stands.any())
        if stands.any():
            assert tuple(loss) == losses(problem, plan, plans[stands])[0]
