"""What the solver's process does: a town from the database, the engine's verb, and the answer told as plain JSON.

It holds no key of the town: names and contacts cannot reach it.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from api.jobs.days import solve_tours
from api.jobs.few_changes import changed, freed, places_in, told_before
from api.jobs.studies import STUDIES, Solve, Tell
from api.jobs.towns import OpenTown, as_placed, open_town
from api.store.database import Database
from api.store.scope import Scope, table_of, visible
from api.store.tables import ProposalRow
from matching.domain import PlacementState, Proposals, Sharing

if TYPE_CHECKING:
    from matching.propose import Explain, Progress

PROPOSALS = table_of(ProposalRow)

FIRST_SECONDS = 0.5
"""CPU seconds for a first plan, which is kept where somebody stops the round."""


def solve_round(database: Database, scope: Scope, asked: Mapping[str, Any], tell: Tell) -> None:
    """A round of proposals: `tell` hears progress, a first plan, and the best one."""
    started = time.process_time()
    with open_town(database, scope, asked) as town:
        limited = asked.get("most_changed") is not None
        before = told_before(town.community, _proposed(database, scope, asked["revises"])) if limited else {}
        tell("progress", {"step": "first", "share": 0.0})
        first = _propose(_kept(town, before), asked, "none", FIRST_SECONDS)
        tell("plan", told(first, time.process_time() - started, first=True))

        def progress(step: str, share: float) -> None:
            tell("progress", {"step": step, "share": round(share, 3)})

        seconds, moved = asked.get("seconds"), frozenset[str]()
        if limited:
            freely = places_in(_propose(town, asked, "none", seconds, progress))
            moved = freed(before, freely, asked["most_changed"])
        kept = {need: at for need, at in before.items() if need not in moved}
        best = _propose(_kept(town, kept), asked, "all", seconds, progress)
        plan = told(best, time.process_time() - started, first=False)
        if limited:
            made = changed(before, places_in(best))
            counts = {"most": asked["most_changed"], "made": len(made), "forced": len(made - moved)}
            plan["summary"]["changes"] = counts
        tell("done", plan)


def _propose(
    town: OpenTown,
    asked: Mapping[str, Any],
    explain: "Explain",
    seconds: float | None,
    progress: "Progress" = lambda _step, _share: None,
) -> Proposals:
    from matching.propose import Wanted, propose

    return propose(*town, Wanted(Sharing(asked["room"]), explain, seconds), progress)


def _kept(town: OpenTown, kept: Mapping[str, str]) -> OpenTown:
    """The town with these needs fixed at these openings."""
    if not kept:
        return town
    placements = as_placed(town.community.placements, kept, PlacementState.FIXED)
    return town._replace(community=replace(town.community, placements=placements))


def _proposed(database: Database, scope: Scope, round_id: str) -> dict[str, str]:
    """What a round proposed, without what people declined."""
    found = select(PROPOSALS.c.need_id, PROPOSALS.c.opening_id).where(
        visible(PROPOSALS, scope), PROPOSALS.c.round_id == round_id, PROPOSALS.c.state.not_in(("declined", "withdrawn"))
    )
    with database.look(scope) as connection:
        rows = connection.execute(found).all()
    return {row.need_id: row.opening_id for row in rows if row.opening_id}


SOLVES: Mapping[str, Solve] = {"round": solve_round, "tours": solve_tours, **STUDIES}
"""What a job of each kind does."""


def told(answer: Proposals, seconds: float, first: bool) -> dict[str, Any]:
    """A round as JSON values: its summary, and each proposal in both languages; of who is not matched, nothing."""
    from api.answers import proposals_json

    ja, en = (json.loads(proposals_json(answer, lang, seconds)) for lang in ("ja", "en"))
    pairs = zip(ja["proposals"], en["proposals"], strict=True)
    return {
        "room": ja["room"],
        "inputs_digest": ja["inputs_digest"],
        "summary": {**ja["summary"], "first": first, "warnings": {"ja": ja["warnings"], "en": en["warnings"]}},
        "proposals": [{"need": one["need"], "ja": one, "en": other} for one, other in pairs if one["resident"]],
    }
