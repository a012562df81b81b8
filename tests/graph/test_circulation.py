"""Support goes round: who receives and gives, which roles wait, and circles known by hand or by trying every order."""

from dataclasses import replace
from itertools import permutations

import networkx as nx
import pytest
from hypothesis import given, settings, strategies as st

from matching.domain import Area, Community, Placement, Resident, Tie, TieKind
from matching.graph import circulation, could_go
from tests.graph.given_graph import INFO, needs_of, opening, people, resource, small_towns

RESIDENTS = people("p1", "p2", "p3", "p4")


def helping(*pairs: str, more: tuple[Resident, ...] = ()) -> Community:
    """`"p1 p2"`: p1 helps at a place of their own, where p2 holds a place."""
    residents = (*RESIDENTS, *more)
    helpers = sorted({pair.split()[0] for pair in pairs})
    needs, placements = list(needs_of(residents)), []
    for helper, person in (pair.split() for pair in pairs):
        need = replace(needs[0], need_id=f"{person}-at-{helper}", resident_id=person)
        needs.append(need)
        placements.append(Placement(need.need_id, f"s-{helper}"))
    return Community(
        INFO,
        areas=(Area("a"),),
        residents=residents,
        needs=tuple(needs),
        resources=tuple(resource(f"r-{h}", helper=h) for h in helpers),
        openings=tuple(opening(f"s-{h}", f"r-{h}") for h in helpers),
        placements=tuple(placements),
    )


def test_two_circles_that_share_a_person_are_two() -> None:
    found = circulation(could_go(helping("p1 p2", "p2 p1", "p2 p3", "p3 p4", "p4 p2")))
    assert found.circles == (("p1", "p2"), ("p2", "p3", "p4"))
    assert (found.complete, found.helped, found.chains) == (True, 5, 4)


def test_circles_longer_than_asked_are_not_counted() -> None:
    town = helping("p1 p2", "p2 p3", "p3 p4", "p4 p1")
    assert circulation(could_go(town), longest=3).circles == ()
    assert circulation(could_go(town), longest=4).circles == (("p1", "p2", "p3", "p4"),)


def test_counting_stops_at_the_most_and_says_so() -> None:
    everybody = helping(*(f"{a} {b}" for a, b in permutations(("p1", "p2", "p3", "p4"), 2)))
    assert len(circulation(could_go(everybody)).circles) == 6 + 8 + 6
    cut = circulation(could_go(everybody), most=5)
    assert (len(cut.circles), cut.complete) == (5, False)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=30), st.integers(2, 7))
def test_circles_are_those_of_networkx(steps, longest) -> None:
    town = helping(*(f"q{a} q{b}" for a, b in steps), more=people(*(f"q{i}" for i in range(9))))
    graph = nx.DiGraph((f"q{a}", f"q{b}") for a, b in steps if a != b)
    expected = {
        tuple(c[c.index(min(c)) :] + c[: c.index(min(c))]) for c in nx.simple_cycles(graph, length_bound=longest)
    }
    circles = circulation(could_go(town), longest=longest).circles
    assert set(circles) == expected
    assert len(circles) == len(expected)
    assert list(circles) == sorted(circles, key=lambda circle: (len(circle), circle))


def test_helping_where_one_goes_oneself_is_no_circle_but_receives_and_gives() -> None:
    found = circulation(could_go(helping("p1 p1")))
    assert (found.circles, found.both, found.helped, found.rate) == ((), 1, 0, 1.0)


def test_the_rate_is_those_who_also_give_among_those_who_receive() -> None:
    found = circulation(could_go(helping("p1 p2", "p2 p3", "p2 p4")))
    assert (found.receive, found.give, found.both) == (3, 2, 1)
    assert found.rate == pytest.approx(1 / 3)
    assert circulation(could_go(Community(INFO))).rate is None


def test_leading_a_place_is_giving_too() -> None:
    town = replace(helping("p1 p2"), ties=(Tie("p3", "r-p1", TieKind.LEADS), Tie("p4", "r-p1", TieKind.KNOWS)))
    assert circulation(could_go(town)).give == 2


def test_the_longest_chain_is_counted_in_steps_of_help() -> None:
    assert circulation(could_go(helping("p1 p2", "p2 p3", "p1 p3", "p3 p4"))).longest_chain == 3
    assert circulation(could_go(helping("p1 p2", "p2 p1", "p2 p3"))).longest_chain == 1


def test_a_placement_that_would_close_a_circle_is_found() -> None:
    town = helping("p1 p2", "p2 p3")
    found = circulation(could_go(town, [("n-p3", "s-p1"), ("n-p2", "s-p1"), ("n-p1", "s-p2")]))
    assert [(c.need_id, c.opening_id, c.length) for c in found.closing] == [("n-p1", "s-p2", 2)]
    third = replace(
        town,
        resources=(*town.resources, resource("r-p3", helper="p3")),
        openings=(*town.openings, opening("s-p3", "r-p3")),
    )
    (closing,) = circulation(could_go(third, [("n-p1", "s-p3")])).closing
    assert closing.length == 3
    placed = replace(third, placements=(*third.placements, Placement("n-p1", "s-p3")))
    assert circulation(could_go(placed)).circles == (("p1", "p2", "p3"),)


def roles(town: Community, *pairs: tuple[str, str]):
    return [(r.resident_id, r.resource_id, r.activities, r.how) for r in circulation(could_go(town, pairs)).roles]


def test_a_role_waits_where_a_strength_is_welcome_and_the_nearest_reason_stands() -> None:
    residents = (
        Resident("p1", "a", strengths=("tea", "songs")),
        Resident("p2", "b", strengths=("tea",)),
        Resident("p3", "b", strengths=("chess",)),
        Resident("p4", "b", strengths=("tea",)),
    )
    town = Community(
        INFO,
        areas=(Area("a"), Area("b")),
        residents=residents,
        needs=needs_of(residents),
        resources=(resource("r", area_id="a", roles=("tea", "cooking")),),
        openings=(opening("s", "r"),),
    )
    assert roles(town) == [("p1", "r", ("tea",), "same_area")]
    assert roles(town, ("n-p1", "s"), ("n-p2", "s"), ("n-p3", "s")) == [
        ("p1", "r", ("tea",), "could_go"),
        ("p2", "r", ("tea",), "could_go"),
    ]
    placed = replace(town, placements=(Placement("n-p2", "s"),))
    found = circulation(could_go(placed))
    assert [(role.resident_id, role.how) for role in found.roles] == [("p1", "same_area"), ("p2", "goes")]
    assert (found.both, found.both_possible, found.could_give, found.unasked) == (0, 1, 2, 2)


def test_no_role_waits_where_the_person_helps_already() -> None:
    strong = (Resident("p9", "a", strengths=("tea",)),)
    town = helping("p9 p1", more=strong)
    welcoming = replace(town, resources=tuple(replace(row, roles=("tea",), area_id="a") for row in town.resources))
    assert roles(welcoming) == []


@settings(max_examples=150, deadline=None)
@given(small_towns())
def test_circles_and_closings_are_those_of_trying_every_order(given_town) -> None:
    town, pairs = given_town
    found = circulation(could_go(town, pairs), longest=4)
    hosts = {slot.opening_id: hosts_of(town, slot.resource_id) for slot in town.openings}
    person = {need.need_id: need.resident_id for need in town.needs}
    helps = {(host, person[p.need_id]) for p in town.placements for host in hosts[p.opening_id]}
    assert set(found.circles) == circles_of(helps)
    placed = {p.need_id for p in town.placements}
    closing = set()
    for need, slot in pairs:
        new = circles_of(helps | {(host, person[need]) for host in hosts[slot]}) - circles_of(helps)
        if new and need not in placed:
            closing.add((need, slot, min(map(len, new))))
    assert {(c.need_id, c.opening_id, c.length) for c in found.closing} == closing


def hosts_of(town: Community, place: str) -> set[str]:
    """Who helps at a place: its helper, and the residents who lead or support it."""
    everyone = {row.resident_id for row in town.residents}
    own = {row.resident_id for row in town.resources if row.resource_id == place and row.resident_id}
    kinds = (TieKind.LEADS, TieKind.SUPPORTS)
    return own | {
        tie.from_id for tie in town.ties if tie.to_id == place and tie.kind in kinds and tie.from_id in everyone
    }


def circles_of(helps: set[tuple[str, str]]) -> set[tuple[str, ...]]:
    everyone = sorted({one for pair in helps for one in pair})
    return {
        order
        for size in range(2, 5)
        for order in permutations(everyone, size)
        if order[0] == min(order) and all(step in helps for step in zip(order, (*order[1:], order[0]), strict=True))
    }
