"""試算: what would happen if: built by forms, tried elsewhere, compared side by side, taken out as CSV and JSON."""

import csv
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from io import StringIO
from typing import Any

from starlette.responses import RedirectResponse, Response

from api.jobs.queue import ENDED, JOBS
from api.problems import FieldError, ProblemError
from api.rides.lists import plain_cell
from api.routes import studies as routes
from api.routes.studies import NewStudy, study_of, told_study
from api.service import Work
from api.store.scope import of
from api.web.desk import Desk, Page, told as told_answer
from api.web.render import part, render
from api.web.rows import Places, all_places
from api.web.scenario_charts import bars, points
from api.web.scenario_draft import (
    SPANS,
    Draft,
    asked_by,
    draft_of,
    edit_sent,
    edit_words,
    with_cost,
    with_edit,
    without,
)
from matching.explain.say import SHORT
from matching.scenario.reading import EDITS

SHOWN = 20
MOST_SIDE_BY_SIDE = 6
"""Studies of one comparison."""
MOST_DRAWS = 200
CHOOSE = "choose"
"""What the buttons send that ask for the form of one kind of edit."""
MOST_TEXT = 200_000
HIDDEN = "<5"
"""What stands for a count that is not told, in a file."""


def scenarios(desk: Desk) -> Response:
    """The latest study, or those that were chosen, side by side; and the forms for a new one."""
    query = desk.request.query_params
    chosen = query.getlist("study")[:MOST_SIDE_BY_SIDE]
    with desk.look("studies.list") as work:
        jobs = _jobs(work)
        shown = [study_of(work, one[:100]) for one in chosen] or [one for one in jobs if one["state"] == "done"][:1]
        draft = draft_of(_asked(study_of(work, query["again"][:100]))) if "again" in query else Draft()
        return _page(work, desk, jobs, shown, draft)


def drafted(desk: Desk) -> Response:
    """One step of building: the text so far comes with the form, and goes back changed; nothing is stored."""
    with desk.look("studies.list") as work:
        places = all_places(work, desk.lang)
        draft, chosen = draft_of(desk.sent("text")[:MOST_TEXT]), desk.sent("edit")
        if desk.sent("do") != CHOOSE:
            return _page(work, desk, _jobs(work), [], _step(desk, draft, places))
        if chosen not in EDITS:
            raise ProblemError("invalid", [FieldError("/edits", "missing")])
        return _page(work, desk, _jobs(work), [], draft, chosen)


def tried(desk: Desk) -> Response:
    """Ask for the scenarios of a text to be tried, as `POST /v1/studies` does; with repeated demand if wanted."""
    text, draws = desk.sent("text")[:MOST_TEXT], desk.sent("draws")
    if draws.isascii() and draws.isdigit() and int(draws) <= MOST_DRAWS:
        text = replace(draft_of(text), draws=int(draws)).text
    body = desk.body(NewStudy, {"kind": "study", "scenarios": text})
    made = told_answer(routes.create(body, desk.caller, desk.service, desk.needs, desk.sent("key")))
    return RedirectResponse(f"/scenarios?study={made['study_id']}", 303)


def _step(desk: Desk, draft: Draft, places: Places) -> Draft:
    """What the pressed button says."""
    do, at = desk.sent("do"), desk.sent("at")
    if do in EDITS:
        edit = edit_sent(do, desk, draft)
        name = desk.sent("into") or desk.sent("named") or edit_words(edit, desk, places)
        return draft_of(with_edit(draft, name, edit).text)
    scenario, _, edit_at = at.partition(".")
    if not (scenario.isdigit() and int(scenario) < len(draft.scenarios) and (not edit_at or edit_at.isdigit())):
        raise ProblemError("invalid", [FieldError("/scenarios", "reference")])
    if do == "without":
        return without(draft, int(scenario), int(edit_at) if edit_at else None)
    if do == "cost":
        yen = desk.sent("yen_per_year")
        if yen and not (yen.isascii() and yen.isdigit() and len(yen) < 16):
            raise ProblemError("invalid", [FieldError("/yen_per_year", "type")])
        return with_cost(draft, int(scenario), int(yen) if yen else None)
    raise ProblemError("invalid", [FieldError("/edits", "missing")])


def _page(
    work: Work,
    desk: Desk,
    jobs: Sequence[dict[str, Any]],
    shown: Sequence[dict[str, Any]],
    draft: Draft,
    chosen: str = "",
) -> Response:
    places = all_places(work, desk.lang)
    told = [told_study(work, job, desk.lang) for job in shown]
    rows = list(_rows(told))
    url, followed = desk.request.url, shown if "study" in desk.request.query_params else jobs
    building = bool(draft.scenarios) or url.path.endswith("/draft")  # nothing is exchanged under what is being built
    going = None if building else next((job for job in followed if job["state"] not in ENDED), None)
    where = f"{url.path}?{url.query}" if url.query else url.path
    built = [
        (one, [edit_words(edit, desk, places) for edit in one["edit"]], one.get("yen_per_year"))
        for one in draft.scenarios
    ]
    return render(
        desk, "scenarios.html.j2",
        latest={"study": {"job": going, "document": rows or None, "made_at": None, "where": where}},
        going=going is not None, told=told, rows=rows, draft=draft, built=built,
        beside=_beside(desk, rows, places) if rows else "",
        edits=tuple(EDITS), chosen=chosen, fields=_form(chosen, desk, places) if chosen else "",
        wrong=[one for one in told if one["document"] is not None and "problems" in one["document"]],
        past=[(job, _names(job)) for job in jobs], shown=[job["job_id"] for job in shown],
        draws=(0, 20, 50, MOST_DRAWS),
    )  # fmt: skip


def _beside(desk: Desk, rows: Sequence[Mapping[str, Any]], places: Places) -> str:
    """The scenarios of some studies as drawings and tables: they never change, so made once for all."""
    shown = (tuple(dict.fromkeys(row["study_id"] for row in rows)), places.offers)
    return part(desk, "scenarios_beside.html.j2", shown, rows=rows, places=places, shorts=_short(desk),
                changed=len({row["digest"] for row in rows}) > 1,
                asks_more=any(row["waiting"] not in (None, -row["change"]) for row in rows),
                bars_of=lambda: bars(rows), points_of=lambda: points(rows))  # fmt: skip


def _form(do: str, desk: Desk, places: Places) -> str:
    """The fields of an edit: with every place of the town among the choices, so made once for all."""
    shown = (do, places.offers)
    return part(desk, "edit_fields.html.j2", shown, do=do, fields=asked_by(do, desk, places), spans=range(SPANS))


def _short(desk: Desk) -> Mapping[str, str]:
    """Short names of what may be used up."""
    return {code: told[desk.lang == "en"] for code, told in SHORT.items()} | {"places": desk.say("scenarios.seats")}


def _jobs(work: Work) -> list[dict[str, Any]]:
    wanted = of(JOBS, work.scope).where(JOBS.c.kind == "study").order_by(JOBS.c.position.desc()).limit(SHOWN)
    return [dict(row) for row in work.connection.execute(wanted).mappings()]


def _asked(job: Mapping[str, Any]) -> str:
    if job["kind"] != "study":
        raise ProblemError("not_found")
    return str(job["asked"]["scenarios"])


def _names(job: Mapping[str, Any]) -> str:
    """The names of the scenarios that a study was asked for."""
    return _named_in(_asked(job))


@lru_cache(500)
def _named_in(text: str) -> str:
    """The names as they are asked for; what a grid puts into them is left open."""
    return "・".join(re.sub(r"\$\w+", "…", str(row["name"])) for row in tomllib.loads(text)["scenario"])


def _rows(told: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every scenario of some studies, numbered through; a document with problems has none.

    Those made before who waits was told have None there.
    """
    number = 0
    for one in told:
        for town in (one["document"] or {}).get("towns", ()):
            for row in town["scenarios"]:
                number += 1
                more = {"number": number, "study_id": one["study_id"], "today": town["placed_today"]}
                more |= {"digest": town["inputs_digest"], "frontier": row["scenario"] in town["frontier"]}
                yield {"waiting": None, **row, **more}


def as_json(desk: Desk, row_id: str) -> Response:
    """A study as its document."""
    one = _done(desk, row_id)
    return _file(
        json.dumps(one["document"], ensure_ascii=False, indent=1) + "\n", "application/json", f"study-{row_id}.json"
    )


def as_csv(desk: Desk, row_id: str) -> Response:
    """A study as a table for a spreadsheet: one row a scenario, with the areas of those who gain and lose."""
    with desk.look("studies.read") as work:
        places = all_places(work, desk.lang)
    rows = list(_rows([_done(desk, row_id)]))
    areas = sorted({each["area"] for row in rows for key in ("gains", "losses") for each in row[key]["areas"]})
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = (
        "scenario", "placed_today", "change", "waiting", "change_low", "change_high", "gains", "losses", "yen_per_year",
        "own_yen", "status", "frontier",
    )  # fmt: skip
    told = [f"{key} {places.area(area)}" for area in areas for key in ("gains", "losses")]
    writer.writerow([plain_cell(cell) for cell in (*names, *told)])
    for row in rows:
        span = (row["interval"] or {"change": {"low": "", "high": ""}})["change"]
        counts = [_count(row[key], area) for area in areas for key in ("gains", "losses")]
        cells = (row["scenario"], row["today"], row["change"], row["waiting"], span["low"], span["high"],
                 _few(row["gains"]["people"]), _few(row["losses"]["people"]), row["yen_per_year"],
                 row["money"]["own_yen"], row["status"], int(row["frontier"]), *counts)  # fmt: skip
        writer.writerow([plain_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    return _file("\ufeff" + out.getvalue(), "text/csv", f"study-{row_id}.csv")


def _count(counts: Mapping[str, Any], area: str) -> int | str:
    return next((_few(each["people"]) for each in counts["areas"] if each["area"] == area), 0)


def _few(count: int | None) -> int | str:
    return HIDDEN if count is None else count


def _done(desk: Desk, row_id: str) -> dict[str, Any]:
    with desk.look("studies.read") as work:
        job = study_of(work, row_id)
        one = told_study(work, job, desk.lang)
    if job["kind"] != "study" or one["document"] is None or "towns" not in one["document"]:
        raise ProblemError("not_found")
    return one


def _file(text: str, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type=f"{kind}; charset=utf-8", headers=headers)


PAGES = (
    Page("GET", "/scenarios", "studies.list", scenarios),
    Page("POST", "/scenarios", "studies.create", tried),
    Page("GET", "/scenarios/draft", "studies.list", scenarios),
    Page("POST", "/scenarios/draft", "studies.create", drafted),
    Page("GET", "/scenarios/{row_id}/study.json", "studies.read", as_json),
    Page("GET", "/scenarios/{row_id}/study.csv", "studies.read", as_csv),
)
"""The pages of this file."""
