"""Pictures of what tsunagu answers, for people: Japanese first, English beside it; a number not told is drawn as ×.

Each function takes an answer as its JSON file holds it. `python -m notebooks.pictures FILE… --to FOLDER` draws every
picture that the files allow.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use(mpl.get_backend() if "inline" in mpl.get_backend() else "Agg")

import matplotlib.pyplot as plt
import matplotlib.ticker
import matplotlib_fontja
from matplotlib.figure import Figure

from matching.causes import CAUSES
from matching.texts import word

Answer = Mapping[str, Any]
BLUE, ORANGE, GREY, GREEN, PALE = "#2b6cb0", "#c05621", "#a0aec0", "#2f855a", "#e2e8f0"
"""Distinguishable without red and green, and in print."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = {"morning": "午前", "afternoon": "午後", "evening": "夕方から"}
GROUPS = {
    "female": "女性 75歳未満\nwomen under 75",
    "female_75": "女性 75歳以上\nwomen 75+",
    "male": "男性 75歳未満\nmen under 75",
    "male_75": "男性 75歳以上\nmen 75+",
    "other": "不明\nnot known",
}


def causes(gaps: Answer) -> Figure:
    """Why needs wait: one bar a cause."""
    whole = gaps["areas"][-1]["outcomes"]
    some = [(f"{CAUSES[code][0]}\n{CAUSES[code][1]}", n) for code, n in whole.items() if code in CAUSES and n != 0]
    return _bars("なぜつながらないか", "why needs wait", some, "件 needs", BLUE)


def where(gaps: Answer, areas: Sequence[Mapping[str, str]], most: int = 20) -> Figure:
    """How many needs wait in each area, of those with the most."""
    names = {row["area_id"]: row["name"] or row["area_id"] for row in areas} | {"+": "ほかの地区"}
    some = []
    for row in gaps["areas"][:-1]:
        told = row["needs"] is not None and row["outcomes"]["placed"] is not None
        some.append((names[row["area"]], row["needs"] - row["outcomes"]["placed"] if told else None))
    some.sort(key=lambda one: -1 if one[1] is None else one[1], reverse=True)
    return _bars("どこで待っているか", "where people wait", some[:most], "つながらない件 needs that wait", ORANGE)


def hours(gaps: Answer) -> Figure:
    """When those who wait have time, beside how many openings there are."""
    figure, axes = _canvas("いつなら来られるか", "when those who wait have time", (7.6, 2.9))
    cell = {(row["weekday"], row["part"]): row for row in gaps["hours"]}
    most = max((row["waiting"] or 0 for row in gaps["hours"]), default=0) or 1
    for x, day in enumerate(DAYS):
        for y, part in enumerate(PARTS):
            row = cell[day, part]
            shade = 0.15 + 0.75 * (row["waiting"] or 0) / most
            axes.add_patch(plt.Rectangle((x, y), 1, 1, facecolor=BLUE, alpha=shade, edgecolor="white", linewidth=2))
            dark = shade > 0.55
            axes.text(x + 0.5, y + 0.45, _told(row["waiting"]), ha="center", va="center", fontsize=12,
                      color="white" if dark else "#1a202c")  # fmt: skip
            axes.text(x + 0.5, y + 0.82, f"枠 {row['openings']}", ha="center", va="center", fontsize=8,
                      color="white" if dark else "#4a5568")  # fmt: skip
    axes.set(xlim=(0, len(DAYS)), ylim=(len(PARTS), 0))
    axes.set_xticks([x + 0.5 for x in range(len(DAYS))], [f"{word('weekday', d, 'ja')[0]}\n{d.title()}" for d in DAYS])
    axes.set_yticks([y + 0.5 for y in range(len(PARTS))], [f"{ja}\n{en}" for en, ja in PARTS.items()])
    axes.tick_params(length=0)
    _note(figure, "数字: お待ちの件のうち、その時間に来られる件数。枠: 開催枠の数。× は少人数のため載せない数。")
    return figure


def worth(gaps: Answer, most: int = 10) -> Figure:
    """What one more would bring, the most first."""
    word_of = {"place": "あと1席", "helper_hour": "月にあと1時間", "driver": "運転する方あと1人", "car": "車あと1台"}
    some = [
        (f"{one['place']}　{word_of[one['what']]}", one["placed"]) for one in gaps["worth"] if one["what"] in word_of
    ]
    return _bars("あと一つあれば", "one more would place", some[:most], "つながる件の増え方 more needs placed", GREEN)


def town_map(town: Sequence[Mapping[str, str]], resources: Sequence[Mapping[str, str]], gaps: Answer) -> Figure:
    """Areas by how many needs wait there, and the places that are there; nobody's home is drawn."""
    figure, axes = _canvas("町のようす", "the town", (6.4, 5.6))
    here = [
        (float(r["longitude"]), float(r["latitude"])) for r in resources if r.get("latitude") and r.get("longitude")
    ]
    axes.scatter(*zip(*here, strict=True), s=14, color=BLUE, alpha=0.7, label="地域資源 resources", zorder=3)
    waits = {
        row["area"]: row["needs"] - row["outcomes"]["placed"]
        for row in gaps["areas"][:-1]
        if row["needs"] is not None and row["outcomes"]["placed"] is not None
    }
    for row in town:
        if row.get("tier") == "1" or not row.get("latitude"):
            continue
        at = (float(row["longitude"]), float(row["latitude"]))
        n = waits.get(row["area_id"])
        axes.scatter(*at, s=60 + 26 * (n or 0), color=ORANGE if n is not None else GREY, alpha=0.45, zorder=2)
        axes.annotate(f"{row['name']} {_told(n)}", at, ha="center", va="bottom", fontsize=8, xytext=(0, 6),
                      textcoords="offset points")  # fmt: skip
    axes.scatter([], [], s=60, color=ORANGE, alpha=0.45, label="お待ちの件 needs that wait")
    axes.legend(loc="upper left", frameon=False, fontsize=8)
    axes.set_aspect(1.22)
    axes.set(xticks=[], yticks=[])
    _note(figure, "円は地区の中心。人の家は描きません。× は少人数などのため載せない数。")
    return figure


def portfolio(develop: Answer) -> Figure:
    """What the best 1, 2 … k steps add at least."""
    some = [(_steps(len(plan["steps"])), plan["adds_at_least"]) for plan in develop["portfolio"]]
    unit = "あらたに届く件（少なくとも） needs reached, at least"
    return _bars("一歩ずつ、どこまで届くか", "what each step adds", some, unit, GREEN)


def _steps(n: int) -> str:
    return f"{n}歩\n{n} step{'s' * (n > 1)}"


def helped(develop: Answer) -> Figure:
    """Whom the steps reach, by sex and age."""
    some = [(GROUPS[row["group"]], row["people"]) for row in develop["people"]["groups"]]
    return _bars("どなたに届くか", "whom it reaches", some, "人（5人刻みに切り捨て） people, in fives", BLUE)


def participation(indicators: Answer, areas: Sequence[Mapping[str, str]]) -> Figure:
    """The participation rate by area beside its aim."""
    one = next(row for row in indicators["indicators"] if row["code"] == "participation")
    names = {row["area_id"]: row["name"] or row["area_id"] for row in areas}
    some = [
        (names.get(row["area"], row["area"]), None if row["value"] is None else 100 * row["value"])
        for row in one["rows"]
        if row.get("area", "*") != "*" and row.get("sex", "*") == "*" and row.get("age", "*") == "*"
    ]
    figure = _bars("通いの場の参加率", "participation in places to go", some, "%", BLUE, digits=1)
    axes = figure.axes[0]
    axes.axvline(100 * one["target"], color=ORANGE, linewidth=2)
    axes.text(100 * one["target"], 0, f"目標 {100 * one['target']:.0f} % aim", color=ORANGE, ha="center", va="center",
              fontsize=9, bbox={"facecolor": "white", "edgecolor": "none"})  # fmt: skip
    _note(figure, f"式 formula: {one['formula']}")
    return figure


def study(done: Answer, most_shown: int = 25) -> Figure:
    """How many needs each scenario gains or loses beside today, with its interval where demand was repeated.

    Of many those that change most are drawn, in their order.
    """
    every = done["towns"][0]["scenarios"]
    order = sorted(range(len(every)), key=lambda at: -max(abs(every[at]["change"] or 0), abs(every[at]["waiting"])))
    some = [every[at] for at in sorted(order[:most_shown])]
    figure, axes = _canvas("もしもをくらべる", "scenarios beside today", (7.6, 1.3 + 0.3 * len(some)))
    for y, one in enumerate(some):
        change = one["change"]
        axes.barh(y, change or 0, color=GREEN if (change or 0) >= 0 else ORANGE, height=0.6)
        interval = one.get("interval")
        if interval:
            low, high = interval["change"]["low"], interval["change"]["high"]
            axes.plot([low, high], [y, y], color="#1a202c", linewidth=1.5)
        side, offset = ("left", 4) if (change or 0) >= 0 else ("right", -4)
        told = _told(change)
        if one["waiting"] != -(change or 0):  # more people ask, or fewer
            told += f"（待つ waiting {one['waiting']:+d}）"
        axes.annotate(told, (change or 0, y), xytext=(offset, 0), textcoords="offset points", va="center",
                      ha=side)  # fmt: skip
    axes.set_yticks(range(len(some)), [one["scenario"] for one in some])
    axes.invert_yaxis()
    axes.axvline(0, color="#1a202c", linewidth=1)
    most = max((abs(one["change"] or 0) for one in some), default=0)
    axes.set_xlim(-1.3 * max(most, 5), 1.3 * max(most, 5))
    axes.set_ylim(len(some) - 0.4, -0.6)
    axes.set_xlabel("行き先のある件の増減（5件刻み） change in needs placed, in fives", loc="right")
    if len(every) > len(some):
        _note(
            figure,
            f"{len(every)}の想定のうち、変化の大きい{len(some)}。 {len(some)} of {len(every)}, the largest changes.",
        )
    return figure


def weeks(gaps: Answer, most: int = 15) -> Figure:
    """For a coordinator alone: who waits longest, by the ids of needs."""
    some = sorted((one for one in gaps["waiting"]), key=lambda one: -(one["weeks"] or 0))[:most]
    told = [(f"{one['need']}　{word('kind', one['kind'], 'ja')}（{one['text']}）", one["weeks"]) for one in some]
    return _bars("長くお待ちの方から", "who waits longest", told, "週 weeks", ORANGE)


def _bars(
    ja: str, en: str, some: Sequence[tuple[str, float | None]], unit: str, colour: str, digits: int = 0
) -> Figure:
    """One bar a row; × where the number is not told."""
    lines = max((name.count("\n") + 1 for name, _ in some), default=1)
    figure, axes = _canvas(ja, en, (7.6, 1.3 + (0.3 + 0.2 * lines) * max(len(some), 1)))
    for y, (_, n) in enumerate(some):
        axes.barh(y, n or 0, color=colour, height=0.62)
        axes.annotate(_told(n, digits), (n or 0, y), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(some)), [name for name, _ in some])
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlim(0, max(axes.get_xlim()[1], 1))
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=not digits, nbins=8))
    axes.set_xlabel(unit)
    return figure


def _canvas(ja: str, en: str, size: tuple[float, float]) -> tuple[Figure, Any]:
    matplotlib_fontja.japanize()
    mpl.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 10})
    figure, axes = plt.subplots(figsize=size, dpi=96, layout="constrained")
    plt.close(figure)  # so that a notebook shows it once
    figure.suptitle(f"{ja}   {en}", x=0.01, ha="left", fontsize=13)
    return figure, axes


def _note(figure: Figure, text: str) -> None:
    figure.supxlabel(text, fontsize=8, color="#4a5568", x=0.01, ha="left")


def _told(n: float | None, digits: int = 0) -> str:
    return "×" if n is None else f"{n:,.{digits}f}"


DRAWN: Mapping[str, Sequence[Callable[[Answer], Figure]]] = {
    "tsunagu.gaps/1": (causes, hours, worth),
    "tsunagu.develop/1": (portfolio, helped),
    "tsunagu.study/1": (study,),
}
"""What can be drawn of an answer alone."""


def main(words: Sequence[str]) -> None:
    """Draw what the files allow, as PNG files in a folder."""
    *files, _, folder = words
    Path(folder).mkdir(parents=True, exist_ok=True)
    for file in map(Path, files):
        answer = json.loads(file.read_text(encoding="utf-8"))
        for draw in DRAWN[answer["format"]]:
            target = Path(folder) / f"{file.stem}.{draw.__name__}.png"
            draw(answer).savefig(target)
            print(f"→ {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
