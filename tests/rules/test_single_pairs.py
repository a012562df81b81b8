"""Every rule that judges a pair alone, told as sentences."""

from dataclasses import replace
from datetime import date, time

import pytest

from matching.domain import (
    Accepting as Takes,
    Area,
    Driver,
    Field,
    Mode,
    NeedKind,
    Opening,
    Placement,
    PlacementState,
    RideWish,
    Sharing,
    Span,
    Vehicle,
    Weekday,
    Where,
)
from matching.rules.accepting import Accepting
from matching.rules.accessibility import Accessibility
from matching.rules.activity_fit import ActivityFit
from matching.rules.continuity import Continuity
from matching.rules.fee import Fee
from matching.rules.field_fit import FieldFit
from matching.rules.first_step import FirstStep
from matching.rules.frequency import Frequency
from matching.rules.freshness import Freshness
from matching.rules.helper_hours import HelperHours
from matching.rules.host_fatigue import HostFatigue
from matching.rules.hours import Hours
from matching.rules.kind_fit import KindFit
from matching.rules.language import Language
from matching.rules.own_wishes import OwnWishes
from matching.rules.reach import Reach
from matching.rules.role import RoleCreated
from matching.rules.sharing import SharingBasis
from matching.rules.ways import a_ride_would_do, told
from matching.rules.who_may_come import WhoMayCome
from tests.given import MONDAY, Ruler, judge

TUESDAY_MORNING = (Span(Weekday.TUE, time(9), time(12, 30)),)
HOLDS = {"placements": (Placement("n1", "o1", MONDAY, PlacementState.SETTLED),)}


class TestSharing:
    def test_who_consented_is_matched(self):
        assert not judge(SharingBasis()).blocks()

    @pytest.mark.parametrize("basis", [Sharing.NONE, Sharing.SUPPORT_CONFERENCE])
    def test_nothing_is_done_without_consent(self, basis):
        assert judge(SharingBasis()).given(resident={"sharing": basis}).blocks("sharing")

    def test_in_its_own_room_the_support_conference_may_match_what_it_shares(self):
        inside = replace(judge(SharingBasis()), room=Sharing.SUPPORT_CONFERENCE)
        assert not inside.given(resident={"sharing": Sharing.SUPPORT_CONFERENCE}).blocks()
        assert inside.given(resident={"sharing": Sharing.NONE}).blocks("sharing")


class TestAccepting:
    def test_a_closed_place_takes_nobody_new(self):
        assert judge(Accepting()).given(resource={"accepting": Takes.CLOSED}).blocks("closed")

    def test_who_already_comes_to_a_closed_place_may_go_on(self):
        assert not judge(Accepting()).given(resource={"accepting": Takes.CLOSED}, **HOLDS).blocks()

    def test_an_informal_treasure_is_always_asked(self):
        case = judge(Accepting()).given(resource={"informal": True})
        assert case.asks()
        assert case.code() == "informal"

    def test_who_already_comes_is_asked_about_all_the_same_and_loses_no_points_by_it(self):
        for resource in ({"informal": True}, {"accepting": Takes.ASK_FIRST}):
            case = judge(Accepting()).given(resource=resource, **HOLDS)
            assert case.asks()
            assert case.points() == 0

    def test_ask_first_is_asked_and_open_is_not(self):
        assert judge(Accepting()).given(resource={"accepting": Takes.ASK_FIRST}).asks()
        assert not judge(Accepting()).asks()


class TestKindAndField:
    def test_a_place_for_other_kinds_is_no_match(self):
        assert judge(KindFit()).given(resource={"serves": (NeedKind.MEAL,)}).blocks("kind")

    def test_a_place_that_names_no_kind_serves_all(self):
        assert not judge(KindFit()).given(resource={"serves": ()}).blocks()

    def test_another_field_is_no_match_unless_one_side_names_none(self):
        children = {"fields": (Field.CHILDREN,)}
        assert judge(FieldFit()).given(resource=children, need={"fields": (Field.ELDERLY,)}).blocks("field")
        assert not judge(FieldFit()).given(resource=children).blocks()
        assert not judge(FieldFit()).given(need={"fields": (Field.ELDERLY,)}).blocks()

    def test_one_field_in_common_suffices(self):
        both = {"fields": (Field.CHILDREN, Field.ELDERLY)}
        assert not judge(FieldFit()).given(resource=both, need={"fields": (Field.ELDERLY,)}).blocks()


class TestActivities:
    def test_none_of_the_wanted_activities_is_no_match(self):
        case = judge(ActivityFit()).given(need={"activities": ("tea",)}, resource={"activities": ("shogi",)})
        assert case.blocks("activity")
        assert case.says() == "サロン has none of what is wanted (tea and talk); it offers shogi"

    def test_each_wanted_activity_gives_points(self):
        case = judge(ActivityFit()).given(
            need={"activities": ("tea", "song", "walk")}, resource={"activities": ("tea", "song", "shogi")}
        )
        assert case.points() == 2 * ActivityFit().points_per_activity

    def test_a_place_that_names_no_activity_fits_any_wish_with_no_points(self):
        case = judge(ActivityFit()).given(need={"activities": ("tea",)})
        assert not case.blocks()
        assert case.points() == 0

    def test_more_than_64_activities_are_kept_apart(self):
        many = tuple(f"activity{i}" for i in range(130))
        assert judge(ActivityFit()).given(need={"activities": ("x",)}, resource={"activities": many}).blocks("activity")
        case = judge(ActivityFit()).given(need={"activities": many[100:103]}, resource={"activities": many})
        assert case.points() == 3 * ActivityFit().points_per_activity


class TestOwnWishes:
    @pytest.mark.parametrize("liking", [-2, -3])
    def test_never_means_never(self, liking):
        assert judge(OwnWishes()).liking(liking).blocks("never")

    def test_rather_not_costs_points_but_is_possible(self):
        case = judge(OwnWishes()).liking(-1)
        assert not case.blocks()
        assert case.points() < 0

    @pytest.mark.parametrize("liking", [1, 2, 3])
    def test_a_liking_counts_n_times(self, liking):
        assert judge(OwnWishes()).liking(liking).points() == liking * OwnWishes().points_per_liking

    def test_nothing_said_is_neutral(self):
        assert judge(OwnWishes()).liking(0).code() == ""


class TestHours:
    def test_an_opening_inside_a_span_fits(self):
        assert not judge(Hours()).given(need={"available": TUESDAY_MORNING}).blocks()

    def test_another_weekday_does_not(self):
        wednesday = (Span(Weekday.WED, time(9), time(13)),)
        case = judge(Hours()).given(need={"available": wednesday})
        assert case.blocks("hours")
        assert "Tuesday 10:00–12:00" in case.says()

    def test_an_opening_that_lasts_longer_than_the_span_does_not(self):
        assert judge(Hours()).given(need={"available": (Span(Weekday.TUE, time(10), time(11)),)}).blocks("hours")

    def test_a_shorter_stay_is_enough_where_the_host_allows_it(self):
        half = {"available": (Span(Weekday.TUE, time(10), time(11)),)}
        assert not judge(Hours()).given(need=half, opening={"stay_minutes": 60}).blocks()
        assert judge(Hours()).given(need=half, opening={"stay_minutes": 61}).blocks("hours")

    def test_the_longer_of_stay_and_first_step_counts(self):
        half = {"available": (Span(Weekday.TUE, time(10), time(11)),), "first_minutes": 90}
        assert judge(Hours()).given(need=half, opening={"stay_minutes": 30}).blocks("hours")

    def test_no_time_told_fits_any(self):
        assert not judge(Hours()).blocks()

    @pytest.mark.parametrize("unknown", ["weekday", "start", "end"])
    def test_hours_that_nobody_has_told_yet_are_asked_first_and_block_nobody(self, unknown):
        case = judge(Hours()).given(need={"available": TUESDAY_MORNING}, opening={unknown: None})
        assert case.code() == "hours_unknown" and case.asks() and not case.blocks()
        assert "not known yet" in case.says()

    def test_two_spans_of_one_day_are_both_looked_at(self):
        two = (Span(Weekday.TUE, time(7), time(8)), Span(Weekday.TUE, time(10), time(12)))
        assert not judge(Hours()).given(need={"available": two}).blocks()


class TestAccessibility:
    NEEDS = {"requires": ("step_free",)}

    def test_a_required_feature_that_is_listed_fits(self):
        assert not judge(Accessibility()).given(resident=self.NEEDS, resource={"features": ("step_free",)}).blocks()

    def test_a_feature_that_is_not_listed_is_missing(self):
        case = judge(Accessibility()).given(resident=self.NEEDS, resource={"features": ("parking",)})
        assert case.blocks("feature_missing")
        assert case.says() == "サロン lacks a step-free entrance"

    def test_where_no_feature_is_known_that_is_told_apart(self):
        assert judge(Accessibility()).given(resident=self.NEEDS).blocks("feature_unknown")

    @pytest.mark.parametrize("where", [Where.VISIT, Where.ONLINE, Where.PHONE])
    def test_the_entrance_matters_only_where_one_goes_there(self, where):
        assert not judge(Accessibility()).given(resident=self.NEEDS, resource={"where": where}).blocks()


class TestWhoMayCome:
    def test_ages_are_inclusive(self):
        for low, high, blocked in ((80, None, False), (81, None, True), (None, 80, False), (None, 79, True)):
            assert judge(WhoMayCome()).given(resource={"min_age": low, "max_age": high}).blocks("age") is blocked

    def test_another_sex_is_told(self):
        assert judge(WhoMayCome()).given(resource={"sexes": ("male",)}).blocks("sex")

    def test_an_unknown_age_or_sex_never_blocks_but_is_asked(self):
        unknown = {"birth_year": None, "sex": ""}
        case = judge(WhoMayCome()).given(resident=unknown, resource={"min_age": 65, "sexes": ("male",)})
        assert not case.blocks()
        assert case.asks()

    def test_another_area_is_told(self):
        areas = (Area("a1"), Area("a2"))
        case = judge(WhoMayCome()).given(areas=areas).given(resource={"areas_served": ("a2",)})
        assert case.blocks("area")

    def test_an_area_is_served_with_all_below_it(self):
        areas = (Area("a1", parent_id="city"), Area("city", tier=1))
        assert not judge(WhoMayCome()).given(areas=areas).given(resource={"areas_served": ("city",)}).blocks()


class TestLanguage:
    def test_no_language_in_common_is_no_match(self):
        case = judge(Language()).given(resident={"languages": ("vi",)}, resource={"languages": ("ja", "en")})
        assert case.blocks("language")

    def test_a_place_that_names_none_is_asked(self):
        case = judge(Language()).given(resident={"languages": ("vi",)})
        assert not case.blocks()
        assert case.asks()

    def test_japanese_is_usual(self):
        assert not judge(Language()).given(resident={"languages": ("ja",)}).asks()


class TestFee:
    def test_more_than_the_person_can_pay_is_no_match(self):
        assert judge(Fee()).given(resident={"max_fee_yen": 200}, resource={"fee_yen": 201}).blocks("fee")
        assert not judge(Fee()).given(resident={"max_fee_yen": 200}, resource={"fee_yen": 200}).blocks()

    def test_no_limit_told_never_blocks(self):
        assert not judge(Fee()).given(resource={"fee_yen": 90_000}).blocks()

    def test_dearer_counts_less(self):
        assert (
            judge(Fee()).given(resource={"fee_yen": 500}).points()
            < judge(Fee()).given(resource={"fee_yen": 100}).points()
        )


class TestHost:
    def test_a_host_who_is_too_tired_gets_nobody_new(self):
        tired = {"fatigue": 3, "fatigue_on": MONDAY}
        assert judge(HostFatigue()).given(resource=tired).blocks("host_tired")
        assert not judge(HostFatigue()).given(resource=tired, **HOLDS).blocks()

    def test_a_somewhat_tired_host_counts_less(self):
        assert judge(HostFatigue()).given(resource={"fatigue": 2}).points() == 2 * HostFatigue().points_per_step

    def test_an_old_word_of_fatigue_no_longer_counts(self):
        assert judge(HostFatigue()).given(resource={"fatigue": 3, "fatigue_on": date(2025, 1, 6)}).code() == ""

    def test_an_entry_that_nobody_confirmed_for_a_year_is_asked(self):
        assert judge(Freshness()).given(resource={"confirmed_on": date(2025, 11, 1)}).asks()
        assert judge(Freshness()).given(resource={"confirmed_on": None}).code() == "never_confirmed"
        assert not judge(Freshness()).asks()


class TestHelperHours:
    VISIT = {"where": Where.VISIT, "max_hours_per_month": 10.0, "hours_this_month": 2.0}

    def test_a_helper_without_enough_hours_left_is_told(self):
        assert not judge(HelperHours()).given(resource=self.VISIT).blocks()  # 4 × 2 h = 8 h
        short = {**self.VISIT, "hours_this_month": 2.5}
        assert judge(HelperHours()).given(resource=short).blocks("hours_used_up")

    def test_a_shorter_stay_or_fewer_times_take_less(self):
        short = {**self.VISIT, "hours_this_month": 6.0}
        assert not judge(HelperHours()).given(resource=short, opening={"stay_minutes": 60}).blocks()
        assert not judge(HelperHours()).given(resource=short, need={"times_per_month": 2}).blocks()


class TestSteps:
    def test_a_short_first_visit_that_the_host_allows_earns_points(self):
        case = judge(FirstStep()).given(need={"first_minutes": 60}, opening={"stay_minutes": 60})
        assert case.code() == "step_fits"
        assert case.points() > 0

    def test_a_host_who_asks_for_more_counts_less(self):
        assert judge(FirstStep()).given(need={"first_minutes": 60}).code() == "step_long"

    def test_nothing_is_said_of_a_place_of_which_nobody_knows_how_long_it_is_open(self):
        assert judge(FirstStep()).given(need={"first_minutes": 60}, opening={"end": None}).code() == ""

    def test_nobody_who_needs_no_first_step_is_touched(self):
        assert judge(FirstStep()).code() == ""


class TestGiving:
    def test_a_strength_that_is_welcome_creates_a_role(self):
        case = judge(RoleCreated()).given(resident={"strengths": ("cooking", "shogi")}, resource={"roles": ("shogi",)})
        assert case.points() == RoleCreated().role_points
        assert case.says() == "A role for the person's own strength: shogi"

    def test_no_role_no_points(self):
        assert judge(RoleCreated()).given(resident={"strengths": ("cooking",)}).code() == ""


class TestContinuity:
    def test_what_has_been_agreed_goes_on(self):
        assert judge(Continuity()).given(**HOLDS).points() == Continuity().settled_points
        trial = {"placements": (Placement("n1", "o1", MONDAY, PlacementState.TRIAL),)}
        assert judge(Continuity()).given(**trial).points() == Continuity().trial_points

    def test_a_place_that_meets_less_often_than_asked_counts_less(self):
        case = judge(Frequency()).given(need={"times_per_month": 4}, opening={"weeks_of_month": (1, 3)})
        assert case.points() == 2 * Frequency().points_per_missing
        assert judge(Frequency()).given(need={"times_per_month": 4}).code() == ""


class TestReach:
    def test_nearer_is_better(self):
        near = judge(Reach()).given(resource={"latitude": 34.801})
        far = judge(Reach()).given(resource={"latitude": 34.810})
        assert near.points() > far.points()

    def test_more_minutes_than_the_limit_are_too_far(self):
        far = {"latitude": 34.82}
        assert judge(Reach()).given(resource=far, need={"max_minutes": 30}).blocks("too_far")
        assert not judge(Reach()).given(resource=far).blocks()

    def test_the_limit_itself_is_still_within_reach(self):
        metres = 0.01 * 111_195
        pace = metres / 20
        case = judge(Reach()).given(resource={"latitude": 34.81}, resident={"walk_metres_per_minute": pace})
        assert not case.given(need={"max_minutes": 20}).blocks()
        assert case.given(need={"max_minutes": 19}).blocks("too_far")

    def test_too_long_on_foot_is_told_apart(self):
        case = judge(Reach()).given(resource={"latitude": 34.82}, resident={"max_walk_minutes": 20})
        assert case.blocks("walk_too_long")

    def test_the_best_of_the_persons_modes_counts(self):
        two = {"modes": (Mode.WALK, Mode.BICYCLE), "max_walk_minutes": 10}
        assert not judge(Reach()).given(resource={"latitude": 34.82}, resident=two, need={"max_minutes": 15}).blocks()

    def test_without_a_timetable_a_bus_is_not_offered(self):
        case = judge(Reach()).given(resident={"modes": (Mode.BUS,)})
        assert case.blocks("no_timetable")

    def test_where_no_mode_leads_there_is_no_way(self):
        case = judge(Reach()).given(resident={"modes": (Mode.BUS, Mode.CAR)})
        assert replace(case, travel=Ruler(Mode.CAR)).blocks("no_way")

    def test_a_visiting_helper_has_a_limit_of_their_own(self):
        visit = {"where": Where.VISIT, "latitude": 34.90, "max_travel_minutes": 10}
        assert judge(Reach()).given(resource=visit).blocks("helper_too_far")
        assert not judge(Reach()).given(resource={**visit, "max_travel_minutes": 20}).blocks()

    def test_who_holds_a_place_gets_there_somehow_and_is_asked_how(self):
        case = replace(judge(Reach()).given(resident={"modes": (Mode.BUS,)}, **HOLDS), travel=Ruler(Mode.BUS))
        assert case.code() == "place_unknown"
        assert case.asks() and case.points() == 0

    def test_where_the_way_is_not_known_it_is_told_by_a_mode_of_the_persons_own(self):
        nowhere = {"latitude": None, "longitude": None, "area_id": ""}
        assert told(judge(Reach()).given(resident={**nowhere, "modes": (Mode.CAR,)}).pairs())[0].mode == "car"
        assert told(judge(Reach()).given(resident={**nowhere, "modes": ()}).pairs())[0].mode == "walk"

    def test_nobody_is_told_of_a_ride_where_nobody_drives(self):
        case = judge(Reach()).given(need={"ride": RideWish.ALWAYS}, **HOLDS)
        assert case.code() == "near"
        assert told(case.pairs())[0].mode == "walk"

    def test_where_no_place_is_known_no_ride_is_told_to_help(self):
        nowhere = {"latitude": None, "longitude": None}
        case = judge(Reach()).given(resident={**nowhere, "area_id": ""}, resource={**nowhere, "area_id": ""})
        assert not a_ride_would_do(case.pairs()).any()

    @pytest.mark.parametrize("where", [Where.ONLINE, Where.PHONE])
    def test_nobody_travels_to_a_call(self, where):
        case = judge(Reach()).given(resource={"where": where, "latitude": 43.0}, need={"max_minutes": 1})
        assert not case.blocks()
        assert case.points() == 0

    def test_an_unknown_place_is_asked_and_not_blocked(self):
        nowhere = {"latitude": None, "longitude": None, "area_id": ""}
        case = judge(Reach()).given(resource=nowhere, need={"max_minutes": 5})
        assert not case.blocks()
        assert case.asks()


class TestRides:
    def car(self, **driver):
        usual = {"available": (Span(Weekday.TUE, time(9), time(11)),)}
        return judge(Reach()).given(
            vehicles=(Vehicle("v1", "r1", seats=2),), drivers=(Driver("d1", "r1", **{**usual, **driver}),)
        )

    FAR = {"latitude": 34.85}
    NEEDS_RIDE = {"ride": RideWish.IF_NEEDED, "max_minutes": 30}

    def test_who_has_no_way_of_their_own_is_driven_where_somebody_drives(self):
        case = self.car().given(resource=self.FAR, need=self.NEEDS_RIDE)
        assert case.code() == "ride_assumed"
        assert "サロン" in case.says()

    def test_a_ride_that_cannot_be_had_is_told(self):
        case = judge(Reach()).given(resource=self.FAR, need=self.NEEDS_RIDE)
        assert case.blocks("no_ride")

    def test_nobody_drives_outside_their_hours(self):
        driving = self.car().given(resource=self.FAR, need=self.NEEDS_RIDE)
        hall = replace(driving.community.resources[0], resource_id="r2", name="公民館")
        at_the_hall = driving.given(
            resources=(*driving.community.resources, hall),
            openings=(Opening("o1", "r2", Weekday.TUE, time(11), time(12), capacity=3),),
        )
        assert at_the_hall.blocks("no_ride")  # the driver's time ends at 11:00
        in_time = (Opening("o1", "r2", Weekday.TUE, time(10, 30), time(12), capacity=3),)
        assert at_the_hall.given(openings=in_time).code() == "ride_assumed"

    def test_who_always_wants_a_ride_gets_none_without_a_car(self):
        assert judge(Reach()).given(need={"ride": RideWish.ALWAYS}).blocks("no_ride")

    def test_a_wheelchair_needs_a_wheelchair_place(self):
        case = self.car().given(resource=self.FAR, need=self.NEEDS_RIDE, resident={"requires": ("wheelchair",)})
        assert case.blocks("no_ride")
        roomy = case.given(vehicles=(Vehicle("v1", "r1", seats=2, wheelchair_places=1),))
        assert roomy.code() == "ride_assumed"

    def test_an_escort_needs_a_seat_as_well(self):
        case = self.car().given(resource=self.FAR, need=self.NEEDS_RIDE, resident={"escort": True})
        assert case.code() == "ride_assumed"
        assert case.given(vehicles=(Vehicle("v1", "r1", seats=1),)).blocks("no_ride")
