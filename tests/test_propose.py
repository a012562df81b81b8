"""The main job on random small towns, held against a second reading of the rules and against brute force."""

import sys
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from api.answers import proposals_json
from matching.assignment.tiers import solve_tiers
from matching.domain import Community, Need, Placement, PlacementState, Proposal, Proposals, RideWish, Sharing
from matching.errors import RefusedPlanError
from matching.propose import Wanted, propose
from matching.rules import rulebook
from tests.given import MONDAY, Ruler, town
from tests.given_small_town import small_towns
from tests.independent import Reader

BOOK = rulebook()
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def plan_of(answer: Proposals) -> dict[str, str | None]:
    return {p.need_id: p.options[0].opening_id if p.placed else None for p in answer.proposals if p.resident_id}


def best(community: Community, **wanted) -> Proposals:
    return propose(community, BOOK, Ruler(), Wanted(**wanted))


def value(answer: Proposals) -> list[int]:
    return [t.value for t in answer.tiers]


@SLOW
@given(small_towns())
def test_a_plan_keeps_every_rule_as_read_a_second_time(community):
    plan, reader = plan_of(best(community)), Reader(community)
    assert reader.obeys(plan)
    for need, opening in plan.items():
        assert opening is None or reader.admissible(reader.needs[need], reader.slots[opening])


@SLOW
@given(small_towns())
def test_the_first_tiers_are_the_best_of_all_plans(community):
    answer, reader = best(community), Reader(community)
    assert tuple(value(answer)[:3]) == max(reader.first_tiers(plan) for plan in reader.plans())
    assert answer.status == "optimal"


@SLOW
@given(small_towns())
def test_points_add_up_tier_by_tier(community):
    answer = best(community)
    for proposal in answer.proposals:
        for option in proposal.options:
            sums: Counter[int] = Counter()
            for reason in option.reasons:
                sums[reason.tier] += reason.points
            assert tuple(sums[t] for t in range(5)) == option.points
    for t, tier in enumerate(answer.tiers):
        chosen = sum(o.points[t] for p in answer.proposals for o in p.options if o.chosen)
        assert chosen + tier.plan_points == tier.value == tier.bound


@SLOW
@given(small_towns())
def test_every_opening_is_in_exactly_one_account(community):
    reader = Reader(community)
    for proposal in best(community).proposals:
        account = proposal.account
        assert account.considered == len(community.openings)
        excluded = sum(count for _, count in account.excluded)
        assert excluded + account.full + account.shown + account.others == account.considered
        assert min(account.full, account.shown, account.others) >= 0
        if proposal.resident_id:
            need = reader.needs[proposal.need_id]
            assert excluded == sum(not reader.admissible(need, o) for o in community.openings)


@SLOW
@given(small_towns())
def test_nothing_is_told_of_who_has_not_agreed(community):
    reader = Reader(community)
    for proposal in best(community).proposals:
        if not reader.consents(reader.needs[proposal.need_id]):
            assert proposal.resident_id == ""
            assert not proposal.placed and not proposal.options
            assert proposal.account.excluded == (("sharing", len(community.openings)),)
            assert not proposal.unplaced.full and not proposal.unplaced.smallest_changes


@SLOW
@given(small_towns())
def test_an_exact_cost_is_what_everybody_else_loses_when_the_option_is_taken(community):
    answer = best(community)
    for proposal in answer.proposals:
        if not proposal.placed:
            continue
        mine = proposal.options[0]
        others = [v - p for v, p in zip(value(answer), mine.points, strict=True)]
        for option in proposal.options[1:]:
            forced = forced_value(community, answer, proposal, option.opening_id)
            # a pin earns points of fit of its own, so only the first three tiers can be compared with a pinned round
            cost = [o - (f - p) for o, f, p in zip(others, forced, option.points, strict=True)]
            if option.exact:
                assert list(option.opportunity_cost[:3]) == cost[:3]
            else:
                assert list(option.opportunity_cost[:3]) >= cost[:3]


def forced_value(community: Community, answer: Proposals, proposal: Proposal, opening: str) -> list[int]:
    pin = Placement(proposal.need_id, opening, MONDAY, PlacementState.FIXED)
    return value(best(replace(community, placements=(pin,))))


@SLOW
@given(small_towns(), st.randoms(use_true_random=False))
def test_reordering_changes_nothing_in_the_value(community, random: Random):
    shuffled = replace(
        community,
        needs=tuple(random.sample(community.needs, len(community.needs))),
        openings=tuple(random.sample(community.openings, len(community.openings))),
    )
    assert value(best(shuffled))[:4] == value(best(community))[:4]


@SLOW
@given(small_towns())
def test_renaming_changes_nothing(community):
    def renamed(opening):
        return replace(opening, opening_id="z" + opening.opening_id)

    other = replace(community, openings=tuple(map(renamed, community.openings)))
    assert [o and o[1:] for o in plan_of(best(other)).values()] == list(plan_of(best(community)).values())


@SLOW
@given(small_towns())
def test_one_more_place_never_hurts(community):
    for at, opening in enumerate(community.openings):
        more = replace(opening, capacity=(Reader(community).places(opening) + opening.attending + 1))
        openings = (*community.openings[:at], more, *community.openings[at + 1 :])
        assert value(best(replace(community, openings=openings)))[:3] >= value(best(community))[:3]


@SLOW
@given(small_towns())
def test_one_more_place_that_is_told_to_help_does_help(community):
    for proposal in best(community).proposals:
        for change in proposal.unplaced.smallest_changes if proposal.unplaced else ():
            assert change.verified
            if change.code == "one_more_place":
                reader = Reader(community)
                openings = tuple(
                    replace(
                        o,
                        capacity=reader.places(o) + o.attending + 1,
                        comfortable_load=(o.comfortable_load + 1)
                        if reader.things[o.resource_id].informal and o.comfortable_load is not None
                        else o.comfortable_load,
                    )
                    if o.opening_id == change.facts["opening"]
                    else o
                    for o in community.openings
                )
                again = best(replace(community, openings=openings))
                assert value(again)[:3] > value(best(community))[:3]


def with_need(community: Community, need: str, **change) -> Community:
    return replace(community, needs=tuple(replace(n, **change) if n.need_id == need else n for n in community.needs))


def with_person(community: Community, person: str, **change) -> Community:
    people = (replace(p, **change) if p.resident_id == person else p for p in community.residents)
    return replace(community, residents=tuple(people))


LIFTS = {
    "longer_way": lambda c, p: with_need(c, p.need_id, max_minutes=None),
    "other_hour": lambda c, p: with_need(c, p.need_id, available=()),
    "lower_fee": lambda c, p: with_person(c, p.resident_id, max_fee_yen=None),
    "shorter_walk": lambda c, p: with_person(c, p.resident_id, max_walk_minutes=None),
}


@SLOW
@given(small_towns())
def test_a_change_that_is_told_to_help_places_the_person(community):
    for proposal in best(community).proposals:
        for change in proposal.unplaced.smallest_changes if proposal.unplaced else ():
            if change.code in LIFTS:
                again = best(LIFTS[change.code](community, proposal))
                assert value(again)[0] > value(best(community))[0]


@SLOW
@given(small_towns())
def test_the_same_town_gives_the_same_bytes(community):
    one, other = (proposals_json(best(community), "ja", 0.0) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("state", PlacementState)
def test_who_holds_a_place_keeps_it(state):
    held = town(placements=(Placement("n1", "o1", MONDAY, state),))
    assert plan_of(best(held)) == {"n1": "o1"}


def test_a_pin_is_kept_even_against_a_rule_and_warned_about():
    closed = town(placements=(Placement("n1", "o1", MONDAY, PlacementState.FIXED),))
    far = replace(closed, needs=(replace(closed.needs[0], activities=("x",)),))
    far = replace(far, resources=(replace(far.resources[0], activities=("y",)),))
    answer = best(far)
    assert plan_of(answer) == {"n1": "o1"}
    assert [w.code for w in answer.warnings] == ["fixed_against_rule"]


def test_an_arrangement_that_no_longer_fits_is_released_and_told():
    held = town(placements=(Placement("n1", "o1", MONDAY, PlacementState.SETTLED),))
    changed = replace(
        held,
        needs=(replace(held.needs[0], activities=("x",)),),
        resources=(replace(held.resources[0], activities=("y",)),),
    )
    answer = best(changed)
    assert plan_of(answer) == {"n1": None}
    assert [w.code for w in answer.warnings] == ["released"]


def test_a_place_held_by_somebody_who_withdrew_consent_is_still_taken():
    one = town(placements=(Placement("n1", "o1", MONDAY, PlacementState.SETTLED),))
    silent = replace(one.residents[0], sharing=Sharing.NONE)
    other = replace(one.residents[0], resident_id="p2")
    full = replace(
        one,
        residents=(silent, other),
        needs=(one.needs[0], replace(one.needs[0], need_id="n2", resident_id="p2")),
        openings=(replace(one.openings[0], capacity=1),),
    )
    assert plan_of(best(full)) == {"n2": None}


def test_contradictory_pins_of_one_person_are_kept_and_do_not_stop_the_rest():
    base = town()
    twice = replace(
        base,
        needs=(base.needs[0], replace(base.needs[0], need_id="n2")),
        placements=tuple(Placement(n, "o1", MONDAY, PlacementState.FIXED) for n in ("n1", "n2")),
    )
    assert plan_of(best(twice)) == {"n1": "o1", "n2": "o1"}


def test_in_the_room_of_the_support_conference_its_cases_are_matched_and_marked():
    shared = town()
    shared = replace(shared, residents=(replace(shared.residents[0], sharing=Sharing.SUPPORT_CONFERENCE),))
    assert plan_of(best(shared)) == {}
    inside = best(shared, room=Sharing.SUPPORT_CONFERENCE)
    assert plan_of(inside) == {"n1": "o1"}
    assert inside.room == "support_conference"


@pytest.mark.parametrize(("minutes", "helps"), [(30, True), (5, False)])
def test_a_ride_is_told_to_help_only_if_it_would_take_no_longer_than_the_person_can(minutes, helps):
    base = town()
    far = replace(
        base,
        needs=(replace(base.needs[0], ride=RideWish.ALWAYS, max_minutes=minutes),),
        resources=(replace(base.resources[0], latitude=34.85),),  # about nine minutes by the ruler's car
    )
    (proposal,) = best(far).proposals
    assert [c.code for c in proposal.unplaced.smallest_changes] == (["ride"] if helps else [])


def test_who_uses_a_wheelchair_is_told_of_a_ride_that_takes_one():
    base = town()
    far = replace(
        base,
        residents=(replace(base.residents[0], requires=("wheelchair",)),),
        needs=(replace(base.needs[0], ride=RideWish.ALWAYS, max_minutes=30),),
        resources=(replace(base.resources[0], latitude=34.85, features=("wheelchair",)),),
    )
    (proposal,) = best(far).proposals
    assert [c.code for c in proposal.unplaced.smallest_changes] == ["ride_wheelchair"]


@pytest.mark.parametrize(("steps", "helps"), [(120, True), (60, False)])
def test_a_longer_way_is_told_to_help_only_if_the_person_can_walk_so_far(steps, helps):
    base = town()
    far = replace(
        base,
        residents=(replace(base.residents[0], max_walk_minutes=steps),),
        needs=(replace(base.needs[0], max_minutes=50),),
        resources=(replace(base.resources[0], latitude=34.85),),  # about 93 minutes on foot
    )
    (proposal,) = best(far).proposals
    assert [c.code for c in proposal.unplaced.smallest_changes] == (["longer_way"] if helps else [])


@pytest.mark.parametrize(("capacity", "told"), [(2, [True, True]), (1, [False, True])])
def test_what_would_open_a_place_to_several_is_told_to_as_many_as_there_is_room_for_the_worst_off_first(capacity, told):
    base = town()
    waiting = replace(
        base,
        residents=tuple(replace(base.residents[0], resident_id=p) for p in ("p1", "p2")),
        needs=(Need("n1", "p1", activities=("tea",)), Need("n2", "p2", activities=("tea",), urgency=3)),
        resources=(replace(base.resources[0], activities=("chess",)),),
        openings=(replace(base.openings[0], capacity=capacity),),
    )
    changes = [[c.code for c in p.unplaced.smallest_changes] for p in best(waiting).proposals]
    assert changes == [["other_activity"] if one else [] for one in told]


@pytest.mark.parametrize(("capacity", "helps"), [(2, True), (1, False)])
def test_one_more_place_is_not_told_to_help_where_more_people_come_already_than_there_are_places(capacity, helps):
    base = town()
    held = replace(
        base,
        residents=tuple(replace(base.residents[0], resident_id=p) for p in ("p1", "p2", "p3")),
        needs=tuple(Need(f"n{i}", f"p{i}") for i in (1, 2, 3)),
        openings=(replace(base.openings[0], capacity=capacity),),
        placements=tuple(Placement(n, "o1", MONDAY, PlacementState.SETTLED) for n in ("n1", "n2")),
    )
    waits = best(held).proposals[2]
    assert [c.code for c in waits.unplaced.smallest_changes] == (["one_more_place"] if helps else [])


def test_an_empty_town_has_an_empty_answer():
    answer = best(town(residents=(), needs=(), resources=(), openings=()))
    assert answer.proposals == ()
    assert answer.status == "optimal"


def test_a_town_without_openings_leaves_everybody_waiting():
    answer = best(town(openings=()))
    assert plan_of(answer) == {"n1": None}


def test_a_plan_that_the_judge_refuses_is_never_handed_out(monkeypatch):
    def oversold(problem, budget):
        choice = solve_tiers(problem, budget)
        return replace(choice, value=choice.value + 1)

    monkeypatch.setattr(sys.modules["matching.propose"], "solve_tiers", oversold)
    with pytest.raises(RefusedPlanError):
        best(town())
