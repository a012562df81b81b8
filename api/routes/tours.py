"""Tours of a day or of weeks: asked for, followed, read as far as one sees the riders, and made anew after a call."""

from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import Field
from sqlalchemy import select

from api.bodies import Day, Id, Moment, Note, Short, Strict
from api.conventions import After, Limit, OnceKey, RowId, answer, next_position, once, page, read_one
from api.guard import Asking, Operation, TheService
from api.jobs.queue import JOBS, ask, cancel
from api.jobs.rounds import TOUR_RIDES
from api.jobs.tours import together
from api.law_answers import answered, keep_answer
from api.problems import FieldError, ProblemError
from api.routers import NounRouter
from api.service import Work
from api.store.documents import body_of
from api.store.register import NOUNS
from api.store.scope import of, visible

router = NounRouter(prefix="/v1", tags=["tours"])
RIDES, DRIVERS, VEHICLES = (NOUNS[noun].table for noun in ("ride_requests", "drivers", "vehicles"))
Lang = Annotated[Literal["ja", "en"], Query(description="言語 / language of texts")]
CpuSeconds = Annotated[
    float | None, Field(ge=0.1, le=3600, allow_inf_nan=False, description="CPU秒の上限 / CPU seconds a day")
]


class NewTours(Strict):
    """Which day is to be planned, or how many weeks from that day on."""

    date: Day
    weeks: int = Field(0, ge=0, le=4, description="0 はその日だけ / 0 is that day alone")
    seconds: CpuSeconds = None


class Given(Strict):
    """A ride that is to be driven by somebody else."""

    ride_id: Id
    driver_id: Id
    vehicle_id: Id


class PhoneCall(Strict):
    """What a call changes on one of the days; what was before `now` stays as it was."""

    date: Day
    now: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5)]
    without: Annotated[list[Id], Field(max_length=200)] = Field([], description="取りやめた送迎 / rides not needed")
    without_drivers: Annotated[list[Id], Field(max_length=50)] = Field([], description="来られない担い手 / who is out")
    pinned: Annotated[list[Id], Field(max_length=200)] = Field([], description="動かさない送迎 / rides that stay")
    given: Annotated[list[Given], Field(max_length=50)] = Field([], description="ほかの担い手に替える送迎 / for others")
    most_moved: int = Field(1, ge=0, le=3, description="時刻や車を変えてよい人数 / so many may be told another time")


class LawAnswerIn(Strict):
    """What somebody who was asked said to a question of the law check, as the plan names it."""

    date: Day
    driver_id: Id
    vehicle_id: Id
    question: Short
    fits: bool = Field(description="走ってよいか / whether it may run")
    answered_by: Annotated[Short, Field(min_length=1)] = Field(description="だれに聞いたか / who was asked")
    answered_on: Day
    note: Note = ""


class ToursOut(Strict):
    """A plan of tours: its state, and when it is done the document `tsunagu.day/1` with the riders that one sees."""

    tours_id: Id
    state: Literal["waiting", "running", "done", "cancelled", "failed", "interrupted"]
    date: Day
    weeks: int = Field(ge=0, le=4)
    revises: Short
    progress: dict[Annotated[str, Field(max_length=50)], Any]
    reason: Short
    made_at: Moment
    ended_at: Moment
    document: dict[Annotated[str, Field(max_length=50)], Any] | None


class ToursPage(Strict):
    """Plans of tours, the oldest first, without their documents."""

    items: Annotated[list[ToursOut], Field(max_length=500)]
    next: Short | None


@router.post("/tours", name="tours.create", operation_id="tours.create", status_code=202, response_model=ToursOut,
             summary="運行の計画を頼む / ask for tours")  # fmt: skip
def create(body: NewTours, caller: Asking, service: TheService, operation: Operation, key: OnceKey = "") -> Response:
    """Answers at once; the planning happens elsewhere, for those who agreed that their data are shared."""
    with service.change(caller, operation) as work:
        return once(work, key, body.model_dump(), lambda: _made(work, ask_tours(work, body)))


@router.post("/tours/{row_id}:revise", name="tours.revise", operation_id="tours.revise", status_code=202,
             response_model=ToursOut, summary="電話のあとに組み直す / again, after a call")  # fmt: skip
def revise(
    row_id: RowId, body: PhoneCall, caller: Asking, service: TheService, operation: Operation, key: OnceKey = ""
) -> Response:
    """What has happened stays, and few are told another time."""
    with service.change(caller, operation) as work:
        return once(work, key, [row_id, body.model_dump()], lambda: _made(work, ask_again(work, row_id, body)))


@router.get("/tours", name="tours.list", operation_id="tours.list", response_model=ToursPage,
            summary="運行の計画の一覧 / plans of tours")  # fmt: skip
def list_tours(
    caller: Asking, service: TheService, operation: Operation, limit: Limit = 50, cursor: After = ""
) -> Response:
    """All plans of the town."""
    with service.look(caller, operation) as work:
        wanted = of(JOBS, work.scope).where(JOBS.c.kind == "tours")
        rows, following = page(work, wanted, JOBS.c.position, limit, cursor)
        return answer({"items": [_told(row) for row in rows], "next": following})


@router.get("/tours/{row_id}", name="tours.read", operation_id="tours.read", response_model=ToursOut,
            summary="運行の計画を見る / one plan of tours")  # fmt: skip
def read(row_id: RowId, caller: Asking, service: TheService, operation: Operation, lang: Lang = "ja") -> Response:
    """Every stop of every car; who rides and why somebody does not, of the persons one sees, noted in the audit."""
    with service.read(caller, operation) as work:
        return answer(tell_tours(work, tours_of(work, row_id), lang))


@router.delete("/tours/{row_id}", name="tours.cancel", operation_id="tours.cancel", status_code=202,
               response_model=ToursOut, summary="止める / stop")  # fmt: skip
def stop(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """It stops soon."""
    with service.change(caller, operation) as work:
        tours_of(work, row_id)
        cancel(work, row_id)
        work.tell([row_id])
        return answer(_told(tours_of(work, row_id)), 202)


@router.post("/tours/{row_id}/answers", name="tours.answer", operation_id="tours.answer", response_model=ToursOut,
             summary="決まりの確認の答え / what was answered to the law check")  # fmt: skip
def answer_law(
    row_id: RowId, body: LawAnswerIn, caller: Asking, service: TheService, operation: Operation, lang: Lang = "ja"
) -> Response:
    """Who was asked, when, and what they said: kept with the day, also where it is planned again."""
    with service.change(caller, operation) as work:
        job = tours_of(work, row_id)
        key = (body.date, body.driver_id, body.vehicle_id, body.question)
        if key not in _questions(tell_tours(work, job, lang)["document"]):
            raise ProblemError("invalid", [FieldError("/question", "reference")])
        keep_answer(work, key, body.fits, body.model_dump())
        work.tell([row_id], {"date": body.date, "fits": body.fits})
        return answer(tell_tours(work, job, lang))


def _questions(document: dict[str, Any] | None) -> set[tuple[str, str, str, str]]:
    """What the law check asks of each car and driver of each day."""
    return {
        (day["date"], tour["driver"], tour["vehicle"], one["question"])
        for day in (document or {"days": []})["days"]
        for tour in day["tours"]
        for one in tour["law"]["findings"]
        if one["standing"] == "ask"
    }


def ask_tours(work: Work, body: NewTours) -> str:
    """Ask for a plan; returns its identifier."""
    return _ask(work, {"date": body.date, "weeks": body.weeks, "seconds": body.seconds})


def ask_again(work: Work, tours_id: str, call: PhoneCall) -> str:
    """Ask for a day to be planned again; returns the identifier of the new plan.

    Raises:
        ProblemError: `not_found`; `wrong_state`, where the plan is not done; `invalid`, with what is not known.
    """
    before = tours_of(work, tours_id)
    if before["state"] != "done":
        raise ProblemError("wrong_state")
    errors = [] if call.date in _days(work, tours_id) else [FieldError("/date", "reference")]
    for name, table, column, asked in (
        ("without", RIDES, RIDES.c.ride_id, call.without),
        ("without_drivers", DRIVERS, DRIVERS.c.driver_id, call.without_drivers),
        ("pinned", RIDES, RIDES.c.ride_id, call.pinned),
        ("given", RIDES, RIDES.c.ride_id, [one.ride_id for one in call.given]),
        ("given", DRIVERS, DRIVERS.c.driver_id, [one.driver_id for one in call.given]),
        ("given", VEHICLES, VEHICLES.c.vehicle_id, [one.vehicle_id for one in call.given]),
    ):
        found = select(column).where(visible(table, work.scope), column.in_(asked))
        known = set(work.connection.execute(found).scalars())
        errors += [FieldError(f"/{name}/{at}", "reference") for at, one in enumerate(asked) if one not in known]
    if errors:
        raise ProblemError("invalid", errors)
    return _ask(work, {"date": call.date, "weeks": 0, "revises": tours_id, "call": call.model_dump()})


def tours_of(work: Work, tours_id: str) -> dict[str, Any]:
    """The job of a plan.

    Raises:
        ProblemError: `not_found`.
    """
    return read_one(work, JOBS, JOBS.c.job_id == tours_id, JOBS.c.kind == "tours")


def tell_tours(work: Work, job: dict[str, Any], lang: str) -> dict[str, Any]:
    """A plan as it is answered, of the riders that one sees; whose rides were read is noted in the audit."""
    bare = _document(work, job["job_id"])
    if bare is None:
        return _told(job)
    same = (RIDES.c.municipality_id == TOUR_RIDES.c.municipality_id) & (RIDES.c.ride_id == TOUR_RIDES.c.ride_id)
    found = (
        select(TOUR_RIDES.c.ride_id, TOUR_RIDES.c.body, RIDES.c.resident_id)
        .join(RIDES, same)
        .where(visible(TOUR_RIDES, work.scope), TOUR_RIDES.c.tours_id == job["job_id"])
    )  # fmt: skip
    rows = work.connection.execute(found).all()
    if rows:
        work.tell_people({row.resident_id for row in rows}, {"rows": len(rows)})
    document = together(bare[lang], {row.ride_id: row.body[lang] for row in rows})
    return {**_told(job), "document": answered(work, document)}


def _ask(work: Work, asked: dict[str, Any]) -> str:
    wanted = {name: value for name, value in asked.items() if value is not None}
    tours_id = ask(work, "tours", wanted, next_position(work))
    work.tell([tours_id], {"date": wanted["date"], "weeks": wanted["weeks"]})
    return tours_id


def _made(work: Work, tours_id: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    return 202, _told(tours_of(work, tours_id)), {"Location": f"/v1/tours/{tours_id}"}


def _document(work: Work, tours_id: str) -> dict[str, Any] | None:
    body = body_of(work.connection, work.scope, tours_id)
    return None if body is None else dict(body)


def _days(work: Work, tours_id: str) -> list[str]:
    body = _document(work, tours_id) or {"ja": {"days": []}}
    return [day["date"] for day in body["ja"]["days"]]


def _told(job: dict[str, Any]) -> dict[str, Any]:
    names = ("state", "progress", "reason", "made_at", "ended_at")
    asked = job["asked"]
    return {"tours_id": job["job_id"], "date": asked["date"], "weeks": asked["weeks"],
            "revises": asked.get("revises", ""), **{name: job[name] for name in names}, "document": None}  # fmt: skip
