"""The files that pages load: our stylesheet and script, htmx and Leaflet from the packages that carry them."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

STATIC = Path(__file__).with_name("static")
SOURCES: Mapping[str, tuple[str, str]] = {
    "htmx.js": ("js_lib_htmx", "static/htmx/htmx.min.js"),
    "leaflet.js": ("js_lib_leaflet", "static/js_lib_leaflet/leaflet.js"),
    "leaflet.css": ("js_lib_leaflet", "static/js_lib_leaflet/leaflet.css"),
    "pages.css": ("", "pages.css"),
    "pages.js": ("", "pages.js"),
    "map.js": ("", "map.js"),
}
"""Each file: the package that carries it (empty = ours) and its path there. They are served under these names alone."""
KINDS: Mapping[str, str] = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class File:
    """One file, plain and packed, and a digest of it that stands in its address."""

    content: bytes
    packed: bytes
    digest: str
    kind: str


@cache
def file_of(name: str) -> File:
    """A file by its name.

    Raises:
        KeyError: there is none.
    """
    package, path = SOURCES[name]
    content = (files(package) / path).read_bytes() if package else (STATIC / path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return File(content, gzip.compress(content, 9, mtime=0), digest, KINDS[Path(name).suffix])


def address(name: str) -> str:
    """Where a page loads a file from; a new content has a new address, so that browsers may keep it for ever."""
    return f"/static/{file_of(name).digest}/{name}"
