"""The answer `tsunagu.develop/1`: steps, portfolio, tables without small cells, whom the councils lack. No person."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from matching.develop import Development, Plan, Step
from matching.develop.texts import say_step
from matching.develop.told import Told
from matching.errors import Lang
from matching.graph.councils import RARELY_SEATED, CouncilView, Invitation, councils
from matching.texts import word

MOST_INVITED = 3
ROUND = 5
"""What a plan of the portfolio adds is told as a multiple of this at least: no two of them tell of a few people."""


def develop_json(done: Development, told: Told, lang: Lang, seconds: float) -> str:
    """The whole document; the same answer gives the same text but for `seconds`."""
    unit = done.limits.unit
    document = {
        "format": "tsunagu.develop/1",
        "town": done.town.info.name,
        "inputs_digest": done.inputs_digest,
        "room": "consent",
        "summary": {
            "placed_today": len(done.placed_today),
            "people": told.people[-1],
            "steps": len(done.taken),
            "budget": None if done.limits.budget is None else {"amount": done.limits.budget, "unit": unit},
            "weighed": done.weighed,
            "status": "optimal" if all(plan.optimal for plan in done.portfolio) else "feasible",
            "seconds": round(seconds, 3),
        },
        "portfolio": [_plan(done, plan) for plan in done.portfolio],
        "steps": [_step(taken.step, number, told, lang) for number, taken in enumerate(done.taken)],
        "people": {
            "bundles": [[number + 1 for number in some] for some in told.bundles],
            "all": list(told.people),
            "areas": [{"area": name, "people": count} for name, count in told.areas.items()],
            "groups": [{"group": name, "people": count} for name, count in told.groups.items()],
        },
        "waiting": [{"kind": kind, "band": band, "text": word("kind", kind, lang)} for kind, band in told.waiting],
        "councils": [_council(view) for view in councils(done.town).councils],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _plan(done: Development, plan: Plan) -> dict[str, Any]:
    adds = plan.placed - done.most_today
    return {
        "steps": sorted(step.step_id for step in plan.steps),
        "adds_at_least": adds // ROUND * ROUND,
        "gap": plan.bound - plan.placed,
        "status": "optimal" if plan.optimal else "feasible",
        "hours_per_month": sum(step.takes.hours_per_month for step in plan.steps),
        "yen_per_year": sum(step.takes.yen_per_year for step in plan.steps),
    }


def _step(step: Step, number: int, told: Told, lang: Lang) -> dict[str, Any]:
    return {
        "order": number + 1,
        "step": step.step_id,
        "kind": step.kind,
        "area": step.area_id,
        "bundle": next(at for at, some in enumerate(told.bundles) if number in some) + 1,
        "hours_per_month": step.takes.hours_per_month,
        "yen_per_year": step.takes.yen_per_year,
        "source": step.takes.source,
        "facts": dict(step.facts),
        "text": say_step(step.kind, step.facts, lang),
    }


def _council(view: CouncilView) -> dict[str, Any]:
    return {
        "council": view.council_id,
        "areas": list(view.areas),
        "lacks": [one.sector.value for one in view.absent],
        "invite": [
            {
                "organisation": one.organisation_id,
                "name": one.name,
                "sector": one.sector.value,
                "connects": one.gain,
                "brings": list(one.brings),
            }
            for one in invited(view)
        ],
    }


def invited(view: CouncilView) -> Sequence[Invitation]:
    """Organisations to invite, one a sector: who would connect most, then of absent sectors those that rarely sit.

    Of one sector who brings the most organisations comes first.
    """
    worth = [one for one in view.invitations if one.absent or one.gain or one.brings]
    worth.sort(key=lambda one: (-one.gain, one.sector not in RARELY_SEATED, not one.absent, -len(one.brings)))
    first = {one.sector: one for one in reversed(worth)}
    return [one for one in worth if first[one.sector] is one][:MOST_INVITED]


def shown(count: int | None, lang: Lang) -> str:
    """A count as it stands on paper."""
    return ("×" if lang == "ja" else "x") if count is None else f"{count:,}"


def rows_of(told: Told, done: Development) -> Iterator[tuple[str, int | None]]:
    """Areas by their names."""
    names = {area.area_id: area.name or area.area_id for area in done.town.areas}
    for area, count in told.areas.items():
        yield names[area], count
