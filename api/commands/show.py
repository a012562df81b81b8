"""The terminal: rounds of proposals, problems of the input and findings of the graph, as Rich prints them.

What comes from a town is never read as markup, and its control characters are not sent to the terminal. Sentences are
left to the terminal to wrap, because Japanese has no spaces to break them at.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from api.report.texts import Phrases, phrases
from matching.errors import Lang, Problem

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from api.report.joined import Case, Joined
    from api.report.words import Words
    from matching.domain import Community, Proposals
    from matching.graph import Finding

MOST_URGENT, MOST_PROPOSALS, MOST_REASONS = 10, 15, 4


def show_proposals(proposals: "Proposals", community: "Community", lang: Lang, console: "Console") -> None:
    """A round in short: its figures, the most urgent who wait and what would help, and the first proposals."""
    from api.report.joined import joined
    from api.report.words import words

    round_, said = joined(community, proposals), words(lang)
    _head(round_, said, console)
    console.print(_summary(round_, said))
    for title, table, left in (
        (said.say("show.urgent"), _urgent(round_, said), len(round_.unplaced) - MOST_URGENT),
        (said.say("proposals"), _first(round_, said), len(round_.placed) - MOST_PROPOSALS),
    ):
        if table.row_count:
            console.print()
            console.print(plain(title, "bold"))
            console.print(table)
        if left > 0:
            console.print(plain(said.say("show.more", n=left), "dim"))
    _warnings(round_, said, console)


def show_problems(problems: Iterable[Problem], lang: Lang, console: "Console") -> None:
    """Every problem, file by file: what must be mended before what should be looked at."""
    say, rows = phrases(lang), sorted(problems)
    errors = sum(not problem.warning for problem in rows)
    if not rows:
        console.print(plain(say("show.problems.none"), "green"))
        return
    for file, group in groupby(rows, key=lambda problem: problem.file):
        console.print(plain(file, "bold"))
        for problem in sorted(group, key=lambda one: (one.warning, one)):
            console.print(_problem(problem, say, lang), soft_wrap=True)
    console.print(plain(say("show.problems", errors=errors, warnings=len(rows) - errors), "bold"))


def show_findings(findings: "Iterable[Finding]", lang: Lang, console: "Console") -> None:
    """What the graph tells, one sentence a line, those of one sort together."""
    say, rows = phrases(lang), tuple(findings)
    console.print(plain(say("show.findings" if rows else "show.findings.none"), "bold"))
    before = ""
    for finding in rows:
        sort = str(finding.facts.get("of", finding.code)) if finding.code == "more" else finding.code
        if before and sort != before:
            console.print()
        console.print(plain(f"• {finding.text(lang)}"), soft_wrap=True)
        before = sort


def plain(text: str, style: str = "") -> "Text":
    """Text as it is: no markup, no control characters."""
    from rich.text import Text

    return Text("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text), style)


def table_of(*headings: str) -> "Table":
    """An empty table with plain headings; without any, none is shown."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_header=any(headings))
    for heading in headings:
        table.add_column(plain(heading), overflow="fold")
    return table


def _add(table: "Table", *cells: str) -> None:
    table.add_row(*(plain(cell) for cell in cells))


def _head(round_: "Joined", said: "Words", console: "Console") -> None:
    week, proposals = round_.community.info.week_of, round_.proposals
    if proposals.room == "support_conference":
        console.print(plain(f" {said.say('room.support_conference')} ", "bold white on red"), end=" ")
        console.print(plain(said.say("room.note")), soft_wrap=True)
    told = said.say("week", year=str(week.year), month=week.month, day=week.day)
    console.print(plain(said.say("title", town=proposals.town), "bold"), plain(told, "dim"))
    optimal = proposals.status == "optimal"
    console.print(plain(said.say("optimal" if optimal else "feasible"), "green" if optimal else "yellow"))
    console.print(plain(said.say("people_decide"), "dim"), soft_wrap=True)


def _summary(round_: "Joined", said: "Words") -> "Table":
    from api.report.figures import figures

    counted, say, table = figures(round_), said.say, table_of("", "")
    reasons = [say("counted", what=said.reason(code), n=n) for code, n in counted.reasons[:MOST_REASONS]]
    _add(table, say("needs"), say("show.count", n=counted.needs))
    _add(table, say("placed"), f"{say('show.count', n=counted.placed)}  {say('placed.note', kept=counted.kept)}")
    _add(table, say("unplaced"), f"{say('show.count', n=counted.unplaced)}  {said.listed(reasons)}")
    _add(table, say("refused"), f"{say('show.count', n=counted.refused)}  {say('refused.note')}")
    _add(table, say("ask_first"), say("ask_first.note", placed=counted.placed, asked=counted.ask_first))
    for who, wait in (("placed", counted.waits_placed), ("unplaced", counted.waits_unplaced)):
        if wait.median is not None and wait.longest is not None:
            told = say("show.wait", median=wait.median, longest=wait.longest)
            _add(table, say("show.waiting", who=say(who)), told)
    return table


def _urgent(round_: "Joined", said: "Words") -> "Table":
    from api.report.joined import main_reason
    from matching.explain.say import say_change

    say = said.say
    table = table_of(say("show.need"), say("show.what"), say("why.reason"), say("help"))
    for case in sorted(round_.unplaced, key=lambda one: one.priority)[:MOST_URGENT]:
        unplaced = case.proposal.unplaced
        helps = [say_change(change, said.lang) for change in (unplaced.smallest_changes if unplaced else ())]
        why = said.reason(main_reason(case.proposal))
        _add(table, case.need.need_id, _about(case, said), why, helps[0] if helps else say("none"))
    return table


def _first(round_: "Joined", said: "Words") -> "Table":
    say = said.say
    table = table_of(say("show.need"), say("show.what"), say("show.place"), say("show.way"), say("asks"))
    for case in sorted(round_.placed, key=lambda one: one.priority)[:MOST_PROPOSALS]:
        option = case.proposal.options[0]
        place = f"{round_.place_name(option.resource_id)} {said.when(round_.openings[option.opening_id])}"
        asks = say("asks") if option.ask_first else ""
        _add(table, case.need.need_id, _about(case, said), place, said.way(option.mode, option.minutes), asks)
    return table


def _about(case: "Case", said: "Words") -> str:
    """What a need is about, how urgent, and how long it waits."""
    parts: Sequence[str] = (said.kind(case.need), said.activities(case.need), said.say("urgency", n=case.need.urgency))
    waited = [] if case.weeks is None else [said.say("waited", n=case.weeks)]
    return " ".join(part for part in (*parts, *waited) if part)


def _warnings(round_: "Joined", said: "Words", console: "Console") -> None:
    from matching.explain.say import say_warning

    warned = round_.proposals.warnings
    if warned:
        console.print()
        console.print(plain(said.say("warnings"), "bold"))
    for one in warned[:MOST_URGENT]:
        console.print(plain(f"• {say_warning(one, said.lang)}", "yellow"), soft_wrap=True)
    if len(warned) > MOST_URGENT:
        console.print(plain(said.say("show.more", n=len(warned) - MOST_URGENT), "dim"))


def _problem(problem: Problem, say: Phrases, lang: Lang) -> "Text":
    where = [say("show.row", row=str(problem.row)) if problem.row else say("show.file")]
    if problem.column:
        where.append(say("show.column", column=problem.column))
    line = plain(
        f"  {say('show.warning' if problem.warning else 'show.error')} ", "yellow" if problem.warning else "red"
    )
    line.append_text(plain(" ".join(where), "dim"))
    return line.append_text(plain(f"  {problem.text(lang)}", "not dim"))
