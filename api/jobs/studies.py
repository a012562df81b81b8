"""Studies of the whole town, as the solver does them: plain JSON in both languages, and nobody named in it."""

import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from api.jobs.towns import OpenTown, open_town
from api.store.database import Database
from api.store.scope import Scope
from matching.errors import InputError

Tell = Callable[[str, Any], None]
"""Told `progress`, a `plan` to be kept where nothing better comes, and what is `done`."""
Solve = Callable[[Database, Scope, Mapping[str, Any], Tell], None]
Study = Callable[[OpenTown, Mapping[str, Any], Tell], dict[str, Any]]


def graph_of(town: OpenTown, _asked: Mapping[str, Any], _tell: Tell) -> dict[str, Any]:
    """What the ties of the town show, in sentences and as a drawing: docs/graph.md."""
    from api.graph.answer import graph_document
    from matching.could_go import could_go

    return graph_document(could_go(*town))


def gaps_of(town: OpenTown, _asked: Mapping[str, Any], _tell: Tell) -> dict[str, Any]:
    """What is missing where, and why: docs/gaps.md."""
    from api.gaps.answer import gaps_document
    from matching.gaps import gaps

    started = time.process_time()
    found = gaps(*town)
    spent = time.process_time() - started
    return {"ja": gaps_document(found, "ja", spent), "en": gaps_document(found, "en", spent)}


def develop_of(town: OpenTown, asked: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """What the town could develop first: docs/develop.md."""
    import json

    from api.develop.answer import develop_json
    from matching.develop import Limits, develop, read_takes
    from matching.develop.told import told_of
    from matching.shipped import FIXTURES

    def progress(step: str, share: float) -> None:
        tell("progress", {"step": step, "share": round(share, 3)})

    budget, started = asked.get("budget") or {"amount": None, "unit": "hours"}, time.process_time()
    limits = Limits(asked["steps"], budget["amount"], budget["unit"])
    done = develop(*town, read_takes(FIXTURES / "rates" / "development.toml"), limits, progress)
    told, spent = told_of(done), time.process_time() - started
    return {"ja": json.loads(develop_json(done, told, "ja", spent)),
            "en": json.loads(develop_json(done, told, "en", spent))}  # fmt: skip


def indicators_of(town: OpenTown, _asked: Mapping[str, Any], _tell: Tell) -> dict[str, Any]:
    """How the town does, each number beside its formula: docs/indicators.md."""
    from api.indicators.answer import indicators_document
    from matching.indicators import indicators
    from matching.propose import digest

    started = time.process_time()
    found, inputs = indicators(*town), digest(town.community, town.rulebook)
    spent = time.process_time() - started
    return {"ja": indicators_document(town.community, found, inputs, "ja", spent),
            "en": indicators_document(town.community, found, inputs, "en", spent)}  # fmt: skip


def study_of(town: OpenTown, asked: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Scenarios beside today: docs/study.md. An edit of what the town does not have is told as a problem."""
    import json

    from api.study.answer import studied, study_json
    from matching.propose import digest
    from matching.scenario.reading import read_scenarios
    from matching.study import TODAY, today_of, tried

    found = read_scenarios(asked["scenarios"], "scenarios")
    tasks = [(one, draw) for draw in range(found.draws + 1) for one in (TODAY, *found.scenarios)]
    outcomes = {}
    today = cache(lambda: today_of(*town))
    for at, (one, draw) in enumerate(tasks):
        tell("progress", {"step": "study", "share": round(at / len(tasks), 3)})
        try:
            outcomes[one.name, draw] = tried(*town, one, draw, found.seed, today)
        except InputError as error:
            return {"format": "tsunagu.problems/1", "scenario": one.name,
                    "problems": [{"code": p.code, "ja": p.ja, "en": p.en} for p in error.problems]}  # fmt: skip
    told = studied(town.community, found.scenarios, outcomes, found.draws)
    document: dict[str, Any] = json.loads(
        study_json([told], [digest(town.community, town.rulebook)], found.draws, found.seed)
    )
    return document


def _solves(kind: str, study: Study) -> Solve:
    def solve(database: Database, scope: Scope, asked: Mapping[str, Any], tell: Tell) -> None:
        tell("progress", {"step": kind, "share": 0.0})
        with open_town(database, scope, asked) as town:
            told = study(town, asked, tell)
        tell("done", told)

    return solve


STUDIES: Mapping[str, Solve] = {
    kind: _solves(kind, study)
    for kind, study in (
        ("graph", graph_of),
        ("gaps", gaps_of),
        ("indicators", indicators_of),
        ("develop", develop_of),
        ("study", study_of),
    )
}
"""What a study of each kind does."""
