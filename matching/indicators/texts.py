"""What each indicator is called, how it is computed, and where its definition comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from matching.errors import Text


@dataclass(frozen=True, slots=True)
class About:
    """An indicator in words.

    Attributes:
        name: what people call it.
        formula: how it is computed; it names the facts of the indicator.
        note: how to read it, and what it does not say.
        unit: share (of one), places (a need) or weeks.
        source: where the definition comes from.
        target: what is aimed at, where somebody set an aim.
    """

    name: Text
    formula: Text
    note: Text
    unit: str
    source: Text
    target: float | None = None


_OWN = Text("この道具の定義", "a definition of this tool")

ABOUT: Mapping[str, About] = {
    "participation": About(
        Text("通いの場の参加率", "participation rate of places to go"),
        Text(
            "{month} に通いの場へ来た65歳以上の方（attendance）÷ {year}年の65歳以上の住民（population）",
            "people of 65+ who came to a place in {month} (attendance) ÷ residents of 65+ in {year} (population)",
        ),
        Text(
            "記録のある場は {places} か所のうち {recorded} か所で、記録のない場に来た方は入りません。"
            "二つの場に通う方は二度数えます。地区は、場のある地区です。",
            "{recorded} of {places} places told who came; who goes to others is not in it. "
            "Who goes to two places is counted twice. The area is that of the place.",
        ),
        "share",
        Text(
            "厚生労働省、2025年度末の目標 8 %", "Ministry of Health, Labour and Welfare; aim 8 % by the end of FY2025"
        ),
        0.08,
    ),
    "social_participation": About(
        Text("社会参加率", "social participation rate"),
        Text(
            "いずれかの活動に週1回以上参加と答えた65歳以上の方 ÷ 答えた65歳以上の方（survey、{year}年）",
            "people of 65+ who take part in anything once a week or more ÷ people of 65+ who answered (survey, {year})",
        ),
        Text(
            "「月1〜3回」が2項目以上なら週1回以上に数えるのは、集計の前に行います。",
            "That «1–3 times a month» on two items counts as weekly is done before the answers are counted.",
        ),
        "share",
        Text("介護予防・日常生活圏域ニーズ調査 問5", "needs survey, question 5"),
    ),
    "access": About(
        Text("行ける席の数", "places within reach"),
        Text(
            "E2SFCA: Σ(w × 席 ÷ その席に行ける支援ニーズの w の合計)。支援ニーズ一件あたりの平均。"
            "w は10分まで1、20分まで0.68、その先は本人の行ける範囲まで0.22",
            "E2SFCA: Σ(w × places ÷ sum of w of all needs that reach them), the mean over needs; "
            "w is 1 up to 10 minutes, 0.68 up to 20, 0.22 beyond, as far as each person's own reach",
        ),
        Text(
            "行けるかは propose と同じ決まりで判断します。席は定員からいま来ている方を引いた数。同意のある方だけ。",
            "Who can go is judged by the rules of propose; places are those free for the needs. With consent only.",
        ),
        "places",
        Text("Luo と Qi (2009)", "Luo & Qi (2009)"),
    ),
    "waiting": About(
        Text("待っている方の割合", "share of people who wait"),
        Text(
            "つなぎ先のまだない支援ニーズが一件でもある方 ÷ 支援ニーズのある方（同意のある方）",
            "people with a need that has no place yet ÷ people with a need (with consent)",
        ),
        Text("台帳の今日の姿で、案の前です。", "As the register stands today, before any proposal."),
        "share",
        _OWN,
    ),
    "waiting_weeks": About(
        Text("待っている週の平均", "mean weeks of waiting"),
        Text(
            "待っている方の、待ち始め（waiting_since）から基準の月曜日までの週数の平均",
            "mean of the whole weeks since waiting_since, over the people who wait",
        ),
        Text("待ち始めの分からない方は含みません。", "People of whom it is not known are left out."),
        "weeks",
        _OWN,
    ),
    "helper_hours": About(
        Text("担い手の時間の使われ方", "use of helpers' hours"),
        Text(
            "今月すでに使う時間（hours_this_month）の合計 ÷ 申し出た時間（max_hours_per_month）の合計",
            "sum of hours_this_month ÷ sum of max_hours_per_month",
        ),
        Text("両方が書いてある担い手だけを数えます。", "Only helpers of whom both are told."),
        "share",
        _OWN,
    ),
    "tired_hosts": About(
        Text("お疲れの受け入れ先", "tired hosts"),
        Text(
            "お疲れ（fatigue）が2以上の受け入れ先 ÷ お疲れの分かる受け入れ先",
            "hosts with fatigue of 2 or more ÷ hosts of whom it is known",
        ),
        Text("受け入れ先の名は出しません。", "No host is named."),
        "share",
        _OWN,
    ),
    "one_organisation": About(
        Text("一つの団体への集中", "concentration on one organisation"),
        Text(
            "いちばん多くの方が頼る一団体につながっている方 ÷ つなぎ先のある方",
            "people placed with the one organisation that most depend on ÷ people who hold a place",
        ),
        Text(
            "大きいほど、その団体が止まったときに困る方が多くなります。", "The larger, the more it hurts if it stops."
        ),
        "share",
        _OWN,
    ),
    "one_helper": About(
        Text("一人の担い手への集中", "concentration on one helper"),
        Text(
            "いちばん多くの方が頼る担い手一人につながっている方 ÷ つなぎ先のある方",
            "people placed with the one helper that most depend on ÷ people who hold a place",
        ),
        Text("担い手の名は出しません。", "No helper is named."),
        "share",
        _OWN,
    ),
    "alone": About(
        Text("一つの団体だけに任されている方", "cases left to one body alone"),
        Text(
            "つなぎ先がすべて一つの団体の方 ÷ 支援ニーズか分野が二つ以上あり、つなぎ先のある方",
            "people all of whose places are of one body ÷ people with several needs or fields who hold a place",
        ),
        Text(
            "複数の課題を一つの団体だけに任せることへの注意です。", "A case left to one body alone is a warning sign."
        ),
        "share",
        Text("厚生労働省、重層的支援体制の注意", "the ministry's own warning on multi-layered support"),
    ),
    "circulation": About(
        Text("循環率", "circulation"),
        Text("受けながら支えてもいる方 ÷ 受けている方", "people who receive and also give ÷ people who receive"),
        Text("支え合いがめぐっている度合いです。", "How far support circulates."),
        "share",
        _OWN,
    ),
    "circulation_possible": About(
        Text("循環率（出番がすべて生きたとき）", "circulation if every role were taken"),
        Text(
            "受けながら支えている、または待っている役割のある方 ÷ 受けている方",
            "people who receive, and give or have a role that waits for them ÷ people who receive",
        ),
        Text("見込みで、お願いする前の数です。", "Possible only; nobody has been asked."),
        "share",
        _OWN,
    ),
}
"""Every indicator by its code."""

LACKS: Mapping[str, Text] = {
    "attendance": Text(
        "attendance.csv（月・性別・年齢ごとの参加者）", "attendance.csv (participants by month, sex and age)"
    ),
    "population": Text(
        "population.csv（65歳と75歳で分かれた人口）", "population.csv (people, in bands cut at 65 and 75)"
    ),
    "survey": Text(
        "survey.csv（question が q5_activity_weekly、answer が yes・no の行）",
        "survey.csv (rows with question q5_activity_weekly and answers yes, no)",
    ),
    "placements": Text("placements.csv（つなぎ先）", "placements.csv (who holds a place)"),
    "residents.waiting_since": Text("residents.csv の waiting_since", "waiting_since in residents.csv"),
    "resources.max_hours_per_month": Text(
        "resources.csv の max_hours_per_month", "max_hours_per_month in resources.csv"
    ),
    "resources.hours_this_month": Text("resources.csv の hours_this_month", "hours_this_month in resources.csv"),
    "resources.fatigue": Text("resources.csv の fatigue", "fatigue in resources.csv"),
}
"""What a number needs that is not there."""

UNKNOWN = Text("不明。要るもの: {lacks}", "unknown; it needs {lacks}")
HIDDEN = Text("載せません（人数が少ないため）", "not told (too few people)")
