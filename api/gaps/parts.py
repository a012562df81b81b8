"""Where needs outnumber places, in words: who they are together, what they share, and the tightest set among them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from matching.domain import Need, Resident, Weekday
from matching.domain.calendar import minute_of_day
from matching.errors import Lang, Text
from matching.small_cells import SMALL, is_small
from matching.texts import word

if TYPE_CHECKING:
    from matching.gaps import Gaps
    from matching.gaps.demand import HallSet

_PART = Text(
    "{what}の{needs}件{shared}が、{openings}か所{places}席を分け合っています。{short}件は、どう組んでも入れません。",
    "{needs} needs ({what}{shared}) share {places} places at {openings} openings; {short} get none in any plan.",
)
_TIGHTEST = Text(
    "とくに、うち{what}の{needs}件{shared}には、{openings}か所{places}席しかありません。",
    "Of them, {needs} ({what}{shared}) have only {places} places at {openings} openings.",
)
_SHARED = {
    "activities": Text("{values}をしたい", "all would like {values}"),
    "features": Text("{values}が要る", "all need {values}"),
    "sex": Text("{values}", "all {values}"),
    "weekdays": Text("来られるのは平日", "free on weekdays alone"),
    "mornings": Text("来られるのは午前", "free in the mornings alone"),
    "afternoons": Text("来られるのは午後", "free in the afternoons alone"),
    "ride": Text("送迎が要る", "all need a ride"),
}
"""What all of them have in common."""
_SEX = {"male": ("男性", "men"), "female": ("女性", "women")}
MOST_NAMED = 4
"""Areas that are named in a sentence; of more, the first of them and how many there are."""
_NOON = 12 * 60
_WEEKEND = (Weekday.SAT, Weekday.SUN)


def part_rows(found: "Gaps", lang: Lang) -> list[dict[str, Any]]:
    """The over-demanded parts of five people or more, each with its tightest Hall set where that may be told too."""
    return [_part(found, whole, tight, lang) for whole, tight in found.parts if len(_people(found, whole)) >= SMALL]


def _part(found: "Gaps", whole: "HallSet", tight: "HallSet", lang: Lang) -> dict[str, Any]:
    row = _set(found, whole)
    text = _PART.render(lang, {**row, **_words(found, row, lang), "short": whole.short})
    tightest = None
    everybody, some = _people(found, whole), _people(found, tight)
    # neither a few people in it nor a few outside it may follow
    if len(some) >= SMALL and len(everybody - some) >= SMALL:
        tightest = _set(found, tight)
        text += ("" if lang == "ja" else " ") + _TIGHTEST.render(lang, {**tightest, **_words(found, tightest, lang)})
    return {**row, "short": whole.short, "tightest": tightest, "text": text}


def _set(found: "Gaps", one: "HallSet") -> dict[str, Any]:
    """Counts; the areas and kinds of five people or more; and what is true of every single one."""
    people = {person.resident_id: person for person in found.town.residents}
    needs = [found.town.needs[row] for row in one.needs.tolist()]
    area = {(people[need.resident_id].area_id, need.resident_id) for need in needs}
    kind = {(need.kind.value, need.resident_id) for need in needs}
    shared = _shared(needs, [people[need.resident_id] for need in needs])
    return {
        "needs": len(needs),
        "openings": len(one.openings),
        "places": one.places,
        "areas": _of_five(area),
        "kinds": _of_five(kind),
        "shared": [{"what": what, "values": values} for what, values in shared],
    }


def _of_five(seen: Iterable[tuple[str, str]]) -> list[str]:
    """Labels that five people or more have, the most first."""
    people = Counter(label for label, _ in seen)
    return sorted((label for label, n in people.items() if not is_small(n)), key=lambda label: (-people[label], label))


def _shared(needs: Sequence[Need], people: Sequence[Resident]) -> list[tuple[str, list[str]]]:
    """What is true of all of these needs and people."""
    out = [
        ("activities", sorted(set.intersection(*(set(need.activities) for need in needs)))),
        ("features", sorted(set.intersection(*(set(one.requires) for one in people)))),
    ]
    sexes = {one.sex for one in people}
    if len(sexes) == 1 and sexes <= _SEX.keys():
        out.append(("sex", sorted(sexes)))
    tests: dict[str, Callable[[Need], bool]] = {
        "weekdays": lambda n: all(span.weekday not in _WEEKEND for span in n.available),
        "mornings": lambda n: all(minute_of_day(span.end) <= _NOON for span in n.available),
        "afternoons": lambda n: all(minute_of_day(span.start) >= _NOON for span in n.available),
    }
    if all(need.available for need in needs):
        out += [(what, []) for what, holds in tests.items() if all(map(holds, needs))]
    if all(need.ride.value == "always" for need in needs):
        out.append(("ride", []))
    return [(what, values) for what, values in out if values or what not in ("activities", "features")]


def _words(found: "Gaps", row: dict[str, Any], lang: Lang) -> dict[str, str]:
    """Where and what, and what they share."""
    names = {area.area_id: area.name or area.area_id for area in found.town.areas}
    ja, between = lang == "ja", "・" if lang == "ja" else ", "
    areas, kinds = row["areas"], between.join(word("kind", kind, lang) for kind in row["kinds"])
    where = between.join(names.get(area, area) for area in areas[:MOST_NAMED])
    if len(areas) > MOST_NAMED:
        where += f"など{len(areas)}の地区" if ja else f" and others, {len(areas)} areas"
    where = where or ("いくつかの地区" if ja else "several areas")
    said = [_said(one["what"], one["values"], lang) for one in row["shared"]]
    if ja:
        return {
            "what": f"{where}の{kinds}" if kinds else where,
            "shared": f"（みなさん、{'、'.join(said)}）" if said else "",
        }
    return {"what": f"{kinds} in {where}" if kinds else where, "shared": "".join(f"; {one}" for one in said)}


def _said(what: str, values: Sequence[str], lang: Lang) -> str:
    at = 0 if lang == "ja" else 1
    named = [_SEX[one][at] if what == "sex" else word(what, one, lang) for one in values]
    return _SHARED[what].render(lang, {"values": ("・" if lang == "ja" else ", ").join(named)})


def _people(found: "Gaps", one: "HallSet") -> set[str]:
    return {found.town.needs[row].resident_id for row in one.needs.tolist()}
