"""The main path as the package tells it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import matching

ROOT = Path(__file__).parents[1]


def test_the_main_path_of_the_docstring_runs(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    told = re.search(r"::\n\n(.*?)\n\n\S", matching.__doc__, re.DOTALL).group(1)
    code = "\n".join(line[4:] for line in told.splitlines())
    exec(compile(code, "docstring", "exec"), {})
    assert capsys.readouterr().out.startswith("optimal ['")


@pytest.mark.parametrize("name", matching.__all__)
def test_every_name_is_there_and_documented(name):
    thing = getattr(matching, name)
    assert thing.__doc__


def test_a_slip_names_what_there_is():
    with pytest.raises(AttributeError, match="Maybe one of"):
        matching.proposals  # noqa: B018


def test_importing_the_package_loads_no_solver():
    heavy = ("ortools", "numba", "scipy", "networkx")
    code = f"import sys, matching, api.cli; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
