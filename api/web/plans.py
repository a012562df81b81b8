"""プランとアウトリーチ: who does what until when, which case is left to one agency alone, and who visits whom next."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam
from starlette.responses import RedirectResponse, Response

from api.conventions import must_match
from api.notes import NOTES, Fact, Known, add_note, content_of, contents_of, one_note, remove_note, replace_note
from api.routes.notes import NOUNS_OF_NOTES, Plan, Visit, left_alone
from api.routes.people import not_reached_page
from api.routes.users import accounts, colleagues, shown_names
from api.service import Work
from api.store.offers import offers_of
from api.store.scope import Scope, for_scope, of
from api.web import times
from api.web.desk import Desk, Page
from api.web.render import render
from api.web.today import NOT_REACHED_WEEKS

SHARES = 3
"""Empty rows for who does what, behind those that are there."""
AT_ONCE = 100


def _all_plans(work: Work) -> list[dict[str, Any]]:
    """The plans of persons whom one sees, with what they say, the latest first."""
    return _read(work, work.connection.execute(_plans(work.scope)).mappings())


def _visits_of(work: Work, row_ids: Collection[str]) -> list[dict[str, Any]]:
    """Some visits, with what is noted of them."""
    return _read(work, work.connection.execute(_visits(work.scope), {"ids": list(row_ids)}).mappings())


def _read(work: Work, found: Iterable[Any]) -> list[dict[str, Any]]:
    rows = [dict(row) for row in found]
    return [{**row, **said} for row, said in zip(rows, contents_of(work, rows), strict=True)]


@for_scope
def _plans(scope: Scope) -> Select[Any]:
    return of(NOTES, scope).where(NOTES.c.noun == "plans").order_by(NOTES.c.on_day.desc(), NOTES.c.position.desc())


@for_scope
def _visits(scope: Scope) -> Select[Any]:
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    return of(NOTES, scope).where(NOTES.c.noun == "visits", NOTES.c.row_id.in_(ids))


def plans(desk: Desk) -> Response:
    """The latest plan of each person, those whose review is due first, and which are left to one agency alone."""
    day = times.today().isoformat()
    with desk.read() as work:
        latest: dict[str, dict[str, Any]] = {}
        for one in _all_plans(work):
            latest.setdefault(one["resident_id"], {**one, "alone": left_alone(one)})
        rows = sorted(latest.values(), key=lambda one: one["review_on"] or "9999")
        organisations = named_organisations(work)
        if rows:
            work.tell_people([one["resident_id"] for one in rows], {"rows": len(rows)})
    return render(desk, "plans.html.j2", rows=rows, day=day, organisations=organisations)


def named_organisations(work: Work) -> Mapping[str, str]:
    """Organisations by their identifier."""
    return offers_of(work.connection, work.scope).organisations


def plan(desk: Desk, row_id: str) -> Response:
    """One plan, to be read together and printed."""
    with desk.read() as work:
        row = one_note(work, "plans", row_id)
        one = {**row, **content_of(work, row)}
        organisations = named_organisations(work)
        work.tell_people([row["resident_id"]])
    return render(desk, "plan.html.j2", one={**one, "alone": left_alone(one)}, organisations=organisations,
                  empty=[{"organisation_id": "", "what": "", "until": ""}] * SHARES)  # fmt: skip


def plan_made(desk: Desk, row_id: str) -> Response:
    """A plan for a person: their goal in their own words, and who does what."""
    body = _plan(desk, row_id)
    with desk.change() as work:
        row = add_note(work, "plans", row_id, body.on_day, body.model_dump(exclude={"resident_id", "on_day"}))
    return RedirectResponse(f"/plans/{row['row_id']}", 303)


def plan_changed(desk: Desk, row_id: str) -> Response:
    """The plan after its review, if nobody changed it meanwhile."""
    with desk.change() as work:
        row = one_note(work, "plans", row_id)
        must_match(desk.match(), row)
        body = _plan(desk, row["resident_id"])
        replace_note(work, row, body.on_day, body.model_dump(exclude={"resident_id", "on_day"}))
    return RedirectResponse(f"/plans/{row_id}", 303)


def plan_ended(desk: Desk, row_id: str) -> Response:
    """The plan is taken away."""
    with desk.change() as work:
        row = one_note(work, "plans", row_id)
        must_match(desk.match(), row)
        remove_note(work, row)
    return RedirectResponse(f"/people/{row['resident_id']}", 303)


def _plan(desk: Desk, resident_id: str) -> Plan:
    columns = (desk.form.get(name, []) for name in ("organisation_id", "what", "until"))
    shares = [
        {"organisation_id": who, "what": what, "until": until or None}
        for who, what, until in zip(*columns, strict=False) if who
    ]  # fmt: skip
    values = {"resident_id": resident_id, "on_day": desk.sent("on_day"), "goal": desk.sent("goal"),
              "review_on": desk.sent("review_on"), "shares": shares}  # fmt: skip
    return desk.body(Plan, values)


def outreach(desk: Desk) -> Response:
    """アウトリーチ: whom nobody has reached yet, what they wish about being contacted, and who visits them next."""
    day = times.today().isoformat()
    with desk.read() as work:
        people, following = not_reached_page(work, NOT_REACHED_WEEKS, desk.at_once(AT_ONCE), desk.sent("cursor"))
        shown = frozenset(people)
        soon = {one.row_id for who, one in next_visits(work, day).items() if who in shown}
        coming = {one["resident_id"]: one for one in _visits_of(work, soon)} if soon else {}
        wishes = contact_wishes(work, people)
        everybody = accounts(work)
        users, names = colleagues(everybody), shown_names(everybody)
        if people:
            work.tell_people(people, {"rows": len(people)})
    return render(desk, "outreach.html.j2", people=people, coming=coming, wishes=wishes, users=users, names=names,
                  day=day, following=following)  # fmt: skip


class Visitor(NamedTuple):
    """Who visits, and at which time; empty = not said."""

    by: str
    starts: str


VISITS = Fact("visits", lambda said: Visitor(said["by"], said["starts"] or ""))
REVIEWS = Fact("plans", lambda said: str(said["review_on"] or ""))
WISHES = Fact("contacts", lambda said: str(said.get("wish") or ""))
"""What of notes lists of a whole town need: who visits whom when, when a plan is reviewed, wishes about contacts."""


def next_visits(work: Work, day: str) -> Mapping[str, Known[Visitor]]:
    """The next visit to each person from a day on."""
    return {one.resident_id: one for one in reversed(VISITS.since(work, day))}


def contact_wishes(work: Work, resident_ids: Sequence[str]) -> Mapping[str, str]:
    """What each of these people last wished about being contacted; refusing it is a wish like any other."""
    asked = frozenset(resident_ids)
    return {one.resident_id: one.fact for one in WISHES.since(work, "") if one.fact and one.resident_id in asked}


def visit_planned(desk: Desk, row_id: str) -> Response:
    """Who goes to see them, and when."""
    values = {"resident_id": row_id, **{name: desk.sent(name) for name in ("on_day", "starts", "by", "note")}}
    body = desk.body(Visit, values)
    with desk.change() as work:
        add_note(work, "visits", row_id, body.on_day, body.model_dump(exclude={"resident_id", "on_day"}))
    return desk.back("/outreach")


def note_ended(desk: Desk, row_id: str, noun: str) -> Response:
    """A visit that will not be, or what was noted by mistake, is taken away."""
    if noun not in NOUNS_OF_NOTES or not desk.may(f"{noun}.delete"):
        from api.problems import ProblemError

        raise ProblemError("not_found")
    with desk.change(f"{noun}.delete") as work:
        row = one_note(work, noun, row_id)
        must_match(desk.match(), row)
        remove_note(work, row)
    return desk.back(f"/people/{row['resident_id']}")


PAGES = (
    Page("GET", "/plans", "plans.list", plans),
    Page("GET", "/plans/{row_id}", "plans.read", plan),
    Page("POST", "/plans/{row_id}", "plans.replace", plan_changed),
    Page("POST", "/plans/{row_id}/end", "plans.delete", plan_ended),
    Page("POST", "/people/{row_id}/plans", "plans.create", plan_made),
    Page("GET", "/outreach", "outreach.list", outreach),
    Page("POST", "/outreach", "outreach.list", outreach),
    Page("POST", "/people/{row_id}/visits", "visits.create", visit_planned),
    Page("POST", "/notes/{noun}/{row_id}/end", "contacts.delete", note_ended),
)
"""The pages of this file."""
