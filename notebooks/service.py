"""The service for a notebook: started as `tsunagu serve --demo` starts it, on this machine alone, and ended again."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).resolve().parents[1]
WAIT_SECONDS = 120.0
"""How long a start, or a round of proposals, may take on a slow machine."""


class Desk:
    """Somebody signed in: asks the service, and shows what is worth reading of the answer."""

    def __init__(self, address: str, name: str, password: str) -> None:
        self._client = httpx2.Client(base_url=address, trust_env=False, timeout=WAIT_SECONDS)
        me = self._client.post("/v1/sessions", json={"name": name, "password": password}).raise_for_status().json()
        self._headers = {"X-CSRF-Token": me["csrf"]}

    def get(self, path: str) -> dict[str, Any]:
        """What stands at a path."""
        return self._told(self._client.get(f"/v1/{path}"))

    def post(self, path: str, body: Mapping[str, Any], key: str = "") -> dict[str, Any]:
        """What came of a request; `key` has one effect, however often it is sent."""
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        return self._told(self._client.post(f"/v1/{path}", json=body, headers=headers))

    def put(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What came of writing something new."""
        return self._told(self._client.put(f"/v1/{path}", json=body, headers=self._headers))

    def follow(self, round_id: str) -> Iterator[dict[str, Any]]:
        """Each change of a round, as it happens, until it ends."""
        with self._client.stream("GET", f"/v1/rounds/{round_id}/events") as lines:
            for line in lines.iter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))

    @staticmethod
    def _told(answer: httpx2.Response) -> dict[str, Any]:
        if answer.status_code >= 400:
            problem = answer.json()
            raise RuntimeError(f"{problem['code']}: {problem['ja']} {[one['pointer'] for one in problem['errors']]}")
        return dict(answer.json()) if answer.content else {}


class Service:
    """The demo village, served until `end`; a new database each time, and nothing of it is left."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        told = {name: value for name, value in os.environ.items() if not name.startswith("TSUNAGU_")}
        env = {**told, "TSUNAGU_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}", "TSUNAGU_PORT": str(port),
               "TSUNAGU_SOLVERS": "1"}  # fmt: skip
        self._shown = folder / "shown.txt"
        with self._shown.open("w") as out:
            run = [sys.executable, "-m", "api.cli", "serve", "--demo"]
            self._process = subprocess.Popen(run, env=env, cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL)
        self.address = f"http://127.0.0.1:{port}"
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            try:
                if httpx2.get(f"{self.address}/ready", trust_env=False).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.2)
        self.end()
        raise RuntimeError("the service did not start")

    def sign_in(self, role: str) -> Desk:
        """A desk of the demo account of a role."""
        lines = (line.split("\t") for line in self._shown.read_text(encoding="utf-8").splitlines() if "\t" in line)
        return Desk(self.address, f"{role}@kawabe", dict(lines)[f"{role}@kawabe"])

    def end(self) -> None:
        """End the service and take its files away."""
        self._process.terminate()
        self._process.wait(60)
        self._folder.cleanup()
