"""The day it is: in Japan, wherever the service runs and whatever its clock is set to."""

from datetime import date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9), "JST")
"""One zone and no summer time."""


def today() -> date:
    """The day that it is in Japan."""
    return datetime.now(JAPAN).date()
