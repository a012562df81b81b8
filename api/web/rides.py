"""送迎: a day's tours asked for, read as map and timetable with the law's questions, and made anew after a call."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from starlette.responses import RedirectResponse, Response

from api.jobs.queue import ENDED, JOBS
from api.problems import FieldError, ProblemError
from api.routes import tours as routes
from api.routes.tours import LawAnswerIn, NewTours, PhoneCall, tell_tours, tours_of
from api.service import Work
from api.store.fleet import fleet_of
from api.store.scope import of
from api.web import times
from api.web.desk import Desk, Page, told
from api.web.driving import Month, months_of
from api.web.how_good import how_good
from api.web.render import part, render
from api.web.rows import all_places, names_of_users
from api.web.tour_maps import map_of
from matching.domain.tour import StopKind
from matching.rides.texts import WARNED

SHOWN = 40
STAYS, ENDS = "stays", "ends"
"""What may be chosen for a ride beside leaving it to the plan; another driver and car are written as `driver/car`."""
CHANGES = ("moved", "other_car", "dropped", "cancelled", "stability", "stability_serves", "given_costs", "given_saves")
BROKEN = (*(code for code in WARNED if code.startswith(("hand_", "given_")) and code not in CHANGES),)
"""Codes of what a plan says of a change: whom to call and what it costs; and the rules that orders would break."""


def rides(desk: Desk) -> Response:
    """The latest plans, and the form for a new one."""
    with desk.look() as work:
        wanted = of(JOBS, work.scope).where(JOBS.c.kind == "tours").order_by(JOBS.c.position.desc()).limit(SHOWN)
        rows = [dict(row) for row in work.connection.execute(wanted).mappings()]
        months = months_of(work, [times.today()])
    return render(desk, "rides.html.j2", rows=rows, month=_months(desk, months),
                  tomorrow=(times.today() + timedelta(days=1)).isoformat())  # fmt: skip


def tours_asked(desk: Desk) -> Response:
    """Ask for a day or for weeks, as `POST /v1/tours` does."""
    weeks = desk.sent("weeks")
    values: dict[str, Any] = {"date": desk.sent("date"), "weeks": weeks}
    made = told(routes.create(desk.body(NewTours, values), desk.caller, desk.service, desk.needs, desk.sent("key")))
    return RedirectResponse(f"/rides/{made['tours_id']}", 303)


def tours_again(desk: Desk, row_id: str) -> Response:
    """After a call: what has happened stays, what is ordered is done where it can be, and few are told another time."""
    chosen, given = desk.by_row("ride."), list[dict[str, str]]()
    for ride, whom in desk.by_row("with.").items():
        if whom:
            driver, _, vehicle = whom.partition("/")
            if not vehicle:
                raise ProblemError("invalid", [FieldError("/given", "form")])
            given.append({"ride_id": ride, "driver_id": driver, "vehicle_id": vehicle})
    values: dict[str, Any] = {
        "date": desk.sent("date"), "now": desk.sent("now"), "most_moved": desk.sent("most_moved"), "given": given,
        "without": [ride for ride, what in chosen.items() if what == ENDS],
        "pinned": [ride for ride, what in chosen.items() if what == STAYS],
        "without_drivers": desk.form.get("without_drivers", []),
    }  # fmt: skip
    body = desk.body(PhoneCall, values)
    made = told(routes.revise(row_id, body, desk.caller, desk.service, desk.needs, desk.sent("key")))
    return RedirectResponse(f"/rides/{made['tours_id']}", 303)


def tours_stopped(desk: Desk, row_id: str) -> Response:
    """It stops soon."""
    routes.stop(row_id, desk.caller, desk.service, desk.needs)
    return RedirectResponse(f"/rides/{row_id}", 303)


def law_answered(desk: Desk, row_id: str) -> Response:
    """Somebody who was asked has answered: who, when, and what."""
    fits = desk.sent("fits")
    if fits not in ("yes", "no"):
        raise ProblemError("invalid", [FieldError("/fits", "missing")])
    names = ("date", "driver_id", "vehicle_id", "question", "answered_by", "answered_on", "note")
    body = desk.body(LawAnswerIn, {**{name: desk.sent(name) for name in names}, "fits": fits == "yes"})
    routes.answer_law(row_id, body, desk.caller, desk.service, desk.needs)
    return RedirectResponse(f"/rides/{row_id}#law-{body.date}-{body.driver_id}-{body.vehicle_id}", 303)


def tours(desk: Desk, row_id: str) -> Response:
    """One plan: every stop of every car on map and timetable, who is not carried and what would help, what is asked."""
    with desk.read() as work:
        job = tours_of(work, row_id)
        plan = tell_tours(work, job, desk.lang)
        if plan["document"] is None:
            return render(desk, "tours.html.j2", job=job, document=None, ended=job["state"] in ENDED)
        days = [date.fromisoformat(day["date"]) for day in plan["document"]["days"]]
        months, names = months_of(work, days), names_of_users(work)
        call = desk.request.query_params.get("call", "")
        places, whom = all_places(work, desk.lang), _whom(work) if call else []
    fair = plan["document"]["fairness"]
    shares = part(desk, "driver_shares.html.j2", (row_id,), told=fair) if fair["shares"] else ""
    maps = {day["date"]: map_of(desk, places, day) for day in plan["document"]["days"]}
    return render(desk, "tours.html.j2", job=job, document=plan["document"], ended=True, revises=plan["revises"],
                  months=_months(desk, months), shares=shares, maps=maps, names=names, whom=whom, call=call,
                  stops={kind.value: desk.say(f"stop.{kind.value}") for kind in StopKind},
                  answer=desk.request.query_params.get("answer", ""), today=times.today().isoformat(),
                  standing=standing_of, how_good=how_good, changes=CHANGES, broken=BROKEN, stays=STAYS, ends=ENDS,
                  clock=times.clock_now())  # fmt: skip


def _months(desk: Desk, months: Sequence[Month]) -> str:
    """What each driver gives in these months, as tables; it names nobody who rides."""
    return "".join(part(desk, "driver_month.html.j2", (one,), one=one) for one in months if one.drivers)


def standing_of(tour: Mapping[str, Any]) -> str:
    """適・要確認・不適 of a tour, with what was answered: `confirmed` where every question was answered with yes."""
    standing: str = tour["law"]["standing"]
    if standing != "ask":
        return standing
    latest = [one["answers"][-1]["fits"] if one["answers"] else None for one in tour["law"]["findings"]
              if one["standing"] == "ask"]  # fmt: skip
    if False in latest:
        return "denied"
    return "confirmed" if latest.count(True) == tour["law"].get("asked") else "ask"  # some may be told to others alone


def confirmed_by(desk: Desk, tour: Mapping[str, Any]) -> str:
    """Who answered the questions of a tour, and when; empty unless all were answered with yes."""
    if standing_of(tour) != "confirmed":
        return ""
    latest = [one["answers"][-1] for one in tour["law"]["findings"] if one["answers"]]
    who = [(one["answered_by"], times.day_words(one["answered_on"], desk.say, desk.lang, desk.era)) for one in latest]
    return "、".join(f"{name} {day}" for name, day in dict.fromkeys(who))


def _whom(work: Work) -> list[tuple[str, str]]:
    """Every driver with each car that they may drive, as the engine pairs them."""
    fleet = fleet_of(work.connection, work.scope)
    return [
        (driver.driver_id, car.vehicle_id)
        for driver in fleet.drivers.values()
        for car in fleet.vehicles.values()
        if car.vehicle_id in driver.vehicles or (not driver.vehicles and car.resource_id == driver.resource_id)
    ]


PAGES = (
    Page("GET", "/rides", "tours.list", rides),
    Page("POST", "/rides", "tours.create", tours_asked),
    Page("GET", "/rides/{row_id}", "tours.read", tours),
    Page("POST", "/rides/{row_id}/revisions", "tours.revise", tours_again),
    Page("POST", "/rides/{row_id}/answers", "tours.answer", law_answered),
    Page("POST", "/rides/{row_id}/cancel", "tours.cancel", tours_stopped),
)
"""The pages of this file."""
