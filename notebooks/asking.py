"""What the notebooks ask: the commands of tsunagu themselves, each answer as it stands in its JSON file."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TOWNS = ROOT / "fixtures" / "towns"
REAL = Path(os.environ.get("TSUNAGU_REAL", ROOT.parent / "shared" / "data" / "open" / "takamatsu"))
"""Where the open data of the real city is, if it is there; an empty TSUNAGU_REAL says that it is not to be used."""


def ask(verb: str, town: Path, *options: str) -> Mapping[str, Any]:
    """The answer of `tsunagu VERB TOWN OPTIONS --json FILE`.

    Raises:
        RuntimeError: the command refused; what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.json"
        run(verb, str(town), *options, "--json", str(file))
        return dict(json.loads(file.read_text(encoding="utf-8")))


def run(*words: str) -> str:
    """What a command says on the terminal.

    Raises:
        RuntimeError: the command refused; what it said.
    """
    plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *words], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**plain, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)
    return done.stdout


def rows(town: Path, name: str) -> list[dict[str, str]]:
    """The rows of one table of a town folder; none where the town has no such table."""
    file = town / f"{name}.csv"
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def the_real_city(work: Path) -> Path | None:
    """The real city as a town folder, made from its open data; None where these are not at hand."""
    if not str(REAL) or str(REAL) == "." or not REAL.is_dir():
        return None
    town = work / "takamatsu"
    run("import", str(REAL), "--to", str(town))
    run("estimate", str(town))
    return town
