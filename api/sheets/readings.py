"""よみがな: texts whose words carry their readings, as `[word|reading]`, with the readings or without."""

import re
from collections.abc import Sequence

WITH_READING = re.compile(r"\[([^|\[\]]+)\|([^|\[\]]+)\]")
OURS = re.compile(r"[\[\]|]")
"""Signs that mark a reading."""
Parts = Sequence[str | Sequence[str]]
"""Plain text, and words with their reading, in their order."""


def parts_of(text: str, readings: bool) -> Parts:
    """A text in parts; without readings it is one plain text."""
    if not readings:
        return [WITH_READING.sub(r"\1", text)]
    out: list[str | Sequence[str]] = []
    at = 0
    for found in WITH_READING.finditer(text):
        out += [text[at : found.start()], (found[1], found[2])]
        at = found.end()
    return [part for part in (*out, text[at:]) if part]


def with_reading(word: str, reading: str) -> str:
    """A word with the reading that somebody knows; empty leaves it as it is."""
    plain, above = (OURS.sub("", text) for text in (word, reading))
    return f"[{plain}|{above}]" if above else plain


def with_glossary(text: str, glossary: str) -> str:
    """A text whose words that a glossary knows (`[word|reading] [word|reading] …`) carry their readings."""
    known = dict(WITH_READING.findall(glossary))
    if not known:
        return text
    longest_first = "|".join(re.escape(one) for one in sorted(known, key=len, reverse=True))
    marked = rf"\[[^\[\]]*\]|{longest_first}"
    return re.sub(marked, lambda found: f"[{found[0]}|{known[found[0]]}]" if found[0] in known else found[0], text)
