"""What the whole town shows, without persons: gaps and development, connections, scenarios; solved elsewhere."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from api.jobs.queue import ENDED, JOBS
from api.problems import FieldError, ProblemError
from api.routes import studies as routes
from api.routes.studies import NewStudy, told_study
from api.service import Work
from api.store.scope import of
from api.web.desk import Desk, Page
from api.web.render import render
from api.web.rows import all_areas, all_places, things
from matching.gaps.causes import CAUSES

Study = Mapping[str, Any]
LINE_OF: Mapping[str, str] = {
    "in_area": "place", "serves_area": "place", "sits_in": "sits", "run_by": "runs", "goes": "goes",
}  # fmt: skip
"""How the kinds of line are drawn; all others are ties."""


def gaps(desk: Desk) -> Response:
    """不足と資源開発: needs by area and cause, what one more place would bring, what to develop, ideas of residents."""
    with desk.look("studies.list") as work:
        latest = {kind: latest_of(work, desk, kind) for kind in ("gaps", "develop")}
        areas, ideas = all_areas(work), things(work, "ideas") if desk.may("ideas.list") else []
    causes = {code: texts[desk.lang == "en"] for code, texts in CAUSES.items()}
    return render(desk, "gaps.html.j2", latest=latest, areas=areas, causes=causes, ideas=ideas, going=_going(latest))


def connections(desk: Desk) -> Response:
    """つながり: what the ties of the town show, as a drawing and in sentences."""
    with desk.look("studies.list") as work:
        latest = {"graph": latest_of(work, desk, "graph")}
    document = latest["graph"]["document"] if _done(latest["graph"]) else {"findings": []}
    groups: dict[str, list[str]] = {}
    for one in document["findings"]:
        groups.setdefault(one["code"], []).append(one[desk.lang])
    return render(desk, "connections.html.j2", latest=latest, groups=groups, going=_going(latest),
                  picture=document.get("picture"), line_of=LINE_OF)  # fmt: skip


def scenarios(desk: Desk) -> Response:
    """試算: what would happen if, built by a form, compared with today."""
    with desk.look("studies.list") as work:
        latest = {"study": latest_of(work, desk, "study")}
        places = all_places(work, desk.lang)
    return render(desk, "scenarios.html.j2", latest=latest, places=places, going=_going(latest))


def latest_of(work: Work, desk: Desk, kind: str) -> dict[str, Any]:
    """The study of a kind that runs or was asked for last, and the document of the last one that is done."""
    wanted = of(JOBS, work.scope).where(JOBS.c.kind == kind).order_by(JOBS.c.position.desc())
    jobs = [dict(row) for row in work.connection.execute(wanted.limit(10)).mappings()]
    done = next((told_study(work, job, desk.lang) for job in jobs if job["state"] == "done"), None)
    return {
        "job": jobs[0] if jobs else None,
        "document": done and done["document"],
        "made_at": done and done["made_at"],
    }


def _done(latest: Study) -> bool:
    return latest["document"] is not None


def _going(latest: Mapping[str, Study]) -> bool:
    return any(one["job"] is not None and one["job"]["state"] not in ENDED for one in latest.values())


def study_asked(desk: Desk) -> Response:
    """Ask for a study, as `POST /v1/studies` does; a scenario comes as the form's fields or as its own text."""
    kind = desk.sent("kind")
    values: dict[str, Any] = {"kind": kind}
    if kind == "study":
        values["scenarios"] = desk.sent("text") or scenario_of({name: desk.sent(name) for name in FIELDS})
    routes.create(desk.body(NewStudy, values), desk.caller, desk.service, desk.needs, desk.sent("key"))
    return desk.back("/gaps")


def study_stopped(desk: Desk, row_id: str) -> Response:
    """It stops soon."""
    routes.stop(row_id, desk.caller, desk.service, desk.needs)
    return desk.back("/gaps")


FIELDS = ("name", "close_resource", "more_places", "places", "lose_drivers", "more_needs")
_EDITS: Mapping[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
    "close_resource": lambda sent: {"resource": sent["close_resource"]},
    "more_places": lambda sent: {"opening": sent["more_places"], "places": _number("places", sent["places"])},
    "lose_drivers": lambda sent: {"number": _number("lose_drivers", sent["lose_drivers"])},
    "more_needs": lambda sent: {"percent": _number("more_needs", sent["more_needs"])},
}
"""Each edit that the form offers, and its fields in the file of scenarios (docs/study.md)."""


def scenario_of(sent: Mapping[str, str]) -> str:
    """The text of one scenario with the edits that are filled in.

    Raises:
        ProblemError: `invalid`, where nothing is filled in or a number is none.
    """
    edits = [{"do": do, **fields(sent)} for do, fields in _EDITS.items() if sent[do]]
    if not edits:
        raise ProblemError("invalid", [FieldError("/edits", "missing")])
    lines = ['format = "tsunagu.scenarios/1"', "[[scenario]]", f"name = {_toml(sent['name'] or '1')}"]
    for edit in edits:
        lines += ["[[scenario.edit]]", *(f"{name} = {_toml(value)}" for name, value in edit.items())]
    return "\n".join(lines) + "\n"


def _number(name: str, text: str) -> int:
    try:
        return int(text[:9])
    except ValueError:
        raise ProblemError("invalid", [FieldError(f"/{name}", "type")]) from None


def _toml(value: str | int) -> str:
    """A basic string of TOML is one of JSON, but for what only JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


PAGES: Sequence[Page] = (
    Page("GET", "/gaps", "studies.list", gaps),
    Page("GET", "/connections", "studies.list", connections),
    Page("GET", "/scenarios", "studies.list", scenarios),
    Page("POST", "/studies", "studies.create", study_asked),
    Page("POST", "/studies/{row_id}/cancel", "studies.cancel", study_stopped),
)
"""The pages of this file."""
