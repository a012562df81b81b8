"""計画担当のきょう: what is newly missing, what one place more would bring, ideas to take up, studies, indicators."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.jobs.queue import JOBS
from api.routes.studies import KINDS, told_study
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import of
from api.web.desk import Desk
from api.web.rows import Few, few
from matching.causes import CAUSES
from matching.domain import IdeaState
from matching.small_cells import SMALL

IDEAS = NOUNS["ideas"].table
OPEN_IDEAS = (IdeaState.HEARD, IdeaState.TALKED)
"""Ideas of which nobody has begun to make something."""
WHERE = {"graph": "/connections", "study": "/scenarios", **dict.fromkeys(("gaps", "develop", "indicators"), "/gaps")}
"""The page on which each kind of study is read."""
TOWN = "*"
"""The row of all areas together, in `tsunagu.gaps/1`."""


@dataclass(frozen=True, slots=True)
class Missing:
    """How many needs of an area find no place for one cause; `more` than before, None where that may not be told."""

    area: str
    cause: str
    needs: int
    more: int | None


def planning(work: Work, desk: Desk) -> dict[str, Any]:
    """What a planner's first page tells; every number stands in a study that hides counts under five."""
    jobs = [dict(row) for row in work.connection.execute(_studies(work)).mappings()]
    gaps = [told_study(work, job, desk.lang) for job in _done(jobs, "gaps")[:2]]
    asked = [told_study(work, job, desk.lang) for job in _done(jobs, "indicators")[:1]]
    ideas = of(IDEAS, work.scope).where(IDEAS.c.state.in_(OPEN_IDEAS) | IDEAS.c.state.is_(None))
    latest = gaps[0]["document"] if gaps else None
    worth = [one for one in latest["worth"] if one["placed"] > 0] if latest else []
    known = [one for one in asked[0]["document"]["indicators"] if one["value"] is not None] if asked else []
    return {
        "gaps": gaps[0] if gaps else None,
        "whole": next((row for row in latest["areas"] if row["area"] == TOWN), None) if latest else None,
        "compared": len(gaps) > 1,
        "missing": few(missing(latest, gaps[1]["document"] if len(gaps) > 1 else None)),
        "worth": few(sorted(worth, key=lambda one: -one["placed"])),
        "ideas": few(list(work.connection.execute(ideas.order_by(IDEAS.c.position)).mappings())),
        "studies": Few(jobs[:SOME], min(len(jobs), SOME)),
        "indicators": few(known),
        "where": WHERE,
        "as_of": asked[0]["document"]["as_of"] if asked else None,
    }


SOME, LOOKED_BACK = 5, 60
"""Studies that are shown, and those among which the latest of a kind are looked for."""


def _studies(work: Work) -> Any:
    return of(JOBS, work.scope).where(JOBS.c.kind.in_(KINDS)).order_by(JOBS.c.position.desc()).limit(LOOKED_BACK)


def _done(jobs: Sequence[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [dict(job) for job in jobs if job["kind"] == kind and job["state"] == "done"]


def missing(now: Mapping[str, Any] | None, before: Mapping[str, Any] | None) -> list[Missing]:
    """What is missing more than in the study before, or all where there is none before; the most first.

    A count that may not be told is told of neither study, nor a growth from which it could be worked out.
    """
    then = {} if before is None else {(one.area, one.cause): one.needs for one in _counted(before)}
    found = []
    for one in _counted(now or {"areas": []}):
        more = one.needs - then.get((one.area, one.cause), 0)
        if before is None or more > 0:
            told = more if before is not None and (one.area, one.cause) in then and more >= SMALL else None
            found.append(Missing(one.area, one.cause, one.needs, told))
    return sorted(found, key=lambda one: (-one.needs, one.area))


def _counted(document: Mapping[str, Any]) -> Iterator[Missing]:
    """Every told count of an area and a cause; of the whole town only where it has no areas of its own told."""
    areas = [row for row in document["areas"] if row["area"] != TOWN] or document["areas"]
    for row in areas:
        for cause in CAUSES:
            if row["outcomes"].get(cause):
                yield Missing(row["area"], cause, row["outcomes"][cause], None)
