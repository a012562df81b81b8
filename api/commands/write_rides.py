"""`tsunagu rides`: a day or a week of a town, on the terminal and in files; run sheets where the law check allows."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from matching.errors import InputError, Problem

if TYPE_CHECKING:
    from rich.console import Console

    from api.rides.words import Known
    from matching.plan_rides import DayPlan, WeeksPlan


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
                Problem("date", 0, "", "date", f"日付（2026-11-26 の形）ではありません: {text}",
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
    from api.commands.show_rides import show_day, show_shares
    from api.files import write_whole

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
    from api.commands.show import plain
    from api.rides.calendar import calendar
    from api.rides.lists import stops_csv
    from api.rides.sheet import run_sheet
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
