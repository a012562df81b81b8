"""地図の絵: tiles of the town's own PMTiles archive, where its folder has one; read piece by piece in the database."""

import zlib
from functools import cached_property
from typing import Any

from sqlalchemy import LargeBinary, func, select
from starlette.responses import Response

from api.problems import ProblemError
from api.service import Work
from api.store.scope import table_of
from api.store.tables import TownFile
from api.web.desk import Desk, Page

FILE = "base.pmtiles"
DEEPEST = 22
PICTURES = {2: "image/png", 3: "image/jpeg", 4: "image/webp", 5: "image/avif"}
"""Kinds of tile that a browser draws by itself, by their number in the archive (PMTiles 3); vectors are not drawn."""
_FILES = table_of(TownFile)


class Archive:
    """The archive of a town; every piece is asked for alone, so that a large one is never held in memory."""

    def __init__(self, work: Work) -> None:
        self._work = work

    @cached_property
    def header(self) -> dict[str, Any] | None:
        """What the archive says of itself; None where there is none, or none that can be drawn."""
        from pmtiles.tile import MagicNumberNotFound, SpecVersionUnsupported

        try:
            told: dict[str, Any] = self._reader.header()
        except (MagicNumberNotFound, SpecVersionUnsupported, ValueError, IndexError):
            return None
        return told if told["tile_type"].value in PICTURES else None

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """One picture; None where there is none there, or the archive is broken."""
        try:
            found = self._reader.get(z, x, y)
        except (EOFError, OSError, ValueError, IndexError, zlib.error):
            return None
        return None if found is None else bytes(found)

    @cached_property
    def _reader(self) -> Any:
        from pmtiles.reader import Reader

        return Reader(self._piece)  # type: ignore[no-untyped-call]

    def _piece(self, offset: int, length: int) -> bytes:
        mine = (_FILES.c.municipality_id == self._work.scope.municipality_id, _FILES.c.path == FILE)
        piece = func.substr(_FILES.c.content, offset + 1, length, type_=LargeBinary)
        return bytes(self._work.connection.execute(select(piece).where(*mine)).scalar_one_or_none() or b"")


def tile(desk: Desk, z: str, x: str, y: str) -> Response:
    """One tile as a picture; the browser keeps it for an hour."""
    if not all(one.isascii() and one.isdigit() and len(one) < 9 for one in (z, x, y)):
        raise ProblemError("not_found")
    zoom, column, row = int(z), int(x), int(y)
    if zoom > DEEPEST or max(column, row) >= 2**zoom:
        raise ProblemError("not_found")
    with desk.look() as work:
        archive = Archive(work)
        header = archive.header
        content = None if header is None else archive.tile(zoom, column, row)
    if header is None:
        raise ProblemError("not_found")
    if content is None:  # beyond the town: nothing to draw, and nothing wrong
        return Response(status_code=204)
    kept = {"cache-control": "private, max-age=3600"}
    return Response(content, media_type=PICTURES[header["tile_type"].value], headers=kept)


def deepest_tiles(work: Work) -> int | None:
    """How deep the town's tiles go; None where it has none that can be drawn."""
    header = Archive(work).header
    return None if header is None else int(header["max_zoom"])


PAGES = (Page("GET", "/resources/tiles/{z}/{x}/{y}", "resources.list", tile),)
"""The pages of this file."""
