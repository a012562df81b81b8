"""What is sent read in a process of its own, within limits: what is strange or huge cannot hold up who answers people.

`python -m api.parsing FORM STEM WEEK` reads a file from its input and writes what it found, as a pickle, to its output.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from datetime import date

from api.folders import TownFolder
from api.incoming import Brought, brought
from matching.errors import InputError, Problem

MOST_CPU_SECONDS = 120
MOST_MEMORY = 3_000_000_000
"""Bytes; a town of 10,000 needs takes less than a tenth of it."""
WAIT_SECONDS = 300
GIVES_WAY = 5


def folder_of(data: bytes) -> TownFolder:
    """The town folder of an archive.

    Raises:
        InputError: every problem of the archive and its town; or it takes more time or memory than is given.
    """
    found = brought_of(data, "zip", "town", None)
    errors = [one for one in found.problems if not one.warning]
    if found.folder is None or found.lists is not None:
        raise InputError(errors or [_no_town()])
    return found.folder


def brought_of(data: bytes, form: str, stem: str, week_of: date | None) -> Brought:
    """What a file holds, see `api.incoming.brought`.

    Raises:
        InputError: it takes more time or memory than is given.
    """
    with tempfile.TemporaryFile() as sent:
        sent.write(data)
        sent.seek(0)
        week = week_of.isoformat() if week_of is not None else ""
        run = [sys.executable, "-m", "api.parsing", form, stem, week]
        env = {name: value for name, value in os.environ.items() if not name.startswith("TSUNAGU_")}
        try:
            done = subprocess.run(  # noqa: S603  # ourselves, with no key in sight
                run, stdin=sent, capture_output=True, timeout=WAIT_SECONDS, check=False, env=env
            )
        except subprocess.TimeoutExpired:
            raise _too_much() from None
    if done.returncode:
        raise _too_much()
    found = pickle.loads(done.stdout)  # noqa: S301  # our own process wrote it
    assert isinstance(found, Brought)
    return found


def main() -> None:
    """The child: limits first, then the archive."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    os.nice(GIVES_WAY)
    form, stem, week = sys.argv[1:]
    found = brought(sys.stdin.buffer.read(), form, stem, date.fromisoformat(week) if week else None)
    sys.stdout.buffer.write(pickle.dumps(found))


def _too_much() -> InputError:
    ja, en = "読むのに時間か記憶がかかりすぎます", "takes too much time or memory to read"
    return InputError([Problem("town.zip", 0, "", "zip", f"送られたファイルは{ja}", f"the archive {en}")])


def _no_town() -> Problem:
    ja, en = "町フォルダーではありません（town.toml がありません）", "is no town folder: there is no town.toml"
    return Problem("town.zip", 0, "", "zip", f"送られたファイルは{ja}", f"the archive {en}")


if __name__ == "__main__":
    main()
