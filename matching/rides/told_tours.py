"""Tours that people were told, read back: as routes of a posed day, or what of them the town does not know."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matching.domain.tour import Stop, StopKind, Tour
from matching.errors import InputError, Problem
from matching.rides.duties import Offer, Offers
from matching.rides.problem_of_day import Posed
from matching.rides.requests import Wanted
from matching.routing.problem import Route

TOLD = "tours"
"""The file that problems name; the edge knows where the tours came from."""


def problems_with(tours: Sequence[Tour], rides: Sequence[Wanted], offers: Offers) -> None:
    """Refuse tours that do not fit the town.

    Raises:
        InputError: rides or drivers that the day does not have, or rides that are not got on and off once; all at once.
    """
    problems = list(_problems(tours, {one.ride_id for one in rides}, offers))
    if problems:
        raise InputError(problems)


def placed(tours: Sequence[Tour], rides: Sequence[Wanted]) -> tuple[Tour, ...]:
    """The tours with the places that their rides tell."""
    asked = {one.ride_id: one.request for one in rides}

    def at(stop: Stop) -> Stop:
        if stop.ride_id not in asked:
            return stop
        one = asked[stop.ride_id]
        if stop.kind is StopKind.BOARD:
            return replace(stop, latitude=one.from_latitude, longitude=one.from_longitude, resident_id=one.resident_id)
        return replace(stop, latitude=one.to_latitude, longitude=one.to_longitude, resident_id=one.resident_id)

    return tuple(replace(tour, stops=tuple(map(at, tour.stops))) for tour in tours)


def offers_of(tour: Tour, offers: Sequence[Offer]) -> list[int]:
    """The offers of a tour's driver and car: one for each stretch of hours."""
    return [i for i, one in enumerate(offers) if _pair(one) == (tour.driver_id, tour.vehicle_id)]


def offer_of(tour: Tour, offers: Sequence[Offer], leave: float) -> int | None:
    """The offer of a tour's driver and car whose hours it begins in, else the first of them."""
    mine = offers_of(tour, offers)
    return next((i for i in mine if offers[i].span[0] <= leave < offers[i].span[1]), mine[0] if mine else None)


def order_of(tour: Tour, posed: Posed) -> list[int]:
    """The nodes of a tour's stops in a posed day, without its bases."""
    row, problem = {one.ride_id: i for i, one in enumerate(posed.rides)}, posed.problem
    return [
        int((problem.pickup if one.kind is StopKind.BOARD else problem.drop)[row[one.ride_id]])
        for one in tour.stops
        if one.ride_id
    ]


def routes_of(tours: Sequence[Tour], posed: Posed) -> tuple[Route, ...]:
    """The tours as routes of the day, with the times that they tell; pauses left out."""
    problem, routes = posed.problem, []
    for tour in tours:
        duty = offer_of(tour, posed.offers.offers, tour.stops[0].start)
        assert duty is not None, "tours are looked at before"
        stops = [one for one in tour.stops if one.kind is not StopKind.PAUSE]
        nodes = (int(problem.start[duty]), *order_of(tour, posed), int(problem.end[duty]))
        routes.append(Route(duty, nodes, tuple(one.start for one in stops), tuple(one.arrive for one in stops)))
    return tuple(routes)


def _pair(offer: Offer) -> tuple[str, str]:
    return offer.driver.driver_id, offer.vehicle.vehicle_id


def _problems(tours: Sequence[Tour], known: set[str], offers: Offers) -> Iterator[Problem]:
    seen: set[tuple[StopKind, str]] = set()
    for tour in tours:
        whom = f"{tour.driver_id} {tour.vehicle_id}"
        if offer_of(tour, offers.offers, tour.stops[0].start) is None:
            yield _problem(
                "driver_id", "no_offer", f"{tour.driver_id}さんと車{tour.vehicle_id}は、この日にありません",
                f"{tour.driver_id} with car {tour.vehicle_id} is not there on that day. Maybe another date?",
            )  # fmt: skip
        for stop in tour.stops:
            if stop.kind not in (StopKind.BOARD, StopKind.ALIGHT):
                continue
            if stop.ride_id not in known:
                yield _problem(
                    "ride_id", "no_ride", f"送迎「{stop.ride_id}」は、この日にありません（{whom}）",
                    f"ride {stop.ride_id} ({whom}) is not of that day, or not to be looked at. Maybe another date?",
                )  # fmt: skip
            if (stop.kind, stop.ride_id) in seen:
                yield _twice(stop, whom)
            seen.add((stop.kind, stop.ride_id))
    for ride in sorted({ride for _, ride in seen}):
        if ((StopKind.BOARD, ride) in seen) != ((StopKind.ALIGHT, ride) in seen):
            yield _problem(
                "ride_id", "half_ride", f"送迎「{ride}」は、乗る所と降りる所の片方しかありません",
                f"ride {ride} gets on or off, but not both. Maybe a row is missing?",
            )  # fmt: skip


def _twice(stop: Stop, whom: str) -> Problem:
    return _problem(
        "ride_id", "twice", f"送迎「{stop.ride_id}」が二度出てきます（{whom}）",
        f"ride {stop.ride_id} stands twice ({whom}). Maybe one of the rows is too many?",
    )  # fmt: skip


def _problem(column: str, code: str, ja: str, en: str) -> Problem:
    return Problem(TOLD, 0, column, code, ja, en)
