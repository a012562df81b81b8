"""What a page costs: its bytes on the first visit and after, the server's CPU, and fifty people clicking for a minute.

The town has 2,000 needs and more than 300 resources, and work has been going on in it. CPU is of one process that
answers as ASGI, so that no network and no client is measured. In turns with each page two empty ones with as many rows
are made: a bare endpoint of a textbook, and a page within the service, for somebody signed in, in our layout and, where
the page notes in the audit whose data it shows, with a note about as many people. The first tells what a page costs
beside a textbook's; the second tells apart what safety and the layout cost, and what the page's own work does. The
fifty come over loopback to two worker processes, and read for some seconds before they click again.
"""

import asyncio
import gc
import gzip
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
from cryptography.fernet import Fernet
from fastapi import FastAPI
from jinja2 import ChoiceLoader, DictLoader, Environment
from pydantic import SecretStr
from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from api.app import create_app
from api.folders import TownFolder
from api.jobs.queue import claim
from api.jobs.rounds import keep_document, keep_round, keep_tours
from api.jobs.solve import SOLVES
from api.security.sign_in import COOKIE, USERS, begin_session
from api.serve import add_account, add_town, look_for_garbage_seldom
from api.service import Service
from api.settings import Settings
from api.store.migrate import upgrade
from api.store.register import NOUNS
from api.store.scope import NOBODY, table_of
from api.store.tables import Entry
from api.web.desk import Desk, Page, routes
from api.web.files import file_of
from api.web.pages import PAGES
from api.web.render import environment, render
from api.web.times import today
from benchmarks.api import Asking
from benchmarks.report import write_section
from matching.domain import Resident, Sharing
from matching.synthetic import WEEK_OF, generate

NEEDS, SEED, TOWN, NOTES = 2_000, 1, "bench", 400
TIMES, WARM = 15, 3
PEOPLE, SECONDS, PAUSE, PROCESSES, PORT = 50, 60, (2.0, 6.0), 2, 8466
WARMING = 10
"""Seconds of clicking before what is counted: a service has been running since the morning."""
FIRST, AFTER, RATIO, CPU_MS, TAIL = 300_000, 60_000, 3.0, 100.0, 10.0
"""What is aimed at: bytes, times an empty page, CPU of Today and of a person, p99 over the median."""
EMPTY = Environment(autoescape=True).from_string(
    '<!doctype html><html lang="ja"><head><title>{{ title }}</title></head><body><main><h1>{{ title }}</h1><table>'
    "<tbody>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody>"
    "</table></main></body></html>"
)


WITHIN = (
    '{% extends "base.html.j2" %}{% block title %}x{% endblock %}{% block main %}<h1>x</h1><table><tbody>{% for row in '
    "rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>{% endblock %}"
)
"""The same within our layout."""


@dataclass(slots=True)
class Like:
    """What the empty page within the service is to be like: rows, and about how many people it notes something."""

    rows: Sequence[Sequence[str]]
    people: Sequence[str]


@dataclass(frozen=True, slots=True)
class Cost:
    """One page: bytes of a first visit and of a later one, rows, people in the audit's note; and CPU milliseconds:
    ours, of the empty page within the service, and of a bare one.
    """

    first: int
    after: int
    rows: int
    people: int
    ours: float
    within: float
    empty: float


async def furnished(settings: Settings) -> tuple[Asking, Mapping[str, str], Like]:
    """The service with a town in which work is going on, its admin at the desk; each page's address; the empty page."""
    app = create_app(settings)
    service, like = app.state.service, Like([], [])
    app.router.routes.insert(0, routes([empty_within(like, noted) for noted in (True, False)], service.policy))
    upgrade(service.database)
    community = generate(NEEDS, SEED)
    add_town(service, TOWN, TownFolder(community), "bench")
    add_account(service, TOWN, "admin", "admin", [])
    with service.database.change(NOBODY) as connection:
        signed = begin_session(connection, connection.execute(select(USERS)).one())
    desk = Asking(app, {"cookie": f"{COOKIE}={signed.cookie}", "x-csrf-token": signed.caller.csrf})
    jobs = await _solved(desk, service)
    await _noted(desk, [one for one in community.residents if one.sharing == Sharing.CONSENT], signed.caller.user_id)
    examples = {
        "/people/{row_id}": next(need.resident_id for need in community.needs if need.urgency == 3),
        "/rounds/{row_id}": jobs["two"], "/rides/{row_id}": jobs["tours"],
        "/resources/{row_id}": community.resources[0].resource_id,
    }  # fmt: skip
    examples["/people/{row_id}/readers"] = examples["/people/{row_id}"]
    examples |= {"/register/{noun}": "needs", "/register/{noun}/new": "needs"}
    paths = [one.path for one in PAGES if one.method == "GET" and not one.path.startswith(("/static", "/sign-in"))]
    known = [path for path in paths if "{" not in path or path in examples]
    return desk, {path: re.sub(r"{\w+}", examples.get(path, ""), path) for path in known}, like


async def _solved(desk: Asking, service: Service) -> Mapping[str, str]:
    """Two rounds, a day of tours, and each study; the jobs by their keys."""
    more = (
        'format = "tsunagu.scenarios/1"\n[[scenario]]\nname = "x"\n[[scenario.edit]]\ndo = "more_needs"\npercent = 10\n'
    )
    jobs = {}
    for key, path, body in (
        ("one", "rounds", {}),
        ("two", "rounds", {}),
        ("tours", "tours", {"date": WEEK_OF.isoformat(), "seconds": 5}),
        ("graph", "studies", {"kind": "graph"}),
        ("gaps", "studies", {"kind": "gaps"}),
        ("study", "studies", {"kind": "study", "scenarios": more}),
    ):
        status, told = await desk.ask("POST", f"/v1/{path}", body, Idempotency_Key=key)
        assert status == 202, told
        job, heard = claim(service.database, "bench"), {}
        assert job is not None
        SOLVES[job.kind](
            service.database, job.scope, job.asked, lambda kind, value, heard=heard: heard.update({kind: value})
        )
        keep = {"round": keep_round, "tours": keep_tours}.get(job.kind, keep_document)
        keep(service.database, service.vault, job, heard["done" if "done" in heard else "plan"], "done", "")
        jobs[key] = job.job_id
    return jobs


async def _noted(desk: Asking, residents: Sequence[Resident], user_id: str) -> None:
    """Two months of notes: whom one met, how it goes, who is to be visited, and plans."""
    dice, day = random.Random(SEED), today()
    for at in range(NOTES):
        back, forth = ((day + timedelta(days=sign * dice.randrange(1, 50))).isoformat() for sign in (-1, 1))
        noun, body = (
            ("contacts", {"on_day": back, "how": "visit", "reached": True, "note": "お元気でした"}),
            ("contacts", {"on_day": back, "how": "not_met", "reached": False}),
            ("follow_ups", {"on_day": back, "when": "one_month", "of": "host", "going": "well"}),
            ("visits", {"on_day": forth, "by": user_id}),
            ("plans", {"on_day": back, "goal": "また歌いたい", "review_on": forth}),
        )[at % 5]  # fmt: skip
        person = dice.choice(residents).resident_id
        status, told = await desk.ask("POST", f"/v1/{noun}", {"resident_id": person, **body})
        assert status == 201, (status, told)


def empty_within(like: Like, noted: bool) -> Page:
    """A page of the service that does nothing but be a page."""
    pages = environment("ja").loader
    assert pages is not None
    environment("ja").loader = ChoiceLoader([pages, DictLoader({"within.html.j2": WITHIN})])

    def within(desk: Desk) -> Response:
        with (desk.read if noted else desk.look)() as work:
            if noted:
                work.tell_people(like.people, {"rows": len(like.people)})
        return render(desk, "within.html.j2", rows=like.rows)

    return Page("GET", f"/within/{'noted' if noted else 'plain'}", "residents.list", within)


async def cost(desk: Asking, where: str, like: Like) -> Cost | None:
    """What one page costs; nothing where it is a file."""
    before = _last_note(desk)
    status, body = await desk.ask("GET", where, accept_encoding="gzip")
    text, sent = unpacked(body), len(body)
    if not text.startswith("<!doctype html>"):
        return None
    assert status == 200, (where, status, body[:300])
    note = _last_note(desk)
    like.rows, like.people = cells_of(text), _people(desk, len(note[1])) if note[0] > before[0] else ()
    within = f"/within/{'noted' if like.people else 'plain'}"
    asked = ((desk, where), (desk, within), (Asking(empty_page(like.rows), {}), "/"))
    spent: tuple[list[float], ...] = ([], [], [])
    for _ in range(TIMES + WARM):
        for (app, path), times in zip(asked, spent, strict=True):
            began = time.process_time()
            status, _body = await app.ask("GET", path, accept_encoding="gzip")
            times.append(1000 * (time.process_time() - began))
            assert status == 200, path
    files = sum(len(file_of(name).packed) for name in set(re.findall(r'"/static/\w+/([\w.]+)"', text)))
    for one in re.findall(r'data-map="([^"]+)"', text):
        sent += len((await desk.ask("GET", one, accept_encoding="gzip"))[1])
    medians = (statistics.median(times[WARM:]) for times in spent)
    return Cost(sent + files, sent, len(like.rows), len(like.people), *medians)


def _last_note(desk: Asking) -> tuple[int, Sequence[str]]:
    """The number of the audit's last entry, and about whom it is."""
    entries = table_of(Entry)
    with desk.app.state.service.database.look(NOBODY) as connection:
        wanted = select(entries.c.seq, entries.c.subjects).order_by(entries.c.seq.desc()).limit(1)
        row = connection.execute(wanted).one()
    return row.seq, row.subjects


def _people(desk: Asking, count: int) -> Sequence[str]:
    people = NOUNS["residents"].table
    with desk.app.state.service.database.look(NOBODY) as connection:
        return [str(one) for one in connection.execute(select(people.c.resident_id).limit(count)).scalars()]


def unpacked(body: bytes) -> str:
    """The text of an answer; empty where it is none."""
    try:
        return gzip.decompress(body).decode() if body[:2] == b"\x1f\x8b" else body.decode()
    except UnicodeDecodeError:
        return ""


def cells_of(text: str) -> list[list[str]]:
    """The rows of a page's tables and lists, each with its cells."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>|<li[^>]*>(.*?)</li>", text, re.DOTALL)
    return [(re.findall(r"<t[hd]", table) and ["x"] * len(re.findall(r"<t[hd]", table))) or ["x"] for table, _ in rows]


def empty_page(rows: Sequence[Sequence[str]]) -> FastAPI:
    """A page of a textbook with as many rows, which come from nowhere."""
    app = FastAPI()

    @app.get("/")
    def show() -> HTMLResponse:
        return HTMLResponse(EMPTY.render(title="x", rows=rows))

    return app


@dataclass(slots=True)
class Clicks:
    """What the fifty saw: seconds of each answer and its address, and what was no page."""

    seconds: list[tuple[float, str]]
    wrong: list[str]


async def fifty(settings: Settings, cookie: str, addresses: Sequence[str]) -> Clicks:
    """Fifty people click for a minute on two worker processes."""
    env = {
        **os.environ,
        "TSUNAGU_DATABASE_URL": settings.database_url,
        "TSUNAGU_KEYS": settings.keys.get_secret_value(),
    }
    run = [sys.executable, "-m", "uvicorn", "api.serve:app_from_environment", "--factory", "--port", str(PORT),
           "--workers", str(PROCESSES), "--no-access-log", "--log-level", "warning"]  # fmt: skip
    server, found = subprocess.Popen(run, env=env), Clicks([], [])
    try:
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{PORT}", headers={"cookie": cookie}, timeout=60, trust_env=False,
            limits=httpx2.Limits(max_connections=PEOPLE),
        ) as client:  # fmt: skip
            await _until_ready(client)
            for seconds, heard in ((WARMING, Clicks([], [])), (SECONDS, found)):
                until = time.monotonic() + seconds
                await asyncio.gather(
                    *(_one(client, addresses, until, random.Random(at), heard) for at in range(PEOPLE))
                )
    finally:
        server.terminate()
        server.wait(30)
    return found


async def _until_ready(client: httpx2.AsyncClient) -> None:
    for _ in range(600):
        try:
            if (await client.get("/ready")).status_code == 200:
                return
        except httpx2.TransportError:
            await asyncio.sleep(0.1)
    raise TimeoutError("the service did not start")


async def _one(
    client: httpx2.AsyncClient, addresses: Sequence[str], until: float, dice: random.Random, found: Clicks
) -> None:
    await asyncio.sleep(dice.uniform(0, PAUSE[1]))
    while time.monotonic() < until:
        where, began = dice.choice(addresses), time.monotonic()
        try:
            answer = await client.get(where)
        except httpx2.HTTPError as error:
            found.wrong.append(f"{where} {type(error).__name__}")
        else:
            found.seconds.append((time.monotonic() - began, where))
            if answer.status_code != 200:
                found.wrong.append(f"{where} {answer.status_code}")
        await asyncio.sleep(dice.uniform(*PAUSE))


ABOUT = """
A town of 2,000 needs, some 550 resources and a thousand openings, with two rounds, a day of tours, studies and 400
notes; as its admin, who sees everybody. Bytes are as a browser gets them, packed.

The bare empty page is a FastAPI endpoint with a Jinja2 table of as many rows, without sign-in, database or audit. The
empty page within the service is for somebody signed in, in our layout, with as many rows and a note in the audit about
as many people: what it costs is the price of safety and layout; what a page costs beyond it is its own work.
"""


def told(costs: Mapping[str, Cost], clicks: Clicks) -> str:
    """The section."""
    lines = [
        "| page | first visit, kB | after, kB | rows | people noted | CPU ms | empty within the service, ms | times "
        "| bare empty page, ms | times |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for path, one in costs.items():
        lines.append(
            f"| {path} | {one.first / 1000:.0f} | {one.after / 1000:.0f} | {one.rows} | {one.people or ''} "
            f"| {one.ours:.1f} | {one.within:.1f} | {one.ours / one.within:.1f} "
            f"| {one.empty:.1f} | {one.ours / one.empty:.1f} |"
        )
    seconds = [one for one, _ in clicks.seconds]
    median, tail = statistics.median(seconds), statistics.quantiles(seconds, n=100)[98]
    slow = Counter(where for one, where in clicks.seconds if one >= tail)
    clicking = (
        f"{PEOPLE} people click for {SECONDS} s on {PROCESSES} processes: {len(seconds)} pages, "
        f"{len(clicks.wrong)} errors, median {1000 * median:.0f} ms, p99 {1000 * tail:.0f} ms "
        f"({tail / median:.1f} times), the slowest {1000 * max(seconds):.0f} ms; wall time. Beyond p99: "
        + ", ".join(f"{count} × {where}" for where, count in slow.most_common())
        + "."
    )
    return "\n".join([ABOUT, *lines, "", clicking])


async def measured(folder: Path) -> str:
    """Everything, in one folder."""
    settings = Settings(database_url=f"sqlite:///{folder / 'pages.db'}", keys=SecretStr(Fernet.generate_key().decode()))
    desk, addresses, like = await furnished(settings)
    gc.collect()
    look_for_garbage_seldom()  # as each process of the service does
    costs = {}
    for path, where in addresses.items():
        one = await cost(desk, where, like)
        if one is not None:
            costs[path] = one
            print(path, one, flush=True)
    cookie = dict(desk.headers)[b"cookie"].decode()
    return told(costs, await fifty(settings, cookie, [addresses[path] for path in costs]))


def main() -> None:
    """Measure and write the section."""
    with tempfile.TemporaryDirectory() as name:
        section = asyncio.run(measured(Path(name)))
    print(section)
    write_section("pages", section)


if __name__ == "__main__":
    main()
