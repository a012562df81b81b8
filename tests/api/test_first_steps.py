"""The first steps of docs/service.md with the real service: start, sign in, a round, accept, audit."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.api.servers import ROOT, free_port, wait_until_alive

STEPS = re.search(
    r"```sh\n(TSUNAGU.*?)```", (ROOT / "docs/service.md").read_text(encoding="utf-8"), re.DOTALL
).group(1)  # fmt: skip


@pytest.fixture
def demo(tmp_path):
    """`tsunagu serve --demo` on a new file, as a newcomer starts it; where it listens, and what it showed."""
    port = free_port()
    env = {**os.environ, "TSUNAGU_DATABASE_URL": f"sqlite:///{tmp_path / 'demo.db'}", "TSUNAGU_PORT": str(port)}
    env.pop("TSUNAGU_KEYS", None)
    shown = tmp_path / "shown.txt"
    with shown.open("w") as out:
        process = subprocess.Popen([sys.executable, "-m", "api.cli", "serve", "--demo"], env=env, cwd=ROOT, stdout=out)
    try:
        wait_until_alive(f"http://127.0.0.1:{port}/ready")
        yield f"http://127.0.0.1:{port}", shown
    finally:
        process.terminate()
        process.wait(40)
    assert process.returncode in (0, -15)


def test_a_newcomer_signs_in_runs_a_round_accepts_and_finds_it_in_the_audit(demo):
    base, shown = demo
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
    )
    csrf = ""

    def ask(path, body=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(base + path, data, {"Content-Type": "application/json", **more})
        if data is not None:
            request.add_header("X-CSRF-Token", csrf)
        with opener.open(request, timeout=90) as answer:
            return answer.read().decode()

    password = dict(line.split("\t") for line in shown.read_text(encoding="utf-8").splitlines() if "\t" in line)
    csrf = json.loads(ask("/v1/sessions", {"name": "admin@kawabe", "password": password["admin@kawabe"]}))["csrf"]
    one = json.loads(ask("/v1/rounds", {}, Idempotency_Key="first"))["round_id"]
    events = ask(f"/v1/rounds/{one}/events")
    assert '"state":"done"' in events.replace(" ", "")
    rows = json.loads(ask(f"/v1/rounds/{one}/proposals?limit=500"))["items"]
    proposal = next(row for row in rows if row["proposal"]["options"])
    told = json.loads(
        ask(f"/v1/proposals/{proposal['proposal_id']}/decisions", {"kind": "accept"}, Idempotency_Key="a")
    )
    assert told["opening_id"] == proposal["proposal"]["options"][0]["opening"]
    operations = [entry["operation"] for entry in json.loads(ask("/v1/audit?limit=500"))["items"]]
    assert {
        "town.import",
        "users.create",
        "sessions.create",
        "rounds.create",
        "rounds.done",
        "decisions.create",
    } <= set(operations)


@pytest.mark.skipif(not shutil.which("curl"), reason="the test above does the same without curl")
def test_the_page_is_followed_to_the_letter(demo, tmp_path):
    base, shown = demo
    password = dict(line.split("\t") for line in shown.read_text(encoding="utf-8").splitlines() if "\t" in line)
    assert f"/ open: {base}/" in shown.read_text(encoding="utf-8")
    steps = re.sub(
        "TSUNAGU=.*", f"TSUNAGU={base}", re.sub("PASSWORD=.*", f"PASSWORD={password['admin@kawabe']}", STEPS)
    )
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", steps], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=180,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "event: round" in done.stdout and '"kind":"accept"' in done.stdout.replace(" ", "")
    assert '"operation":"decisions.create"' in done.stdout.replace(" ", "")


def test_a_key_file_appears_beside_the_database_and_is_its_owners_alone(demo, tmp_path):
    for name in ("demo.db", "demo.db.keys"):
        assert (Path(tmp_path) / name).stat().st_mode & 0o077 == 0
