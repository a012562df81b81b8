"""The files of GTFS feeds, from zips and folders, under a cap."""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from matching.travel.sheets import MOST_BYTES, Problems
from matching.travel.texts import problem

READ = ("stops.txt", "trips.txt", "stop_times.txt", "calendar.txt", "calendar_dates.txt", "frequencies.txt")
"""The files of a feed that are looked at."""


def feed_sources(path: Path, problems: Problems) -> Iterator[tuple[str, Mapping[str, bytes]]]:
    """Name and files of each feed: a zip; a folder of .txt files; or a folder of such folders and zips."""
    if path.is_file():
        yield path.name, _unpacked(path, problems)
        return
    if any((path / file).is_file() for file in READ):
        yield path.name, _of_folder(path, problems)
        return
    inside = [one for one in sorted(path.iterdir()) if one.is_dir() or one.suffix.lower() == ".zip"]
    if not inside:
        problems.append(problem(path.name, 0, "", "missing_file", {"file": "stops.txt"}))
    for one in inside:
        yield f"{path.name}/{one.name}", _of_folder(one, problems) if one.is_dir() else _unpacked(one, problems)


def _of_folder(folder: Path, problems: Problems) -> Mapping[str, bytes]:
    files = {}
    for name in READ:
        path = folder / name
        if not path.is_file():
            continue
        if path.stat().st_size > MOST_BYTES:
            problems.append(problem(f"{folder.name}/{name}", 0, "", "too_large", {"limit": MOST_BYTES}))
            continue
        files[name] = path.read_bytes()
    return files


def _unpacked(path: Path, problems: Problems) -> Mapping[str, bytes]:
    """Files of a zip by their last name; a zip often holds its files in a folder."""
    files = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                name = PurePosixPath(info.filename).name
                if name not in READ or name in files:
                    continue
                with archive.open(info) as file:
                    data = file.read(MOST_BYTES + 1)
                if len(data) > MOST_BYTES:
                    problems.append(problem(f"{path.name}/{name}", 0, "", "too_large", {"limit": MOST_BYTES}))
                    return {}
                files[name] = data
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        problems.append(problem(path.name, 0, "", "unreadable", {"why": str(error)}))
    return files
