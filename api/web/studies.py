"""What the whole town shows, without persons: gaps and development, connections; solved elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from api.jobs.queue import ENDED, JOBS
from api.routes import studies as routes
from api.routes.audit import counts as counts_of
from api.routes.studies import NewStudy, told_study
from api.service import Work
from api.store.scope import of
from api.web.desk import Desk, Page, told
from api.web.labels import labels_of
from api.web.render import part, render
from api.web.rows import all_areas, things
from matching.causes import causes_in
from matching.errors import Lang

Study = Mapping[str, Any]
LINE_OF: Mapping[str, str] = {
    "in_area": "place", "serves_area": "place", "sits_in": "sits", "run_by": "runs", "goes": "goes",
}  # fmt: skip
"""How the kinds of line are drawn; all others are ties."""


MANY = 60
"""Dots above which not every one is named and not every line drawn."""
LETTERS, SHOWN_HIGH = 16.0, 950.0
"""Size of the letters of a picture, and the height that it has on the screen at most."""


def gaps(desk: Desk) -> Response:
    """不足と資源開発: needs by area and cause, what one more place would bring, what to develop, ideas of residents."""
    with desk.look("studies.list") as work:
        latest = {kind: latest_of(work, desk, kind) for kind in ("gaps", "indicators", "develop")}
        areas, ideas = all_areas(work), things(work, "ideas") if desk.may("ideas.list") else []
    return render(desk, "gaps.html.j2", latest=latest, areas=areas, ideas=ideas, going=_going(latest),
                  parts_of={kind: _found(desk, kind, one, areas) for kind, one in latest.items()})  # fmt: skip


def _found(desk: Desk, kind: str, one: Study, areas: Mapping[str, Any]) -> str:
    """The tables of a study: it never changes, so made once for all; of development the page itself tells."""
    if one["document"] is None or kind == "develop":
        return ""
    template = {"gaps": "gaps_found.html.j2", "indicators": "indicators.html.j2"}[kind]
    named = tuple((key, area.name) for key, area in areas.items())
    return part(desk, template, (one["study_id"], named), found=one["document"], told=one["document"], areas=areas,
                causes=causes_in(desk.lang))  # fmt: skip


def counts(desk: Desk) -> Response:
    """集計: needs and placements by area and kind, of persons who agreed to sharing; small cells are hidden."""
    answer = counts_of(desk.caller, desk.service, desk.needs)
    with desk.look() as work:
        areas = all_areas(work)
    named = {key: area.name or key for key, area in areas.items()}
    table = part(desk, "counts_rows.html.j2", (bytes(answer.body), tuple(named.items())),
                 rows=lambda: told(answer)["items"], named=named)  # fmt: skip
    return render(desk, "counts.html.j2", table=table)


def connections(desk: Desk) -> Response:
    """つながり: what the ties of the town show, as a drawing and in sentences."""
    with desk.look("studies.list") as work:
        latest = {"graph": latest_of(work, desk, "graph")}
    document = latest["graph"]["document"] if _done(latest["graph"]) else {"findings": []}
    picture, of = document.get("picture"), latest["graph"]["study_id"]
    drawing = None
    if picture:
        many, size = len(picture["dots"]) > MANY, LETTERS * max(1.0, picture["height"] / SHOWN_HIGH)
        drawing = part(desk, "ties.html.j2", (of,), picture=picture, line_of=LINE_OF, many=many,
                       labels_of=lambda: labels_of(picture, size, many))  # fmt: skip
    sentences = part(desk, "findings.html.j2", (of,), groups_of=lambda: _groups(document, desk.lang)) if of else ""
    return render(desk, "connections.html.j2", latest=latest, sentences=sentences, going=_going(latest),
                  drawing=drawing)  # fmt: skip


def _groups(document: Mapping[str, Any], lang: Lang) -> Mapping[str, list[str]]:
    """The sentences of each kind of finding, in their order."""
    groups: dict[str, list[str]] = {}
    for one in document["findings"]:
        groups.setdefault(one["code"], []).append(one[lang])
    return groups


def latest_of(work: Work, desk: Desk, kind: str) -> dict[str, Any]:
    """The study of a kind that runs or was asked for last, and the document of the last one that is done."""
    wanted = of(JOBS, work.scope).where(JOBS.c.kind == kind).order_by(JOBS.c.position.desc())
    jobs = [dict(row) for row in work.connection.execute(wanted.limit(10)).mappings()]
    done = next((told_study(work, job, desk.lang) for job in jobs if job["state"] == "done"), None)
    return {
        "job": jobs[0] if jobs else None,
        "study_id": done and done["study_id"],
        "document": done and done["document"],
        "made_at": done and done["made_at"],
    }


def _done(latest: Study) -> bool:
    return latest["document"] is not None


def _going(latest: Mapping[str, Study]) -> bool:
    return any(one["job"] is not None and one["job"]["state"] not in ENDED for one in latest.values())


def study_asked(desk: Desk) -> Response:
    """Ask for a study, as `POST /v1/studies` does."""
    body = desk.body(NewStudy, {"kind": desk.sent("kind")})
    routes.create(body, desk.caller, desk.service, desk.needs, desk.sent("key"))
    return desk.back("/gaps")


def study_stopped(desk: Desk, row_id: str) -> Response:
    """It stops soon."""
    routes.stop(row_id, desk.caller, desk.service, desk.needs)
    return desk.back("/gaps")


PAGES: Sequence[Page] = (
    Page("GET", "/gaps", "studies.list", gaps),
    Page("GET", "/counts", "counts.list", counts),
    Page("GET", "/connections", "studies.list", connections),
    Page("POST", "/studies", "studies.create", study_asked),
    Page("POST", "/studies/{row_id}/cancel", "studies.cancel", study_stopped),
)
"""The pages of this file."""
