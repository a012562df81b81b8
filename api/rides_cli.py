"""`tsunagu rides`: a day or a week of a town, on the terminal and in files; run sheets where the law check allows."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from api.rides.texts import label
from matching.errors import InputError, Lang, Problem

if TYPE_CHECKING:
    from rich.console import Console

    from api.rides.words import Known
    from matching.domain import Community, TravelTimes
    from matching.plan_rides import DayPlan, Progress, WantedDay, WeeksPlan
    from matching.rules import Rulebook


def day_of(text: str) -> dt.date:
    """The day that was asked for.

    Raises:
        InputError: it is no date.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(
            [
                Problem("--date", 0, "", "date", f"日付（2026-11-26 の形）ではありません: {text}",
                        f"{text!r} is no date. Maybe write it as 2026-11-26?")
            ]
        ) from None  # fmt: skip


def write_rides(
    plan: "WeeksPlan",
    said: "Known",
    seconds: float,
    json: Path | None,
    html: Path | None,
    sheets: Path | None,
    confirmed: str,
    console: "Console",
) -> None:
    """Show the plans; write what was asked for: document, page, and sheets, list and calendar of each day.

    Raises:
        InputError: something cannot be written; then nothing was.
    """
    from api.files import write_whole
    from api.rides.show import show_day, show_shares

    for day in plan.days:
        show_day(day, said, console)
    show_shares(plan, said, console)

    contents: dict[Path, str | bytes] = {}
    if json is not None:
        from api.rides.answer import days_json

        contents[json] = days_json(plan, said, seconds)
    if html is not None:
        from api.rides.page import rides_page

        contents[html] = rides_page(plan, said)
    if sheets is not None:
        _folder(sheets)
        for day in plan.days:
            contents |= _sheets(day, said, sheets, confirmed, console)
    write_whole(contents)
    for path in contents:
        console.print(f"→ {path}", soft_wrap=True, highlight=False, markup=False)


def _folder(path: Path) -> None:
    """Make the folder of the sheets.

    Raises:
        InputError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = (
            f"フォルダー「{path}」を作れません（{error.strerror}）",
            f"the folder {path} cannot be made ({error.strerror})",
        )
        raise InputError([Problem(path.name, 0, "", "cannot_write", *told)]) from error


def _sheets(
    plan: "DayPlan", said: "Known", folder: Path, confirmed: str, console: "Console"
) -> dict[Path, str | bytes]:
    """A run sheet a tour, unless something of it is unfit or to be asked and nobody has confirmed it."""
    from api.rides.calendar import calendar
    from api.rides.lists import stops_csv
    from api.rides.sheet import run_sheet
    from api.show import plain
    from matching.lawful import STANDING, Standing, worst

    day = plan.date.isoformat()
    contents: dict[Path, str | bytes] = {
        folder / f"{day}.csv": stops_csv(plan, said),
        folder / f"{day}.ics": calendar(plan, said),
    }
    for number, tour in enumerate(plan.tours):
        standing = worst(plan.law[number])
        if standing is Standing.UNFIT or (standing is Standing.ASK and not confirmed):
            why = STANDING[standing].render(said.lang, {})
            held = said.say("sheets.held", driver=tour.driver_id, vehicle=tour.vehicle_id, why=why)
            console.print(plain(held, "yellow"), soft_wrap=True)
            continue
        path = folder / f"{day}-{tour.driver_id}-{tour.vehicle_id}.pdf"
        contents[path] = run_sheet(plan, number, said, confirmed)
    return contents


@contextmanager
def showing(lang: Lang, console: "Console") -> "Iterator[Progress]":
    """Best value and bound on the terminal as they move; nothing where there is no terminal."""
    from rich.progress import Progress as Bar, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Bar(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task(label("progress", lang, best="–", bound="–"))

        def tell(best: float, bound: float) -> None:
            told = label("progress", lang, best=f"{best:,.1f}", bound=f"{bound:,.1f}")
            bar.update(task, description=told)

        yield tell


def plan_days(
    town: "Community",
    rulebook: "Rulebook",
    travel: "TravelTimes",
    wanted: "WantedDay",
    weeks: int,
    progress: "Progress",
) -> "tuple[WeeksPlan, float]":
    """The plan of one day, or of some weeks from it on, and the CPU seconds that it took."""
    from matching.lawful import read_law
    from matching.plan_rides import WeeksPlan, plan_rides, plan_weeks

    started, law = time.process_time(), read_law()
    if weeks:
        plan = plan_weeks(town, rulebook, travel, law, wanted, weeks, progress)
    else:
        plan = WeeksPlan((plan_rides(town, rulebook, travel, law, wanted, progress),), True, ())
    return plan, time.process_time() - started
