"""The council's agenda page (協議体資料): what could be developed, for whom, what is missing, whom to ask."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from api.develop.answer import invited, rows_of, shown
from matching.develop import Development
from matching.develop.texts import SHORT, say_step
from matching.develop.told import Told
from matching.errors import Lang
from matching.graph.councils import councils
from matching.texts import word

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent
GROUPS = {
    "female": ("女性 75歳未満", "women under 75"),
    "female_75": ("女性 75歳以上", "women 75+"),
    "male": ("男性 75歳未満", "men under 75"),
    "male_75": ("男性 75歳以上", "men 75+"),
    "other": ("性別・年齢が不明な方", "sex or age not known"),
}
SECTORS = {
    "welfare": ("福祉", "welfare"), "medical": ("医療", "medical care"), "company": ("企業", "companies"),
    "shop": ("商店", "shops"), "cooperative": ("協同組合", "cooperatives"), "npo": ("NPO", "NPOs"),
    "rmo": ("地域運営組織", "region management organisations"), "neighbourhood": ("自治会", "neighbourhoods"),
    "school": ("学校", "schools"), "religious": ("寺社・教会", "temples and churches"), "post": ("郵便局", "post"),
    "police": ("警察", "police"), "municipality": ("行政", "the municipality"),
    "volunteer_group": ("ボランティア団体", "volunteer groups"), "other": ("その他", "others"),
}  # fmt: skip


def agenda(done: Development, told: Told, lang: Lang) -> str:
    """Render the page; everything that goes in is escaped."""
    at = 0 if lang == "ja" else 1
    names = {area.area_id: area.name or area.area_id for area in done.town.areas}
    steps = [
        (number + 1, SHORT[one.step.kind][at], say_step(one.step.kind, one.step.facts, lang), one.step.takes)
        for number, one in enumerate(done.taken)
    ]
    bundles = ["＋".join(str(number + 1) for number in some) for some in told.bundles]
    views = [
        (
            "・".join(names.get(area, area) for area in view.areas),
            [SECTORS[one.sector.value][at] for one in view.absent],
            [
                (one.name or one.organisation_id, SECTORS[one.sector.value][at], one.gain, one.brings)
                for one in invited(view)
            ],
        )
        for view in councils(done.town).councils
    ]
    return _environment().get_template("agenda.html.j2").render(
        lang=lang,
        ja=lang == "ja",
        town=done.town.info,
        steps=steps,
        helped=[(name, shown(count, lang)) for name, count in _tables(told, done, at)],
        bundles=[(name, shown(count, lang)) for name, count in zip(bundles, told.people, strict=False)],
        people=shown(told.people[-1], lang),
        waiting=[(word("kind", kind, lang), band) for kind, band in told.waiting],
        views=views,
        proven=all(plan.optimal for plan in done.portfolio),
        weighed=done.weighed,
        hours=sum(one.step.takes.hours_per_month for one in done.taken),
        yen=sum(one.step.takes.yen_per_year for one in done.taken),
        ideas=any(one.step.kind == "idea" for one in done.taken),
    )  # fmt: skip


def _tables(told: Told, done: Development, at: int) -> list[tuple[str, int | None]]:
    return [*rows_of(told, done), *((GROUPS[name][at], row) for name, row in told.groups.items())]


@cache
def _environment() -> "Environment":
    """Everything is escaped; a name that is not there is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
