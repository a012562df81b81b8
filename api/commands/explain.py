"""`tsunagu explain`: one need, and why what was proposed was."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.common import LangOf, Language, Town, errors
from matching.errors import InputError, Problem

if TYPE_CHECKING:
    from matching.domain import Community


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(explain)


def explain(
    town: Town,
    need: Annotated[str, typer.Argument(help="支援ニーズの番号 / the need's id", metavar="NEED")],
    lang: LangOf = Language.JA,
) -> None:
    """一つの支援ニーズを説明する。Why this, why not that, and what would help one need."""
    from rich.console import Console

    with errors(lang):
        from api.commands.show_need import show_need
        from api.towns import town_of
        from matching.explain.excluded import excluded
        from matching.propose import Wanted, propose as best

        community, rulebook, travel = town_of(town)
        _known(need, community, town)
        answer = best(community, rulebook, travel, Wanted())
        proposal = next(p for p in answer.proposals if p.need_id == need)
        show_need(proposal, excluded(community, rulebook, travel, need), community, lang.value, Console())


def _known(need: str, community: "Community", town: Path) -> None:
    """Refuse an unknown need, naming the nearest.

    Raises:
        InputError: there is no such need.
    """
    import difflib

    known = [n.need_id for n in community.needs]
    if need not in known:
        near = difflib.get_close_matches(need, known, 1)
        maybe_ja, maybe_en = (f"「{near[0]}」では？", f"Maybe {near[0]}?") if near else ("", "")
        raise InputError(
            [Problem(f"{town.name}/needs.csv", 0, "need_id", "unknown_need",
                     f"支援ニーズ「{need}」はありません。{maybe_ja}", f"there is no need {need}. {maybe_en}")]
        )  # fmt: skip
