"""`tsunagu replan` and `tsunagu by-hand`: a day of rides after a phone call, and a day in an order of people's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.common import JsonFile, LangOf, Language, Room, RoomOf, Town, errors

if TYPE_CHECKING:
    from matching.domain import Community
    from matching.plan_rides import DayPlan

Told = Annotated[
    Path, typer.Argument(help="計画（rides の --json か、一覧の CSV） / the plan, as JSON or list", metavar="PLAN")
]
Day = Annotated[str, typer.Option("--date", help="その日 (YYYY-MM-DD) / the day")]
Html = Annotated[Path | None, typer.Option(help="報告書を書くファイル / write the page here")]
Sheets = Annotated[Path | None, typer.Option(help="運行表などを書くフォルダー / run sheets, list, calendar")]
ConfirmedBy = Annotated[str, typer.Option(help="要確認のことを確かめた人 / who confirmed what was asked")]


def add_to(app: typer.Typer) -> None:
    """Join the commands to the others."""
    app.command()(replan)
    app.command("by-hand")(by_hand)


def replan(
    town: Town,
    plan: Told,
    date: Day,
    now: Annotated[str, typer.Option(help="今の時刻 (HH:MM)。ここまでは変わらない / what came before stays")],
    without: Annotated[list[str] | None, typer.Option(help="取りやめた送迎 / rides not needed any more")] = None,
    without_driver: Annotated[list[str] | None, typer.Option(help="来られない担い手 / who cannot drive")] = None,
    pin: Annotated[list[str] | None, typer.Option(help="動かさない送迎 / rides that stay as they are")] = None,
    give: Annotated[
        list[str] | None, typer.Option(help="ほかの担い手に替える: 送迎=担い手/車 / RIDE=DRIVER/CAR")
    ] = None,
    most_moved: Annotated[
        int, typer.Option(min=0, max=3, help="時刻や車を変えてよい人数 / so many may get another time")
    ] = 1,
    json: JsonFile = None,
    html: Html = None,
    sheets: Sheets = None,
    confirmed_by: ConfirmedBy = "",
    room: RoomOf = Room.CONSENT,
    lang: LangOf = Language.JA,
) -> None:
    """電話のあとに組み直す。Re-plans after a phone call: what has happened stays, and few are told another time."""
    with errors(lang):
        from api.commands.write_rides import day_of
        from api.rides.told import minute_of, read_told
        from api.towns import town_of
        from matching.domain import Sharing
        from matching.lawful import read_law
        from matching.replan_rides import Call, replan_rides

        day, minute = day_of(date), minute_of(now, "--now")
        community, rulebook, travel = town_of(town)
        given = _given(give or [])
        drivers = [*(without_driver or []), *(driver for driver, _ in given.values())]
        _all_known(community, [*(without or []), *(pin or []), *given], drivers)
        call = Call(
            day, minute, frozenset(without or []), frozenset(without_driver or []), most_moved, Sharing(room.value),
            pinned=frozenset(pin or []), given=given,
        )  # fmt: skip
        found = replan_rides(community, rulebook, travel, read_law(), read_told(plan, day), call)
        _write(found, community, lang, json, html, sheets, confirmed_by)


def by_hand(
    town: Town,
    plan: Told,
    date: Day,
    json: JsonFile = None,
    html: Html = None,
    sheets: Sheets = None,
    confirmed_by: ConfirmedBy = "",
    room: RoomOf = Room.CONSENT,
    seconds: Annotated[float, typer.Option(min=0.0, max=86_400, help="最良と比べる時間 (CPU秒) / to compare")] = 30.0,
    lang: LangOf = Language.JA,
) -> None:
    """手で組んだ順を受け取る。Takes an order made by hand: its times, and every rule that it breaks."""
    with errors(lang):
        from api.commands.write_rides import day_of
        from api.rides.told import read_told
        from api.towns import town_of
        from matching.by_hand import by_hand as ordered
        from matching.domain import Sharing
        from matching.lawful import read_law
        from matching.plan_rides import WantedDay

        day = day_of(date)
        community, rulebook, travel = town_of(town)
        wanted = WantedDay(day, Sharing(room.value), seconds)
        found = ordered(community, rulebook, travel, read_law(), read_told(plan, day), wanted)
        _write(found, community, lang, json, html, sheets, confirmed_by)


def _given(texts: list[str]) -> dict[str, tuple[str, str]]:
    """(driver, vehicle) by ride.

    Raises:
        InputError: all texts that are no RIDE=DRIVER/CAR.
    """
    from matching.errors import InputError, Problem

    found, problems = {}, []
    for text in texts:
        ride, _, whom = text.partition("=")
        driver, _, vehicle = whom.partition("/")
        if not (ride and driver and vehicle):
            told = (
                f"「{text}」は、送迎=担い手/車 の形ではありません",
                f"{text!r} is not RIDE=DRIVER/CAR. Maybe q3=d2/v1?",
            )
            problems.append(Problem("--give", 0, "", "form", *told))
        found[ride] = (driver, vehicle)
    if problems:
        raise InputError(problems)
    return found


def _all_known(community: "Community", rides: list[str], drivers: list[str]) -> None:
    """Refuse ids that the town does not have, naming the nearest.

    Raises:
        InputError: all that are unknown.
    """
    from difflib import get_close_matches

    from matching.errors import InputError, Problem

    problems = []
    there = {one.ride_id for one in community.ride_requests}, {one.driver_id for one in community.drivers}
    for option, asked, known in zip(("--without", "--without-driver"), (rides, drivers), there, strict=True):
        for one in asked:
            near = get_close_matches(one, sorted(known), 1)
            maybe_ja, maybe_en = (f"「{near[0]}」では？", f" Maybe {near[0]}?") if near else ("", "")
            if one not in known:
                told = f"「{one}」はこの町にありません。{maybe_ja}", f"there is no {one} in the town.{maybe_en}"
                problems.append(Problem(option, 0, "", "unknown", *told))
    if problems:
        raise InputError(problems)


def _write(
    found: "DayPlan",
    community: "Community",
    lang: Language,
    json: Path | None,
    html: Path | None,
    sheets: Path | None,
    confirmed_by: str,
) -> None:
    """Show the day and write what was asked for."""
    import time

    from rich.console import Console

    from api.commands.write_rides import write_rides
    from api.rides.words import known
    from matching.plan_rides import WeeksPlan

    said = known(community, lang.value)
    week, spent = WeeksPlan((found,), True, ()), time.process_time()
    write_rides(week, said, spent, json, html, sheets, confirmed_by, Console())
