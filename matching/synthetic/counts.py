"""What a synthetic city has counted: attendance, a small survey, its cars and drivers, and ideas heard."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from matching.domain import (
    Attendance,
    Charge,
    Driver,
    Idea,
    IdeaOrigin,
    IdeaState,
    Opening,
    Resource,
    ResourceKind,
    Scheme,
    Span,
    SurveyAnswer,
    Vehicle,
    Weekday,
)
from matching.synthetic.draw import Dice
from matching.synthetic.ground import Ground
from matching.synthetic.words import STRENGTHS

_GROUPS = (("female", "65-74", 21), ("female", "75-", 59), ("male", "65-74", 6), ("male", "75-", 14))
"""Sex, age band and per cent of those who come: women 80 %, 75 and over 73 %."""
_QUESTIONS = (
    ("通いの場への参加", ("週1回以上", "月1〜3回", "年に数回", "参加していない"), (4, 5, 6, 85)),
    ("外出の手段に困ること", ("よくある", "時々ある", "ない"), (8, 19, 73)),
)
_WORKDAYS = tuple(Weekday)[:5]
_LENT = tuple(Span(day, time(8, 30), time(16, 30)) for day in _WORKDAYS)
_CARS = ((4, 1), (7, 1), (4, 0), (7, 2), (9, 2), (4, 0), (6, 1), (3, 1))
"""Seats and wheelchair places of the vehicles, in turn."""


def count_attendance(
    dice: Dice, resources: Sequence[Resource], openings: Sequence[Opening], week_of: date
) -> tuple[Attendance, ...]:
    """The last two months of every salon, by sex and age band, around those who are known to come."""
    coming: dict[str, int] = {}
    for opening in openings:
        coming[opening.resource_id] = coming.get(opening.resource_id, 0) + opening.attending
    salons = [r.resource_id for r in resources if r.kind is ResourceKind.SALON and coming.get(r.resource_id)]
    last = week_of.replace(day=1) - timedelta(days=1)
    months = [(last.replace(day=1) - timedelta(days=1)).strftime("%Y-%m"), last.strftime("%Y-%m")]
    at = dice.uniform(len(salons) * len(months) * len(_GROUPS)).tolist()
    out = []
    for salon in salons:
        for month in months:
            for sex, band, share in _GROUPS:
                people = int(coming[salon] * share / 100 + at.pop())
                out.append(Attendance(salon, month, sex, band, people))
    return tuple(out)


def ask_survey(dice: Dice, ground: Ground, year: int) -> tuple[SurveyAnswer, ...]:
    """Two questions to some of the people aged 65 and over, by area, sex and band; fewer than 5 are left out."""
    out = []
    for area in ground.areas[1:]:
        older, old = area.population_65plus or 0, area.population_75plus or 0
        for sex, band, share in (
            ("female", "65-74", 52),
            ("female", "75-", 61),
            ("male", "65-74", 48),
            ("male", "75-", 39),
        ):
            asked = (older - old if band == "65-74" else old) * share // 1000
            for question, answers, weights in _QUESTIONS:
                got = dice.pick(weights, asked)
                for i, answer in enumerate(answers):
                    people = int((got == i).sum())
                    if people >= 5:
                        out.append(SurveyAnswer(area.area_id, year, question, sex, band, answer, people))
    return tuple(out)


def lend_vehicles(dice: Dice, prefix: str, resources: Sequence[Resource], week_of: date) -> tuple[Vehicle, ...]:
    """Two cars for every RMO that drives, kept at the area's point."""
    rmos = [r for r in resources if r.kind is ResourceKind.RMO for _ in range(2)]
    days = dice.between(30, 360, len(rmos)).tolist()
    return tuple(
        Vehicle(
            f"{prefix}v{i + 1:02}",
            rmo.resource_id,
            *_CARS[i % len(_CARS)],
            rmo.latitude,
            rmo.longitude,
            Scheme.REGISTERED if i % 4 == 3 else Scheme.FREE,
            Charge.FARE if i % 4 == 3 else (Charge.ACTUAL_COST if rmo.fee_yen else Charge.NONE),
            300 if i % 4 == 3 else (rmo.fee_yen or None),
            week_of + timedelta(days=days[i]),
        )
        for i, rmo in enumerate(rmos)
    )


def sign_drivers(dice: Dice, prefix: str, vehicles: Sequence[Vehicle], week_of: date) -> tuple[Driver, ...]:
    """Five drivers to two cars; half of them drive seldom; ages 50 to 79."""
    cars: dict[str, list[Vehicle]] = {}
    for vehicle in vehicles:
        cars.setdefault(vehicle.resource_id, []).append(vehicle)
    seats = [(rmo, n) for rmo in cars for n in range(5)]
    days = [dice.chance(30 if n % 2 else 60, 5).tolist() for _, n in seats]
    age, used, course, licence = (
        dice.between(low, high, len(seats)).tolist() for low, high in ((50, 79), (0, 6), (60, 900), (10, 360))
    )
    out = []
    for i, (rmo, n) in enumerate(seats):
        free = tuple(span for span, yes in zip(_LENT, days[i], strict=True) if yes) or _LENT[n : n + 1]
        out.append(
            Driver(
                f"{prefix}d{i + 1:02}",
                rmo,
                tuple(v.vehicle_id for v in cars[rmo]),
                free,
                tuple(Span(span.weekday, time(12), time(13)) for span in free),
                max_minutes_per_day=(240, 180, 120)[n % 3],
                max_trips_per_week=(6, 4)[n % 2],
                max_trips_per_month=(16, 8)[n % 2],
                trips_this_month=used[i],
                offered_hours_per_month=(20.0, 8.0)[n % 2],
                start_latitude=cars[rmo][0].base_latitude,
                start_longitude=cars[rmo][0].base_longitude,
                birth_year=week_of.year - age[i],
                course_until=week_of + timedelta(days=course[i]),
                licence_checked_on=week_of - timedelta(days=licence[i]),
            )
        )
    return tuple(out)


def hear_ideas(dice: Dice, ground: Ground, needs: int) -> tuple[Idea, ...]:
    """About ten things that somebody would like to start."""
    n = max(1, needs // 60)
    area = dice.pick((1,) * len(ground.people), n).tolist()
    what, who, state = (dice.pick(w, n).tolist() for w in ((1,) * len(STRENGTHS), (5, 3, 2, 1, 1), (4, 3, 3, 2, 1, 1)))
    origins, states = tuple(IdeaOrigin), tuple(IdeaState)
    return tuple(
        Idea(
            f"{ground.prefix}i{i + 1:02}",
            ground.area_id(area[i]),
            (STRENGTHS[what[i]],),
            origins[who[i]],
            states[state[i]],
        )
        for i in range(n)
    )
