"""Ctrl-C on the command line: the best plan so far is told, judged and written, and the command ends as usual."""

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from itertools import count

import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.routing.given_instances import written

ONE_PROCESS = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from contextlib import contextmanager
from itertools import count
import api.commands.show_rides
from api.cli import app

@contextmanager
def showing(_lang, _console):
    calls = count(1)
    yield lambda best, bound: os.kill(os.getpid(), signal.SIGINT) if next(calls) == 2 else None

api.commands.show_rides.showing = showing
app()
"""


@pytest.mark.parametrize("moment", [1, 3])
def test_who_interrupts_gets_the_best_plan_so_far_with_its_bound(tmp_path, monkeypatch, moment):
    calls = count(1)

    @contextmanager
    def showing(_lang, _console):
        def tell(_best, _bound):
            if next(calls) == moment:
                raise KeyboardInterrupt

        yield tell

    monkeypatch.setattr("api.commands.show_rides.showing", showing)
    out = tmp_path / "out.json"
    file = written(tmp_path, "a", cars=4, rides=32, minutes=480, seed=7)
    result = CliRunner().invoke(app, ["solve-rides", str(file), "--format", "cordeau", "--json", str(out)])
    assert result.exit_code == 0, result.output
    told = json.loads(out.read_text())
    assert next(calls) > moment
    assert told["unserved"] == []
    assert 0 < told["bound"] <= told["cost"] + 1e-6
    assert sum(len(route["stops"]) - 2 for route in told["routes"]) == 64


def test_a_real_signal_does_the_same_even_where_the_parent_ignores_it(tmp_path):
    out = tmp_path / "out.json"
    file = written(tmp_path, "a", cars=4, rides=32, minutes=480, seed=7)
    words = ["solve-rides", str(file), "--format", "cordeau", "--json", str(out)]
    ignoring = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)  # noqa: E731
    ended = subprocess.run(
        [sys.executable, "-c", ONE_PROCESS, *words],
        preexec_fn=ignoring, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert json.loads(out.read_text())["unserved"] == []
