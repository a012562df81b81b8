"""What a page costs: its bytes on the first visit and after, the server's CPU, and fifty people clicking for a minute.

The town has 2,000 needs and more than 300 resources. CPU is of one process that answers as ASGI, so that no network and
no client is measured; in turns with each page an empty Jinja2 page of the same frame with as many rows is made. The
fifty come over loopback to two worker processes, and read for some seconds before they click again.
"""

import asyncio
import gzip
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2
from cryptography.fernet import Fernet
from fastapi import FastAPI
from jinja2 import Environment
from pydantic import SecretStr
from sqlalchemy import select
from starlette.responses import HTMLResponse

from api.app import create_app
from api.jobs.queue import claim
from api.jobs.rounds import keep_document, keep_round, keep_tours
from api.jobs.solve import SOLVES
from api.security.sign_in import COOKIE, USERS, begin_session
from api.serve import add_account, add_town
from api.settings import Settings
from api.store.migrate import upgrade
from api.store.scope import NOBODY
from api.store.town import TownFolder
from api.web.files import file_of
from api.web.pages import PAGES
from benchmarks.api import Asking
from benchmarks.report import write_section
from matching.synthetic import WEEK_OF, generate

NEEDS, SEED, TOWN = 2_000, 1, "bench"
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


@dataclass(frozen=True, slots=True)
class Cost:
    """One page: bytes of a first visit and of a later one, rows, and CPU milliseconds: ours, and of an empty page."""

    first: int
    after: int
    rows: int
    ours: float
    empty: float


async def furnished(settings: Settings) -> tuple[Asking, Mapping[str, str]]:
    """The service with the town, a round, tours and what ties show, its admin at the desk; and each page's address."""
    app = create_app(settings)
    service = app.state.service
    upgrade(service.database)
    community = generate(NEEDS, SEED)
    add_town(service, TOWN, TownFolder(community), "bench")
    add_account(service, TOWN, "admin", "admin", [])
    with service.database.change(NOBODY) as connection:
        signed = begin_session(connection, connection.execute(select(USERS)).one())
    desk = Asking(app, {"cookie": f"{COOKIE}={signed.cookie}", "x-csrf-token": signed.caller.csrf})
    jobs = {}
    for path, body in (
        ("rounds", {}),
        ("tours", {"date": WEEK_OF.isoformat(), "seconds": 5}),
        ("studies", {"kind": "graph"}),
    ):
        status, told = await desk.ask("POST", f"/v1/{path}", body, Idempotency_Key=path)
        assert status == 202, told
        job, heard = claim(service.database, "bench"), {}
        assert job is not None
        SOLVES[job.kind](
            service.database, job.scope, job.asked, lambda kind, value, heard=heard: heard.update({kind: value})
        )
        keep = {"round": keep_round, "tours": keep_tours}.get(job.kind, keep_document)
        keep(service.database, service.vault, job, heard["done" if "done" in heard else "plan"], "done", "")
        jobs[path] = job.job_id
    examples = {
        "/people/{row_id}": next(need.resident_id for need in community.needs if need.urgency == 3),
        "/rounds/{row_id}": jobs["rounds"], "/rides/{row_id}": jobs["tours"],
        "/resources/{row_id}": community.resources[0].resource_id,
    }  # fmt: skip
    examples["/people/{row_id}/readers"] = examples["/people/{row_id}"]
    examples |= {"/register/{noun}": "needs", "/register/{noun}/new": "needs"}
    paths = [one.path for one in PAGES if one.method == "GET" and not one.path.startswith(("/static", "/sign-in"))]
    known = [path for path in paths if "{" not in path or path in examples]
    return desk, {path: re.sub(r"{\w+}", examples.get(path, ""), path) for path in known}


async def cost(desk: Asking, where: str) -> Cost | None:
    """What one page costs; nothing where it is a file."""
    spent: tuple[list[float], list[float]] = ([], [])
    text, sent, rows = "", 0, cells_of("")
    for at in range(TIMES + WARM):
        began = time.process_time()
        status, body = await desk.ask("GET", where, accept_encoding="gzip")
        took = time.process_time() - began
        assert status == 200, (where, status, body[:300])
        if at == 0:
            text, sent = unpacked(body), len(body)
            if not text.startswith("<!doctype html>"):
                return None
            rows = cells_of(text)
            empty = Asking(empty_page(rows), {})
        began = time.process_time()
        assert (await empty.ask("GET", "/"))[0] == 200
        if at >= WARM:
            spent[0].append(1000 * took)
            spent[1].append(1000 * (time.process_time() - began))
    files = sum(len(file_of(name).packed) for name in set(re.findall(r'"/static/\w+/([\w.]+)"', text)))
    for asked in re.findall(r'data-map="([^"]+)"', text):
        sent += len((await desk.ask("GET", asked, accept_encoding="gzip"))[1])
    return Cost(sent + files, sent, len(rows), statistics.median(spent[0]), statistics.median(spent[1]))


def unpacked(body: bytes) -> str:
    """The text of an answer; empty where it is none."""
    try:
        return gzip.decompress(body).decode() if body[:2] == b"\x1f\x8b" else body.decode()
    except UnicodeDecodeError:
        return ""


def cells_of(text: str) -> list[list[str]]:
    """The rows of a page's tables and lists, each with its cells."""
    rows = re.findall(r"<tr>(.*?)</tr>|<li>(.*?)</li>", text, re.DOTALL)
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
    """What the fifty saw: seconds of each answer, and what was no page."""

    seconds: list[float]
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
            found.seconds.append(time.monotonic() - began)
            if answer.status_code != 200:
                found.wrong.append(f"{where} {answer.status_code}")
        await asyncio.sleep(dice.uniform(*PAUSE))


def told(costs: Mapping[str, Cost], clicks: Clicks) -> str:
    """The section."""
    lines = [
        "| page | first visit, kB | after, kB | rows | CPU ms | empty page, ms | ratio |",
        "|---|---|---|---|---|---|---|",
    ]
    for path, one in costs.items():
        lines.append(
            f"| {path} | {one.first / 1000:.0f} | {one.after / 1000:.0f} | {one.rows} | {one.ours:.1f} "
            f"| {one.empty:.1f} | {one.ours / one.empty:.1f} |"
        )
    median, tail = statistics.median(clicks.seconds), statistics.quantiles(clicks.seconds, n=100)[98]
    clicking = (
        f"{PEOPLE} people click for {SECONDS} s on {PROCESSES} processes: {len(clicks.seconds)} pages, "
        f"{len(clicks.wrong)} errors, median {1000 * median:.0f} ms, p99 {1000 * tail:.0f} ms "
        f"({tail / median:.1f} times), wall time beside other work."
    )
    return "\n".join([*lines, "", clicking])


async def measured(folder: Path) -> str:
    """Everything, in one folder."""
    settings = Settings(database_url=f"sqlite:///{folder / 'pages.db'}", keys=SecretStr(Fernet.generate_key().decode()))
    desk, addresses = await furnished(settings)
    costs = {}
    for path, where in addresses.items():
        one = await cost(desk, where)
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
