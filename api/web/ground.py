"""地図の下地: the town's own area shapes and roads, from the files of its folder; nothing comes from outside."""

import csv
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import StringIO
from typing import Any

from starlette.responses import JSONResponse, Response

from api.service import Work
from api.store.town import town_file, town_info
from api.web.desk import Desk, Page
from api.web.tiles import deepest_tiles

SHAPES = "areas.geojson"
"""Outlines of the areas, RFC 7946: each feature names its `area_id` in its properties."""
RANK = ("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential")
"""Kinds of road, the wide ones first; footpaths and the like come last."""
MOST_ROADS = 6_000
"""Pieces of road on the map, the wide ones first: more would be too slow on an old PC."""
MOST_POINTS = 20_000
"""Points of all outlines together."""
Ring = Sequence[tuple[float, float]]


def ground(desk: Desk) -> Response:
    """Outlines of areas and pieces of road, latitude first, and how deep tiles go, as far as the folder has them."""
    with desk.look() as work:
        shapes = town_file(work.connection, work.scope, SHAPES) or b""
        nodes, edges = _street_files(work)
        deepest = deepest_tiles(work)
    return JSONResponse({"shapes": shapes_of(shapes), "roads": roads_of(nodes, edges), "tiles": deepest})


def _street_files(work: Work) -> tuple[bytes, bytes]:
    """The tables of nodes and edges that `town.toml` names; empty where there are none."""
    travel = town_info(work.connection, work.scope).travel
    if not (travel.nodes and travel.edges):
        return b"", b""
    nodes, edges = (town_file(work.connection, work.scope, name) or b"" for name in (travel.nodes, travel.edges))
    return nodes, edges


@lru_cache(4)
def roads_of(nodes: bytes, edges: bytes) -> Sequence[Sequence[float]]:
    """Pieces of road as latitude, longitude, latitude, longitude; a row that cannot be read is left out."""
    at = {row.get("id", ""): point for row in _rows(nodes) if (point := _point(row.get("lat"), row.get("lon")))}
    found = sorted(
        (row for row in _rows(edges) if row.get("u") in at and row.get("v") in at),
        key=lambda row: RANK.index(row["highway"]) if row.get("highway") in RANK else len(RANK),
    )
    return [(*at[row["u"]], *at[row["v"]]) for row in found[:MOST_ROADS]]


@lru_cache(4)
def shapes_of(content: bytes) -> Sequence[Ring]:
    """The outlines of a GeoJSON file as rings of latitude and longitude; what is none is left out."""
    try:
        features = json.loads(content or b"{}").get("features", [])
    except (ValueError, AttributeError):
        return []
    rings: list[Ring] = []
    left = MOST_POINTS
    for ring in _rings(features if isinstance(features, list) else []):
        left -= len(ring)
        if left >= 0 and len(ring) > 3:  # a ring closes on itself
            rings.append(ring)
    return rings


def _rings(features: Sequence[Any]) -> Iterator[Ring]:
    for one in features:
        geometry = one.get("geometry") if isinstance(one, dict) else None
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
            continue
        told = geometry.get("coordinates") or []
        polygons = [told] if kind == "Polygon" else told
        for polygon in polygons if isinstance(polygons, list) else []:
            outline = polygon[0] if isinstance(polygon, list) and polygon and isinstance(polygon[0], list) else []
            pairs = (_point(*pair[1::-1]) for pair in outline if isinstance(pair, list) and len(pair) > 1)
            yield [point for point in pairs if point]


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    try:
        yield from csv.DictReader(StringIO(content.decode("utf-8-sig")))
    except (UnicodeDecodeError, csv.Error):
        return


def _point(latitude: Any, longitude: Any) -> tuple[float, float] | None:
    """A point to about a metre; None where it is none."""
    try:
        point = round(float(latitude), 5), round(float(longitude), 5)
    except (TypeError, ValueError):
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None  # degrees


PAGES = (Page("GET", "/resources/ground.json", "resources.list", ground),)
"""The pages of this file."""
