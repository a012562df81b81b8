"""Real server processes for tests under load: on loopback, bounded in time, ended by their own process id."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.api.conftest import KEY

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def serving(url, processes=2, factory="api.serve:app_from_environment"):
    """The address of a running service on a database."""
    port = free_port()
    env = {**os.environ, "TSUNAGU_DATABASE_URL": url, "TSUNAGU_KEYS": KEY, "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-m", "uvicorn", factory, "--factory", "--host", "127.0.0.1", "--port", str(port),
           "--workers", str(processes), "--no-access-log", "--log-level", "warning"]  # fmt: skip
    process = subprocess.Popen(run, env=env, cwd=ROOT)
    try:
        wait_until_alive(f"http://127.0.0.1:{port}/ready")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_alive(url, seconds=180):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), opener.open(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the service did not start")
