"""`tsunagu develop`: what a town could develop first. Heavy imports wait inside the command."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.common import JsonFile, LangOf, Language, Town, errors
from matching.errors import InputError, Problem

if TYPE_CHECKING:
    from rich.console import Console

    from matching.develop import Development, Limits
    from matching.develop.told import Told
    from matching.errors import Lang


_PROGRESS = {"today": "今日の案 / today", "weigh": "候補 / weigh", "choose": "選ぶ / choose", "try": "試す / try"}


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(develop)


def develop(
    town: Town,
    budget: Annotated[str, typer.Option(help="手間か予算の上限: 40h / 300000yen（40時間 / 300000円）")] = "",
    steps: Annotated[int, typer.Option(min=1, max=10, help="何歩まで考えるか / so many steps at most")] = 5,
    rates: Annotated[Path | None, typer.Option(help="手間と費用の表 (TOML) / what each step takes")] = None,
    json: JsonFile = None,
    html: Annotated[
        Path | None, typer.Option(help="協議体資料を書くファイル / write the council's agenda here")
    ] = None,
    lang: LangOf = Language.JA,
) -> None:
    """資源開発の案を作る。What to develop first, residents' own ideas before others; no person is named."""
    from rich.console import Console

    started = time.process_time()
    with errors(lang):
        from api.towns import town_of
        from matching.develop import develop as best, read_takes
        from matching.develop.told import told_of
        from matching.shipped import FIXTURES

        limits = limits_of(budget, steps)
        takes = read_takes(rates or FIXTURES / "rates" / "development.toml")
        console = Console(stderr=True)
        with console.status("…") as status:
            done = best(
                *town_of(town), takes, limits, lambda step, share: status.update(f"{_PROGRESS[step]} {share:.0%}")
            )  # fmt: skip
        told = told_of(done)
        contents: dict[Path, str] = {}
        if json is not None:
            from api.develop.answer import develop_json

            contents[json] = develop_json(done, told, lang.value, time.process_time() - started)
        if html is not None:
            from api.develop.page import agenda

            contents[html] = agenda(done, told, lang.value)
        from api.files import write_whole

        write_whole(contents)
        show(done, told, lang.value, Console())
        for path in contents:
            console.print(f"→ {path}", soft_wrap=True, highlight=False)


def limits_of(budget: str, steps: int) -> "Limits":
    """The limits of a budget as people write it: `40h`, `40時間`, `300000yen`, `300,000円`.

    Raises:
        InputError: it is none of these.
    """
    from matching.develop import Limits

    if not budget:
        return Limits(steps)
    found = re.fullmatch(r"\s*(\d[\d,]{0,14})\s*(h|hours|時間|yen|円)\s*", budget)
    if not found:
        ja, en = f"「{budget}」: 40h か 300000yen の形で書いてください", f"{budget}: write it like 40h or 300000yen"
        raise InputError([Problem("--budget", 0, "", "budget", ja, en)])
    return Limits(steps, int(found[1].replace(",", "")), "hours" if found[2] in ("h", "hours", "時間") else "yen")


def show(done: "Development", told: "Told", lang: "Lang", console: "Console") -> None:
    """The steps in words, and how many people they reach."""
    from api.develop.answer import shown
    from matching.develop.texts import SHORT, say_step
    from matching.texts import word

    at = 0 if lang == "ja" else 1

    def line(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    if not done.taken:
        line(("いまお待ちの方に届く案は見つかりませんでした", "no step was found that reaches anybody who waits")[at])
    for number, taken in enumerate(done.taken):
        step = taken.step
        line(f"{number + 1}. [{SHORT[step.kind][at]}] {say_step(step.kind, step.facts, lang)}")
    for some, people in zip(told.bundles, told.people, strict=False):
        which = "＋".join(str(one + 1) for one in some)
        many = shown(people, lang) + ("" if people is None else ("人以上", " at least")[at])
        line(
            (f"   案{which}: あらたに行き先の見つかる方 {many}", f"   step {which}: people who find a place: {many}")[
                at
            ]
        )
    if all(plan.optimal for plan in done.portfolio):
        line((f"{done.weighed}件の案の中で最良と証明されています", f"proven best of {done.weighed} candidates")[at])
    else:
        line(("時間内に見つかった最もよい案です", "the best that was found in time")[at])
    left = ", ".join(f"{word('kind', kind, lang)} {many}" for kind, many in told.waiting)
    line((f"まだお待ちの件数: {left or 'なし'}", f"still waiting: {left or 'none'}")[at])
