"""Why somebody waits, as one cause each: the codes of the rules and quotas, put together as planners speak of them."""

from collections.abc import Mapping, Sequence

from matching.domain import Unplaced
from matching.errors import Lang
from matching.explain.near_misses import REMEDY

_CODES: Mapping[str, tuple[str, ...]] = {
    "no_consent": ("sharing",),
    "no_such_place": (
        "kind",
        "field",
        "activity",
        "never",
    ),
    "too_few_to_begin": ("min_attendance",),
    "other_hour": ("hours",),
    "full": ("full",),
    "not_reachable": (
        "no_timetable",
        "no_way",
        "helper_too_far",
        "walk_too_long",
        "too_far",
    ),
    "no_ride": (
        "no_ride",
        "seats",
        "not_carried",
        "cars",
    ),
    "not_accessible": ("feature_missing",),
    "not_yet_asked": ("feature_unknown",),
    "host_tired": ("host_tired",),
    "closed": ("closed",),
    "too_dear": ("fee",),
    "not_for_them": (
        "language",
        "age",
        "sex",
        "area",
    ),
    "helper_hours": (
        "hours_used_up",
        "helper_hours",
    ),
    "coupled": (
        "clash",
        "together",
        "apart",
    ),
}

CAUSE_OF: Mapping[str, str] = {code: cause for cause, codes in _CODES.items() for code in codes}
"""The cause of each code that blocks or holds back."""

CAUSES: Mapping[str, tuple[str, str]] = {
    "no_such_place": ("望む場がない", "no such place"),
    "other_hour": ("その曜日・時間にない", "none at that hour"),
    "full": ("満員", "full"),
    "not_reachable": ("行ける距離にない", "out of reach"),
    "no_ride": ("送迎がない", "no ride"),
    "not_accessible": ("必要な設備がない", "not accessible"),
    "not_yet_asked": ("設備をまだ尋ねていない", "not asked yet"),
    "host_tired": ("受け入れ先がお疲れ", "host tired"),
    "closed": ("受け入れを休んでいる", "takes nobody new"),
    "helper_hours": ("担い手の時間がない", "helpers have no hours left"),
    "too_dear": ("費用が合わない", "too dear"),
    "not_for_them": ("対象が違う", "for other people"),
    "too_few_to_begin": ("始めるには人数が足りない", "too few people to begin"),
    "coupled": ("ほかの予定や方との兼ね合い", "does not go together with the rest"),
    "no_consent": ("本人の同意がまだ", "no consent yet"),
}
"""Every cause in words; people without consent are counted and nothing else."""


def causes_in(lang: Lang) -> Mapping[str, str]:
    """Every cause in words of one language, by its code."""
    return {code: texts[lang == "en"] for code, texts in CAUSES.items()}


_CODE_OF_CHANGE: Mapping[str, str] = {change: code for code, change in REMEDY.items()}
_NOT_NEAR = ("sharing", "closed", "kind")


def cause_of(why: Unplaced, excluded: Sequence[tuple[str, int]]) -> str:
    """The one cause for which a need waits, from what `propose` says of it.

    Full, where an opening that admits the person has no place left; else what holds them back from one with room; else
    what the least proved change would lift; else what keeps them from most openings of their kind.
    """
    if why.full:
        return "full"
    if why.held_back:
        return CAUSE_OF[why.held_back[0].code]
    for change in why.smallest_changes:
        if change.code in _CODE_OF_CHANGE:
            return CAUSE_OF[_CODE_OF_CHANGE[change.code]]
    near = [(count, -order, code) for order, (code, count) in enumerate(excluded) if code not in _NOT_NEAR]
    return CAUSE_OF[max(near)[2]] if near else "no_such_place"
