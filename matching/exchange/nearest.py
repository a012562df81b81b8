"""«Maybe …»: the known word that is nearest to one that is not."""

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

FEW = 400
"""Up to so many words every one is compared."""
MOST_SEARCHES = 200
"""So many unknown words are compared with similar ones; a whole column of them is another mistake."""


def nearest(word: str, words: Collection[str]) -> str:
    """The most similar of a few words; empty where none is similar."""
    found = difflib.get_close_matches(_plain(word), [_plain(one) for one in words], 1, 0.6)
    return next(one for one in words if _plain(one) == found[0]) if found else ""


class Register:
    """Many identifiers, prepared once: the nearest is looked for only among those that differ little."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words: Sequence[str] = tuple(dict.fromkeys(words))
        self._by_plain: dict[str, str] | None = None
        self._by_shape: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._searches = 0

    def nearest(self, word: str) -> str:
        """The one that is the same but for width, case, zeros and signs, else a similar one; empty where none is."""
        if self._by_plain is None:
            self._by_plain = {_bare(one): one for one in reversed(self._words)}
            for one in self._words:
                self._by_shape[one[:2], len(one)].append(one)
        same = self._by_plain.get(_bare(word))
        if same is not None:
            return same
        self._searches += 1
        if self._searches > MOST_SEARCHES:
            return ""
        if len(self._words) <= FEW:
            return nearest(word, self._words)
        near = (one for size in (0, -1, 1) for one in self._by_shape.get((word[:2], len(word) + size), ())[:FEW])
        return nearest(word, tuple(near)[:FEW])


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()


def _bare(word: str) -> str:
    return "".join(c for c in _plain(word) if c.isalnum()).replace("0", "")
