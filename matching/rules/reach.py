"""行き方: minutes by the person's own modes, or by a ride, against their limits; or the helper's way to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.domain import Mode, TravelTimes
from matching.errors import Facts, Text
from matching.rules.arrays import UNKNOWN
from matching.rules.columns import Columns
from matching.rules.reach_screen import reach_screen
from matching.rules.rule import Case, Pairs, Saying, Verdict
from matching.rules.screen import Screen
from matching.rules.ways import NO_WAY, RIDE, ways


@dataclass(frozen=True, slots=True)
class Reach:
    """The nearer the better, up to `most_minutes` of points; a ride costs a little, since somebody must drive.

    Who holds a place gets there somehow, even where no way is known.
    """

    points_per_minute: int = -2
    most_minutes: int = 120
    ride_points: int = -20

    texts: ClassVar[Mapping[str, Text]] = {
        "no_ride": Text(
            ja="{place}へは送迎が必要ですが、その曜日・時間に走る車がありません（{weekday} {start}）",
            en="{place} needs a ride, and no car drives there at that hour ({weekday} {start})",
        ),
        "no_timetable": Text(
            ja="{place}へはバスで行きたいのですが、時刻表がありません",
            en="{place} would be by bus, but no timetable is known",
        ),
        "no_way": Text(ja="{place}へ行く方法がありません", en="there is no way to {place}"),
        "helper_too_far": Text(
            ja="{place}からは片道{minutes}分で、訪問できる範囲（{limit}分）を超えます",
            en="{place} would travel {minutes} minutes, more than {limit}",
        ),
        "walk_too_long": Text(
            ja="{place}までは歩く時間が{walking}分で、本人の上限{walk_limit}分を超えます",
            en="{place} means {walking} minutes on foot, more than {walk_limit}",
        ),
        "too_far": Text(
            ja="{place}までは{mode}で{minutes}分で、本人の上限{limit}分を超えます",
            en="{place} is {minutes} minutes {mode}, more than {limit}",
        ),
        "place_unknown": Text(
            ja="{place}までの道のりは、いまある情報では分かりません",
            en="the way to {place} is not known from what is recorded",
        ),
        "ride_assumed": Text(
            ja="{driver}の送迎で{minutes}分と見込みます（運行はこれから調整します）",
            en="about {minutes} minutes by a ride of {driver} (assumed, still to be planned)",
        ),
        "near": Text(ja="{mode}で{minutes}分です", en="{minutes} minutes {mode}"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block what is out of reach; points by minutes."""
        way = ways(pairs)
        need, opening = pairs.need, pairs.opening
        out = ~way.fits & ~pairs.held
        only_bus = (need.modes == 4) & (opening.where == 0)
        points = (np.minimum(way.minutes, self.most_minutes) * self.points_per_minute).astype(np.int32)
        driven = (way.mode == RIDE) & (way.offer != UNKNOWN)
        return (
            Saying.of(self, pairs)
            .block("no_ride", out & way.wants_ride & (way.offer == UNKNOWN))
            .block("no_timetable", out & only_bus & (Mode.BUS not in pairs.travel.modes))
            .block("no_way", out & (way.minutes >= NO_WAY))
            .block("helper_too_far", out & (opening.where == 1))
            .block("walk_too_long", out & (way.minutes <= need.max_minutes))
            .block("too_far", out)
            .tell("place_unknown", (~way.known | (way.minutes >= NO_WAY)) & (opening.where <= 1), asks=True)
            .tell("ride_assumed", driven, points + np.int32(self.ride_points))
            .tell("near", opening.where <= 1, points)
            .verdict
        )

    def screen(self, town: Columns, travel: TravelTimes) -> Screen:
        """By straight lines."""
        return reach_screen(town, travel, {code: number for number, code in enumerate(self.texts, 1)})

    def facts(self, case: Case) -> Facts:
        """The place, minutes, mode, limits, and who drives."""
        way = case.way
        limit = case.resource.max_travel_minutes if case.resource.where == "visit" else case.need.max_minutes
        walk_limit = case.resident.max_walk_minutes
        return {
            "place": case.resource.name,
            "minutes": way.minutes,
            "walking": way.walking,
            "mode": way.mode,
            "limit": "–" if limit is None else limit,
            "walk_limit": "–" if walk_limit is None else walk_limit,
            **case.opening.when(),
            "driver": way.driver,
        }
