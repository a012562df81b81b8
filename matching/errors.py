"""What can be wrong, told so that it helps: what, where, its value, and «maybe …», in Japanese and English."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Lang = Literal["ja", "en"]
Fact = str | int | float | bool
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages, with `{facts}` to fill in."""

    ja: str
    en: str

    def render(self, lang: Lang, facts: Facts) -> str:
        """The sentence in `lang` with its facts filled in.

        Raises:
            KeyError: a fact that the sentence names is missing.
        """
        return (self.ja if lang == "ja" else self.en).format_map(facts)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong (or, as a warning, odd) in what came in.

    `row` counts as a spreadsheet does (the header is row 1; 0 = the whole file), `column` is the header's name.
    """

    file: str
    row: int
    column: str
    code: str
    ja: str
    en: str
    warning: bool = False

    def text(self, lang: Lang) -> str:
        """The sentence alone, without its place."""
        return self.ja if lang == "ja" else self.en


class TsunaguError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(TsunaguError):
    """The input is wrong; carries every problem found, not only the first.

    Exit code 1 of every command.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(sorted(problems))
        super().__init__("\n".join(f"{p.file}:{p.row}:{p.column}: {p.ja} / {p.en}" for p in self.problems))


class RefusedPlanError(TsunaguError):
    """The judge refuses a plan that a solver made: a fault of this program, never of the input."""


class NoAnswerError(TsunaguError):
    """No feasible answer within the limit; exit code 3."""
