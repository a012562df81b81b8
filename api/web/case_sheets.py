"""会議の資料: a page for each person of a meeting or a round, what they wish and can first."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from api.conventions import row_of
from api.problems import FieldError, ProblemError
from api.routes.meetings import read as read_meeting
from api.routes.notes import left_alone
from api.routes.rounds import round_of
from api.service import Work
from api.sheets.setting import HERE, pdf
from api.store.register import NOUNS
from api.web import times
from api.web.desk import Desk, Page, told
from api.web.people import PEOPLE
from api.web.person import values_of
from api.web.render import render
from api.web.rounds import people_of_round
from api.web.rows import all_places
from api.web.sheets import sent
from matching.texts import word

AT_ONCE = 40
"""Persons of one file: it is there within a second or two, so that nobody waits for a meeting's whole pile."""
OPTIONS = 3
"""Options of a need that are printed."""


def meeting_sheets(desk: Desk, row_id: str) -> Response:
    """A page for each case of a meeting that one sits in."""
    one = told(read_meeting(row_id, desk.caller, desk.service, desk.needs))
    return _cases(desk, one["cases"], f"meeting-{one['on_day']}")


def round_piles(desk: Desk, row_id: str) -> Response:
    """What is to be printed for a meeting about a round: area by area, some persons a file."""
    with desk.look("rounds.proposals") as work:
        people = people_of_round(work, row_id)
        places, job = all_places(work, desk.lang), round_of(work, row_id)
    piles = [
        (area, len(who), [(start, min(start + AT_ONCE, len(who))) for start in range(0, len(who), AT_ONCE)])
        for area, who in people.items()
    ]
    return render(desk, "round_sheets.html.j2", job=job, piles=piles, places=places)


def round_sheets(desk: Desk, row_id: str) -> Response:
    """A page for each person of a round whom one sees: so many of one area, from one on."""
    query = desk.request.query_params
    area, first = query.get("area", ""), query.get("from", "0")[:9]
    start = int(first) if first.isascii() and first.isdigit() else 0
    with desk.read("rounds.proposals") as work:
        people = people_of_round(work, row_id)
    who = people.get(area, []) if area else [one for some in people.values() for one in some]
    return _cases(desk, who[start : start + AT_ONCE], f"proposals-{area or 'all'}-{start + 1}")


def _cases(desk: Desk, people: Sequence[str], name: str) -> Response:
    if not people:
        raise ProblemError("invalid", [FieldError("/cases", "missing")])
    with desk.read("residents.read") as work:
        cases = [_case(work, desk, one) for one in people]
        work.tell_people(people, {"printed": len(people)})
    headings = {name: desk.say(f"case.{name}") for name in ("wishes", "needs", "no_proposal", "plan", "notes")}
    content = {"lang": desk.lang, "texts": headings, "foot": desk.say("case.foot"), "title": desk.say("case.title"),
               "cases": cases}  # fmt: skip
    return sent(pdf(HERE / "cases.typ", content), name)


def _case(work: Work, desk: Desk, resident_id: str) -> dict[str, Any]:
    """One person on one page: what they wish and can comes first."""
    one = NOUNS["residents"].thing(row_of(work, PEOPLE.c.resident_id, resident_id))
    values = values_of(work, desk, resident_id)
    places, lang = values["places"], desk.lang
    likes, dislikes = ([places.resource(wish.target) for wish in values["wishes"] if wish.liking * sign > 0]
                       for sign in (1, -1))  # fmt: skip
    rows = [
        ("person.strengths", [word("activities", each, lang) for each in one.strengths]),
        ("person.roles", [role.name or role.resource_id for role in values["roles"]]),
        ("person.likes", likes), ("person.dislikes", dislikes),
        ("person.moves", [word("mode", each, lang) for each in one.modes]),
        ("person.requires", [word("features", each, lang) for each in one.requires]),
    ]  # fmt: skip
    unknown = desk.say("unknown")
    apart = one.sharing == "support_conference"
    return {
        "title": desk.say("person", id=resident_id), "alarm": desk.say("person.conference_only") if apart else "",
        "about": f"{desk.say(f'sharing.{one.sharing}')} ・ {places.area(one.area_id)}",
        "wishes": [(desk.say(key), "、".join(told) or unknown) for key, told in rows],
        "needs": [_need(need, values, desk) for need in values["needs"]], "plan": _plan(values, desk),
    }  # fmt: skip


def _need(need: Any, values: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    places, w = values["places"], values["places"].words
    proposal, held = values["proposals"].get(need.need_id), values["held"].get(need.need_id)
    options = proposal["proposal"]["options"][:OPTIONS] if proposal else []
    stage = values["stages"][need.need_id]
    unplaced = (proposal or {"proposal": {"unplaced": None}})["proposal"]["unplaced"] or {}
    return {
        "title": " ".join((w.kind(need), w.activities(need) if need.activities else "", desk.say(f"stage.{stage}"))),
        "held": desk.say("need.held", place=places.opening(held.opening_id)) if held else "",
        "options": [
            {"place": places.opening(each["opening"]), "way": w.way(each["mode"], each["minutes"]),
             "reasons": [reason["text"] for reason in each["reasons"] if reason["code"] not in ("urgency", "placed")],
             "cost": proposal["costs"].get(each["opening"], "")}
            for each in options
        ],
        "unplaced": [*(one["text"] for one in unplaced.get("held_back", ())),
                     *(one["text"] for one in unplaced.get("smallest_changes", ()) if one["verified"])],
    }  # fmt: skip


def _plan(values: Mapping[str, Any], desk: Desk) -> list[tuple[str, str]]:
    """The latest plan, where there is one."""
    if not values["plans"]:
        return []
    one, named = values["plans"][0], values["organisations"]
    alone = f" {desk.say('plans.alone')}" if left_alone(one) else ""
    shares = [f"{named.get(each['organisation_id'], each['organisation_id'])} {each['what']}" for each in one["shares"]]
    return [
        (desk.say("field.goal"), one["goal"]),
        (desk.say("plans.shares"), "、".join(shares) + alone),
        (desk.say("field.review_on"), times.day_words(one["review_on"], desk.say, desk.lang, desk.era)),
    ]


PAGES = (
    Page("GET", "/meetings/{row_id}/sheets.pdf", "meetings.read", meeting_sheets),
    Page("GET", "/rounds/{row_id}/sheets", "rounds.proposals", round_piles),
    Page("GET", "/rounds/{row_id}/sheets.pdf", "rounds.proposals", round_sheets),
)
"""The pages of this file."""
