"""運行表: the run sheet of one driver and day as PDF/UA, set by typst with a Japanese font out of a package."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from api.rides.texts import LABELS
from api.rides.words import Known, clock
from api.sheets.setting import fonts, pdf
from matching.domain.tour import StopKind
from matching.lawful import NO_ADVICE, STANDING, worst

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matching.domain.tour import Stop, Tour
    from matching.lawful import LawFinding
    from matching.plan_rides import DayPlan

TEMPLATE = Path(__file__).with_name("run_sheet.typ")
Format = Literal["pdf", "png"]


def run_sheet(plan: "DayPlan", number: int, said: Known, confirmed: str = "", form: Format = "pdf") -> bytes:
    """The sheet of the plan's tour `number`; `confirmed` is who answers for what was to be asked, printed on it."""
    told = _content(plan, number, said, confirmed)
    return pdf(TEMPLATE, told) if form == "pdf" else _picture(told)


def _picture(told: "Mapping[str, object]") -> bytes:
    """The first page as PNG, to be looked at."""
    import typst

    out = typst.compile(
        TEMPLATE, format="png", ppi=110.0, font_paths=[fonts()], ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(told, ensure_ascii=False)},
    )  # fmt: skip
    return out[0] if isinstance(out, list) else bytes(out)


def _content(plan: "DayPlan", number: int, said: Known, confirmed: str) -> "Mapping[str, object]":
    """Everything that stands on the sheet, as plain text."""
    tour, findings = plan.tours[number], plan.law[number]
    car = said.vehicles[tour.vehicle_id]
    return {
        "lang": said.lang,
        "texts": {name: said.say(name) for name, text in LABELS.items() if "{" not in text.ja}
        | {"law": _standing(findings, said)},
        "title": said.say("title", day=said.day(plan.date)),
        "subtitle": said.say(
            "subtitle",
            driver=tour.driver_id,
            vehicle=tour.vehicle_id,
            scheme=said.say(f"scheme.{car.scheme}"),
            charge=said.say(f"charge.{car.charge}"),
        ),
        "foot": said.say("foot", digest=plan.inputs_digest[:12]),
        "leave": _at(tour, 0, said),
        "back": _at(tour, -1, said),
        "stops": [_row(row, stop, tour, said) for row, stop in enumerate(tour.stops[1:-1], 1)],
        "law": [*(one.text(said.lang) for one in findings), *_nothing(findings, said), _no_advice(said)],
        "confirmed": confirmed,
    }


def _at(tour: "Tour", which: int, said: Known) -> str:
    stop = tour.stops[which]
    return f"{clock(stop.start)}  {said.place(stop, tour)}"


def _row(number: int, stop: "Stop", tour: "Tour", said: Known) -> "Mapping[str, str]":
    ride = said.rides.get(stop.ride_id)
    yen = said.vehicles[tour.vehicle_id].charge_yen if stop.kind is StopKind.ALIGHT else None
    return {
        "number": str(number),
        "time": clock(stop.start),
        "what": said.say(str(stop.kind)),
        "who": "" if ride is None else said.who(ride.ride_id),
        "on_board": said.on_board(stop),
        "place": said.place(stop, tour) if ride is not None else "",
        "yen": said.say("yen.each", yen=yen) if yen else "",
    }


def _standing(findings: "Sequence[LawFinding]", said: Known) -> str:
    return said.say("law", standing=STANDING[worst(findings)].render(said.lang, {}))


def _nothing(findings: "Sequence[LawFinding]", said: Known) -> "Sequence[str]":
    return [] if findings else [said.say("law.fits")]


def _no_advice(said: Known) -> str:
    return NO_ADVICE.render(said.lang, {})
