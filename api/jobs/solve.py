"""What the solver's process does: a town from the database, the engine's verb, and the answer told as plain JSON.

It holds no key of the town: names and contacts cannot reach it.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.store.database import Database
from api.store.scope import Scope
from api.store.town import load, town_files
from matching.domain import Community, Placement, PlacementState, Proposals, Sharing

Tell = Callable[[str, Any], None]
FIRST_SECONDS = 0.5
"""CPU seconds for a first plan, which is kept where somebody stops the round."""


def solve_round(database: Database, scope: Scope, asked: Mapping[str, Any], tell: Tell) -> None:
    """A round of proposals: `tell` hears progress, a first plan, and the best one."""
    from matching.propose import Wanted, propose
    from matching.rules import rulebook
    from matching.travel import provider

    started = time.process_time()
    room = Sharing(asked["room"])
    with _town(database, scope, asked) as (community, folder):
        book, travel = rulebook(community.info.rulebook, folder), provider(community.info.travel, folder)
        tell("progress", {"step": "first", "share": 0.0})
        first = propose(community, book, travel, Wanted(room, "none", FIRST_SECONDS))
        tell("plan", told(first, time.process_time() - started, first=True))

        def progress(step: str, share: float) -> None:
            tell("progress", {"step": step, "share": round(share, 3)})

        seconds = asked.get("seconds")
        best = propose(community, book, travel, Wanted(room, "all", seconds), progress)
        tell("done", told(best, time.process_time() - started, first=False))


def solve_graph(database: Database, scope: Scope, asked: Mapping[str, Any], tell: Tell) -> None:
    """What the ties of the town show, in sentences in which people are numbers only."""
    from matching.could_go import could_go
    from matching.graph import findings
    from matching.rules import rulebook
    from matching.travel import provider

    with _town(database, scope, {**asked, "room": Sharing.CONSENT}) as (community, folder):
        book, travel = rulebook(community.info.rulebook, folder), provider(community.info.travel, folder)
        tell("progress", {"step": "graph", "share": 0.0})
        found = findings(could_go(community, book, travel))
    rows = [{"code": f.code, "facts": dict(f.facts), "ja": f.text("ja"), "en": f.text("en")} for f in found]
    tell("done", {"format": "tsunagu.graph/1", "findings": rows})


SOLVES: Mapping[str, Callable[[Database, Scope, Mapping[str, Any], Tell], None]] = {
    "round": solve_round,
    "graph": solve_graph,
}
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


@contextmanager
def _town(database: Database, scope: Scope, asked: Mapping[str, Any]) -> Iterator[tuple[Community, Path]]:
    with database.look(scope) as connection:
        community = load(connection, scope).community
        cases = frozenset(asked.get("cases", ()))
        with town_files(connection, scope) as folder:
            yield _pinned(_in_this_room(community, asked["room"], cases), asked.get("pins", {})), folder


def _in_this_room(community: Community, room: str, cases: frozenset[str]) -> Community:
    """In a support conference, only its own cases are shared under it; nobody else is matched there."""
    if room == Sharing.CONSENT:
        return community
    people = tuple(
        one if one.resident_id in cases else replace(one, sharing=Sharing.NONE) for one in community.residents
    )
    return replace(community, residents=people)


def _pinned(community: Community, pins: Mapping[str, str]) -> Community:
    """Needs that are to keep an opening: as a worker's pin, in the place of what they hold now."""
    if not pins:
        return community
    kept = [one for one in community.placements if one.need_id not in pins]
    fixed = [Placement(need, opening, state=PlacementState.FIXED) for need, opening in sorted(pins.items())]
    return replace(community, placements=(*kept, *fixed))
