import re
from collections import Counter
from dataclasses import fields
from functools import lru_cache

import pytest
from hypothesis import given, settings, strategies as st

from matching.domain import (
    FEATURES,
    Community,
    Need,
    NeedKind,
    Opening,
    Relation,
    Resident,
    Resource,
    ResourceKind,
    Sector,
    Sharing,
    Where,
)
from matching.synthetic import cities, generate
from matching.synthetic.recipes import RECIPES
from matching.synthetic.words import ACTIVITIES, STRENGTHS
from matching.texts import WORDS

SIZES = st.integers(10, 1500) | st.sampled_from([10, 11, 37, 599, 600, 601, 1200])


@lru_cache(maxsize=8)
def town(needs: int = 600, seed: int = 1) -> Community:
    return generate(needs, seed)


def share(yes: int, of: int) -> float:
    return 100 * yes / of


SEEDS = pytest.mark.parametrize("seed", [1, 2, 3, 4])


@SEEDS
def test_minato_has_the_size_of_a_small_city(seed: int) -> None:
    city = town(seed=seed)
    assert (len(city.needs), len(city.residents), len(city.areas)) == (600, 450, 17)
    assert 150 <= len(city.resources) <= 170
    assert 270 <= len(city.openings) <= 340
    assert 27 <= len(city.organisations) <= 33
    assert (len(city.vehicles), len(city.drivers), len(city.ideas)) == (8, 20, 10)
    for part in ("ties", "wishes", "companions", "placements", "population", "attendance", "survey", "council_members"):
        assert len(getattr(city, part)) >= 10, part


@SEEDS
def test_41_percent_are_65_or_over_and_22_percent_75(seed: int) -> None:
    people = sum(row.people for row in town(seed=seed).population)
    assert people == 48_000
    for age, percent in ((65, 41), (75, 22)):
        older = sum(row.people for row in town(seed=seed).population if row.age_from >= age)
        assert abs(share(older, people) - percent) < 1.5


@SEEDS
def test_areas_count_the_people_of_their_bands(seed: int) -> None:
    city = town(seed=seed)
    for area in city.areas:
        inside = {a.area_id for a in city.areas if a.parent_id == area.area_id} or {area.area_id}
        rows = [row for row in city.population if row.area_id in inside]
        assert area.population == sum(row.people for row in rows)
        assert area.population_65plus == sum(row.people for row in rows if row.age_from >= 65)
        assert area.population_75plus == sum(row.people for row in rows if row.age_from >= 75)
    assert Counter(area.tier for area in city.areas) == {1: 1, 2: 16}


@SEEDS
def test_shares_of_people_and_needs_are_true_to_life(seed: int) -> None:
    city = town(seed=seed)
    n = len(city.residents)
    bands = {
        "consent": (85, 95, sum(p.sharing is Sharing.CONSENT for p in city.residents)),
        "support conference": (2, 9, sum(p.sharing is Sharing.SUPPORT_CONFERENCE for p in city.residents)),
        "step free": (18, 33, sum("step_free" in p.requires for p in city.residents)),
        "wheelchair": (1, 8, sum("wheelchair" in p.requires for p in city.residents)),
        "escort": (4, 15, sum(p.escort for p in city.residents)),
        "languages": (0, 4, sum(bool(p.languages) for p in city.residents)),
        "65 and over": (78, 95, sum(2026 - (p.birth_year or 0) >= 65 for p in city.residents)),
        "women": (52, 70, sum(p.sex == "female" for p in city.residents)),
        "strengths": (28, 48, sum(bool(p.strengths) for p in city.residents)),
    }
    for name, (low, high, count) in bands.items():
        assert low <= share(count, n) <= high, name
    kinds = Counter(need.kind for need in city.needs)
    assert kinds.most_common(1)[0][0] is NeedKind.PARTICIPATION
    assert 40 <= share(kinds[NeedKind.PARTICIPATION], 600) <= 50
    assert set(kinds) == set(NeedKind)
    assert share(sum(need.max_minutes is None for need in city.needs), 600) < 10
    assert all(15 <= need.max_minutes <= 45 for need in city.needs if need.max_minutes is not None)
    assert 5 <= share(sum(not need.available for need in city.needs), 600) <= 35
    assert all(1 <= len(need.activities) <= 3 for need in city.needs if need.kind is not NeedKind.OTHER)


def test_older_people_walk_more_slowly() -> None:
    def pace(low: int, high: int) -> float:
        them = [p for p in town(6000, 5).residents if low <= 2026 - (p.birth_year or 0) <= high]
        return sum(p.walk_metres_per_minute or 0 for p in them) / len(them)

    assert pace(18, 64) > pace(65, 74) > pace(75, 84) > pace(85, 120)


@SEEDS
def test_informal_places_are_asked_first_and_hold_two_at_most(seed: int) -> None:
    city = town(seed=seed)
    informal = {r.resource_id for r in city.resources if r.informal}
    assert informal
    assert all(r.accepting != "open" for r in city.resources if r.informal)
    openings = [o for o in city.openings if o.resource_id in informal]
    assert 0 < len(openings) < len(informal)
    assert all(o.capacity is None and o.comfortable_load in (1, 2) for o in openings)


@SEEDS
def test_every_kind_of_resource_of_the_cases_is_there(seed: int) -> None:
    city = town(seed=seed)
    assert set(ResourceKind) == {r.kind for r in city.resources}
    assert set(Where) == {r.where for r in city.resources}
    served = {kind for r in city.resources for kind in r.serves}
    assert served == set(NeedKind)
    assert any(r.name.find("料理教室") >= 0 and r.resident_id for r in city.resources)
    cars = {v.resource_id for v in city.vehicles}
    assert cars == {r.resource_id for r in city.resources if NeedKind.MOBILITY in r.serves}
    assert all(o.weekday not in ("sat", "sun") for o in city.openings if o.resource_id in cars)
    work = [o for o in city.openings if o.reward_yen is not None]
    assert work
    assert all(o.host_fee_yen and o.stay_minutes == 60 for o in work)


@SEEDS
def test_some_residents_also_help(seed: int) -> None:
    city = town(seed=seed)
    people = {p.resident_id: p for p in city.residents}
    needing = {need.resident_id for need in city.needs}
    helpers = [r for r in city.resources if r.resident_id]
    assert 8 <= len(helpers) <= 30
    assert all(r.resident_id in needing and people[r.resident_id].strengths for r in helpers)
    assert all(r.area_id == people[r.resident_id].area_id for r in helpers)


@SEEDS
def test_helpers_are_at_the_point_of_their_area_and_never_at_home(seed: int) -> None:
    city = town(seed=seed)
    centre = {a.area_id: (a.latitude, a.longitude) for a in city.areas}
    for r in city.resources:
        if r.resident_id or r.where is Where.VISIT:
            assert (r.latitude, r.longitude) == centre[r.area_id]


@SEEDS
def test_councils_seat_shops_and_companies_rarely(seed: int) -> None:
    city = town(seed=seed)
    sector = {o.organisation_id: o.sector for o in city.organisations}
    seats = Counter(sector[m.organisation_id] for m in city.council_members)
    few = sum(seats[s] for s in (Sector.COMPANY, Sector.SHOP, Sector.COOPERATIVE))
    assert share(few, sum(seats.values())) < 8
    assert len({m.council_id for m in city.council_members}) == 17


def whole(o: Opening, need: Need) -> bool:
    return not need.available or any(
        s.weekday is o.weekday and s.start <= o.start and o.end <= s.end for s in need.available
    )


@SEEDS
def test_placements_are_consistent(seed: int) -> None:
    city = town(seed=seed)
    needs: dict[str, Need] = {n.need_id: n for n in city.needs}
    people: dict[str, Resident] = {p.resident_id: p for p in city.residents}
    openings: dict[str, Opening] = {o.opening_id: o for o in city.openings}
    resources: dict[str, Resource] = {r.resource_id: r for r in city.resources}
    refused = {(w.resident_id, w.target) for w in city.wishes if w.liking < 0}
    assert {p.state for p in city.placements} == {"trial", "settled", "fixed"}
    for placement in city.placements:
        need, opening = needs[placement.need_id], openings[placement.opening_id]
        person, resource = people[need.resident_id], resources[opening.resource_id]
        assert need.kind in resource.serves
        assert set(need.activities) & set(resource.activities)
        assert set(person.requires) <= set(resource.features)
        assert person.sharing is Sharing.CONSENT
        assert whole(opening, need)
        for target in (resource.resource_id, resource.organisation_id, resource.resident_id):
            assert (person.resident_id, target) not in refused
        assert placement.since is not None
        assert placement.since < city.info.week_of
    load = Counter(p.opening_id for p in city.placements)
    assert all(load[i] + openings[i].attending <= (openings[i].capacity or 0) for i in load)


def test_wishes_are_about_places_organisations_and_people_from_never_to_wishes_for_it() -> None:
    city = town(6000, 5)
    assert {w.liking for w in city.wishes} == {-2, -1, 1, 2}
    targets = {w.target for w in city.wishes}
    for known in ({r.resource_id for r in city.resources}, {o.organisation_id for o in city.organisations}):
        assert targets & known
    assert targets & {p.resident_id for p in city.residents}
    assert all(w.target != w.resident_id for w in city.wishes)


@SEEDS
def test_nobody_is_with_and_apart_from_the_same_person(seed: int) -> None:
    city = town(seed=seed)
    pairs = [frozenset((c.resident_id, c.other_id)) for c in city.companions]
    assert len(pairs) == len(set(pairs))
    assert {c.relation for c in city.companions} == set(Relation)


@SEEDS
def test_words_are_of_the_vocabulary(seed: int) -> None:
    city = town(seed=seed)
    assert {f for r in city.resources for f in r.features} | {f for p in city.residents for f in p.requires} <= set(
        FEATURES
    )


@pytest.mark.parametrize("kind", [kind for kind in NeedKind if kind is not NeedKind.OTHER])
def test_whatever_is_wanted_some_sort_of_resource_offers_it(kind: NeedKind) -> None:
    offered = {a for recipe in RECIPES if kind in recipe.serves for bundle in recipe.bundles for a in bundle}
    assert {activity for activity, _ in ACTIVITIES[kind]} <= offered


def test_every_activity_has_words_for_people_in_both_languages() -> None:
    wanted = {activity for words in ACTIVITIES.values() for activity, _ in words}
    offered = {a for recipe in RECIPES for part in (*recipe.bundles, recipe.roles) for a in part}
    assert wanted | offered | set(STRENGTHS) <= set(WORDS["activities"])


@SEEDS
def test_coordinates_are_coarse_and_out_at_sea(seed: int) -> None:
    for row in (*town(seed=seed).residents, *town(seed=seed).resources, *town(seed=seed).areas):
        assert row.latitude is not None
        assert row.longitude is not None
        assert (round(row.latitude, 3), round(row.longitude, 3)) == (row.latitude, row.longitude)
        assert 26 < row.latitude < 31
        assert 144.9 < row.longitude < 151.5


def test_a_million_needs_still_lie_at_sea() -> None:
    from matching.synthetic.draw import Dice
    from matching.synthetic.ground import lay_out

    last = lay_out(Dice(1), 1666, 600, "みなと市", 2026).areas[0]
    assert last.latitude is not None
    assert last.longitude is not None
    assert last.latitude < 31
    assert last.longitude < 151.5


@SEEDS
def test_no_name_of_a_person_and_no_phone(seed: int) -> None:
    city = town(seed=seed)
    texts = [r.name for r in (*city.resources, *city.organisations, *city.areas)] + [city.info.provenance]
    for text in texts:
        assert not re.search(r"\d{2,4}[-–(]\d{2,4}|\+81|@|https?:", text), text
        assert not re.search(r"(さん|様|氏|先生)( |$|の)", text), text
    assert all(not re.search(r"\d", name) for name in texts[:-1])
    assert all(r.name.endswith("地区") for r in city.resources if r.kind is ResourceKind.VOLUNTEER)


def test_provenance_says_in_both_languages_that_nothing_is_real() -> None:
    assert "合成データ" in town().info.provenance
    assert "Wholly synthetic" in town().info.provenance


@given(SIZES, st.integers(0, 2**63))
@settings(max_examples=25, deadline=None)
def test_any_size_is_a_whole_town(needs: int, seed: int) -> None:
    city = generate(needs, seed)
    assert len(city.needs) == needs
    assert len(city.residents) == sum(max(1, round(n * 3 / 4)) for n in [600] * (needs // 600) + [needs % 600] if n)
    assert not city.defects()
    assert {p.resident_id for p in city.residents} == {n.resident_id for n in city.needs}


def test_twenty_thousand_needs_are_a_whole_town() -> None:
    city = generate(20_000, 3)
    assert len(city.needs) == 20_000
    assert len({a.name for a in city.areas if a.tier == 1}) == 34


@given(st.integers(0, 2**32), st.integers(10, 300))
@settings(max_examples=10, deadline=None)
def test_a_seed_gives_the_same_town_and_another_seed_another(seed: int, needs: int) -> None:
    assert generate(needs, seed).digest == generate(needs, seed).digest
    assert generate(needs, seed).digest != generate(needs, seed + 1).digest


def test_the_first_city_is_the_same_in_a_larger_town() -> None:
    small, large = town(600, 1), town(1500, 1)
    for part in fields(Community):
        if part.name != "info":
            rows = getattr(small, part.name)
            assert getattr(large, part.name)[: len(rows)] == rows


def test_generating_is_the_cities_side_by_side() -> None:
    assert [len(city.needs) for city in cities(1500, 1)] == [600, 600, 300]
    assert tuple(n for city in cities(1500, 1) for n in city.needs) == town(1500, 1).needs


def test_supply_and_demand_differ_by_area() -> None:
    city = town()
    demand = Counter(p.area_id for p in city.residents)
    supply = Counter(r.area_id for r in city.resources)
    ratios = sorted(supply[a.area_id] / demand[a.area_id] for a in city.areas[1:])
    assert ratios[-1] > 2 * ratios[0]


def test_no_needs_make_no_town() -> None:
    with pytest.raises(ValueError, match="Maybe"):
        generate(0, 1)


@SEEDS
def test_a_city_has_between_five_and_forty_rides_on_every_working_day(seed: int) -> None:
    city = town(seed=seed)
    days = Counter(
        ride.weekday.number if ride.weekday else (ride.date or city.info.week_of).weekday()
        for ride in city.ride_requests
    )
    assert sorted(days) == [0, 1, 2, 3, 4]
    assert all(5 <= rides <= 40 for rides in days.values())


@SEEDS
def test_every_ride_out_has_its_ride_home_from_where_it_went(seed: int) -> None:
    rides = {ride.ride_id: ride for ride in town(seed=seed).ride_requests}
    homes = [ride for ride in rides.values() if ride.returns]
    assert 2 * len(homes) == len(rides)
    for home in homes:
        out = rides[home.returns]
        assert (home.from_latitude, home.from_longitude) == (out.to_latitude, out.to_longitude)
        assert (home.to_latitude, home.to_longitude) == (out.from_latitude, out.from_longitude)
        assert out.latest_arrival is not None and home.ready_from is not None
        assert out.latest_arrival < home.ready_from
    assert any(ride.wheelchairs for ride in homes) and any(ride.escort for ride in homes)
    assert len({ride.return_mode for ride in homes}) > 1


@given(SIZES, st.integers(0, 100))
@settings(max_examples=15, deadline=None)
def test_rides_are_asked_by_residents_for_needs_of_their_own(needs: int, seed: int) -> None:
    city = generate(needs, seed)
    of = {need.need_id: need.resident_id for need in city.needs}
    assert city.ride_requests
    assert all(of[ride.need_id] == ride.resident_id for ride in city.ride_requests)


def test_screens_and_phones_serve_their_own_city_alone() -> None:
    for city in cities(1500, 1):
        far = [r for r in city.resources if r.where in (Where.ONLINE, Where.PHONE)]
        assert far and {r.areas_served for r in far} == {(city.areas[0].area_id,)}


@pytest.mark.parametrize(
    ("name", "area"), [("川西町", "川西中央"), ("みなと市", "みなと中央"), ("うらら", "うらら中央")]
)
def test_a_town_is_called_as_asked_and_its_areas_without_the_last_word(name, area):
    town = generate(20, 1, name)
    assert (town.info.name, town.areas[0].name, town.areas[1].name) == (name, name, area)


def test_what_a_city_runs_serves_its_own_city_and_anybody_may_walk_into_a_shop_or_a_cafe():
    for number, city in enumerate(cities(1500, 1)):
        own = {area.area_id for area in city.areas}
        for resource in city.resources:
            served = set(resource.areas_served)
            assert served <= own, number
            walks_in = resource.kind in (ResourceKind.CAFE, ResourceKind.SHOP, ResourceKind.WORKPLACE)
            assert served or walks_in or resource.informal
