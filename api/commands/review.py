"""`tsunagu review`: one town at two dates, for a council that asks whether last year's step worked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.common import JsonFile, LangOf, Language, errors

if TYPE_CHECKING:
    from rich.console import Console

    from matching.errors import Lang

LINES = {
    "lasted": ("同じところで続いている方", "placements that lasted"),
    "moved": ("別のところで続いている方", "go on at another place"),
    "ended": ("つなぎ先が終わった方", "placements that ended"),
    "met": ("待っていて、つながった方", "waited, and found a place"),
    "waiting": ("前も今も待っている方", "wait at both dates"),
    "asked": ("その後に相談のあった方", "asked since"),
    "asked_and_met": ("　そのうち、つながった方", "  of those, with a place"),
}
COUNTED = {
    "resources": ("地域資源", "resources"),
    "helpers": ("個人の担い手（5人刻み）", "helpers, in fives"),
    "openings": ("開催枠", "openings"),
    "places": ("受け入れの数", "places"),
}
TIES = {
    "works_with": ("一緒に働く", "works with"), "refers_to": ("紹介する", "refers to"), "knows": ("知り合い", "knows"),
    "member_of": ("加わる", "member of"), "leads": ("まとめる", "leads"), "supports": ("支える", "supports"),
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(review)


def review(
    before: Annotated[Path, typer.Argument(help="前の時点の町のフォルダー / the town before", metavar="BEFORE")],
    after: Annotated[Path, typer.Argument(help="後の時点の町のフォルダー / the town after", metavar="AFTER")],
    json: JsonFile = None,
    lang: LangOf = Language.JA,
) -> None:
    """検証・見直し。The same town at two dates: what came, what lasted, who found a place, the same indicators."""
    from rich.console import Console

    with errors(lang):
        from api.files import write_whole
        from api.review.answer import review_document, review_json
        from api.towns import town_of
        from matching.propose import digest
        from matching.review import review as compared

        one, other = town_of(before), town_of(after)
        digests = digest(*one[:2]), digest(*other[:2])
        document = review_document(compared(one, other), digests, lang.value)
        if json is not None:
            write_whole({json: review_json(document)})
        show_review(document, lang.value, Console())
        if json is not None:
            Console(stderr=True).print(f"→ {json}", soft_wrap=True, highlight=False)


def show_review(document: dict[str, Any], lang: "Lang", console: "Console") -> None:
    """The two dates side by side on the terminal."""
    from api.commands.show import plain, table_of
    from api.develop.answer import shown

    at = 0 if lang == "ja" else 1
    days = document["before"]["as_of"], document["after"]["as_of"]
    console.print(plain(f"{document['town']} {('検証・見直し', 'review')[at]} {days[0]} → {days[1]}", "bold"))
    table = table_of(("支援ニーズのある方", "people with needs")[at], ("人", "people")[at])
    for line in document["needs"]:
        table.add_row(LINES[line["line"]][at], shown(line["people"], lang))
    console.print(table)
    table = table_of("", *days)
    for key, said in COUNTED.items():
        table.add_row(said[at], f"{document[key]['before']:,}", f"{document[key]['after']:,}")
    for tie in document["ties"]:
        name = f"{('つながり', 'ties')[at]}: {TIES[tie['kind']][at]}"
        table.add_row(name, f"−{tie['gone']}", f"+{tie['new']}")
    console.print(table)
    for key, said in (("new", ("新しい資源", "new")), ("gone", ("なくなった資源", "gone"))):
        if document["resources"][key]:
            console.print(plain(f"{said[at]}: " + ("、", ", ")[at].join(document["resources"][key])), soft_wrap=True)
    _show_indicators(document, lang, console)


def _show_indicators(document: dict[str, Any], lang: "Lang", console: "Console") -> None:
    from api.commands.show import plain, table_of
    from api.indicators.answer import shown

    at = 0 if lang == "ja" else 1
    table = table_of(("指標", "indicator")[at], document["before"]["as_of"], document["after"]["as_of"])
    for one in document["indicators"]:
        absent = ("不明", "unknown")[at] if one["state"] == "unknown" else ("×", "x")[at]
        values = [one[when]["value"] for when in ("before", "after")]
        table.add_row(one["name"], *(absent if v is None else shown(v, one["unit"], lang) for v in values))
    console.print(table)
    console.print(
        plain(
            "人の数は5人刻みです。片方の時点で出せない数は、両方とも出しません。式は --json で。" if at == 0
            else "People are told in fives. What may not be told at one date is told at neither. Formulas: --json.",
            "dim",
        ),
        soft_wrap=True,
    )  # fmt: skip
