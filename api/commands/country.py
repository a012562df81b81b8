"""`tsunagu study --country`: every synthetic municipality of the country. Joined to the command in `study`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from api.study.country import by_class, changes, country_json, run_country
from api.study.engines import Engine
from matching.country import MUNICIPALITIES, municipalities

if TYPE_CHECKING:
    from rich.console import Console

    from matching.country import Municipality
    from matching.country.solved import Tried
    from matching.errors import Lang

SAID = {
    "close_one": ("1か所が閉じる", "one opening closes"),
    "three_places": ("1か所が3人広げる", "one opening takes three more"),
    "some_fewer": ("20か所に1か所が2割減らす", "one in twenty takes a fifth fewer"),
    "all_fewer": ("受け入れが減る (今日＝100)", "places, fewer (today 100)"),
    "all_more": ("受け入れが増える (今日＝100)", "places, more (today 100)"),
    "reach": ("行ける範囲 (m)", "reach (m)"),
    "needs": ("希望の数 (今日＝100)", "needs (today 100)"),
}
"""What each kind of scenario is called."""


def study_country(
    count: int | None, work: Path, engine: Engine, lang: "Lang", json: Path | None, out: "Console"
) -> None:
    """Try the hundred scenarios on a country of so many municipalities (None: all), and show and write what comes out.

    Raises:
        NoAnswerError, InputError: as `run_country` and `write_whole`.
    """
    from rich.console import Console

    towns = municipalities(count or MUNICIPALITIES)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        shown = bar.add_task("全国の試算 / country", total=len(towns))
        found = run_country(towns, work, engine, lambda done, _all: bar.update(shown, completed=done))
    if json is not None:
        from api.files import write_whole

        write_whole({json: country_json(towns, found)})
    show(towns, found, lang, out)


def show(towns: "Sequence[Municipality]", found: "Sequence[Tried]", lang: "Lang", console: "Console") -> None:
    """A table by size class, and one of the scenarios; each says that no municipality is a real one."""
    at = 0 if lang == "ja" else 1
    made = ("合成した自治体です。実在の市町村の値ではありません。", "Synthetic municipalities: none is a real one.")
    heads = (("人口", "population"), ("自治体", "municipalities"), ("希望", "needs"), ("今日の行き先", "placed today"),
             ("重層の実施率 R8予定 (%)", "take-up, R8 plan (%)"))  # fmt: skip
    table = Table(*(head[at] for head in heads), title=made[at])
    for row in by_class(towns, found):
        low, high = row.populations
        said = f"{low:,}〜" + ("" if high is None else f"{high:,}")
        table.add_row(
            said, f"{row.municipalities:,}", f"{row.needs:,}", f"{row.placed_today:,}", f"{row.take_up_per_cent}"
        )
    console.print(table)
    table = Table(*(head[at] for head in (("想定", "scenario"), ("値", "value"), ("行き先の増減", "places found"))))
    for scenario, change in changes(found):
        table.add_row(SAID[scenario.kind][at], f"{scenario.amount:,}", f"{change:+,}")
    console.print(table)
