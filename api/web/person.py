"""One person: wishes, strengths and roles first; then needs with their options and why; what was decided and noted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from starlette.responses import RedirectResponse, Response

from api.bodies import whole_of
from api.changes import add, change
from api.conventions import must_match, row_of
from api.jobs.queue import JOBS
from api.jobs.rounds import PROPOSALS, ROUNDS
from api.notes import NOTES, add_note, contents_of
from api.problems import ProblemError
from api.report.cards import cost_words
from api.report.words import Words, words
from api.routes import people as routes
from api.routes.decisions import DECISIONS, REASONS, STEPS, NewDecision, ask_for_options, decide
from api.routes.notes import NOUNS_OF_NOTES, Voice, left_alone
from api.routes.rounds import is_stale, my_room, told_proposal
from api.routes.users import accounts, colleagues, shown_names
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import Scope, by, for_scope, of, visible
from api.web import times
from api.web.desk import Desk, Page, told
from api.web.people import PEOPLE, stages_of
from api.web.plans import SHARES
from api.web.render import part, render
from api.web.rooms import rooms
from api.web.rows import all_places, names_of_users, things_of
from api.web.today import weeks_since
from matching.domain import Option
from matching.errors import Lang

NEVER, WANTED = -2, 2
"""A wish that no round goes against, and one that draws."""
OPEN = ("proposed", "discussed")


def person(desk: Desk, row_id: str) -> Response:
    """Everything about one person that one may see, without their name."""
    return _page(desk, row_id)


def identity(desk: Desk, row_id: str) -> Response:
    """The same, with name and contacts opened once, for a purpose that the audit keeps."""
    body = desk.body(routes.Purpose, {"purpose": desk.sent("purpose")})
    try:
        opened = told(routes.open_identity(row_id, body, desk.caller, desk.service, desk.needs))
    except ProblemError as error:
        if error.code != "not_found":
            raise
        opened = {}  # none is kept; a person whom one does not see is not found by the page either
    return _page(desk, row_id, opened)


def identity_kept(desk: Desk, row_id: str) -> Response:
    """Name and contacts as they are now, sealed with the person's key."""
    body = desk.body(routes.IdentityIn, {name: desk.sent(name) for name in routes.IdentityIn.model_fields})
    routes.put_identity(row_id, body, desk.caller, desk.service, desk.needs, desk.match())
    return desk.back(f"/people/{row_id}")


def _page(desk: Desk, row_id: str, opened: dict[str, Any] | None = None) -> Response:
    with desk.read("residents.read") as work:
        row = row_of(work, PEOPLE.c.resident_id, row_id)
        one = NOUNS["residents"].thing(row)
        values = values_of(work, desk, row_id)
        work.tell_people([row_id])
    weeks = weeks_since(row["waiting_since"], times.today())
    why = tuple((code, desk.say(f"why.{code}")) for code in REASONS)
    reasons = part(desk, "options.html.j2", why, choices=why, chosen="")
    return render(desk, "person.html.j2", one=one, row=row, weeks=weeks, opened=opened, reasons=reasons,
                  day=times.today().isoformat(), asked_of=desk.request.query_params.get("of", ""),
                  **values)  # fmt: skip


def values_of(work: Work, desk: Desk, row_id: str) -> dict[str, Any]:
    """What hangs on a person whom one sees: needs, proposals, wishes, roles, notes, and names for all of it."""
    needs = things_of(work, "needs", "resident_id", [row_id])
    ids = [need.need_id for need in needs]
    held = {one.need_id: one for one in things_of(work, "placements", "need_id", ids)}
    made = work.connection.execute(_made(work.scope), {"ids": ids}).all()
    proposals = _proposals(work, made, desk.lang)
    everybody = accounts(work)
    wishes = things_of(work, "wishes", "resident_id", [row_id])
    noted = _notes(work, row_id)
    places = all_places(work, desk.lang)
    roles = [one for one in places.resources.values() if one.resident_id == row_id]
    return {
        "needs": needs,
        "held": held,
        "proposals": proposals,
        "stages": stages_of(ids, made, held.values()),
        "decisions": _decisions(work, ids),
        "wishes": wishes,
        "roles": roles,
        "companions": things_of(work, "companions", "resident_id", [row_id]),
        "notes": noted["notes"],
        "plans": [{**one, "alone": left_alone(one)} for one in noted["plans"]],
        "visits": [one for one in noted["visits"] if one["on_day"] >= times.today().isoformat()],
        "names": shown_names(everybody),
        "colleagues": colleagues(everybody),
        "access": _access(work, row_id),
        "organisations": places.offers.organisations,
        "empty_shares": [{"organisation_id": "", "what": "", "until": ""}] * SHARES,
        "targets": part(desk, "targets.html.j2", (places.offers,), offers=places.offers),
        "places": places,
        "free": rooms(work, places).free,
        "rides": things_of(work, "ride_requests", "resident_id", [row_id]),
        "liked": {one.target: one.liking for one in wishes},
        "steps": {state: [kind for kind, (before, _) in STEPS.items() if state in before] for state in _STATES},
    }


_STATES = ("proposed", "discussed", "accepted", "trial", "settled", "declined", "withdrawn")


def _access(work: Work, row_id: str) -> list[dict[str, Any]]:
    """Who sees the person beyond those who hold for the area."""
    found = work.connection.execute(by(routes.ACCESS.c.resident_id, work.scope), {"wanted": row_id})
    return [dict(row) for row in found.mappings()]


def _proposals(work: Work, made: Sequence[Any], lang: Lang) -> dict[str, dict[str, Any]]:
    """Of each need the latest of the proposals `made` in a round that one may see."""
    last = {row.need_id: row.position for row in made if row.mine}
    rows = work.connection.execute(_at(work.scope), {"ids": list(last), "positions": list(last.values())}).mappings()
    latest = {row["need_id"]: dict(row) for row in rows}
    stale = {one: is_stale(work, one) for one in {row["round_id"] for row in latest.values()}}
    rounds, said = _rounds(work, set(stale)), words(lang)
    told = {need: told_proposal(row, lang, stale[row["round_id"]]) for need, row in latest.items()}
    return {need: {**one, "costs": _costs(one, _tiers(rounds[one["round_id"]]), said),
                   "made": rounds[one["round_id"]]} for need, one in told.items()}  # fmt: skip


@for_scope
def _made(scope: Scope) -> Select[Any]:
    """The proposals for some needs without what they say, and which are of a round that one may see."""
    rounds = select(JOBS.c.job_id).where(visible(JOBS, scope), my_room(scope))
    told = (PROPOSALS.c[name] for name in ("need_id", "position", "state", "opening_id"))
    wanted = select(*told, PROPOSALS.c.round_id.in_(rounds).label("mine")).where(visible(PROPOSALS, scope))
    return wanted.where(PROPOSALS.c.need_id.in_(_IDS)).order_by(PROPOSALS.c.position)


@for_scope
def _at(scope: Scope) -> Select[Any]:
    positions: BindParameter[Any] = bindparam("positions", expanding=True)
    return of(PROPOSALS, scope).where(PROPOSALS.c.need_id.in_(_IDS), PROPOSALS.c.position.in_(positions))


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


def _costs(proposal: dict[str, Any], tiers: dict[str, int], said: Words) -> dict[str, str]:
    """What each option that is not the plan's would cost everybody else."""
    options = proposal["proposal"]["options"]
    return {one["opening"]: _cost(one, tiers, said) for one in options if not one["chosen"]}


def _rounds(work: Work, round_ids: set[str]) -> dict[str, dict[str, Any]]:
    """Of each round when it was made, whether for one need alone, and what it aimed at."""
    found = work.connection.execute(_aims(work.scope), {"ids": list(round_ids)})
    return {row["round_id"]: dict(row) for row in found.mappings()}


@for_scope
def _aims(scope: Scope) -> Select[Any]:
    told = (ROUNDS.c.round_id, ROUNDS.c.summary["tiers"].label("tiers"), ROUNDS.c.alone, ROUNDS.c.made_at)
    return select(*told).where(visible(ROUNDS, scope), ROUNDS.c.round_id.in_(_IDS))


def _tiers(made: Mapping[str, Any]) -> dict[str, int]:
    """The names of a round's aims, and where each stands."""
    return {tier["name"]: at for at, tier in enumerate(made["tiers"])}


def _cost(option: dict[str, Any], tiers: dict[str, int], said: Words) -> str:
    """What an option would cost everybody else, in words."""
    priced = Option(
        option["opening"], option["resource"], option["chosen"], option["minutes"], option["mode"],
        tuple(option["points"]), tuple(option["opportunity_cost"]), option["exact"], option["ask_first"],
        option["holders"], (),
    )  # fmt: skip
    return cost_words(priced, tiers, said)


def _decisions(work: Work, need_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    by_need = defaultdict(list)
    for row in work.connection.execute(_decided(work.scope), {"ids": need_ids}).mappings():
        by_need[row["need_id"]].append(dict(row))
    return by_need


@for_scope
def _decided(scope: Scope) -> Select[Any]:
    """What was decided about some needs, the latest first."""
    return of(DECISIONS, scope).where(DECISIONS.c.need_id.in_(_IDS)).order_by(DECISIONS.c.position.desc())


def _notes(work: Work, row_id: str) -> dict[str, list[dict[str, Any]]]:
    """What was noted about a person, the latest first: plans, visits to come, and everything else."""
    rows = [dict(row) for row in work.connection.execute(_noted(work.scope), {"wanted": row_id}).mappings()]
    out = defaultdict(list)
    for row, said in zip(rows, contents_of(work, rows), strict=True):
        out["plans" if row["noun"] == "plans" else "visits" if row["noun"] == "visits" else "notes"].append(
            {**row, **said}
        )
    return out


@for_scope
def _noted(scope: Scope) -> Select[Any]:
    return by(NOTES.c.resident_id, scope).order_by(NOTES.c.on_day.desc(), NOTES.c.position.desc())


def decided(desk: Desk, row_id: str) -> Response:
    """One step with the person, as `POST /v1/proposals/{id}/decisions` takes it."""
    values = {name: desk.sent(name) for name in ("kind", "opening_id", "reason_code")}
    decide(row_id, desk.body(NewDecision, values), desk.caller, desk.service, desk.needs, desk.sent("key"))
    return desk.back("/people")


def looked_again(desk: Desk, row_id: str) -> Response:
    """Options for one need as the town is now, as `POST /v1/needs/{id}/options` asks for them; then how far that is."""
    made = told(ask_for_options(row_id, desk.caller, desk.service, desk.needs, desk.sent("key")))
    return RedirectResponse(f"/rounds/{made['round_id']}", 303)


def voiced(desk: Desk, row_id: str) -> Response:
    """«行きたい» or «いや» about a place, and why, in the person's own words or not; the next round goes by it."""
    names = ("target", "says", "reason_code", "note")
    body = desk.body(Voice, {"resident_id": row_id, "on_day": times.today().isoformat(),
                             **{name: desk.sent(name) for name in names}})  # fmt: skip
    with desk.change() as work:
        _wish(work, row_id, body.target, WANTED if body.says == "wanted" else NEVER)
        add_note(work, "voices", row_id, body.on_day, body.model_dump(exclude={"resident_id", "on_day"}))
    return desk.back(f"/people/{row_id}")


def _wish(work: Work, resident_id: str, target: str, liking: int) -> None:
    noun = NOUNS["wishes"]
    values = {"resident_id": resident_id, "target": target, "liking": liking}
    same = of(noun.table, work.scope).where(noun.table.c.resident_id == resident_id, noun.table.c.target == target)
    before = work.connection.execute(same).mappings().first()
    if before is None:
        add(work, noun, values)
    else:
        change(work, noun, dict(before), values)


def given(desk: Desk, row_id: str) -> Response:
    """Somebody has their case from now on."""
    body = desk.body(routes.NewCase, {"user_id": desk.sent("user_id")})
    routes.give_access(row_id, body, desk.caller, desk.service, desk.needs)
    return desk.back(f"/people/{row_id}")


def ended(desk: Desk, row_id: str, other_id: str) -> Response:
    """Somebody has their case no more, from the next request on."""
    routes.end_access(row_id, other_id, desk.caller, desk.service, desk.needs)
    return desk.back(f"/people/{row_id}")


def noted(desk: Desk, row_id: str, noun: str) -> Response:
    """A contact or a follow-up, sealed with the person's key."""
    model, _ = NOUNS_OF_NOTES[noun]
    names = [name for name in model.model_fields if name in desk.form]
    values: dict[str, Any] = {name: desk.sent(name) for name in names}
    if values.get("tiredness", "").isdigit():
        values["tiredness"] = int(values["tiredness"][:2])
    body: Any = desk.body(model, {**values, "resident_id": row_id})
    with desk.change(f"{noun}.create") as work:
        add_note(work, noun, body.resident_id, body.on_day, body.model_dump(exclude={"resident_id", "on_day"}))
    return desk.back(f"/people/{row_id}")


def contacted(desk: Desk, row_id: str) -> Response:
    """Somebody met them, or tried to."""
    return noted(desk, row_id, "contacts")


def followed_up(desk: Desk, row_id: str) -> Response:
    """How it goes, for the person or for the host."""
    return noted(desk, row_id, "follow_ups")


def consented(desk: Desk, row_id: str) -> Response:
    """The person has agreed that their data are shared; the audit keeps when and who noted it."""
    noun = NOUNS["residents"]
    with desk.change() as work:
        row = row_of(work, noun.table.c.resident_id, row_id)
        must_match(desk.match(), row)
        change(work, noun, row, {**whole_of(noun, row), "sharing": "consent"})
    return desk.back(f"/people/{row_id}")


def withdrawn(desk: Desk, row_id: str) -> Response:
    """Consent is withdrawn: the page that follows says who has seen the person already."""
    rows = told(routes.withdraw(row_id, desk.caller, desk.service, desk.needs, desk.match()))["items"]
    return _readers(desk, row_id, rows, withdrawn=True)


def readers(desk: Desk, row_id: str) -> Response:
    """Who has seen the person, how often and when last; to be handed to them where they ask."""
    rows = told(routes.readers(row_id, desk.caller, desk.service, desk.needs))["items"]
    return _readers(desk, row_id, rows)


def _readers(desk: Desk, row_id: str, rows: Sequence[Mapping[str, Any]], withdrawn: bool = False) -> Response:
    with desk.look() as work:
        names = names_of_users(work)
    return render(desk, "readers.html.j2", row_id=row_id, rows=rows, names=names, withdrawn=withdrawn)


PAGES = (
    Page("GET", "/people/{row_id}", "residents.read", person),
    Page("POST", "/people/{row_id}/identity", "identities.open", identity),
    Page("POST", "/people/{row_id}/identity/kept", "identities.replace", identity_kept),
    Page("POST", "/proposals/{row_id}/decisions", "decisions.create", decided),
    Page("POST", "/needs/{row_id}/options", "need_options.create", looked_again),
    Page("POST", "/people/{row_id}/voices", "voices.create", voiced),
    Page("POST", "/people/{row_id}/access", "residents.give_access", given),
    Page("POST", "/people/{row_id}/access/{other_id}/end", "residents.end_access", ended),
    Page("POST", "/people/{row_id}/contacts", "contacts.create", contacted),
    Page("POST", "/people/{row_id}/follow_ups", "follow_ups.create", followed_up),
    Page("POST", "/people/{row_id}/consent", "residents.patch", consented),
    Page("POST", "/people/{row_id}/withdrawals", "residents.withdraw", withdrawn),
    Page("GET", "/people/{row_id}/readers", "residents.readers", readers),
)
"""The pages of this file."""
