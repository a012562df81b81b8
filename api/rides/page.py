"""The day's rides as one HTML page: a map without homes, a timetable for each tour, and who stays behind and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from api.report.town_map import WIDTH, Degrees, Sheet
from api.rides.answer import help_text, share_cells, tier_amount, tier_name, unserved_text, warning_text
from api.rides.words import Known, clock
from matching.lawful import NO_ADVICE, STANDING, worst

if TYPE_CHECKING:
    from jinja2 import Environment

    from matching.plan_rides import DayPlan, WeeksPlan

TEMPLATES = Path(__file__).parents[1] / "report" / "templates"
COLOURS = ("#2b7277", "#a9481c", "#5b4a94", "#9c3d63", "#1d5c87", "#6b6b1d", "#444c52", "#8f1d1d")


@dataclass(frozen=True, slots=True)
class Line:
    """A tour on the map: its colour, dash and points (x, y), rounded to tenths."""

    name: str
    colour: str
    dash: str
    points: str
    dots: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True, slots=True)
class DayMap:
    """The drawing of a day: names of areas and a line a tour."""

    width: int
    height: int
    areas: tuple[tuple[float, float, str], ...]
    lines: tuple[Line, ...]


def rides_page(plan: "WeeksPlan", said: Known) -> str:
    """One or more days on one page: no script, no request to anywhere, the same bytes for the same plans."""
    return (
        _environment()
        .get_template("rides.html.j2")
        .render(
            lang=said.lang,
            t=said.say,
            css=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            town=said.town.info.name,
            days=[_day(day, said) for day in plan.days],
            shares=[share_cells(one, said) for one in plan.shares],
            advice=NO_ADVICE.render(said.lang, {}),
        )
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader([Path(__file__).parent, TEMPLATES])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _day(plan: "DayPlan", said: Known) -> dict[str, object]:
    return {
        "title": said.say("head", town=plan.town, day=said.day(plan.date)),
        "optimal": plan.status == "optimal",
        "status": said.say(plan.status),
        "counts": said.say(
            "counts",
            served=sum(len(tour.rides) for tour in plan.tours),
            unserved=len(plan.unserved),
            refused=plan.refused,
        ),
        "tiers": [
            (
                tier_name(t.name, said),
                tier_amount(t.name, t.value),
                said.say("tier.bound", bound=tier_amount(t.name, t.bound)),
            )
            for t in plan.tiers
        ],
        "map": plan_map(plan, said),
        "tours": [_tour(plan, number, said) for number in range(len(plan.tours))],
        "unserved": [
            (one.ride_id, unserved_text(one, said), [help_text(h, said) for h in one.helps]) for one in plan.unserved
        ],
        "warnings": [warning_text(one, said) for one in plan.warnings],
    }


def _tour(plan: "DayPlan", number: int, said: Known) -> dict[str, object]:
    tour, law = plan.tours[number], plan.law[number]
    return {
        "name": said.say("tour", driver=tour.driver_id, vehicle=tour.vehicle_id),
        "minutes": said.say("minutes", n=round(tour.minutes)),
        "colour": colour_of(number)[0],
        "standing": said.say("law", standing=STANDING[worst(law)].render(said.lang, {})),
        "law": [one.text(said.lang) for one in law],
        "stops": [
            (
                clock(stop.start),
                said.say(str(stop.kind)),
                said.who(stop.ride_id) if stop.ride_id else "",
                said.on_board(stop),
                said.place(stop, tour),
            )
            for stop in tour.stops
        ],
    }


def day_map(tours: Sequence[tuple[str, Sequence[Degrees]]], centres: Sequence[tuple[str, Degrees]]) -> DayMap | None:
    """Tours by name and points, with the areas around them; None where no tour has a point."""
    points = [*(at for _, way in tours for at in way), *(at for _, at in centres)]
    if not any(way for _, way in tours):
        return None
    sheet = Sheet.of(points)
    return DayMap(
        WIDTH,
        sheet.height,
        tuple((*_spot(sheet, at), name) for name, at in centres),
        tuple(_line(number, name, way, sheet) for number, (name, way) in enumerate(tours)),
    )


def colour_of(number: int) -> tuple[str, str]:
    """The colour and the dash of a tour on maps, by its number in the day."""
    return COLOURS[number % len(COLOURS)], ("", "7 4", "2 3")[number // len(COLOURS) % 3]


def plan_map(plan: "DayPlan", said: Known) -> DayMap | None:
    """The tours of a day by the points of areas and places."""
    centres = [
        (area.name, (area.latitude, area.longitude))
        for area in said.town.areas
        if area.tier == 2 and area.latitude is not None and area.longitude is not None
    ]
    tours = [
        (said.say("tour", driver=tour.driver_id, vehicle=tour.vehicle_id),
         [at for stop in tour.stops if (at := said.drawn(stop)) is not None])
        for tour in plan.tours
    ]  # fmt: skip
    return day_map(tours, centres)


def _line(number: int, name: str, way: Sequence[Degrees], sheet: Sheet) -> Line:
    spots = list(_apart(number, [_spot(sheet, at) for at in way]))
    return Line(
        name,
        *colour_of(number),
        " ".join(f"{x},{y}" for x, y in spots),
        tuple((x, y, str(row)) for row, (x, y) in enumerate(dict.fromkeys(spots))),
    )


def _apart(number: int, spots: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Tours drawn a little beside each other, so that none hides another."""
    aside = (number % 5 - 2) * 2.5
    for x, y in spots:
        yield round(x + aside, 1), round(y + aside, 1)


def _spot(sheet: Sheet, at: Degrees) -> tuple[float, float]:
    x, y = sheet.spot(at)
    return round(x, 1), round(y, 1)
