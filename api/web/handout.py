"""本人にお渡しする案内: one place on one sheet, in large print and with readings where these are wished for."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from api.conventions import row_of
from api.problems import FieldError, ProblemError
from api.service import Work
from api.sheets.readings import Parts, parts_of, with_glossary, with_reading
from api.sheets.setting import HERE, pdf
from api.web.desk import Desk, Page
from api.web.people import PEOPLE
from api.web.person import values_of
from api.web.render import render
from api.web.rows import all_places
from api.web.sheets import foot, sent
from matching.texts import word


def handout_form(desk: Desk, row_id: str) -> Response:
    """Which place the sheet is about, in large print or not, with readings or not."""
    with desk.read("residents.read") as work:
        openings = _told_openings(work, desk, row_id)
        work.tell_people([row_id])
    return render(desk, "handout.html.j2", row_id=row_id, openings=openings)


def _told_openings(work: Work, desk: Desk, resident_id: str) -> dict[str, str]:
    """Openings that a person goes to or is proposed, and that are still there, by their names."""
    row_of(work, PEOPLE.c.resident_id, resident_id)
    values = values_of(work, desk, resident_id)
    ids = [one.opening_id for one in values["held"].values()]
    ids += [each["opening"] for one in values["proposals"].values() for each in one["proposal"]["options"]]
    places = values["places"]
    return {one: places.opening(one) for one in dict.fromkeys(ids) if one in places.openings}


def handout(desk: Desk, row_id: str) -> Response:
    """本人にお渡しする案内: what, when, how to go, what it costs; the name is written by hand."""
    with desk.read("residents.read") as work:
        if desk.sent("opening_id") not in _told_openings(work, desk, row_id):
            raise ProblemError("invalid", [FieldError("/opening_id", "reference")])
        places = all_places(work, desk.lang)
        opening = places.openings[desk.sent("opening_id")]
        values = values_of(work, desk, row_id)
        work.tell_people([row_id], {"handed": 1})
    one = places.resources[opening.resource_id]
    options = [each for p in values["proposals"].values() for each in p["proposal"]["options"]
               if each["opening"] == opening.opening_id]  # fmt: skip
    way = places.words.way(options[0]["mode"], options[0]["minutes"]) if options else desk.say("handout.way.ask")
    fee = desk.say("yen", n=one.fee_yen) if one.fee_yen else desk.say("handout.free" if one.fee_yen == 0 else "unknown")
    name = with_reading(places.resource(one.resource_id), desk.sent("reading") if desk.lang == "ja" else "")
    doing = "、".join(word("activities", each, desk.lang) for each in one.activities)
    rows = [("place", name), ("when", places.words.when(opening)), ("what", doing or desk.say("handout.ask")),
            ("way", way), ("fee", fee)]  # fmt: skip
    notes = ["handout.note.try", "handout.note.no", "handout.note.stop"]
    notes += ["handout.note.ask_first"] if one.informal or one.accepting == "ask_first" else []
    return sent(pdf(HERE / "handout.typ", _handed(desk, rows, notes)), "annai")


def _handed(desk: Desk, rows: Sequence[tuple[str, str]], notes: Sequence[str]) -> dict[str, Any]:
    readings = desk.lang == "ja" and desk.sent("readings") == "yes"

    def parts(text: str) -> Parts:
        return parts_of(with_glossary(text, desk.say("handout.glossary")), readings)

    return {
        "lang": desk.lang, "large": desk.sent("large") == "yes", "readings": readings,
        "title": desk.say("handout.title"), "heading": parts(desk.say("handout.heading")), "foot": foot(desk),
        "texts": {name: parts(desk.say(f"handout.{name}")) for name in ("dear", "contact")},
        "first": parts(desk.say("handout.first")),
        "rows": [(parts(desk.say(f"handout.row.{key}")), parts(text)) for key, text in rows],
        "notes": [parts(desk.say(key)) for key in notes], "contact": desk.sent("contact"),
    }  # fmt: skip


PAGES = (
    Page("GET", "/people/{row_id}/handout", "residents.read", handout_form),
    Page("POST", "/people/{row_id}/handout", "residents.read", handout),
)
"""The pages of this file."""
