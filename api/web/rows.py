"""Rows of the register as the pages read them: things by their identifier, and words for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from api.report.words import Words, words
from api.security.sign_in import USERS
from api.service import Work
from api.store.offers import offers_of
from api.store.register import NOUNS
from api.store.scope import of
from matching.domain import Area, Opening, Resource
from matching.errors import Lang


def things(work: Work, noun: str, *conditions: ColumnElement[bool]) -> list[Any]:
    """The visible rows of a noun as its dataclass, in the order of the register."""
    one = NOUNS[noun]
    found = of(one.table, work.scope).where(*conditions).order_by(one.table.c.position)
    return [one.thing(dict(row)) for row in work.connection.execute(found).mappings()]


@dataclass(frozen=True, slots=True)
class Places:
    """What a page names: areas, resources and openings by their identifiers, and the words of one language."""

    words: Words
    areas: Mapping[str, Area]
    resources: Mapping[str, Resource]
    openings: Mapping[str, Opening]

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
        one = self.openings.get(opening_id)
        return opening_id if one is None else f"{self.resource(one.resource_id)} {self.words.when(one)}"


def all_places(work: Work, lang: Lang) -> Places:
    """Every area, resource and opening of the town."""
    found = offers_of(work.connection, work.scope)
    return Places(words(lang), found.areas, found.resources, found.openings)


def all_areas(work: Work) -> Mapping[str, Area]:
    """Every area of the town by its identifier."""
    return offers_of(work.connection, work.scope).areas


def names_of_users(work: Work) -> dict[str, str]:
    """The names under which the town's users sign in, by their identifier."""
    mine = USERS.c.municipality_id == work.scope.municipality_id
    found = work.connection.execute(select(USERS.c.user_id, USERS.c.sign_in_name).where(mine))
    return {row.user_id: row.sign_in_name for row in found}


def same_need(table: Table) -> ColumnElement[bool]:
    """Joins a table that names needs to the needs."""
    needs = NOUNS["needs"].table
    return (needs.c.municipality_id == table.c.municipality_id) & (needs.c.need_id == table.c.need_id)
