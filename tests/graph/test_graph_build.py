"""The table of kinds tells the whole graph: a town that has everything shows every kind, and nothing beside it."""

from dataclasses import replace
from datetime import time
from random import Random

import pytest
from hypothesis import given, settings

from matching.domain import (
    REFERENCES,
    Area,
    Community,
    Companion,
    CouncilMember,
    Driver,
    Idea,
    Organisation,
    Placement,
    Relation,
    Resource,
    RideRequest,
    Tie,
    TieKind,
    Vehicle,
    Weekday,
    Wish,
)
from matching.graph import build
from matching.graph.kinds import EDGES, NODES
from tests.graph.given_graph import INFO, needs_of, opening, people, shuffled, small_towns

RESIDENTS = people("p1", "p2")
EVERYTHING = Community(
    INFO,
    areas=(Area("city", tier=1), Area("a", "北", parent_id="city")),
    organisations=(Organisation("o", "社協", area_id="a"),),
    council_members=(CouncilMember("c", "a", "o"),),
    ties=tuple(Tie("o", "r", kind) for kind in TieKind),
    residents=RESIDENTS,
    needs=needs_of(RESIDENTS),
    wishes=(Wish("p1", "r", 2), Wish("p1", "o", 1), Wish("p1", "p2", -2)),
    companions=(Companion("p1", "p2", Relation.TOGETHER), Companion("p2", "p1", Relation.APART)),
    resources=(Resource("r", "サロン", organisation_id="o", resident_id="p1", area_id="a", areas_served=("a",)),),
    openings=(opening("s", "r"),),
    placements=(Placement("n-p2", "s"),),
    vehicles=(Vehicle("v", "r", 4),),
    drivers=(Driver("d", "r", ("v",)),),
    ride_requests=(
        RideRequest("out", "p1", "n-p1", weekday=Weekday.MON, driver_id="d", vehicle_id="v"),
        RideRequest("home", "p1", weekday=Weekday.MON, ready_from=time(15), returns="out"),
    ),
    ideas=(Idea("i", "a", ("tea",)),),
)
PAIRS = (("n-p1", "s"),)


def test_every_kind_of_the_table_occurs_and_none_is_outside_it() -> None:
    graph = build(EVERYTHING, PAIRS)
    assert {kind for kind, _ in graph} == {node.name for node in NODES}
    assert {kind for _, _, kind in graph.edges(keys=True)} == {edge.name for edge in EDGES}


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_nodes_have_the_columns_that_the_table_names_and_no_others(node) -> None:
    found = [data for key, data in build(EVERYTHING).nodes(data=True) if key[0] == node.name]
    assert all(set(data) == {"node", *node.columns} and data["node"] == node.name for data in found)


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.name}-{edge.table}")
def test_edges_join_the_kinds_that_the_table_names(edge) -> None:
    graph = build(EVERYTHING, PAIRS)
    told = [e for e in EDGES if e.name == edge.name]
    for source, target, data in ((s, t, d) for s, t, kind, d in graph.edges(keys=True, data=True) if kind == edge.name):
        assert any(source[0] in e.source and target[0] in e.target and set(data) == set(e.columns) for e in told)


def test_every_reference_of_the_town_is_an_edge_except_those_of_statistics_and_of_places_not_yet_in_use() -> None:
    apart = {"population", "attendance", "survey", "places"}
    told = {(e.table, column) for e in EDGES for column in (e.source_column, e.target_column)}
    missing = {(table, column) for table, column, _ in REFERENCES if table not in apart} - told
    assert missing == set()


def test_every_kind_has_a_text_in_both_languages() -> None:
    for kind in (*NODES, *EDGES):
        assert kind.text.ja and kind.text.en and kind.text.ja != kind.text.en


def test_the_same_identifier_in_two_files_is_two_nodes() -> None:
    town = Community(INFO, areas=(Area("x"),), residents=people("x", area="x"))
    assert list(build(town)) == [("area", "x"), ("resident", "x")]
    assert list(build(town).edges(keys=True)) == [(("resident", "x"), ("area", "x"), "lives_in")]


def test_a_pair_of_an_unknown_need_is_refused() -> None:
    with pytest.raises(ValueError, match="ghost"):
        build(EVERYTHING, [("ghost", "s")])


def test_only_the_asked_kinds_are_built_and_ends_mean_the_same() -> None:
    town = replace(EVERYTHING, areas=(*EVERYTHING.areas, Area("r")))
    few = build(town, kinds=("organisation", "resource", "area"))
    everything = build(town)
    assert set(few.edges(keys=True)) == set(everything.subgraph(list(few)).edges(keys=True))
    assert {kind for kind, _ in build(town, PAIRS, kinds=("need",))} == {"need"}


def test_a_wish_told_twice_counts_as_the_more_careful_one() -> None:
    for wishes in ((Wish("p1", "r", 2), Wish("p1", "r", -2)), (Wish("p1", "r", -2), Wish("p1", "r", 2))):
        graph = build(replace(EVERYTHING, wishes=wishes))
        assert graph.edges[("resident", "p1"), ("resource", "r"), "wishes"]["liking"] == -2


def test_attributes_are_plain_values() -> None:
    graph = build(EVERYTHING, PAIRS)
    plain = (str, int, bool, type(None), tuple)
    values = [v for _, d in graph.nodes(data=True) for v in d.values()] + [
        v for *_, d in graph.edges(data=True) for v in d.values()
    ]
    assert all(type(value) in plain for value in values)


@settings(max_examples=60, deadline=None)
@given(small_towns())
def test_rows_in_another_order_give_the_same_graph(given_town) -> None:
    town, pairs = given_town
    one, other = build(town, pairs), build(shuffled(town, Random(1)), reversed(pairs))
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(other.edges(keys=True, data=True))
