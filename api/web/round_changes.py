"""なぜ変わったか: what two rounds and the register tell of a need that is sent elsewhere than the round before said."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from api.jobs.rounds import PROPOSALS
from api.service import Work
from api.store.kept import Kept
from api.store.offers import Offers
from api.store.scope import table_of, visible
from api.store.tables import Decision
from api.web.desk import Desk
from api.web.rows import Places

if TYPE_CHECKING:
    from api.web.rounds import Row

_DECISIONS = table_of(Decision)
ENDED = ("declined", "withdrawn")
Body = Mapping[str, Any]
"""A proposal as docs/answers.md tells it."""
Why = tuple[str, dict[str, str]]
"""A text of the catalogue, and its facts."""


def why_changed(
    work: Work, desk: Desk, places: Places, rounds: tuple[str, str], rows: "Sequence[Row]"
) -> Mapping[str, str]:
    """Of each of these needs, why `rounds[0]` sends it elsewhere than `rounds[1]`, as a sentence by need.

    What was found out holds until something of who stands where is written, and while the town offers the same.
    """
    kept = _OF_TOWN.of(work.connection, work.scope).setdefault((*rounds, desk.lang, places.offers), {})
    unknown = [row for row in rows if row.need_id not in kept]
    if unknown:
        kept |= _found_out(work, desk, places, rounds, unknown)
    return {row.need_id: kept[row.need_id] for row in rows}


_OF_TOWN: Kept[dict[tuple[str, str, str, Offers], dict[str, str]]] = Kept("standing", lambda _connection, _scope: {})


def _found_out(
    work: Work, desk: Desk, places: Places, rounds: tuple[str, str], rows: "Sequence[Row]"
) -> dict[str, str]:
    """The same, as the two rounds and the decisions tell it."""
    needs = [row.need_id for row in rows]
    now, before = (_bodies(work, one, needs, desk.lang) for one in rounds)
    declined = _declined(work, rounds[1], needs)
    out = {}
    for row in rows:
        reason = declined.get(row.need_id)
        if reason is not None:
            key, facts = "changed.declined", {"why": desk.say(f"why.{reason}") if reason else ""}
        else:
            key, facts = why(row.before, row.opening_id, before[row.need_id], now[row.need_id], places)
        out[row.need_id] = desk.say(key, **facts)
    return out


def why(was: str, is_: str, before: Body, now: Body, places: Places) -> Why:
    """Why a need that was to go to the opening `was` goes to `is_`; empty = it waits.

    What cannot be told for sure is told as it is: the whole was weighed anew.
    """
    if any(one["code"] == "fixed" for option in now["options"][:1] for one in option["reasons"]):
        return "changed.fixed", {}
    if was and was not in places.openings:
        return "changed.gone", {}
    return _why_left(was, is_, now) if was else _why_found(is_, before)


def _why_left(was: str, is_: str, now: Body) -> Why:
    """Why not where it was any more."""
    option = next((one for one in now["options"] if one["opening"] == was), None)
    if option is not None:
        return ("changed.others", {}) if any(cost > 0 for cost in option["opportunity_cost"]) else ("changed.equal", {})
    unplaced = now["unplaced"] or {"full": [], "held_back": [], "smallest_changes": []}
    if any(one["opening"] == was for one in unplaced["full"]):
        return "changed.full", {}
    told = [one["text"] for one in (*unplaced["held_back"], *unplaced["smallest_changes"])]
    if not is_ and told:
        return "changed.told", {"text": told[0]}
    account = now["account"] or {"others": 1, "full": 1}
    return ("changed.others" if account["others"] or account["full"] else "changed.no_fit"), {}


def _why_found(is_: str, before: Body) -> Why:
    """Why there is a place now where there was none."""
    unplaced = before["unplaced"] or {"full": [], "held_back": [], "smallest_changes": []}
    if any(one["opening"] == is_ for one in unplaced["full"]):
        return "changed.freed", {}
    told = [one["text"] for one in (*unplaced["held_back"], *unplaced["smallest_changes"])]
    return ("changed.before", {"text": told[0]}) if told else ("changed.room", {})


def _bodies(work: Work, round_id: str, needs: Sequence[str], lang: str) -> Mapping[str, Body]:
    found = select(PROPOSALS.c.need_id, PROPOSALS.c.body).where(
        visible(PROPOSALS, work.scope), PROPOSALS.c.round_id == round_id, PROPOSALS.c.need_id.in_(needs)
    )
    return {row.need_id: row.body[lang] for row in work.connection.execute(found)}


def _declined(work: Work, round_id: str, needs: Sequence[str]) -> Mapping[str, str]:
    """Why the person, or the place, said no to what that round proposed, by need; empty where no reason was given."""
    mine = (PROPOSALS.c.round_id == round_id, PROPOSALS.c.need_id.in_(needs), PROPOSALS.c.state.in_(ENDED))
    same = (_DECISIONS.c.municipality_id == PROPOSALS.c.municipality_id) & (
        _DECISIONS.c.proposal_id == PROPOSALS.c.proposal_id
    )
    found = (
        select(PROPOSALS.c.need_id, _DECISIONS.c.reason_code)
        .join(_DECISIONS, same)
        .where(visible(PROPOSALS, work.scope), *mine, _DECISIONS.c.kind.in_(("decline", "withdraw")))
        .order_by(_DECISIONS.c.position)
    )
    return {row.need_id: row.reason_code for row in work.connection.execute(found)}
