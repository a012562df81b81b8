"""住民とニーズ: the list with its search, which is sent by POST so that nothing personal stands in an address."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from starlette.responses import Response

from api.conventions import page
from api.jobs.rounds import PROPOSALS
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, visible
from api.web import times
from api.web.desk import Desk, Page
from api.web.render import render
from api.web.rows import all_areas
from api.web.today import weeks_since
from matching.domain import NeedKind, Sharing
from matching.texts import word

AT_ONCE = 50
PEOPLE, NEEDS, PLACEMENTS = (NOUNS[name].table for name in ("residents", "needs", "placements"))
FILTERS = ("q", "area", "kind", "sharing", "state")


def people(desk: Desk) -> Response:
    """Everybody whom one sees, or who fits what was asked for; fifty at once."""
    asked = {name: desk.sent(name)[:200] for name in FILTERS}
    cursor = desk.cursor()
    with desk.read() as work:
        rows, following = page(work, _wanted(work, asked), PEOPLE.c.position, desk.at_once(AT_ONCE), cursor)
        ids = [row["resident_id"] for row in rows]
        areas = all_areas(work)
        told = _told(work, rows, {key: one.name or key for key, one in areas.items()})
        if ids:
            work.tell_people(ids, {"rows": len(ids)})
    choices = {
        "area": [(one.area_id, one.name or one.area_id) for one in areas.values()],
        "kind": [(kind.value, word("kind", kind.value, desk.lang)) for kind in NeedKind],
        "state": [(state, desk.say(f"people.{state}")) for state in ("waiting", "placed")],
        "sharing": [(one.value, desk.say(f"sharing.{one.value}")) for one in Sharing],
    }
    return render(desk, "people.html.j2", rows=told, following=following, asked=asked, begun=bool(cursor),
                  choices=choices)  # fmt: skip


def _wanted(work: Work, asked: dict[str, str]) -> Select[Any]:
    wanted = _listed(work.scope)
    if asked["q"]:
        wanted = wanted.where(PEOPLE.c.resident_id.contains(asked["q"], autoescape=True))
    if asked["area"]:
        wanted = wanted.where(PEOPLE.c.area_id == asked["area"])
    if asked["sharing"]:
        basis = PEOPLE.c.sharing == asked["sharing"]
        wanted = wanted.where(basis if asked["sharing"] != Sharing.NONE else basis | PEOPLE.c.sharing.is_(None))
    if asked["kind"] or asked["state"]:
        wanted = wanted.where(PEOPLE.c.resident_id.in_(_with_needs(work, asked["kind"], asked["state"])))
    return wanted


@for_scope
def _listed(scope: Scope) -> Select[Any]:
    """What a list tells of everybody whom one sees."""
    told = ("resident_id", "area_id", "waiting_since", "sharing", "position")
    return select(*(PEOPLE.c[name] for name in told)).where(visible(PEOPLE, scope))


def _with_needs(work: Work, kind: str, state: str) -> Select[Any]:
    held = select(PLACEMENTS.c.need_id).where(PLACEMENTS.c.municipality_id == work.scope.municipality_id)
    wanted = select(NEEDS.c.resident_id).where(NEEDS.c.municipality_id == work.scope.municipality_id)
    if kind:
        wanted = wanted.where(NEEDS.c.kind == kind)
    if state:
        wanted = wanted.where(NEEDS.c.need_id.in_(held) if state == "placed" else NEEDS.c.need_id.not_in(held))
    return wanted


def _told(work: Work, rows: Sequence[dict[str, Any]], areas: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each person with where they live, their needs, and how far each of these is."""
    whom, day = [row["resident_id"] for row in rows], times.today()
    needs = defaultdict(list)
    mine = work.connection.execute(_needs_of(work.scope), {"ids": whom}).all()
    ids = [need.need_id for need in mine]
    proposed = work.connection.execute(_proposals_of(work.scope), {"ids": ids})
    stages = stages_of(ids, proposed, work.connection.execute(_placements_of(work.scope), {"ids": ids}))
    for need in mine:
        needs[need.resident_id].append((need, stages[need.need_id]))
    return [
        {
            **row,
            "area": areas.get(row["area_id"], row["area_id"]),
            "weeks": weeks_since(row["waiting_since"], day),
            "needs": needs[row["resident_id"]],
        }
        for row in rows
    ]


@for_scope
def _needs_of(scope: Scope) -> Select[Any]:
    told = select(NEEDS.c.need_id, NEEDS.c.resident_id, NEEDS.c.kind).where(visible(NEEDS, scope))
    return told.where(NEEDS.c.resident_id.in_(_IDS)).order_by(NEEDS.c.position)


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


@for_scope
def _proposals_of(scope: Scope) -> Select[Any]:
    told = select(PROPOSALS.c.need_id, PROPOSALS.c.state, PROPOSALS.c.opening_id).where(visible(PROPOSALS, scope))
    return told.where(PROPOSALS.c.need_id.in_(_IDS)).order_by(PROPOSALS.c.position)


@for_scope
def _placements_of(scope: Scope) -> Select[Any]:
    told = select(PLACEMENTS.c.need_id, PLACEMENTS.c.state).where(visible(PLACEMENTS, scope))
    return told.where(PLACEMENTS.c.need_id.in_(_IDS))


def stages_of(need_ids: Sequence[str], proposed: Iterable[Any], held: Iterable[Any]) -> dict[str, str]:
    """How far each need is: held in trial, settled or pinned; proposed and the like; or waiting.

    `proposed` are the proposals for them as they were made, `held` their placements.
    """
    states = dict.fromkeys(need_ids, "waiting")
    for row in proposed:
        open_ = row.state in ("proposed", "discussed")
        states[row.need_id] = "waiting" if open_ and not row.opening_id else row.state
    states = {need: "waiting" if state in ("withdrawn", "accepted", "trial", "settled") else state
              for need, state in states.items()}  # fmt: skip
    for one in held:
        states[one.need_id] = one.state or "settled"
    return states


PAGES = (
    Page("GET", "/people", "residents.list", people),
    Page("POST", "/people", "residents.list", people),
)
"""The pages of this file."""
