"""Warnings about single cells: words that the engine does not understand, and points outside Japan."""

from collections.abc import Iterator

from matching.errors import Problem
from matching.exchange.columns import Column
from matching.exchange.drafts import Draft
from matching.exchange.nearest import nearest
from matching.exchange.texts import problem

JAPAN = {"latitude": (20.0, 46.0), "longitude": (122.0, 154.0)}
"""From 沖ノ鳥島 to 択捉島, from 与那国島 to 南鳥島; degrees."""


def odd_words(draft: Draft) -> Iterator[Problem]:
    """Words outside an open vocabulary, and coordinates outside Japan."""
    for column in draft.of.columns:
        if column.known:
            yield from _unknown(draft, column)
        for kind, (low, high) in JAPAN.items():
            if column.name.endswith(kind):
                values = draft.values.get(column.name, ())
                for row, value in zip(draft.numbers, values, strict=True):
                    if value is not None and not low <= value <= high:
                        facts = {"value": value}
                        yield problem(draft.of.file, row, column.name, "outside_japan", facts, warning=True)


def _unknown(draft: Draft, column: Column) -> Iterator[Problem]:
    known = frozenset(column.known)
    values = draft.values.get(column.name, ())
    odd = {value: _odd(value, known) for value in set(values) if value}
    odd = {value: words for value, words in odd.items() if words}
    maybe = {word: nearest(word, column.known) for word in sorted({one for words in odd.values() for one in words})}
    for row, value in zip(draft.numbers, values, strict=True) if odd else ():
        for word in odd.get(value, ()):
            facts = {"value": word, "maybe": maybe[word]}
            yield problem(draft.of.file, row, column.name, "unknown_word", facts, warning=True)


def _odd(value: str | tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in ((value,) if isinstance(value, str) else value) if word not in known)
