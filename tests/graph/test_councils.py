"""Whom a council lacks, and whose seat would connect the most."""

from dataclasses import replace

import networkx as nx
from hypothesis import given, settings

from matching.domain import Area, Community, CouncilMember, Organisation, ResourceKind, Sector
from matching.graph import councils
from matching.graph.bodies import bodies
from tests.graph.given_graph import INFO, resource, seats, small_towns, ties

TOWN = Community(
    INFO,
    areas=(Area("city", tier=1), Area("a", parent_id="city"), Area("b", parent_id="city")),
    organisations=(
        Organisation("welfare", sector=Sector.WELFARE, area_id="a"),
        Organisation("npo", sector=Sector.NPO, area_id="a"),
        Organisation("coop", sector=Sector.COOPERATIVE, area_id="a"),
        Organisation("npo-b", sector=Sector.NPO, area_id="b"),
        Organisation("school-b", sector=Sector.SCHOOL, area_id="b"),
    ),
    council_members=seats("welfare"),
    ties=ties("npo npo-b", "npo-b school-b"),
    resources=(
        resource("shop", kind=ResourceKind.SHOP, area_id="a"),
        resource("hall", kind=ResourceKind.FACILITY, area_id="a"),
    ),
)


def view(town: Community):
    (found,) = councils(town).councils
    return found


def test_a_sector_at_work_in_the_area_without_a_seat_is_absent_and_rare_guests_come_first() -> None:
    absent = view(TOWN).absent
    assert [(a.sector, a.organisations, a.resources, a.rarely_seated) for a in absent] == [
        (Sector.SHOP, (), ("shop",), True),
        (Sector.COOPERATIVE, ("coop",), (), True),
        (Sector.NPO, ("npo",), (), False),
    ]


def test_the_best_invitation_brings_all_its_partners() -> None:
    best, second = view(TOWN).invitations
    assert (best.organisation_id, best.gain) == ("npo", 3)  # npo, npo-b and school-b, each with welfare
    assert (second.organisation_id, second.gain) == ("coop", 1)


def test_an_invitation_names_the_organisations_that_no_member_has_a_tie_to() -> None:
    best = view(TOWN).invitations[0]
    assert best.brings == ("npo-b",)
    known = view(replace(TOWN, ties=(*TOWN.ties, *ties("welfare npo-b"))))
    assert {i.organisation_id: i.brings for i in known.invitations if i.organisation_id in ("npo", "npo-b")} == {
        "npo": (),
        "npo-b": ("npo", "school-b"),
    }


def test_a_seat_for_a_known_partner_connects_nobody_anew() -> None:
    known = view(replace(TOWN, ties=(*TOWN.ties, *ties("welfare school-b"))))
    assert {i.organisation_id: i.gain for i in known.invitations} == {"coop": 4, "npo": 0, "school-b": 0}


def test_working_in_the_area_from_elsewhere_counts() -> None:
    serving = replace(TOWN, resources=(resource("class", run_by="school-b", areas_served=("a",)),))
    assert "school-b" in {i.organisation_id for i in view(serving).invitations}


def test_a_council_of_the_city_is_for_all_its_areas() -> None:
    city = view(replace(TOWN, council_members=seats("welfare", area="city")))
    assert Sector.SCHOOL in {a.sector for a in city.absent}


def test_areas_without_a_council_are_named() -> None:
    assert councils(TOWN).areas_without == ("b",)


def pairs_connected(town: Community) -> int:
    sizes = [sum(node[0] == "organisation" for node in part) for part in nx.connected_components(bodies(town))]
    return sum(n * (n - 1) // 2 for n in sizes)


@settings(max_examples=100, deadline=None)
@given(small_towns())
def test_a_gain_is_what_seating_and_counting_again_gives(given_town) -> None:
    town, _ = given_town
    for council in councils(town).councils:
        seated = {o.sector for o in town.organisations if o.organisation_id in council.members}
        assert not {absent.sector for absent in council.absent} & seated
        for invitation in council.invitations:
            assert invitation.organisation_id not in council.members
            assert invitation.absent == (invitation.sector not in seated)
            seat = CouncilMember(council.council_id, council.areas[0], invitation.organisation_id)
            after = replace(town, council_members=(*town.council_members, seat))
            assert invitation.gain == pairs_connected(after) - pairs_connected(town)
