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
from api.jobs.rounds import ALONE
from api.jobs.studies import STUDIES, Solve, Tell
from api.jobs.towns import OpenTown, as_placed, open_town
from api.store.database import Database
from api.store.scope import Scope, table_of, visible
from api.store.tables import ProposalRow
from matching.domain import PlacementState, Proposals, Sharing

if TYPE_CHECKING:
    from matching.propose import Explain, Progress

PROPOSALS = table_of(ProposalRow)

OPTIONS_SECONDS = 10.0
"""CPU seconds for the options of one need: nearly everybody stays, so that it seldom takes so long."""
ON_THE_WAY = (0.5, 2.0, 8.0, 32.0)
"""CPU seconds for plans on the way: each is kept where somebody stops the round, and tells best and bound till then."""
A_TENTH = 0.1
"""Of the time asked for, at most, goes to one of them after the first; without a limit the second is the last."""


def solve_round(database: Database, scope: Scope, asked: Mapping[str, Any], tell: Tell) -> None:
    """A round of proposals: `tell` hears progress, a first plan, and the best one."""
    started = time.process_time()
    with open_town(database, scope, asked) as town:
        limited = asked.get("most_changed") is not None
        before = told_before(town.community, _proposed(database, scope, asked["revises"])) if limited else {}
        tell("progress", {"step": "first", "share": 0.0})
        _on_the_way(_kept(town, before), asked, tell, started)

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


def _on_the_way(town: OpenTown, asked: Mapping[str, Any], tell: Tell, started: float) -> None:
    """Better and better plans, until one is proven or they would take too much of the time."""
    most = A_TENTH * asked["seconds"] if asked.get("seconds") else ON_THE_WAY[1]
    for seconds in ON_THE_WAY:
        if seconds > max(most, ON_THE_WAY[0]):
            return
        plan = _propose(town, asked, "none", seconds)
        tell("plan", told(plan, time.process_time() - started, first=True))
        tell("progress", best_and_bound(plan))
        if plan.status == "optimal":
            return


def best_and_bound(plan: Proposals) -> dict[str, Any]:
    """What is told of a plan on the way: how many are placed and at most could be, and how far the first aim may rise.

    The bound of how many holds for plans that are as good in the first aim (urgency and waiting), whose own gap is in
    per cent of its bound, rounded up.
    """
    first, many = plan.tiers[0], plan.tiers[1]
    gap = -(-100 * (first.bound - first.value) // first.bound) if first.bound > 0 else 0
    return {"placed": many.value, "most": max(many.bound, many.value), "gap": gap, "proven": plan.status == "optimal"}


def solve_options(database: Database, scope: Scope, asked: Mapping[str, Any], tell: Tell) -> None:
    """The options of one need as the town is now: everybody else stays where they hold a place or were told one.

    Who was told none may still get one, and a place that they lose by it is told as a cost.
    """
    started, need = time.process_time(), asked["need_id"]
    with open_town(database, scope, asked) as town:
        proposed = _proposed(database, scope, asked["revises"]) if asked.get("revises") else {}
        kept = {one: at for one, at in told_before(town.community, proposed).items() if one != need}

        def progress(step: str, share: float) -> None:
            tell("progress", {"step": step, "share": round(share, 3)})

        plan = told(_propose(_kept(town, kept), asked, "all", OPTIONS_SECONDS, progress),
                    time.process_time() - started, first=False)  # fmt: skip
        tell("done", {**plan, "proposals": [one for one in plan["proposals"] if one["need"] == need]})


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


SOLVES: Mapping[str, Solve] = {"round": solve_round, ALONE: solve_options, "tours": solve_tours, **STUDIES}
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
