"""Rows of the register as the pages read them: things by their identifier, and words for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, func

from api.report.words import Words, words
from api.routes.users import accounts, shown_names
from api.service import Work
from api.store.offers import Offers, offers_of
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, of
from matching.domain import Area, Opening, Resource
from matching.errors import Lang


def things(work: Work, noun: str, *conditions: ColumnElement[bool]) -> list[Any]:
    """The visible rows of a noun as its dataclass, in the order of the register."""
    one = NOUNS[noun]
    found = of(one.table, work.scope).where(*conditions).order_by(one.table.c.position)
    return [one.thing(dict(row)) for row in work.connection.execute(found).mappings()]


def things_of(work: Work, noun: str, column: str, values: Sequence[str]) -> list[Any]:
    """The same where a column holds one of some values."""
    if not values:
        return []
    found = work.connection.execute(_having(work.scope, noun, column), {"values": values}).mappings()
    return [NOUNS[noun].thing(dict(row)) for row in found]


@for_scope
def _having(scope: Scope, noun: str, column: str) -> Select[Any]:
    table = NOUNS[noun].table
    return of(table, scope).where(table.c[column].in_(bindparam("values", expanding=True))).order_by(table.c.position)


@dataclass(frozen=True, slots=True)
class Places:
    """What a page names: areas, resources and openings by their identifiers, and the words of one language."""

    words: Words
    offers: Offers

    @property
    def areas(self) -> Mapping[str, Area]:
        """Every area by its identifier."""
        return self.offers.areas

    @property
    def resources(self) -> Mapping[str, Resource]:
        """Every resource by its identifier."""
        return self.offers.resources

    @property
    def openings(self) -> Mapping[str, Opening]:
        """Every opening by its identifier."""
        return self.offers.openings

    def area(self, area_id: str) -> str:
        """The name of an area; its identifier where it has none."""
        one = self.areas.get(area_id)
        return one.name if one is not None and one.name else area_id

    def resource(self, resource_id: str) -> str:
        """The name of a resource; its identifier where it has none."""
        one = self.resources.get(resource_id)
        return one.name if one is not None and one.name else resource_id

    def opening(self, opening_id: str) -> str:
        """Which place and when."""
        told = _told(self.offers, self.words.lang)
        if opening_id not in told:
            one = self.openings.get(opening_id)
            if one is None:
                return opening_id
            told[opening_id] = f"{self.resource(one.resource_id)} {self.words.when(one)}"
        return told[opening_id]


@lru_cache(64)
def _told(_offers: Offers, _lang: Lang) -> dict[str, str]:
    """What each opening that was named so far is called, as long as the town offers the same."""
    return {}


def all_places(work: Work, lang: Lang) -> Places:
    """Every area, resource and opening of the town."""
    return Places(words(lang), offers_of(work.connection, work.scope))


def all_areas(work: Work) -> Mapping[str, Area]:
    """Every area of the town by its identifier."""
    return offers_of(work.connection, work.scope).areas


def names_of_users(work: Work) -> dict[str, str]:
    """The names by which the town's users are shown, by their identifier."""
    return shown_names(accounts(work))


def same_need(table: Table) -> ColumnElement[bool]:
    """Joins a table that names needs to the needs."""
    needs = NOUNS["needs"].table
    return (needs.c.municipality_id == table.c.municipality_id) & (needs.c.need_id == table.c.need_id)


def same_person(table: Table) -> ColumnElement[bool]:
    """Joins a table that names persons to the persons."""
    people = NOUNS["residents"].table
    return (people.c.municipality_id == table.c.municipality_id) & (people.c.resident_id == table.c.resident_id)


SHOWN = 8
"""Rows of a short list; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Few:
    """The first rows of a list, and how many there are."""

    rows: Sequence[Any]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


def few(rows: Sequence[Any]) -> Few:
    """The first of rows that are at hand."""
    return Few(rows[:SHOWN], len(rows))


def first_of(wanted: Select[Any]) -> Select[Any]:
    """The first rows of a statement, each with how many there are in all: what is counted is not fetched."""
    return wanted.add_columns(func.count().over().label("of_all")).limit(SHOWN)


def few_of(work: Work, first: Select[Any], **values: str) -> Few:
    """What a statement of `first_of` finds."""
    rows = work.connection.execute(first, values).all()
    return Few(rows, rows[0].of_all if rows else 0)
