"""A day's plan on the terminal: tours stop by stop, who is not driven and why, and what is to be asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.commands.show import plain, table_of
from api.rides.answer import help_text, share_cells, tier_amount, tier_name, unserved_text, warning_text
from api.rides.texts import label
from api.rides.words import Known, clock
from matching.errors import Lang
from matching.lawful import NO_ADVICE, STANDING, Standing, worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from matching.domain.tour import Tour
    from matching.lawful import LawFinding
    from matching.plan_rides import DayPlan, Progress, WeeksPlan

_STYLE = {Standing.FITS: "green", Standing.ASK: "yellow", Standing.UNFIT: "red"}


def show_day(plan: "DayPlan", said: Known, console: "Console") -> None:
    """The day in short, then its tours, then who stays behind."""
    console.print(plain(said.say("head", town=plan.town, day=said.day(plan.date)), "bold"))
    served = sum(len(tour.rides) for tour in plan.tours)
    if not (served or plan.unserved or plan.refused):
        console.print(plain(said.say("nothing")))
        return
    optimal = plan.status == "optimal"
    console.print(plain(said.say(plan.status), "green" if optimal else "yellow"))
    counts = {"served": served, "unserved": len(plan.unserved), "refused": plan.refused}
    console.print(plain(said.say("counts", **counts)), soft_wrap=True)
    for tier in plan.tiers:
        bound = said.say("tier.bound", bound=tier_amount(tier.name, tier.bound))
        console.print(
            plain(f"  {tier_name(tier.name, said)}: {tier_amount(tier.name, tier.value)}（{bound}）", "dim"),
            soft_wrap=True,
        )
    console.print(plain(said.say("people_decide"), "dim"))
    for tour, law in zip(plan.tours, plan.law, strict=True):
        _show_tour(tour, law, said, console)
    _show_unserved(plan, said, console)
    for one in plan.warnings:
        console.print(plain(f"• {warning_text(one, said)}", "yellow"), soft_wrap=True)
    if plan.tours:
        console.print(plain(NO_ADVICE.render(said.lang, {}), "dim"), soft_wrap=True)


def show_shares(plan: "WeeksPlan", said: Known, console: "Console") -> None:
    """What each volunteer gives of what they offered, where weeks were planned."""
    if not plan.shares:
        return
    console.print()
    console.print(plain(said.say("shares"), "bold"))
    table = table_of(*(said.say(key) for key in ("driver", "offered", "given", "share")))
    for one in plan.shares:
        table.add_row(*(plain(cell) for cell in share_cells(one, said)))
    console.print(table)
    if plan.fairest:
        console.print(plain(said.say("fairest"), "green"))


def _show_tour(tour: "Tour", law: "Sequence[LawFinding]", said: Known, console: "Console") -> None:
    console.print()
    title = said.say("tour", driver=tour.driver_id, vehicle=tour.vehicle_id)
    console.print(plain(title, "bold"), plain(said.say("minutes", n=round(tour.minutes)), "dim"))
    table = table_of(*(said.say(key) for key in ("when", "what", "who", "on_board", "place")))
    for stop in tour.stops:
        who = said.who(stop.ride_id) if stop.ride_id else ""
        cells = (clock(stop.start), said.say(str(stop.kind)), who, said.on_board(stop), said.place(stop, tour))
        table.add_row(*(plain(cell) for cell in cells))
    console.print(table)
    standing = worst(law)
    console.print(plain(said.say("law", standing=STANDING[standing].render(said.lang, {})), _STYLE[standing]))
    for one in law:
        console.print(plain(f"  {one.text(said.lang)}", "dim"), soft_wrap=True)


def _show_unserved(plan: "DayPlan", said: Known, console: "Console") -> None:
    if plan.unserved:
        console.print()
        console.print(plain(said.say("unserved"), "bold"))
    for one in plan.unserved:
        console.print(plain(f"• {one.ride_id}: {unserved_text(one, said)}"), soft_wrap=True)
        for change in one.helps:
            console.print(plain(f"    → {help_text(change, said)}", "dim"), soft_wrap=True)


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
