"""マッチング案: a round is asked for, followed as it happens, stopped; its result by area, beside the round before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Select, bindparam, select
from starlette.responses import RedirectResponse, Response

from api.conventions import row_of
from api.jobs.queue import ENDED, JOBS
from api.jobs.rounds import ALONE, PROPOSALS, ROUNDS
from api.problems import FieldError, ProblemError
from api.routes import rounds as routes
from api.routes.meetings import MEETINGS
from api.routes.rounds import NEEDS, PEOPLE, my_room, round_of
from api.security.sign_in import USERS
from api.service import Work
from api.store.database import seeing_everybody
from api.store.kept import Kept
from api.store.scope import Scope, for_scope, of, visible
from api.store.standing import seen_by
from api.web.desk import Desk, Page, told
from api.web.render import part, render
from api.web.round_changes import why_changed
from api.web.rows import Places, all_places, names_of_users, same_need, same_person
from matching.domain import NeedKind
from matching.texts import word

SHOWN = 40
"""Rounds of the list, the newest first."""
AT_ONCE = 60
"""Rows of a round on one page."""
STEPS = ("first", "judge", "solve", "explain")
"""What is being done while a round is made, as its progress names it."""


class Row(NamedTuple):
    """One need in a round: where the plan sends them, and where the round before did; empty = nowhere."""

    proposal_id: str
    need_id: str
    kind: str
    resident_id: str
    area_id: str
    state: str
    opening_id: str
    before: str
    known: bool

    @property
    def changed(self) -> bool:
        """Whether the round before said something else about this need."""
        return self.known and self.before != self.opening_id


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a round, by area or by who holds for it: its needs, those with a place, those that changed."""

    name: str
    note: str
    area: str
    holder: str
    needs: int
    placed: int
    changed: int


def rounds(desk: Desk) -> Response:
    """The latest rounds, and the form for a new one."""
    with desk.look() as work:
        wanted = of(JOBS, work.scope).where(JOBS.c.kind == "round", my_room(work.scope))
        rows = work.connection.execute(wanted.order_by(JOBS.c.position.desc()).limit(SHOWN)).mappings().all()
        ids = [row["job_id"] for row in rows]
        placed = {row.round_id: row for row in work.connection.execute(_placed(work.scope), {"ids": ids})}
        meetings = work.connection.execute(_conferences(work.scope)).all()
    return render(desk, "rounds.html.j2", rows=rows, placed=placed, meetings=meetings)


@for_scope
def _placed(scope: Scope) -> Select[Any]:
    """How many needs some rounds spoke of and placed; what they warn of, which is long, is not read."""
    told = (ROUNDS.c.summary[name].as_integer().label(name) for name in ("needs", "placed"))
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    return select(ROUNDS.c.round_id, *told).where(visible(ROUNDS, scope), ROUNDS.c.round_id.in_(ids))


@for_scope
def _conferences(scope: Scope) -> Select[Any]:
    """The latest 支援会議 in which one sits."""
    wanted = select(MEETINGS.c.meeting_id, MEETINGS.c.on_day).where(visible(MEETINGS, scope))
    return wanted.where(MEETINGS.c.kind == "support_conference").order_by(MEETINGS.c.on_day.desc()).limit(20)


def asked(desk: Desk) -> Response:
    """Ask for a round, as `POST /v1/rounds` does; for a conference where its meeting is named."""
    meeting = desk.sent("meeting_id")
    values = {"room": "support_conference" if meeting else "consent", "meeting_id": meeting}
    body = desk.body(routes.NewRound, values)
    made = told(routes.create(body, desk.caller, desk.service, desk.needs, desk.sent("key")))
    return RedirectResponse(f"/rounds/{made['round_id']}", 303)


def revised(desk: Desk, row_id: str) -> Response:
    """Another round in which the ticked needs keep where they are sent, or few of all may go elsewhere."""
    pins = [pin.partition(":") for pin in desk.form.get("pin", [])]
    most = desk.sent("most_changed")
    if not (pins or most):
        raise ProblemError("invalid", [FieldError("/pins", "missing")])
    kept = [{"need_id": need, "opening_id": where} for need, _, where in pins]
    body = desk.body(routes.Revision, {"pins": kept, "most_changed": most})
    made = told(routes.revise(row_id, body, desk.caller, desk.service, desk.needs, desk.sent("key")))
    return RedirectResponse(f"/rounds/{made['round_id']}", 303)


def stopped(desk: Desk, row_id: str) -> Response:
    """It stops soon, and the best plan so far is kept."""
    routes.stop(row_id, desk.caller, desk.service, desk.needs)
    return RedirectResponse(f"/rounds/{row_id}", 303)


def round_page(desk: Desk, row_id: str) -> Response:
    """A round: how far it is, or what it says, one area at a time; `show=changed` tells what differs from before."""
    query = desk.request.query_params
    area, show, holder = query.get("area", ""), query.get("show", ""), query.get("holder", "")
    start = int(query.get("from", "0")[:9]) if query.get("from", "0").isdigit() else 0
    most = desk.at_once(AT_ONCE)
    with desk.read("rounds.proposals") as work:
        job = round_of(work, row_id)
        found = work.connection.execute(of(ROUNDS, work.scope).where(ROUNDS.c.round_id == row_id)).mappings().first()
        need = row_of(work, NEEDS.c.need_id, job["asked"]["need_id"]) if job["kind"] == ALONE else None
        if found is None:
            return render(desk, "round_going.html.j2", job=job, ended=job["state"] in ENDED, need=need, steps=STEPS)
        if need is not None:
            return RedirectResponse(f"/people/{need['resident_id']}#{need['need_id']}", 303)
        earlier = _round_before(work, dict(found))
        rows, places, holders = round_rows(work, row_id, earlier), all_places(work, desk.lang), holders_of(work)
        within = holders.get(holder, frozenset()) if holder else None
        wanted = [row for row in rows if (not area or row.area_id == area) and (show != "changed" or row.changed)
                  and (within is None or row.area_id in within)]  # fmt: skip
        seen = wanted[start : start + most]
        why = why_changed(work, desk, places, (row_id, earlier), [row for row in seen if row.changed])
        names, counts = names_of_users(work), _counts(rows)
        if seen:
            work.tell_people([row.resident_id for row in seen], {"rows": len(seen)})
    return render(
        desk, "round.html.j2", job=job, summary=found["summary"], rows=seen, count=len(wanted), start=start,
        following=start + most if len(wanted) > start + most else None, places=places, area=area, show=show,
        earlier=earlier, changed=sum(one.changed for one in counts.values()), why=why, holder=holder, names=names,
        kinds={kind.value: word("kind", kind.value, desk.lang) for kind in NeedKind},
        by_area=_shares(desk, "people.area", _by_area(counts, places), show, earlier),
        by_holder=_shares(desk, "round.holder", _by_holder(counts, holders, names, places, desk), show, earlier),
    )  # fmt: skip


def _shares(desk: Desk, caption: str, parts: Sequence[Part], show: str, earlier: str) -> str:
    """The parts of a round as a table; empty where there are none."""
    here = desk.request.url.path
    return part(desk, "round_shares.html.j2", (here, caption, tuple(parts), show, bool(earlier)), rows=parts,
                caption=desk.say(caption), here=here, show=show, earlier=earlier) if parts else ""  # fmt: skip


def people_of_round(work: Work, round_id: str) -> Mapping[str, list[str]]:
    """Everybody with a proposal in a round whom one sees, each once, by their area."""
    round_of(work, round_id)
    found: dict[str, dict[str, None]] = {}
    for row in round_rows(work, round_id, ""):
        found.setdefault(row.area_id, {})[row.resident_id] = None
    return {area: list(people) for area, people in found.items()}


def _round_before(work: Work, this: Mapping[str, Any]) -> str:
    """The round before in the same room; empty where there is none."""
    wanted = select(ROUNDS.c.round_id).where(
        visible(ROUNDS, work.scope), ROUNDS.c.room == this["room"], ROUNDS.c.meeting_id == this["meeting_id"],
        ROUNDS.c.position < this["position"], ROUNDS.c.alone.is_(False),
    )  # fmt: skip
    return work.connection.execute(wanted.order_by(ROUNDS.c.position.desc()).limit(1)).scalar_one_or_none() or ""


def round_rows(work: Work, round_id: str, earlier: str) -> Sequence[Row]:
    """Every need of a round whose person one sees, by area and by where it stands in the round.

    How a round stands is worked out once for all, beside the round before; whom one sees is asked each time.
    """
    rounds = _OF_TOWN.of(work.connection, work.scope)
    rows = rounds.get((round_id, earlier))
    if rows is None:
        with seeing_everybody(work.connection, work.scope) as everybody:
            rows = rounds[round_id, earlier] = _rows(work.connection, everybody, round_id, earlier)
    seen = seen_by(work.connection, work.scope)
    return rows if seen >= {row.resident_id for row in rows} else [row for row in rows if row.resident_id in seen]


_Rounds = dict[tuple[str, str], Sequence[Row]]
_OF_TOWN: Kept[_Rounds] = Kept("standing", lambda _connection, _scope: {})
"""Rounds of a town that were looked at since something of who stands where was written."""


def _rows(connection: Connection, scope: Scope, round_id: str, earlier: str) -> list[Row]:
    before = _sent_to(connection, scope, earlier) if earlier else {}
    found = connection.execute(_proposals(scope), {"round": round_id}).all()
    return [Row._make((*one, before.get(one[1], ""), one[1] in before)) for one in found]


@for_scope
def _proposals(scope: Scope) -> Select[Any]:
    told = (PROPOSALS.c.proposal_id, PROPOSALS.c.need_id, NEEDS.c.kind, PEOPLE.c.resident_id, PEOPLE.c.area_id,
            PROPOSALS.c.state, PROPOSALS.c.opening_id)  # fmt: skip
    joined = select(*told).join(NEEDS, same_need(PROPOSALS)).join(PEOPLE, same_person(NEEDS))
    mine = (PROPOSALS.c.municipality_id == scope.municipality_id, PROPOSALS.c.round_id == bindparam("round"))
    return joined.where(*mine, visible(PEOPLE, scope)).order_by(PEOPLE.c.area_id, PROPOSALS.c.position)


def _sent_to(connection: Connection, scope: Scope, round_id: str) -> dict[str, str]:
    wanted = select(PROPOSALS.c.need_id, PROPOSALS.c.opening_id).where(
        visible(PROPOSALS, scope), PROPOSALS.c.round_id == round_id
    )
    return {one.need_id: one.opening_id for one in connection.execute(wanted).all()}


class Counts(NamedTuple):
    """Of some needs: how many, how many with a place, and how many changed."""

    needs: int = 0
    placed: int = 0
    changed: int = 0

    def __add__(self, other: tuple[Any, ...]) -> "Counts":
        return Counts(*(one + more for one, more in zip(self, other, strict=True)))


def _counts(rows: Sequence[Row]) -> Mapping[str, Counts]:
    """Of each area what one sees in the round, in the order of the rows."""
    needs = Counter(row.area_id for row in rows)
    placed = Counter(row.area_id for row in rows if row.opening_id)
    changed = Counter(row.area_id for row in rows if row.known and row.before != row.opening_id)
    return {area: Counts(count, placed[area], changed[area]) for area, count in needs.items()}


def _by_area(counts: Mapping[str, Counts], places: Places) -> list[Part]:
    return [Part(places.area(area), "", area, "", *mine) for area, mine in counts.items()]


def _by_holder(
    counts: Mapping[str, Counts],
    holders: Mapping[str, frozenset[str]],
    names: Mapping[str, str],
    places: Places,
    desk: Desk,
) -> list[Part]:
    """Of each coordinator what one sees of the areas that they hold for; areas may have several, or nobody."""
    told = [
        Part(names.get(user, user), "・".join(places.area(one) for one in sorted(areas)), "", user,
             *sum((counts[area] for area in areas if area in counts), Counts()))
        for user, areas in holders.items()
        if any(area in counts for area in areas)
    ]  # fmt: skip
    held = frozenset().union(*holders.values())
    nobodys = [mine for area, mine in counts.items() if area not in held]
    return [
        *told,
        *([Part(desk.say("round.nobodys"), "", "", "", *sum(nobodys, Counts()))] if nobodys and told else []),
    ]


def holders_of(work: Work) -> Mapping[str, frozenset[str]]:
    """The areas that each coordinator holds for, by their user."""
    mine = (USERS.c.municipality_id == work.scope.municipality_id, USERS.c.role == "coordinator", ~USERS.c.disabled)
    found = work.connection.execute(select(USERS.c.user_id, USERS.c.areas).where(*mine).order_by(USERS.c.sign_in_name))
    return {row.user_id: frozenset(row.areas) for row in found}


PAGES = (
    Page("GET", "/rounds", "rounds.list", rounds),
    Page("POST", "/rounds", "rounds.create", asked),
    Page("GET", "/rounds/{row_id}", "rounds.read", round_page),
    Page("POST", "/rounds/{row_id}/revisions", "rounds.revise", revised),
    Page("POST", "/rounds/{row_id}/cancel", "rounds.cancel", stopped),
)
"""The pages of this file."""
