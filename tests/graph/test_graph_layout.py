"""The picture of a town: every dot on the canvas, none upon another, no person in it."""

from dataclasses import replace
from itertools import combinations
from math import hypot

from hypothesis import given, settings

from matching.domain import Area, Community, Placement
from matching.graph import could_go, picture
from tests.graph.given_graph import INFO, needs_of, opening, people, resource, small_towns

RESIDENTS = people("p1", "p2")
TOWN = Community(
    INFO,
    areas=(Area("a", latitude=34.1, longitude=131.1), Area("b", latitude=34.3, longitude=131.2)),
    residents=RESIDENTS,
    needs=needs_of(RESIDENTS),
    resources=tuple(resource(f"r{i}", area_id="ab"[i % 2]) for i in range(40)),
    openings=(opening("s", "r7"),),
    placements=(Placement("n-p1", "s"), Placement("n-p2", "s")),
)


def crossing(drawn) -> list:
    return [
        (one.id, other.id)
        for one, other in combinations(drawn.dots, 2)
        if hypot(one.x - other.x, one.y - other.y) < one.radius + other.radius
    ]


def test_areas_stand_as_on_the_map_north_up() -> None:
    dots = {dot.id: dot for dot in picture(could_go(TOWN)).dots}
    assert dots["b"].y < dots["a"].y
    assert dots["b"].x > dots["a"].x


def test_places_stand_nearer_to_their_own_area() -> None:
    dots = {dot.id: dot for dot in picture(could_go(TOWN)).dots}

    def away(place, area):
        return hypot(dots[place].x - dots[area].x, dots[place].y - dots[area].y)

    assert all(away(f"r{i}", "ab"[i % 2]) < away(f"r{i}", "ba"[i % 2]) for i in range(40))


def test_people_are_a_number_on_a_line_from_their_area() -> None:
    drawn = picture(could_go(TOWN))
    (goes,) = [line for line in drawn.lines if line.kind == "goes"]
    assert (drawn.dots[goes.source].id, drawn.dots[goes.target].id, goes.people) == ("a", "r7", 2)
    assert {dot.kind for dot in drawn.dots} <= {"area", "council", "organisation", "resource"}


def test_of_too_many_places_those_where_people_go_stay() -> None:
    drawn = picture(could_go(TOWN), most=5)
    assert (len(drawn.dots), drawn.left_out) == (5, 37)
    assert "r7" in {dot.id for dot in drawn.dots}


def test_one_point_for_everything_still_gives_a_readable_picture() -> None:
    heap = replace(TOWN, areas=(Area("a", latitude=34.0, longitude=131.0), Area("b", latitude=34.0, longitude=131.0)))
    assert crossing(picture(could_go(heap))) == []


@settings(max_examples=60, deadline=None)
@given(small_towns())
def test_dots_stay_on_the_canvas_and_off_each_other(given_town) -> None:
    town, pairs = given_town
    drawn = picture(could_go(town, pairs))
    for dot in drawn.dots:
        assert dot.radius <= dot.x + 0.2 and dot.x <= drawn.width - dot.radius + 0.2
        assert dot.radius <= dot.y + 0.2 and dot.y <= drawn.height - dot.radius + 0.2
    assert crossing(drawn) == []
    assert all(0 <= end < len(drawn.dots) for line in drawn.lines for end in (line.source, line.target))
