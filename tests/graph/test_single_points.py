"""«If this volunteer stops, n people lose their only place»: as true as removing them and looking."""

from hypothesis import given, settings

from matching.domain import Area, Community, Need, Organisation, Placement
from matching.graph import could_go, single_points
from tests.graph.given_graph import INFO, needs_of, opening, people, resource, small_towns

RESIDENTS = people("p1", "p2", "p3", "h")
TOWN = Community(
    INFO,
    areas=(Area("a"),),
    organisations=(Organisation("o", "社協"),),
    residents=RESIDENTS,
    needs=(*needs_of(RESIDENTS[:3]), Need("n2-p1", "p1")),
    resources=(resource("r1", helper="h"), resource("r2", helper="h", run_by="o"), resource("r3", run_by="o")),
    openings=(opening("s1", "r1"), opening("s2", "r2"), opening("s3", "r3")),
    placements=(Placement("n-p3", "s3"),),
)


def by_id(pairs):
    return {(point.kind, point.id): point for point in single_points(could_go(TOWN, pairs))}


def test_a_helper_at_two_places_is_the_only_way_of_those_who_could_go_to_either() -> None:
    points = by_id([("n-p1", "s1"), ("n-p1", "s2"), ("n-p2", "s2"), ("n-p2", "s3")])
    assert points["helper", "h"].needs == ("n-p1",)
    assert ("resource", "r1") not in points
    assert points["organisation", "o"].needs == ("n-p2", "n-p3")


def test_people_are_counted_once_however_many_needs_they_have() -> None:
    points = by_id([("n-p1", "s1"), ("n2-p1", "s1"), ("n-p2", "s1")])
    assert (points["resource", "r1"].people, len(points["resource", "r1"].needs)) == (2, 3)


def test_those_who_go_there_now_are_told_even_if_they_could_go_elsewhere() -> None:
    points = by_id([("n-p3", "s1")])
    assert points["opening", "s3"].placed == 1
    assert points["opening", "s3"].needs == ()


def test_a_helper_is_called_by_the_role_of_the_place() -> None:
    assert by_id([("n-p1", "s1")])["helper", "h"].name == "R1・R2"


def test_those_first_who_would_leave_most_people_alone() -> None:
    people_left = [p.people for p in single_points(could_go(TOWN, [("n-p1", "s1"), ("n-p2", "s1"), ("n-p3", "s3")]))]
    assert people_left == sorted(people_left, reverse=True)


def without(town: Community, kind: str, one: str) -> set[str]:
    """The openings that are left when somebody stops."""
    rows = {row.resource_id: row for row in town.resources}
    of = {
        "opening": lambda slot: slot.opening_id,
        "resource": lambda slot: slot.resource_id,
        "helper": lambda slot: rows[slot.resource_id].resident_id,
        "organisation": lambda slot: rows[slot.resource_id].organisation_id,
    }[kind]
    return {slot.opening_id for slot in town.openings if of(slot) != one}


@settings(max_examples=150, deadline=None)
@given(small_towns())
def test_removing_and_looking_gives_the_same(given_town) -> None:
    town, pairs = given_town
    found = {(p.kind, p.id): p for p in single_points(could_go(town, pairs))}
    held = {(p.need_id, p.opening_id) for p in town.placements}
    ways = set(pairs) | held
    everything = [
        *(("opening", s.opening_id) for s in town.openings),
        *(("resource", r.resource_id) for r in town.resources),
        *(("helper", r.resident_id) for r in town.residents),
        *(("organisation", o.organisation_id) for o in town.organisations),
    ]
    person = {need.need_id: need.resident_id for need in town.needs}
    for kind, one in everything:
        left = without(town, kind, one)
        lost = {need for need, _ in ways} - {need for need, slot in ways if slot in left}
        placed = sum(slot not in left for _, slot in held)
        point = found.pop((kind, one), None)
        assert (set(point.needs), point.placed) == (lost, placed) if point else (lost, placed) == (set(), 0)
        assert point is None or point.people == len({person[need] for need in lost})
    assert not found
