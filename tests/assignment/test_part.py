import numpy as np
from hypothesis import assume, given, settings, strategies as st

from matching.assignment.part import Standing, restricted
from matching.assignment.rows import holds, row_sums
from tests.assignment.brute import all_plans, matchings, values

SOME = settings(max_examples=150, deadline=None)


def some_plan(problem, random):
    plans = all_plans(problem)
    assume(len(plans) > 0)
    return plans[random.randrange(len(plans))]


@SOME
@given(matchings(), st.randoms(use_true_random=False))
def test_a_part_holds_exactly_the_plans_that_its_needs_can_change_to(problem, random):
    plan = some_plan(problem, random)
    needs = np.array([i for i in range(problem.needs) if random.random() < 0.6], np.int64)
    assume(len(needs) > 0)
    part = Standing(problem, plan).part(needs, np.ones(len(problem.need), np.bool_))
    others = np.setdiff1d(np.arange(problem.needs), needs)
    expected = {tuple(p) for p in all_plans(problem) if (p[others] == plan[others]).all()}
    found = set()
    for chosen in all_plans(part.problem):
        joined = plan.copy()
        joined[needs] = part.pair[chosen]
        found.add(tuple(joined))
    assert found == expected


@SOME
@given(matchings(), st.randoms(use_true_random=False))
def test_what_a_part_gains_the_whole_gains(problem, random):
    plan = some_plan(problem, random)
    needs = np.flatnonzero([random.random() < 0.6 for _ in range(problem.needs)])
    assume(len(needs) > 0)
    part = Standing(problem, plan).part(needs, np.ones(len(problem.need), np.bool_))
    own = np.searchsorted(part.pair, plan[needs])
    before = values(part.problem, own[None, :].astype(np.int32))[0]
    for chosen in all_plans(part.problem)[:20]:
        joined = plan.copy()
        joined[needs] = part.pair[chosen]
        gain = problem.value(joined) - problem.value(plan)
        assert (np.array(values(part.problem, chosen[None, :])[0]) - before == gain).all()


@SOME
@given(matchings(), st.randoms(use_true_random=False))
def test_moves_keep_loads_and_sums_in_step(problem, random):
    standing = Standing(problem, some_plan(problem, random))
    for _ in range(5):
        need = random.randrange(problem.needs)
        pairs = np.flatnonzero(problem.need == need)
        standing.move(np.array([need]), pairs[[random.randrange(len(pairs))]].astype(np.int32))
    assert (standing.load == problem.load(standing.chosen)).all()
    assert (standing.sums == row_sums(problem.rows, standing.chosen, len(problem.need))).all()
    sound = holds(problem.rows, standing.sums).all() and (standing.load <= np.diff(problem.slot_start)).all()
    assert standing.obeys() == sound


@SOME
@given(matchings(), st.randoms(use_true_random=False))
def test_a_problem_restricted_to_some_pairs_has_the_plans_that_need_no_others(problem, random):
    pairs = np.array([k for k in range(len(problem.need)) if random.random() < 0.8], np.int32)
    assume(len(np.unique(problem.need[pairs])) == problem.needs)
    smaller = restricted(problem, pairs)
    expected = {tuple(p) for p in all_plans(problem) if np.isin(p, pairs).all()}
    assert {tuple(pairs[p]) for p in all_plans(smaller)} == expected
