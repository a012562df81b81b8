"""The decomposition of needs against places, against brute force and against NetworkX's own matching."""

from itertools import chain, combinations

import networkx as nx
import numpy as np
from hypothesis import given, settings, strategies as st

from matching.gaps.demand import BALANCED, NOWHERE, OVER, UNDER, Graph, decompose, hall_sets


@st.composite
def graphs(draw):
    needs, openings = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    every = [(n, o) for n in range(needs) for o in range(openings)]
    pairs = sorted(draw(st.sets(st.sampled_from(every))))
    places = draw(st.lists(st.integers(0, 3), min_size=openings, max_size=openings))
    need, opening = (np.array([p[at] for p in pairs], np.int32) for at in (0, 1))
    return Graph(needs, need, opening, np.array(places, np.int32))


def subsets(of):
    return chain.from_iterable(combinations(of, n) for n in range(1, len(of) + 1))


def room_of(graph, some):
    reached = {int(o) for n, o in zip(graph.need, graph.opening, strict=True) if int(n) in some}
    return sum(int(graph.places[o]) for o in reached)


def most_placed(graph):
    """NetworkX's matching, every place a node of its own."""
    bipartite = nx.Graph()
    bipartite.add_nodes_from(("need", n) for n in range(graph.needs))
    for n, o in zip(graph.need.tolist(), graph.opening.tolist(), strict=True):
        bipartite.add_edges_from((("need", n), ("place", o, k)) for k in range(int(graph.places[o])))
    found = nx.bipartite.maximum_matching(bipartite, top_nodes=[("need", n) for n in range(graph.needs)])
    return len(found) // 2


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_as_many_are_placed_as_networkx_places(graph):
    assert int((decompose(graph).taken >= 0).sum()) == most_placed(graph)


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_a_need_is_over_demanded_if_and_only_if_some_largest_plan_leaves_it_out(graph):
    found, most = decompose(graph), most_placed(graph)
    for n in range(graph.needs):
        keep = graph.need != n
        without = Graph(graph.needs, graph.need[keep], graph.opening[keep], graph.places)
        left_out = most_placed(without) == most
        assert (found.need_part[n] in {OVER, NOWHERE}) == left_out


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_an_opening_is_under_used_if_and_only_if_some_largest_plan_leaves_it_a_place(graph):
    found, most = decompose(graph), most_placed(graph)
    for o in range(len(graph.places)):
        if graph.places[o]:
            fewer = graph.places.copy()
            fewer[o] -= 1
            assert (found.opening_part[o] == UNDER) == (
                most_placed(Graph(graph.needs, graph.need, graph.opening, fewer)) == most
            )


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_the_tightest_set_has_the_most_needs_a_place_of_all_sets_of_its_part(graph):
    found = decompose(graph)
    for whole, tightest in hall_sets(graph, found):
        assert set(tightest.needs) <= set(whole.needs)
        assert room_of(graph, set(tightest.needs.tolist())) == tightest.places
        for some in subsets(whole.needs.tolist()):
            assert len(some) * tightest.places <= len(tightest.needs) * room_of(graph, set(some))


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_the_parts_are_short_of_exactly_those_that_no_plan_places(graph):
    found = decompose(graph)
    short = sum(whole.short for whole, _ in hall_sets(graph, found)) + int((found.need_part == NOWHERE).sum())
    assert short == graph.needs - most_placed(graph)
    assert not (found.need_part == BALANCED)[found.taken < 0].any()
