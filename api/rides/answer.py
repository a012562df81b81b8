"""A day's plan as the JSON document `tsunagu.day/1`: stable keys, texts in one language."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from api.rides.words import Known, clock, holiday
from matching.errors import Facts, Text
from matching.lawful import NO_ADVICE, worst
from matching.rides.texts import HELPS, UNSERVED, WARNED

if TYPE_CHECKING:
    from matching.domain import Change, Warned
    from matching.domain.tour import Stop, Tour, Unserved
    from matching.lawful import LawFinding
    from matching.plan_rides import DayPlan, WeeksPlan
    from matching.rides.fair import Share

FORMAT = "tsunagu.day/1"


def days_json(plan: "WeeksPlan", said: Known, seconds: float) -> str:
    """The whole document; the same plan gives the same text but for `seconds`."""
    told = {
        "format": FORMAT,
        "town": said.town.info.name,
        "seconds": round(seconds, 3),
        "days": [_day(day, said) for day in plan.days],
        "fairness": {"fairest": plan.fairest, "shares": [_share(one) for one in plan.shares]},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def unserved_text(one: "Unserved", said: Known) -> str:
    """Why a ride is not driven, as a sentence."""
    return _sentence(UNSERVED[one.code], said, one.facts)


def help_text(one: "Change", said: Known) -> str:
    """What would help, as a sentence."""
    return _sentence(HELPS[one.code], said, one.facts)


def warning_text(one: "Warned", said: Known) -> str:
    """What a person should look at, as a sentence."""
    return _sentence(WARNED[one.code], said, one.facts)


def _sentence(text: Text, said: Known, facts: Facts) -> str:
    """The sentence; in English it begins with a capital, unless with an id or a time."""
    told = text.render(said.lang, facts)
    return told[0].upper() + told[1:] if said.lang == "en" and text.en[0] != "{" else told


def _share(one: "Share") -> Mapping[str, object]:
    return {
        "driver": one.driver_id,
        "offered_minutes": _round(one.offered_minutes),
        "planned_minutes": _round(one.planned_minutes),
        "evened_minutes": _round(one.evened_minutes),
    }


def _day(plan: "DayPlan", said: Known) -> Mapping[str, object]:
    return {
        "date": plan.date.isoformat(),
        "holiday": holiday(plan.date),
        "inputs_digest": plan.inputs_digest,
        "room": plan.room,
        "summary": {
            "served": sum(len(tour.rides) for tour in plan.tours),
            "unserved": len(plan.unserved),
            "refused": plan.refused,
            "status": plan.status,
            "tiers": [{"name": t.name, "value": _round(t.value), "bound": _round(t.bound)} for t in plan.tiers],
        },
        "tours": [_tour(tour, law, said) for tour, law in zip(plan.tours, plan.law, strict=True)],
        "unserved": [
            {
                "ride": u.ride_id,
                "code": u.code,
                "facts": dict(u.facts),
                "text": unserved_text(u, said),
                "helps": [
                    {"change": h.code, "facts": dict(h.facts), "verified": h.verified, "text": help_text(h, said)}
                    for h in u.helps
                ],
            }
            for u in plan.unserved
        ],
        "warnings": [{"code": w.code, "facts": dict(w.facts), "text": warning_text(w, said)} for w in plan.warnings],
        "no_legal_advice": NO_ADVICE.render(said.lang, {}),
    }


def _tour(tour: "Tour", law: "Sequence[LawFinding]", said: Known) -> Mapping[str, object]:
    return {
        "driver": tour.driver_id,
        "vehicle": tour.vehicle_id,
        "minutes": _round(tour.minutes),
        "rides": list(tour.rides),
        "law": {
            "standing": worst(law),
            "asked": sum(one.standing == "ask" for one in law),
            "findings": [
                {
                    "code": one.code,
                    "standing": one.standing,
                    "article": one.basis.article(said.lang == "ja"),
                    "since": one.basis.since.isoformat(),
                    "facts": dict(one.facts),
                    "text": one.text(said.lang),
                }
                for one in law
            ],
        },
        "stops": [_stop(stop, tour, said) for stop in tour.stops],
    }


def _stop(stop: "Stop", tour: "Tour", said: Known) -> Mapping[str, object]:
    return {
        "kind": stop.kind,
        "time": clock(stop.start),
        "arrive": _round(stop.arrive),
        "start": _round(stop.start),
        "ride": stop.ride_id,
        "resident": stop.resident_id,
        "place": said.place(stop, tour),
        "drawn": said.drawn(stop),
        "seats": stop.seats,
        "wheelchairs": stop.wheelchairs,
    }


def _round(value: float) -> float:
    return round(float(value), 2)


def share_cells(one: "Share", said: Known) -> tuple[str, str, str, str]:
    """A volunteer, the hours offered, those driven (and as first planned), and their share in per cent."""
    offered, planned, evened = (
        said.say("hours", hours=f"{minutes / 60:.1f}")
        for minutes in (one.offered_minutes, one.planned_minutes, one.evened_minutes)
    )
    return one.driver_id, offered, f"{evened} ({planned})", f"{100 * one.evened_minutes / one.offered_minutes:.0f} %"


def tier_name(name: str, said: Known) -> str:
    """The name of an aim in words: `promised:3`, `served:3` and `effort:15`."""
    kind, _, number = name.partition(":")
    return said.say(f"tier.{kind}", priority=number)


def tier_amount(name: str, value: float) -> str:
    """Rides are counted whole, minutes to the tenth."""
    return f"{value:,.1f}" if name.startswith("effort") else f"{value:,.0f}"
