"""What a rule of the law is here: it looks at one car, its driver and its riders on one day, and says what it finds."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from matching.domain import Driver, Resident, Vehicle
from matching.errors import Facts, Text


class Standing(StrEnum):
    """適・要確認・不適. UNFIT only where the rule and the facts are certain; everything else is ASK."""

    FITS = "fits"
    ASK = "ask"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class Run:
    """One car with one driver on one day, and who rides in it; `fleet` = cars of the same resource."""

    date: dt.date
    vehicle: Vehicle
    driver: Driver
    riders: tuple[Resident, ...]
    fleet: int


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a rule stands: article or notice in both languages, since when, who told it, and when it was looked up."""

    article_ja: str
    article_en: str
    since: dt.date
    source: str
    seen: dt.date

    def article(self, ja: bool) -> str:
        """The article in one language."""
        return self.article_ja if ja else self.article_en


@dataclass(frozen=True, slots=True)
class Told:
    """What a code says, and how sure the law is of it."""

    standing: Standing
    text: Text


Finding = tuple[str, Facts]
"""A code of the rule's `told`, and the facts of its sentence."""


class LawRule(Protocol):
    """One rule of the law; its numbers are fields, whose values stand in the dated file."""

    told: ClassVar[Mapping[str, Told]]

    def judge(self, run: Run) -> Iterator[Finding]:
        """What is to be asked about the run, or speaks against it; nothing where all is well."""
        ...
