"""What safety costs: CPU a request of the service, against a textbook FastAPI + SQLModel endpoint of the same query.

Both are called as ASGI, in one process and in turns, so that no network and no client is measured; medians of CPU time.
The textbook has no sign-in, roles, tenancy, versions, audit, bounds or problems: its endpoints are the query alone.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from fastapi import Depends, FastAPI
from pydantic import SecretStr
from sqlalchemy import event, insert, select
from sqlmodel import JSON, Field, Session, SQLModel, create_engine, func, select as pick

from api.app import create_app
from api.folders import read_folder
from api.jobs.rounds import PROPOSALS, ROUNDS
from api.security.sign_in import COOKIE, USERS, begin_session
from api.serve import add_account, add_town
from api.settings import Settings
from api.store.database import now
from api.store.migrate import upgrade
from api.store.scope import NOBODY, Scope, table_of
from api.store.tables import Job
from benchmarks.report import write_section
from matching.shipped import FIXTURES

TIMES, WARM = 150, 20


class Person(SQLModel, table=True):
    """The textbook's resident."""

    resident_id: str = Field(primary_key=True)
    area_id: str
    latitude: float | None = None
    longitude: float | None = None
    birth_year: int | None = None
    sex: str = ""
    modes: list[str] = Field(default=[], sa_type=JSON)
    max_walk_minutes: int | None = None
    walk_metres_per_minute: float | None = None
    requires: list[str] = Field(default=[], sa_type=JSON)
    escort: bool = False
    languages: list[str] = Field(default=[], sa_type=JSON)
    max_fee_yen: int | None = None
    sharing: str = "none"
    waiting_since: date | None = None
    strengths: list[str] = Field(default=[], sa_type=JSON)
    ride_membership: str | None = None


class Place(SQLModel, table=True):
    """The textbook's placement."""

    need_id: str = Field(primary_key=True)
    opening_id: str = Field(index=True)


def textbook(file: Path) -> FastAPI:
    """The four endpoints as a tutorial writes them."""
    engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False})

    def safe(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    event.listen(engine, "connect", safe)
    SQLModel.metadata.create_all(engine, tables=[Person.__table__, Place.__table__])  # type: ignore[attr-defined]
    app = FastAPI()

    def session() -> Iterator[Session]:
        with Session(engine) as one:
            yield one

    @app.get("/residents")
    def people(limit: int = 50, db: Session = Depends(session)) -> list[Person]:  # noqa: B008
        return list(db.exec(pick(Person).order_by(Person.resident_id).limit(limit)))

    @app.get("/residents/{resident_id}")
    def person(resident_id: str, db: Session = Depends(session)) -> Person:  # noqa: B008
        return db.get_one(Person, resident_id)

    @app.post("/residents")
    def add(body: Person, db: Session = Depends(session)) -> Person:  # noqa: B008
        db.add(body)
        db.commit()
        db.refresh(body)
        return body

    @app.post("/placements")
    def accept(body: Place, db: Session = Depends(session)) -> Place:  # noqa: B008
        db.exec(pick(func.count()).where(Place.opening_id == body.opening_id)).one()
        db.add(body)
        db.commit()
        db.refresh(body)
        return body

    with Session(engine) as db:
        db.add_all(Person(resident_id=f"p{at:03}", area_id="kami", sharing="consent") for at in range(60))
        db.commit()
    return app


class Asking:
    """One way of asking an app, without a network."""

    def __init__(self, app: Any, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = [(k.lower().encode(), v.encode()) for k, v in {**headers, "host": "x"}.items()]

    async def ask(self, method: str, path: str, body: Any = None, **more: str) -> tuple[int, bytes]:
        """The status and body of an answer."""
        path, _, query = path.partition("?")
        raw = b"" if body is None else json.dumps(body).encode()
        headers = [*self.headers, (b"content-type", b"application/json"), (b"content-length", str(len(raw)).encode())]
        headers += [(k.replace("_", "-").lower().encode(), v.encode()) for k, v in more.items()]
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
                 "raw_path": path.encode(), "query_string": query.encode(), "headers": headers, "scheme": "http",
                 "server": ("x", 80), "client": ("x", 1), "root_path": ""}  # fmt: skip
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:])


def furnished(folder: Path) -> Asking:
    """The service with sixty people and proposals for them, and an admin who is signed in."""
    settings = Settings(database_url=f"sqlite:///{folder / 'ours.db'}", keys=SecretStr(Fernet.generate_key().decode()))
    app = create_app(settings)
    service = app.state.service
    upgrade(service.database)
    add_town(service, "kawabe", read_folder(FIXTURES / "towns" / "kawabe"), "bench")
    add_account(service, "kawabe", "admin", "admin", [])
    with service.database.change(NOBODY) as connection:
        signed = begin_session(connection, connection.execute(select(USERS)).one())
    return Asking(app, {"cookie": f"{COOKIE}={signed.cookie}", "x-csrf-token": signed.caller.csrf})


async def _people(ours: Asking) -> None:
    for at in range(60 + TIMES + WARM):
        body = {"resident_id": f"b{at}", "area_id": "kami", "sharing": "consent"}
        assert (await ours.ask("POST", "/v1/residents", body))[0] == 201
        assert (await ours.ask("POST", "/v1/needs", {"need_id": f"bn{at}", "resident_id": f"b{at}"}))[0] == 201
    opening = {"opening_id": "large", "resource_id": "r-salon", "weekday": "sun", "start": "09:00", "end": "10:00"}
    answer = await ours.ask("POST", "/v1/openings", {**opening, "capacity": 9999, "comfortable_load": 9999})
    assert answer[0] == 201, answer
    service = ours.app.state.service if hasattr(ours.app, "state") else None
    assert service is not None
    scope, mine = Scope("kawabe", "b", None, system=True), {"municipality_id": "kawabe", "position": 1}
    with service.database.change(scope) as connection:
        connection.execute(insert(table_of(Job)).values(
            **mine, job_id="r", kind="round", asked={"room": "consent"}, user_id="b", state="done", progress={},
            made_at=now(), cancel=False, seq=1, reason="", began_at="", ended_at="", heard_at="", worker="",
        ))  # fmt: skip
        connection.execute(insert(ROUNDS).values(
            **mine, round_id="r", room="consent", meeting_id="", inputs_digest="", summary={},
            made_at=now(),
        ))  # fmt: skip
        body = {"options": [{"rank": 1, "opening": "large"}]}
        for at in range(TIMES + WARM):
            connection.execute(insert(PROPOSALS).values(
                municipality_id="kawabe", proposal_id=f"q{at}", round_id="r", need_id=f"bn{at}", position=at,
                state="proposed", version=1, body={"ja": body, "en": body}))  # fmt: skip


async def measured(ours: Asking, theirs: Asking) -> dict[str, tuple[float, float]]:
    """CPU milliseconds of each request, ours and the textbook's, in turns."""
    await _people(ours)
    works: dict[str, tuple[Callable[[int], Any], Callable[[int], Any]]] = {
        "list 50 residents": (lambda _: ours.ask("GET", "/v1/residents?limit=50"),
                              lambda _: theirs.ask("GET", "/residents?limit=50")),
        "read one resident": (lambda _: ours.ask("GET", "/v1/residents/b1"),
                              lambda _: theirs.ask("GET", "/residents/p001")),
        "create one resident": (
            lambda at: ours.ask("POST", "/v1/residents", {"resident_id": f"c{at}", "area_id": "kami"}),
            lambda at: theirs.ask("POST", "/residents", {"resident_id": f"c{at}", "area_id": "kami"})),
        "accept one": (
            lambda at: ours.ask("POST", f"/v1/proposals/q{at}/decisions", {"kind": "accept"}, Idempotency_Key=f"k{at}"),
            lambda at: theirs.ask("POST", "/placements", {"need_id": f"n{at}", "opening_id": "large"})),
    }  # fmt: skip
    out = {}
    for name, pair in works.items():
        spent: tuple[list[float], list[float]] = ([], [])
        for at in range(TIMES + WARM):
            for side in (0, 1):
                began = time.process_time()
                status, body = await pair[side](at)
                took = time.process_time() - began
                assert status in (200, 201), (name, side, status, body[:300])
                if at >= WARM:
                    spent[side].append(took * 1000)
        out[name] = (statistics.median(spent[0]), statistics.median(spent[1]))
    return out


def main() -> None:
    """Measure and write the section."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = asyncio.run(measured(furnished(folder), Asking(textbook(folder / "textbook.db"), {})))
    rows = "".join(f"| {what} | {a:.1f} | {b:.1f} | {a / b:.1f} |\n" for what, (a, b) in found.items())
    told = (
        "CPU ms a request on SQLite: the service against a textbook FastAPI + SQLModel endpoint of the same query, "
        "called in turns without a network. The goal is 2. The service's reading of persons is a write: it stands in "
        "the audit, chained, in the same transaction.\n\n"
        "| request | service | textbook | ratio |\n|---|---|---|---|\n"
    )
    print(told + rows)
    write_section("api", told + rows)


if __name__ == "__main__":
    main()
