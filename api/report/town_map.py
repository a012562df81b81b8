"""The map as geometry: areas as circles, resources as signs, never anybody's home.

A resource is drawn where it stands only if people go there and it is not somebody's own doing: what a resident offers,
what comes to the home and what is online has no sign, and an お宝 stands beside its area's circle, not at its door.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, log10, radians, sqrt
from statistics import median

from api.report.joined import Joined
from matching.domain import Area, Resource, Where

WIDTH, MARGIN = 720, 46
TALLEST, FLATTEST = 580, 320
METRES_A_DEGREE = 111_320.0
MOST_SIGNS, DOT_GRID = 160, 3
"""More resources than so many are dots on a grid of so many units, without their kind."""
MOST_LABELS = 40
LARGEST_CIRCLE, LEAST_CIRCLE, LEAST_LABEL = 34.0, 3.5, 44.0
AT_FULL_SIZE = 20
"""Up to so many areas have circles of full size; more of them get smaller ones."""
MOST_HIDDEN = 0.25
"""No label lies on circles with more than this share of itself."""
FAR = 20.0
"""A point further from the middle than so many times the usual distance is a slip, not a part of the picture."""

Degrees = tuple[float, float]
Spot = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """Where the two lines of a label begin, and how they are set: `middle`, `start` or `end`."""

    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Circle:
    """An area: where, its radius, its numbers, and the first line of its label (None: no room for one)."""

    name: str
    x: float
    y: float
    radius: float
    needs: int
    unplaced: int
    label: Label | None

    @property
    def percent(self) -> float:
        """The share of its needs that has no proposal."""
        return round(100 * self.unplaced / self.needs, 1)

    @property
    def ring(self) -> float:
        """How thick its ring is."""
        return round(min(5.5, 0.45 * self.radius), 1)


@dataclass(frozen=True, slots=True)
class Sign:
    """A resource: its kind, or `treasure` or `dot` (both without a name), and where its sign stands."""

    look: str
    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class TownMap:
    """The drawing: `signs_of` counts the signs by look, `unshown` the resources that are only in the numbers."""

    height: int
    circles: tuple[Circle, ...]
    signs: tuple[Sign, ...]
    signs_of: tuple[tuple[str, int], ...]
    unshown: int
    dots: bool
    bar_km: float
    bar_width: float


@dataclass(frozen=True, slots=True)
class AreaCount:
    """The numbers of one area; `area_id` empty where nobody knows it."""

    area_id: str
    needs: int
    placed: int
    unplaced: int
    resources: int


def area_counts(round_: Joined) -> tuple[AreaCount, ...]:
    """Every area that has needs or resources, in the order of the town, an unknown one last."""
    needs = Counter(case.resident.area_id for case in round_.cases)
    placed = Counter(case.resident.area_id for case in round_.placed)
    resources = Counter(resource.area_id for resource in round_.community.resources)
    known = [area_id for area_id in (*round_.areas, "") if needs[area_id] or resources[area_id]]
    return tuple(AreaCount(a, needs[a], placed[a], needs[a] - placed[a], resources[a]) for a in known)


def town_map(round_: Joined) -> TownMap | None:
    """The map of a round; None where nothing of it has a place."""
    centres = {a.area_id: at for a in round_.areas.values() if (at := _degrees(a)) is not None}
    counts = [count for count in area_counts(round_) if count.area_id in centres and count.needs]
    standing = [(r, at) for r in round_.community.resources if (at := _degrees(r)) and _stands_there(r)]
    points = _without_slips([*(centres[count.area_id] for count in counts), *(at for _, at in standing)])
    if not points:
        return None
    sheet = Sheet.of(points)
    inside = set(points)
    circles = _circles(round_, [c for c in counts if centres[c.area_id] in inside], centres, sheet)
    seen = [(r, sheet.spot(at)) for r, at in standing if at in inside]
    dots = len(seen) > MOST_SIGNS
    signs = _dots(seen) if dots else _signs(round_, seen, _treasures(round_, centres, sheet, inside))
    looks = Counter({"dot": len(seen)} if dots else [sign.look for sign in signs])
    km = _round_km(sheet)
    return TownMap(
        height=sheet.height,
        circles=circles,
        signs=signs,
        signs_of=tuple((look, looks[look]) for look in sorted(looks, key=lambda look: (-looks[look], look))),
        unshown=len(round_.community.resources) - looks.total(),
        dots=dots,
        bar_km=km,
        bar_width=round(km * 1000 * sheet.scale, 1),
    )


def _degrees(thing: Area | Resource) -> Degrees | None:
    if thing.latitude is None or thing.longitude is None:
        return None
    return thing.latitude, thing.longitude


def _stands_there(resource: Resource) -> bool:
    return resource.where == Where.THERE and not resource.resident_id and not resource.informal


def _without_slips(points: Sequence[Degrees]) -> list[Degrees]:
    """The points without those far away from all the others (a slip of a digit would make the rest one dot)."""
    if not points:
        return []
    middle = median(p[0] for p in points), median(p[1] for p in points)
    away = [hypot(p[0] - middle[0], p[1] - middle[1]) for p in points]
    limit = FAR * max(median(away), 0.01)
    return [point for point, distance in zip(points, away, strict=True) if distance <= limit]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Degrees to the sheet: east and north alike in metres, the middle of the town in the middle."""

    middle: Degrees
    scale: float
    height: int

    @classmethod
    def of(cls, points: Sequence[Degrees]) -> "Sheet":
        """The sheet on which all the points find room."""
        lats, lons = [p[0] for p in points], [p[1] for p in points]
        middle = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
        tall = max((max(lats) - min(lats)) * METRES_A_DEGREE, 500.0)
        wide = max((max(lons) - min(lons)) * METRES_A_DEGREE * cos(radians(middle[0])), 500.0)
        scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / tall)
        return cls(middle, scale, max(FLATTEST, round(tall * scale) + 2 * MARGIN))

    def spot(self, at: Degrees) -> Spot:
        """Where a point lies on it: x to the right, y down."""
        east = (at[1] - self.middle[1]) * METRES_A_DEGREE * cos(radians(self.middle[0]))
        north = (at[0] - self.middle[0]) * METRES_A_DEGREE
        return WIDTH / 2 + east * self.scale, self.height / 2 - north * self.scale


def _circles(
    round_: Joined, counts: Sequence[AreaCount], centres: dict[str, Degrees], sheet: Sheet
) -> tuple[Circle, ...]:
    """A circle an area; the labels of the areas with most people left are set first."""
    most = max((count.needs for count in counts), default=1)
    largest = LARGEST_CIRCLE * min(1.0, sqrt(AT_FULL_SIZE / max(1, len(counts))))
    spots = {count.area_id: sheet.spot(centres[count.area_id]) for count in counts}
    radii = {count.area_id: max(LEAST_CIRCLE, largest * sqrt(count.needs / most)) for count in counts}
    boxes = [(x - radii[a], y - radii[a], x + radii[a], y + radii[a]) for a, (x, y) in spots.items()]
    taken: list[Box] = []
    labels = {}
    for count in sorted(counts, key=lambda c: (-c.unplaced, -c.needs, c.area_id))[:MOST_LABELS]:
        name, a = round_.area_name(count.area_id), count.area_id
        labels[a] = _label(name, spots[a], radii[a], taken, boxes, sheet)
    return tuple(
        Circle(
            name=round_.area_name(count.area_id),
            x=round(spots[count.area_id][0], 1),
            y=round(spots[count.area_id][1], 1),
            radius=round(radii[count.area_id], 1),
            needs=count.needs,
            unplaced=count.unplaced,
            label=labels.get(count.area_id),
        )
        for count in counts
    )


def _label(
    name: str, spot: Spot, radius: float, taken: list[Box], circles: Sequence[Box], sheet: Sheet
) -> Label | None:
    """Below, above, right or left of its circle: where it hides least of other circles and no other label."""
    x, y = spot
    out = radius + 9
    wide = max(LEAST_LABEL, sum(12.5 if ord(letter) > 255 else 7.5 for letter in name))
    places = (
        (Label(x, y + out + 9, "middle"), x - wide / 2),
        (Label(x, y - out - 13, "middle"), x - wide / 2),
        (Label(x + out, y - 2, "start"), x + out),
        (Label(x - out, y - 2, "end"), x - out - wide),
    )
    free = []
    for order, (label, left) in enumerate(places):
        box = left, label.y - 12, left + wide, label.y + 18
        within = box[0] > 2 and box[2] < WIDTH - 2 and box[1] > 2 and box[3] < sheet.height - 2
        if within and not any(_overlap(box, other) for other in taken):
            hidden = sum(_overlap(box, circle) for circle in circles)
            if hidden < wide * 30 * MOST_HIDDEN:
                free.append((hidden, order, label, box))
    if not free:
        return None
    _, _, label, box = min(free, key=lambda one: one[:2])
    taken.append(box)
    return Label(round(label.x, 1), round(label.y, 1), label.anchor)


def _overlap(one: Box, other: Box) -> float:
    """The area that two boxes (left, top, right, bottom) share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return wide * tall if wide > 0 and tall > 0 else 0.0


def _signs(round_: Joined, seen: Sequence[tuple[Resource, Spot]], treasures: Sequence[Spot]) -> tuple[Sign, ...]:
    """One sign a resource; those that would lie on one another are moved aside in a small spiral."""
    taken: set[tuple[int, int]] = set()
    told = [("treasure", "", spot) for spot in treasures]
    told += [(resource.kind.value, round_.place_name(resource.resource_id), spot) for resource, spot in seen]
    return tuple(Sign(look, name, *_beside(spot, taken)) for look, name, spot in told)


def _dots(seen: Sequence[tuple[Resource, Spot]]) -> tuple[Sign, ...]:
    """A dot wherever there is a resource."""
    cells = sorted({(round(x / DOT_GRID), round(y / DOT_GRID)) for _, (x, y) in seen})
    return tuple(Sign("dot", "", column * DOT_GRID, line * DOT_GRID) for column, line in cells)


def _treasures(round_: Joined, centres: dict[str, Degrees], sheet: Sheet, inside: set[Degrees]) -> list[Spot]:
    """Every お宝 at the middle of its area: that there are some, and not where they live."""
    at = [centres.get(resource.area_id) for resource in round_.community.resources if resource.informal]
    return [sheet.spot(centre) for centre in at if centre in inside and centre is not None]


_STEP = 11
_AROUND = sorted(
    ((i, j) for i in range(-6, 7) for j in range(-6, 7)), key=lambda step: (step[0] ** 2 + step[1] ** 2, step)
)


def _beside(spot: Spot, taken: set[tuple[int, int]]) -> Spot:
    """The nearest free cell of a fine grid; the last one tried where all are taken."""
    column, line = round(spot[0] / _STEP), round(spot[1] / _STEP)
    cell = next(((column + i, line + j) for i, j in _AROUND if (column + i, line + j) not in taken), (column, line))
    taken.add(cell)
    return float(cell[0] * _STEP), float(cell[1] * _STEP)


def _round_km(sheet: Sheet) -> float:
    """A round number of kilometres that is about a sixth of the sheet: 1, 2 or 5 times a power of ten."""
    km = WIDTH / 6 / sheet.scale / 1000
    power: float = 10.0 ** int(log10(km) // 1)
    return float(next((power * step for step in (5, 2, 1) if power * step <= km), power))
