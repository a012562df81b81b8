"""A community as columns of numbers: one row a need (with its resident), one row an opening (with its resource).

Words become bits: a set of activities is a row of uint64 words, so that «any in common» is one `&`. Unknown numbers
are `UNKNOWN` (−1) or, for limits, `NO_LIMIT`. Everything here is positional: row i of `NeedColumns` is
`community.needs[i]`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.domain import (
    Accepting,
    Community,
    Field,
    Need,
    NeedKind,
    Opening,
    PlacementState,
    Points,
    Resident,
    Resource,
    RideWish,
    Sharing,
    Span,
    Where,
    minute_of_day,
)
from matching.rules.arrays import (
    EVERY_WEEK,
    F32,
    F64,
    I8,
    I16,
    I32,
    I64,
    MODE_BIT,
    NO_LIMIT,
    SEXES,
    UNKNOWN,
    Bits,
    Bools,
    Vocabulary,
)
from matching.rules.ride_offers import RideOffers, ride_offers

BASES = (Sharing.NONE, Sharing.SUPPORT_CONFERENCE, Sharing.CONSENT)
"""What `NeedColumns.sharing` counts through."""
NOON = 12 * 60


@dataclass(frozen=True, slots=True)
class NeedColumns:
    """One row a need; what belongs to its resident is repeated on each of their needs."""

    resident: I32
    area: I32
    kind: Bits
    fields: Bits
    activities: Bits
    urgency: I32
    weeks_waiting: I32
    any_time: Bools
    span_start: I16
    """(needs, 7, spans a day): minute of day, −1 where there is none."""
    span_end: I16
    max_minutes: I32
    ride: I8
    """0 no, 1 if needed, 2 always."""
    times_per_month: I32
    first_minutes: I32
    age: I32
    sex: Bits
    modes: I8
    max_walk_minutes: I32
    pace: F32
    wheelchair: Bools
    requires: Bits
    escort: Bools
    languages: Bits
    max_fee_yen: I32
    sharing: I8
    """0 none, 1 support conference, 2 consent."""
    strengths: Bits
    place: I32
    """Index into `Columns.homes`; UNKNOWN where neither the person nor the area has a point."""
    held: I32
    """The opening that the need holds a place at, UNKNOWN if none."""
    held_state: I8
    """−1 none, 0 trial, 1 settled, 2 fixed."""


@dataclass(frozen=True, slots=True)
class OpeningColumns:
    """One row an opening; what belongs to its resource is repeated on each of its openings."""

    resource: I32
    helper: I32
    """The resident who helps, UNKNOWN if none."""
    where: I8
    """0 there, 1 visit, 2 online, 3 phone."""
    informal: Bools
    accepting: I8
    """0 closed, 1 ask first, 2 open."""
    serves: Bits
    fields: Bits
    activities: Bits
    roles: Bits
    features: Bits
    languages: Bits
    sexes: Bits
    min_age: I32
    max_age: I32
    served: I32
    """Row of `Columns.served`, which says from which areas people may come."""
    weeks_confirmed: I32
    """Weeks since the entry was confirmed, UNKNOWN if never."""
    fee_yen: I32
    fatigue: I32
    fatigue_weeks: I32
    max_travel_minutes: I32
    weekday: I8
    start: I16
    end: I16
    """Minutes of the day; where the hours are not known both are the same (see `timed`)."""
    weeks: I8
    stay_minutes: I32
    capacity: I32
    comfortable_load: I32
    attending: I32
    min_attendance: I32
    hours_left: F64
    """Hours a month that the helper has left, inf where there is no limit."""
    hours_used: F64
    """Share of the helper's monthly hours already given, 0 … 1."""
    place: I32
    """Index into `Columns.sites`; UNKNOWN without any point."""

    @property
    def timed(self) -> Bools:
        """Whether it is known when it is held."""
        return self.end > self.start


@dataclass(frozen=True, slots=True)
class Wishes:
    """Sparse likings: sorted keys `need * openings + opening`, and the strongest word about that pair."""

    key: I64
    liking: I32

    def of(self, need: I32, opening: I32, openings: int) -> I32:
        """The liking of each pair, 0 where nothing was said."""
        if not len(self.key):
            return np.zeros(len(need), np.int32)
        key = need.astype(np.int64) * openings + opening
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[at] == key, self.liking[at], 0).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Columns:
    """A whole town as columns, with the points that travel is asked about.

    `basis` is the lowest basis of sharing (as in `NeedColumns.sharing`) that the room may match.
    """

    community: Community
    basis: int
    needs: NeedColumns
    openings: OpeningColumns
    wishes: Wishes
    homes: Points
    sites: Points
    served: Bools
    """(distinct lists of areas served, areas): may somebody of this area come?"""
    rides: RideOffers
    areas: Mapping[str, int]
    activities: Vocabulary
    features: Vocabulary
    languages: Vocabulary

    def opening_row(self) -> Mapping[str, int]:
        """The row of every opening by its id."""
        return {opening.opening_id: row for row, opening in enumerate(self.community.openings)}


def columns(town: Community, room: Sharing = Sharing.CONSENT) -> Columns:
    """The columns of a town as seen in a room, in the order of its rows."""
    activities = Vocabulary(
        [a for n in town.needs for a in n.activities]
        + [a for r in town.resources for a in (*r.activities, *r.roles)]
        + [a for p in town.residents for a in p.strengths]
    )
    features = Vocabulary(
        [f for r in town.resources for f in r.features] + [f for p in town.residents for f in p.requires]
    )
    languages = Vocabulary(
        [w for r in town.resources for w in r.languages] + [w for p in town.residents for w in p.languages]
    )
    areas = {area.area_id: row for row, area in enumerate(town.areas)}
    centre = {a.area_id: (a.latitude, a.longitude) for a in town.areas}
    home_of, homes = _points(
        [(p.latitude, p.longitude) for p in town.residents], [p.area_id for p in town.residents], centre
    )
    site_of, sites = _points(
        [(r.latitude, r.longitude) for r in town.resources], [r.area_id for r in town.resources], centre
    )
    served_row, served = _served(town, areas)
    words = _Words(activities, features, languages, areas, served_row)
    return Columns(
        town,
        BASES.index(room),
        _needs(town, words, home_of),
        _openings(town, words, site_of),
        _wishes(town),
        homes,
        sites,
        served,
        ride_offers(town, served, served_row),
        areas,
        activities,
        features,
        languages,
    )


@dataclass(frozen=True, slots=True)
class _Words:
    activities: Vocabulary
    features: Vocabulary
    languages: Vocabulary
    areas: Mapping[str, int]
    served: Mapping[tuple[str, ...], int]


def _points(
    own: Sequence[tuple[float | None, float | None]],
    area: Sequence[str],
    centre: Mapping[str, tuple[float | None, float | None]],
) -> tuple[I32, Points]:
    """Where each row is (its own point, else its area's), and the distinct points."""
    index: dict[tuple[float, float], int] = {}
    rows = np.full(len(own), UNKNOWN, np.int32)
    for row, (point, area_id) in enumerate(zip(own, area, strict=True)):
        latitude, longitude = point if point[0] is not None else centre.get(area_id, (None, None))
        if latitude is not None and longitude is not None:
            rows[row] = index.setdefault((latitude, longitude), len(index))
    table = np.array(list(index), np.float64).reshape(-1, 2)
    return rows, Points(np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1]))


def _ints(values: Iterable[int | None], empty: int) -> I32:
    return np.array([empty if v is None else min(v, NO_LIMIT) for v in values], np.int32)


def _enum_bits(sets: Sequence[tuple[str, ...]], words: Sequence[str]) -> Bits:
    bit = {word: 1 << i for i, word in enumerate(words)}
    return np.array([sum({bit[w] for w in one}) for one in sets], np.uint64)


def _weeks(since: date | None, now: date) -> int | None:
    return None if since is None else max(0, (now - since).days // 7)


def _codes(values: Sequence[str], words: Sequence[str]) -> I8:
    number = {word: i for i, word in enumerate(words)}
    return np.array([number[v] for v in values], np.int8)


def _spans(needs: Sequence[Need]) -> tuple[I16, I16]:
    widest = 1
    table: list[tuple[int, int, int, int, int]] = []
    for row, need in enumerate(needs):
        used = [0] * 7
        for span in need.available:
            day = span.weekday.number
            table.append((row, day, used[day], minute_of_day(span.start), minute_of_day(span.end)))
            used[day] += 1
        widest = max(widest, *used)
    start = np.full((len(needs), 7, widest), -1, np.int16)
    end = np.full((len(needs), 7, widest), -1, np.int16)
    if table:
        row_, day_, nth, starts, ends = np.array(table).T
        start[row_, day_, nth] = starts
        end[row_, day_, nth] = ends
    return start, end


def _needs(town: Community, words: _Words, home_of: I32) -> NeedColumns:
    resident_row = {p.resident_id: i for i, p in enumerate(town.residents)}
    who = np.array([resident_row[n.resident_id] for n in town.needs], np.int32)
    people: list[Resident] = [town.residents[i] for i in who]
    year, now, pace = town.info.week_of.year, town.info.week_of, town.info.travel
    opening_row = {o.opening_id: i for i, o in enumerate(town.openings)}
    held = {p.need_id: p for p in town.placements}
    states = list(PlacementState)
    start, end = _spans(town.needs)
    wheelchair = np.array(["wheelchair" in p.requires for p in people], np.bool_)
    usual = np.where(wheelchair, pace.wheelchair_metres_per_minute, pace.walk_metres_per_minute)
    own = np.array([p.walk_metres_per_minute or 0 for p in people], np.float64)
    return NeedColumns(
        resident=who,
        area=np.array([words.areas.get(p.area_id, UNKNOWN) for p in people], np.int32),
        kind=_enum_bits([(n.kind,) for n in town.needs], list(NeedKind)),
        fields=_enum_bits([n.fields for n in town.needs], list(Field)),
        activities=words.activities.bits([n.activities for n in town.needs]),
        urgency=_ints((n.urgency for n in town.needs), 1),
        weeks_waiting=_ints((_weeks(p.waiting_since, now) for p in people), 0),
        any_time=np.array([not n.available for n in town.needs], np.bool_),
        span_start=start,
        span_end=end,
        max_minutes=_ints((n.max_minutes for n in town.needs), NO_LIMIT),
        ride=_codes([n.ride for n in town.needs], list(RideWish)),
        times_per_month=_ints((n.times_per_month for n in town.needs), UNKNOWN),
        first_minutes=_ints((n.first_minutes for n in town.needs), UNKNOWN),
        age=_ints((None if p.birth_year is None else year - p.birth_year for p in people), UNKNOWN),
        sex=_enum_bits([(p.sex,) if p.sex in SEXES else () for p in people], SEXES),
        modes=np.array([sum({MODE_BIT[m] for m in p.modes}) or MODE_BIT["walk"] for p in people], np.int8),
        max_walk_minutes=_ints((p.max_walk_minutes for p in people), NO_LIMIT),
        pace=np.where(own > 0, own, usual).astype(np.float32),
        wheelchair=wheelchair,
        requires=words.features.bits([p.requires for p in people]),
        escort=np.array([p.escort for p in people], np.bool_),
        languages=words.languages.bits([p.languages for p in people]),
        max_fee_yen=_ints((p.max_fee_yen for p in people), NO_LIMIT),
        sharing=_codes([p.sharing for p in people], BASES),
        strengths=words.activities.bits([p.strengths for p in people]),
        place=home_of[who] if len(who) else np.zeros(0, np.int32),
        held=np.array(
            [opening_row[held[n.need_id].opening_id] if n.need_id in held else UNKNOWN for n in town.needs], np.int32
        ),
        held_state=np.array(
            [states.index(held[n.need_id].state) if n.need_id in held else -1 for n in town.needs], np.int8
        ),
    )


def _openings(town: Community, words: _Words, site_of: I32) -> OpeningColumns:
    resource_row = {r.resource_id: i for i, r in enumerate(town.resources)}
    resident_row = {p.resident_id: i for i, p in enumerate(town.residents)}
    which = np.array([resource_row[o.resource_id] for o in town.openings], np.int32)
    things: list[Resource] = [town.resources[i] for i in which]
    slots: tuple[Opening, ...] = town.openings
    now = town.info.week_of
    limit = np.array([np.inf if r.max_hours_per_month is None else r.max_hours_per_month for r in things], np.float64)
    used = np.array([r.hours_this_month or 0 for r in things], np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(np.isfinite(limit) & (limit > 0), np.minimum(used / limit, 1), np.where(limit == 0, 1, 0))
    hours = np.array([_hours(o.hours) for o in slots], np.int32).reshape(-1, 3)
    return OpeningColumns(
        resource=which,
        helper=np.array([resident_row.get(r.resident_id, UNKNOWN) for r in things], np.int32),
        where=_codes([r.where for r in things], list(Where)),
        informal=np.array([r.informal for r in things], np.bool_),
        accepting=_codes([r.accepting for r in things], (Accepting.CLOSED, Accepting.ASK_FIRST, Accepting.OPEN)),
        serves=_enum_bits([r.serves for r in things], list(NeedKind)),
        fields=_enum_bits([r.fields for r in things], list(Field)),
        activities=words.activities.bits([r.activities for r in things]),
        roles=words.activities.bits([r.roles for r in things]),
        features=words.features.bits([r.features for r in things]),
        languages=words.languages.bits([r.languages for r in things]),
        sexes=_enum_bits([tuple(s for s in r.sexes if s in SEXES) for r in things], SEXES),
        min_age=_ints((r.min_age for r in things), UNKNOWN),
        max_age=_ints((r.max_age for r in things), NO_LIMIT),
        served=np.array([words.served[t.areas_served] for t in things], np.int32),
        weeks_confirmed=_ints((_weeks(r.confirmed_on, now) for r in things), UNKNOWN),
        fee_yen=_ints((r.fee_yen for r in things), 0),
        fatigue=_ints((r.fatigue for r in things), 0),
        fatigue_weeks=_ints((_weeks(r.fatigue_on, now) for r in things), 0),
        max_travel_minutes=_ints((r.max_travel_minutes for r in things), NO_LIMIT),
        weekday=hours[:, 0].astype(np.int8),
        start=hours[:, 1].astype(np.int16),
        end=hours[:, 2].astype(np.int16),
        weeks=np.array([sum({1 << (w - 1) for w in o.weeks_of_month}) or EVERY_WEEK for o in slots], np.int8),
        stay_minutes=_ints((o.stay_minutes for o in slots), UNKNOWN),
        capacity=_ints((o.capacity for o in slots), UNKNOWN),
        comfortable_load=_ints((o.comfortable_load for o in slots), UNKNOWN),
        attending=_ints((o.attending for o in slots), 0),
        min_attendance=_ints((o.min_attendance for o in slots), 0),
        hours_left=np.maximum(limit - used, 0),
        hours_used=share,
        place=site_of[which] if len(which) else np.zeros(0, np.int32),
    )


def _hours(span: Span | None) -> tuple[int, int, int]:
    """Weekday, begin and end; where they are not known, a moment at which buses run and that clashes with nothing."""
    if span is None:
        return 0, NOON, NOON
    return span.weekday.number, minute_of_day(span.start), minute_of_day(span.end)


def _served(town: Community, areas: Mapping[str, int]) -> tuple[dict[tuple[str, ...], int], Bools]:
    """Row of each distinct list of areas served, and its areas: with all below them; an empty list means everywhere."""
    inside = np.eye(len(areas), dtype=np.bool_)
    for area in town.areas:
        parent, steps = area.parent_id, 0
        while parent in areas and steps < len(areas):
            inside[areas[parent], areas[area.area_id]] = True
            parent, steps = town.areas[areas[parent]].parent_id, steps + 1
    lists = {(): 0} | dict.fromkeys((r.areas_served for r in town.resources), 0)
    rows = {lst: row for row, lst in enumerate(lists)}
    table = np.ones((len(rows), len(areas)), np.bool_)
    for lst, row in rows.items():
        if lst:
            table[row] = np.logical_or.reduce(inside[[areas[a] for a in lst]], axis=0)
    return rows, table


def _wishes(town: Community) -> Wishes:
    """Each wish spelt out over needs and openings; of several about one pair, «never» wins, then the strongest."""
    needs_of: dict[str, list[int]] = {}
    for row, need in enumerate(town.needs):
        needs_of.setdefault(need.resident_id, []).append(row)
    openings_of: dict[str, list[int]] = {}
    resources = {r.resource_id: r for r in town.resources}
    for row, opening in enumerate(town.openings):
        thing = resources[opening.resource_id]
        for target in (thing.resource_id, thing.organisation_id, thing.resident_id):
            if target:
                openings_of.setdefault(target, []).append(row)
    said: dict[int, int] = {}
    for wish in town.wishes:
        for need_row in needs_of.get(wish.resident_id, ()):
            for opening_row in openings_of.get(wish.target, ()):
                key = need_row * len(town.openings) + opening_row
                said[key] = _stronger(said.get(key, 0), wish.liking)
    keys = np.array(sorted(said), np.int64)
    return Wishes(keys, np.array([said[int(k)] for k in keys], np.int32))


def _stronger(one: int, other: int) -> int:
    if min(one, other) <= -2:
        return min(one, other)
    return max((one, other), key=abs)
