"""The reports of the fixture towns: every need is in them, they are small, and no home is."""

import re
from functools import cache

import pytest

from api.report import report
from matching.domain import Community, Proposals, Sharing
from matching.exchange import read_town
from matching.propose import Wanted, propose
from matching.rules import rulebook
from matching.shipped import FIXTURES
from matching.travel import provider

TOWNS = ("kawabe", "minato")


@cache
def proposed(name: str, room: Sharing = Sharing.CONSENT) -> tuple[Community, Proposals]:
    folder = FIXTURES / "towns" / name
    town = read_town(folder)
    rules = rulebook(town.info.rulebook, folder)
    return town, propose(town, rules, provider(town.info.travel, folder), Wanted(room, "all", 30))


@pytest.mark.parametrize("name", TOWNS)
def test_every_need_is_listed_or_counted(name: str) -> None:
    town, proposals = proposed(name)
    html = report(town, proposals, "ja")
    listed = re.findall(r'<h4><span class="id">([^<]+)<', html)
    seen = [proposal.need_id for proposal in proposals.proposals if proposal.resident_id]
    assert sorted(listed) == sorted(seen)
    refused = re.search(r'<div class="tile refused"><dt>[^<]*</dt><dd><b>(\d+)<', html)
    assert refused is not None and int(refused[1]) == len(town.needs) - len(seen)


@pytest.mark.parametrize("name", TOWNS)
def test_the_page_is_small_and_without_any_coordinates_of_people(name: str) -> None:
    town, proposals = proposed(name)
    html = report(town, proposals, "en")
    assert len(html.encode()) < 3_000_000
    told = set(re.findall(r"-?\d+\.\d{3,}", html))
    homes = {str(c) for one in town.residents for c in (one.latitude, one.longitude) if c is not None}
    assert len(homes) > 5
    assert not told & homes


def test_a_support_conference_sees_more_people_than_consent_alone() -> None:
    town, alone = proposed("kawabe")
    _, inside = proposed("kawabe", Sharing.SUPPORT_CONFERENCE)
    few, more = (report(town, one, "ja").count("<article") for one in (alone, inside))
    assert more > few
