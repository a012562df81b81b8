"""One need on the terminal: its options with every reason, every place that was not chosen and why, what would help."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from api.commands.show import plain
from api.report.words import words
from matching.domain import Community, Opening, Option, Proposal, Reason
from matching.errors import Lang
from matching.explain.say import say_change, say_reason
from matching.pose import TIERS
from matching.texts import word

_TEXTS = {
    "option": ("案", "Option"),
    "chosen": ("提案", "proposed"),
    "ask": ("まず確認", "ask first"),
    "points": ("点（段ごと）", "points by tier"),
    "cost": ("ほかの方から減る点（−は増える点）", "points it takes from others (− gives)"),
    "none": ("なし", "none"),
    "bound": ("多くても", "at most"),
    "waiting": ("つなぎ先の案はまだありません", "no option yet"),
    "why_not": ("候補にならなかった場と、その理由", "Places that were excluded, and why"),
    "full": ("満員", "full"),
    "helps": ("こうなれば、つながります", "What would help"),
    "private": ("本人の同意がないため、何も表示しません", "nothing is shown without the person's consent"),
}


def show_need(
    proposal: Proposal, why_not: Sequence[tuple[Opening, Reason]], town: Community, lang: Lang, console: Console
) -> None:
    """Print one proposal in full, a sentence a line: where lines break is left to the terminal."""
    need = next(n for n in town.needs if n.need_id == proposal.need_id)
    if not proposal.resident_id:
        _line(console, plain(need.need_id, "bold"), f" {_said('private', lang)}")
        return
    _line(console, plain(need.need_id, "bold"), f"  {word('kind', need.kind, lang)}")
    names = {r.resource_id: r.name for r in town.resources}
    openings = {o.opening_id: o for o in town.openings}
    for rank, option in enumerate(proposal.options, 1):
        _show_option(rank, option, names[option.resource_id], openings[option.opening_id], lang, console)
    if proposal.unplaced is not None:
        _line(console, plain(_said("waiting", lang), "yellow"))
        for opening_id, holders in proposal.unplaced.full:
            opening = openings[opening_id]
            _line(
                console,
                f"  {_said('full', lang)} ({holders}): {names[opening.resource_id]} {words(lang).when(opening)}",
            )
        for reason in proposal.unplaced.held_back:
            _line(console, f"  {say_reason(reason, lang)}")
        if proposal.unplaced.smallest_changes:
            _line(console, plain(_said("helps", lang), "bold"))
        for change in proposal.unplaced.smallest_changes:
            _line(console, f"  • {say_change(change, lang)}")
    _show_why_not(why_not, lang, console)


def _show_option(rank: int, option: Option, name: str, opening: Opening, lang: Lang, console: Console) -> None:
    marks = [_said("chosen", lang)] if option.chosen else []
    marks += [_said("ask", lang)] if option.ask_first else []
    console.print()
    _line(
        console, plain(f"{rank}. {name}", "bold"), f" {words(lang).when(opening)}  ", plain(" / ".join(marks), "green")
    )
    for reason in option.reasons:
        _line(console, f"   {reason.points:+5d}  {say_reason(reason, lang)}")
    _line(console, f"   {_said('points', lang)}: {_by_tier(option.points, lang, '+d')}")
    if not option.chosen:
        costs = _by_tier(option.opportunity_cost, lang, "d")
        bound = "" if option.exact or not costs else f"{_said('bound', lang)} "
        _line(console, f"   {_said('cost', lang)}: {bound}{costs or _said('none', lang)}")


def _show_why_not(why_not: Sequence[tuple[Opening, Reason]], lang: Lang, console: Console) -> None:
    if not why_not:
        return
    console.print()
    _line(console, plain(_said("why_not", lang), "bold"))
    for opening, reason in sorted(why_not, key=lambda one: one[1].code):
        _line(console, f"  {words(lang).when(opening)}  {say_reason(reason, lang)}")


def _line(console: Console, *parts: Text | str) -> None:
    line = Text()
    for part in parts:
        line.append_text(part if isinstance(part, Text) else plain(part))
    console.print(line, soft_wrap=True)


def _by_tier(numbers: Sequence[int], lang: Lang, form: str) -> str:
    """Numbers with the names of their tiers; tiers of 0 are left out."""
    told = zip(TIERS, numbers, strict=True)
    return ", ".join(f"{word('tier', name, lang)} {number:{form}}" for name, number in told if number)


def _said(name: str, lang: Lang) -> str:
    return _TEXTS[name][0 if lang == "ja" else 1]
