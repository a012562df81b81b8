"""Weekdays, spans of a day, and when two recurring slots meet."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class Weekday(StrEnum):
    """A day of the week, as the town folder writes it."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 for Monday … 6 for Sunday."""
        return _NUMBER[self]


_NUMBER = {day: number for number, day in enumerate(Weekday)}


def minute_of_day(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one weekday, e.g. `mon 09:00-12:00`.

    Raises:
        ValueError: it ends before it begins.
    """

    weekday: Weekday
    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"{self.weekday} {self.start:%H:%M}-{self.end:%H:%M} ends before it begins")

    @property
    def minutes(self) -> int:
        """How long it is."""
        return minute_of_day(self.end) - minute_of_day(self.start)


def meet(one: Span | None, other: Span | None) -> bool:
    """Whether two stretches have a moment in common; None is one that is not known, of which nothing is said."""
    if one is None or other is None:
        return False
    return one.weekday is other.weekday and one.start < other.end and other.start < one.end
