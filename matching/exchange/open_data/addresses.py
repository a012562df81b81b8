"""Which area an address or a point belongs to, and which points cannot be right."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from statistics import median

from matching.domain import Area

Degrees = tuple[float, float]
MOST_LETTERS = 200
"""No town and no address is longer; the rest is not compared."""
_NUMERALS = "〇一二三四五六七八九"


def key(text: str) -> str:
    """A town name or address for comparing: half-width, no spaces, 「二丁目」「第二号」 in digits, one ヶ."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text[:MOST_LETTERS]))
    text = re.sub(r"[ニハミ](?=丁目)", lambda found: "二八三"["ニハミ".index(found.group())], text)
    text = re.sub(r"[一二三四五六七八九十]+(?=丁目|号)", lambda found: str(_number(found.group())), text)
    return re.sub(r"[‐‑–—−ー](?=\d)", "-", text.replace("ヶ", "ケ").replace("ヵ", "カ"))


def _number(kanji: str) -> int:
    tens, ten, ones = kanji.rpartition("十")
    if not ten:
        return _NUMERALS.index(kanji) if len(kanji) == 1 else 0
    return (_NUMERALS.index(tens[-1]) if tens else 1) * 10 + (_NUMERALS.index(ones[0]) if ones else 0)


def kilometres(one: Degrees, other: Degrees) -> float:
    """Distance on a sphere flattened at their latitude; good to a few metres within a town."""
    north = math.radians(one[0] - other[0])
    east = math.radians(one[1] - other[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return 6371.0 * math.hypot(north, east)


class Gazetteer:
    """The areas of a town by name and by place."""

    def __init__(self, areas: Iterable[Area], prefixes: Sequence[str] = ()) -> None:
        self._areas = tuple(area for area in areas if area.tier == 2)
        self._by_key = {key(area.name): area for area in self._areas}
        self._longest = max((len(name) for name in self._by_key), default=0)
        self._prefixes = tuple(key(prefix) for prefix in prefixes)

    def by_name(self, name: str) -> Area | None:
        """The area of this very name."""
        return self._by_key.get(key(name))

    def by_address(self, address: str) -> Area | None:
        """The area that an address begins with; 「番町2-3-5」 is 番町二丁目 where there is one."""
        text = key(address)
        for prefix in self._prefixes:
            text = text.removeprefix(prefix)
        numbered = re.match(r"(\D+)(\d+)-(\d+)(-\d+)?", text)
        chome = self._by_key.get(f"{numbered.group(1)}{numbered.group(2)}丁目") if numbered else None
        if chome is not None and numbered is not None and numbered.group(4):
            return chome
        for length in range(min(self._longest, len(text)), 0, -1):
            if text[:length] in self._by_key:
                return self._by_key[text[:length]]
        return chome

    def nearest(self, point: Degrees) -> Area | None:
        """The area whose point is nearest."""
        placed = [(kilometres(point, at), area.area_id, area) for area in self._areas if (at := place_of(area))]
        return min(placed)[2] if placed else None


def place_of(thing: Area) -> Degrees | None:
    """The point of an area."""
    if thing.latitude is None or thing.longitude is None:
        return None
    return thing.latitude, thing.longitude


SIBLINGS_REACH_KM = 3.0
FAR_FROM_ALL_KM = 10.0


def misplaced(named: Sequence[tuple[str, Degrees | None]]) -> dict[int, Degrees | None]:
    """Points that cannot be right -> a guess (None where nothing suggests one).

    Wrong is a latitude with the very fraction of its longitude, a point far from the others of its name (松島町１丁目,
    ２丁目 …), and one alone far from all. The guess is the mean of the others of its name; where only the latitude is a
    slip, the longitude stays.
    """
    stems = [stem.group(1) if (stem := re.match(r"(.+?)\d+丁目$", key(name))) else "" for name, _ in named]
    points = {at: point for at, (_, point) in enumerate(named) if point is not None}
    copied = {at for at, point in points.items() if _fraction_copied(point)}
    wrong = copied | _far_from_siblings(stems, points) | _alone(points)
    return {at: _guess(at, stems, points, wrong, at in copied) for at in sorted(wrong)}


def _fraction_copied(point: Degrees) -> bool:
    latitude, longitude = (f"{abs(part):.6f}".partition(".")[2] for part in point)
    return latitude == longitude and len(latitude.rstrip("0")) >= 4


def _far_from_siblings(stems: Sequence[str], points: dict[int, Degrees]) -> set[int]:
    far = set()
    for stem in set(stems) - {""}:
        group = [at for at in points if stems[at] == stem]
        if len(group) < 3:
            continue
        middle = (median(points[at][0] for at in group), median(points[at][1] for at in group))
        away = {at: kilometres(points[at], middle) for at in group}
        far |= {at for at in group if away[at] > SIBLINGS_REACH_KM + 5 * median(away.values())}
    return far


def _alone(points: dict[int, Degrees]) -> set[int]:
    if len(points) < 10:
        return set()
    nearest = {at: min(kilometres(p, q) for other, q in points.items() if other != at) for at, p in points.items()}
    usual = sorted(nearest.values())[len(nearest) * 95 // 100]
    return {at for at, distance in nearest.items() if distance > max(FAR_FROM_ALL_KM, 10 * usual)}


def _guess(at: int, stems: Sequence[str], points: dict[int, Degrees], wrong: set[int], copied: bool) -> Degrees | None:
    siblings = [points[other] for other in points if other not in wrong and stems[at] and stems[other] == stems[at]]
    if not siblings:
        return None
    mean = tuple(round(sum(part) / len(siblings), 6) for part in zip(*siblings, strict=True))
    kept = (mean[0], points[at][1])
    return kept if copied and kilometres(kept, (mean[0], mean[1])) <= SIBLINGS_REACH_KM else (mean[0], mean[1])
