"""Bytes -> text: the encoding is recognised and named, never guessed in silence."""

import codecs
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from matching.errors import InputError
from matching.exchange.texts import problem

MOST_BYTES = 1_000_000_000
"""A file of more bytes is refused."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was written in (`utf-8`, `utf-16`, `cp932`, `euc_jp`), and its byte order marks."""

    text: str
    encoding: str
    marks: int = 0


def read_bytes(path: Path, file: str = "") -> bytes:
    """The content of a file that is a file, can be read, and is not too large.

    Raises:
        InputError: `not_a_file`, `unreadable`, `too_large`; told of `file`, or of the path's own name.
    """
    name = file or path.name
    try:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):  # a folder, or a pipe that would wait for ever
            raise InputError([problem(name, 0, "", "not_a_file", {})])
        size = told.st_size
        if size > MOST_BYTES:
            raise InputError([problem(name, 0, "", "too_large", {"size": size, "limit": MOST_BYTES})])
        return path.read_bytes()
    except OSError as error:
        raise InputError([problem(name, 0, "", "unreadable", {"why": error.strerror or str(error)})]) from error


def decode(data: bytes, file: str) -> Decoded:
    """Byte order marks first, then UTF-8, Shift_JIS as Windows writes it (cp932), EUC-JP.

    Raises:
        InputError: `encoding_unknown`, with the first byte that is not UTF-8.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            count = _leading(data, mark)
            return Decoded(_strict(data[count * len(mark) :], encoding, file), _PLAIN.get(encoding, encoding), count)
    for encoding in ("utf-8", "cp932", "euc_jp"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp932":
            return Decoded(text, encoding)
        if not _NO_LETTER.search(text):
            return _half_width_kana(data, text)
    return Decoded(_strict(data, "utf-8", file), "utf-8")


_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PLAIN = {"utf-16-le": "utf-16", "utf-16-be": "utf-16"}
_NO_LETTER = re.compile("[\x80\xa0\uf8f0-\uf8f3]")  # what cp932 makes of bytes that are no letter
_KANA = re.compile("[\uff61-\uff9f]")


def _leading(data: bytes, mark: bytes) -> int:
    count = 0
    while data.startswith(mark, count * len(mark)):
        count += 1
    return count


def _strict(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError([problem(file, 0, "", "encoding_unknown", {"offset": error.start + 1})]) from error


def _half_width_kana(data: bytes, as_cp932: str) -> Decoded:
    # Short EUC-JP texts are valid cp932 too, but read as a salad of half-width kana.
    beyond_ascii = sum(not c.isascii() for c in as_cp932) if len(as_cp932) < 100_000 else 0
    if beyond_ascii and 2 * len(_KANA.findall(as_cp932)) > beyond_ascii:
        try:
            return Decoded(data.decode("euc_jp"), "euc_jp")
        except UnicodeDecodeError:
            pass
    return Decoded(as_cp932, "cp932")
