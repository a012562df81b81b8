"""Files out: each appears whole or not at all, and several appear together."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from matching.errors import InputError, Problem


def write_whole(contents: Mapping[Path, str | bytes]) -> None:
    """Write texts as UTF-8, and bytes as they are: all are on disk before the first takes its name.

    Raises:
        InputError: a folder is not there or may not be written; nothing was written.
    """
    with ExitStack() as stack:
        try:
            ready = []
            for path, text in contents.items():
                asked = path
                ready.append((_beside(path, text, stack), path))
        except OSError as error:
            raise InputError([_problem(asked, error)]) from error
        for temporary, path in ready:
            temporary.replace(path)


def _beside(path: Path, text: str | bytes, stack: ExitStack) -> Path:
    """The content in a temporary file in the same folder, removed again if anything fails."""
    if path.is_dir():
        raise IsADirectoryError(21, "it is a folder", str(path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    stack.callback(Path(name).unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode("utf-8") if isinstance(text, str) else text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    return Path(name)


def _problem(path: Path, error: OSError) -> Problem:
    name = str(path)
    return Problem(
        path.name,
        0,
        "",
        "cannot_write",
        f"「{name}」に書けません（{error.strerror}）。フォルダーがあるか確かめてください",
        f"{name} cannot be written ({error.strerror}). Maybe its folder does not exist?",
    )
