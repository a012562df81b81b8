"""Reasons, changes and warnings as sentences: code and facts in, text out."""

from matching.domain import Change, Reason, Warned
from matching.errors import Lang, Text
from matching.rules import RULES
from matching.texts import CHANGES, PLAN, WARNINGS, render

_RULES: dict[str, Text] = {code: text for rule in RULES.values() for code, text in rule.texts.items()}


def say_reason(reason: Reason, lang: Lang) -> str:
    """Why, in one sentence."""
    return render(PLAN.get(reason.code) or _RULES[reason.code], lang, reason.facts)


def say_change(change: Change, lang: Lang) -> str:
    """What would help, in one sentence."""
    return render(CHANGES[change.code], lang, change.facts)


def say_warning(warned: Warned, lang: Lang) -> str:
    """What to look at, in one sentence; a rule's code in `why` is told as its own short name."""
    facts = dict(warned.facts)
    if facts.get("why") in SHORT:
        facts["why"] = short_name(str(facts["why"]), lang)
    return render(WARNINGS.get(warned.code) or _RULES[warned.code], lang, facts)


def short_name(code: str, lang: Lang) -> str:
    """A few words for a code, for tables and charts."""
    ja, en = SHORT[code]
    return ja if lang == "ja" else en


SHORT: dict[str, tuple[str, str]] = {
    "sharing": ("本人の同意がまだ", "no consent yet"),
    "closed": ("受け入れ休止中", "takes nobody new"),
    "kind": ("支援の種類が違う", "another kind of need"),
    "no_ride": ("送迎がない", "no ride"),
    "no_timetable": ("時刻表がない", "no timetable"),
    "no_way": ("行く方法がない", "no way there"),
    "helper_too_far": ("訪問できる範囲の外", "helper too far"),
    "walk_too_long": ("歩く時間が長い", "too long on foot"),
    "too_far": ("遠い", "too far"),
    "field": ("分野が違う", "another field"),
    "activity": ("やりたいことと違う", "other activities"),
    "never": ("本人が望まない", "the person says never"),
    "hours": ("時間が合わない", "another hour"),
    "feature_unknown": ("設備が分からない", "features unknown"),
    "feature_missing": ("設備がない", "features missing"),
    "age": ("対象年齢が違う", "other ages"),
    "sex": ("対象の性別が違う", "another sex"),
    "area": ("別の地区が対象", "other areas"),
    "language": ("ことばが合わない", "another language"),
    "fee": ("参加費が高い", "too dear"),
    "host_tired": ("受け入れ先がお疲れ", "host too tired"),
    "hours_used_up": ("担い手の時間がない", "helper has no hours left"),
    "full": ("満員", "full"),
    "seats": ("車の席が足りない", "no seat in the car"),
    "not_carried": ("送迎が組めない", "no tour can be had"),
    "cars": ("車と担い手が足りない", "too few cars or drivers"),
    "helper_hours": ("担い手の時間が足りない", "helper has too few hours"),
    "min_attendance": ("始めるには人数が足りない", "too few people to begin"),
    "clash": ("ほかの予定と重なる", "at the hour of another place"),
    "together": ("一緒に行く方の都合", "the companion cannot go"),
    "apart": ("同席を避けたい方がいる", "kept apart from somebody"),
}
"""Short names of the codes that block or hold back, and of «full»."""
