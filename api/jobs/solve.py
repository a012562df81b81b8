"""What the solver's process does: a town from the database, the engine's verb, and the answer told as plain JSON.

It holds no key of the town: names and contacts cannot reach it.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

from api.jobs.days import solve_tours
from api.jobs.studies import STUDIES, Solve, Tell
from api.jobs.towns import open_town
from api.store.database import Database
from api.store.scope import Scope
from matching.domain import Proposals, Sharing

FIRST_SECONDS = 0.5
"""CPU seconds for a first plan, which is kept where somebody stops the round."""


def solve_round(database: Database, scope: Scope, asked: Mapping[str, Any], tell: Tell) -> None:
    """A round of proposals: `tell` hears progress, a first plan, and the best one."""
    from matching.propose import Wanted, propose

    started = time.process_time()
    room = Sharing(asked["room"])
    with open_town(database, scope, asked) as (community, book, travel):
        tell("progress", {"step": "first", "share": 0.0})
        first = propose(community, book, travel, Wanted(room, "none", FIRST_SECONDS))
        tell("plan", told(first, time.process_time() - started, first=True))

        def progress(step: str, share: float) -> None:
            tell("progress", {"step": step, "share": round(share, 3)})

        seconds = asked.get("seconds")
        best = propose(community, book, travel, Wanted(room, "all", seconds), progress)
        tell("done", told(best, time.process_time() - started, first=False))


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
