"""紙にする: the council's sheet and the run sheet of a tour, as A4 PDF."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from api.problems import FieldError, ProblemError
from api.rides.texts import LABELS
from api.routes.tours import tell_tours, tours_of
from api.sheets.setting import HERE, pdf
from api.web import times
from api.web.desk import Desk, Page
from api.web.fields import word_of
from api.web.rides import confirmed_by
from api.web.rows import all_areas, things
from api.web.studies import latest_of
from matching.causes import CAUSES
from matching.errors import Lang
from matching.texts import word

RUN_SHEET = HERE.parent / "rides/run_sheet.typ"
COUNCIL = ("missing", "area", "needs", "placed", "why", "worth", "steps", "no_step", "invite", "ideas", "idea", "from",
           "state", "talk")  # fmt: skip
"""Headings of the council's sheet."""


def sent(content: bytes, name: str) -> Response:
    """A PDF to be kept or printed."""
    headers = {"content-disposition": f'attachment; filename="{name}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def foot(desk: Desk) -> str:
    """The day, and that people decide."""
    return desk.say("sheet.foot", day=times.day_words(times.today(), desk.say, desk.lang, desk.era))


def council_sheet(desk: Desk) -> Response:
    """協議体資料: what is missing, what could be developed, ideas, and questions to talk about; no person in it."""
    with desk.look("studies.list") as work:
        latest = {kind: latest_of(work, desk, kind) for kind in ("gaps", "develop")}
        areas = {key: one.name or key for key, one in all_areas(work).items()}
        ideas = things(work, "ideas") if desk.may("ideas.list") else []
        town = work.scope.municipality_id
    found, plan = (latest[kind]["document"] for kind in ("gaps", "develop"))
    if found is None and plan is None:
        raise ProblemError("invalid", [FieldError("/study", "missing")])
    content = {
        "lang": desk.lang, "texts": {name: desk.say(f"council.{name}") for name in COUNCIL}, "foot": foot(desk),
        "title": desk.say("council.title", town=(found or plan)["town"]), "about": desk.say("council.about"),
        "areas": [_area(row, areas, desk) for row in (found or {"areas": []})["areas"]],
        "worth": [one["text"] for one in (found or {"worth": []})["worth"]],
        "steps": [{"text": one["text"], "cost": desk.say("gaps.cost", hours=one["hours_per_month"],
                                                         yen=one["yen_per_year"])}
                  for one in (plan or {"steps": []})["steps"]],
        "invite": [one["name"] or one["organisation"]
                   for council in (plan or {"councils": []})["councils"] for one in council["invite"]],
        "ideas": [_idea(one, areas, desk) for one in ideas],
        "questions": [desk.say(f"council.question.{n}") for n in (1, 2, 3)],
    }  # fmt: skip
    return sent(pdf(HERE / "council.typ", content), f"council-{town}")


def _area(row: Mapping[str, Any], areas: Mapping[str, str], desk: Desk) -> dict[str, str]:
    at = int(desk.lang == "en")
    why = [(texts[at], row["outcomes"][code]) for code, texts in CAUSES.items() if row["outcomes"].get(code, 0) != 0]
    name = desk.say("gaps.all") if row["area"] == "*" else areas.get(row["area"], row["area"])
    return {"area": name, "needs": _few(row["needs"], desk), "placed": _few(row["outcomes"]["placed"], desk),
            "why": "、".join(f"{text} {_few(count, desk)}" for text, count in why)}  # fmt: skip


def _few(count: int | None, desk: Desk) -> str:
    return desk.say("few") if count is None else f"{count:,}"


def _idea(one: Any, areas: Mapping[str, str], desk: Desk) -> dict[str, str]:
    return {
        "idea": "、".join(word("activities", each, desk.lang) for each in one.activities) or one.idea_id,
        "area": areas.get(one.area_id, one.area_id),
        "from": word_of("ideas", "offered_by", str(one.offered_by or ""), desk),
        "state": word_of("ideas", "state", str(one.state or ""), desk),
    }


def run_sheet(desk: Desk, row_id: str, day: str, number: str) -> Response:
    """運行表 of one tour of a day, A4, with blanks for what is noted on the way."""
    with desk.read("tours.read") as work:
        plan = tell_tours(work, tours_of(work, row_id), desk.lang)["document"] or {"days": []}
        vehicles = {one.vehicle_id: one for one in things(work, "vehicles")}
    found: Mapping[str, Any] = next((one for one in plan["days"] if one["date"] == day), {"tours": []})
    at = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 4 else -1
    if not 0 <= at < len(found["tours"]):
        raise ProblemError("not_found")
    tour = found["tours"][at]
    content = _run_content(desk, found, tour, vehicles.get(tour["vehicle"]))
    return sent(pdf(RUN_SHEET, content), f"run-{day}-{number}")


_NO_CAR = {"scheme": "", "charge": ""}


def _run_content(desk: Desk, day: Mapping[str, Any], tour: Mapping[str, Any], car: Any) -> dict[str, Any]:
    """What stands on the sheet, from the plan as it is kept."""
    lang: Lang = desk.lang
    plain = {name: text.render(lang, {}) for name, text in LABELS.items() if "{" not in text.ja}
    about = {"scheme": plain[f"scheme.{car.scheme}"], "charge": plain[f"charge.{car.charge}"]} if car else _NO_CAR
    law = [*(one["text"] for one in tour["law"]["findings"])] or [plain["law.fits"]]
    on = times.day_words(day["date"], desk.say, lang, desk.era)
    leave, *stops, back = tour["stops"]
    return {
        "lang": lang,
        "texts": plain | {"law": LABELS["law"].render(lang, {"standing": desk.say(f"law.{tour['law']['standing']}")})},
        "title": LABELS["title"].render(lang, {"day": on}),
        "subtitle": LABELS["subtitle"].render(lang, {
            "driver": tour["driver"], "vehicle": tour["vehicle"], **about}),
        "foot": LABELS["foot"].render(lang, {"digest": day["inputs_digest"][:12]}),
        "leave": f"{leave['time']}  {leave['place']}", "back": f"{back['time']}  {back['place']}",
        "stops": [_stop(at, one, plain, car, lang) for at, one in enumerate(stops, 1)],
        "law": [*law, day["no_legal_advice"]], "confirmed": confirmed_by(desk, tour),
    }  # fmt: skip


def _stop(at: int, one: Mapping[str, Any], plain: Mapping[str, str], car: Any, lang: Lang) -> dict[str, str]:
    yen = car.charge_yen if car and one["kind"] == "alight" else None
    chairs = {"n": one["seats"], "chairs": one["wheelchairs"]}
    on_board = LABELS["aboard.chairs" if one["wheelchairs"] else "aboard"].render(lang, chairs)
    return {"number": str(at), "time": one["time"], "what": plain[one["kind"]], "who": one["resident"],
            "on_board": on_board, "place": one["place"],
            "yen": LABELS["yen.each"].render(lang, {"yen": yen}) if yen else ""}  # fmt: skip


PAGES = (
    Page("GET", "/gaps/council.pdf", "studies.list", council_sheet),
    Page("GET", "/rides/{row_id}/{day}/{number}/run.pdf", "tours.read", run_sheet),
)
"""The pages of this file."""
