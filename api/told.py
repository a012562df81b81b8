"""The register's rows as each is told them, by the interface and by the pages alike.

Who helps at a resource is told to whoever sees that person; a small count to whoever works with persons.
"""

from collections.abc import Sequence
from typing import Any

from api.bodies import COUNTED, told_of
from api.changes import HELPED, seen_people
from api.security.policy import sight
from api.service import Work
from api.store.register import Noun
from matching.small_cells import is_small

Row = dict[str, Any]


def tells_small(role: str) -> bool:
    """Whether one is told a count of fewer than five people: who works with persons sees them anyway."""
    return role in sight().with_persons


def told_rows(work: Work, noun: Noun, role: str, rows: Sequence[Row]) -> list[Row]:
    """Rows as they are answered; None stands for a small count that is not told."""
    told = known_rows(work, noun, rows)
    if tells_small(role):
        return told
    return [row | {name: None for name in COUNTED if is_small(row.get(name, 0))} for row in told]


def known_rows(work: Work, noun: Noun, rows: Sequence[Row]) -> list[Row]:
    """Rows with who helps, where one sees that person, and with every count."""
    told = [told_of(noun, row) for row in rows]
    if noun.name != HELPED:
        return told
    seen = seen_people(work, (row["resident_id"] for row in told))
    return [row | {"resident_id": row["resident_id"] if row["resident_id"] in seen else ""} for row in told]
