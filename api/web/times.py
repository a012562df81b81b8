"""Days and moments as people in Japan read them; the service keeps moments in UTC and days as they are."""

from datetime import date, datetime, timedelta, timezone

from babel.dates import format_date

from api.web.texts import Say
from matching.errors import Lang

JAPAN = timezone(timedelta(hours=9), "JST")
"""One zone and no summer time."""


def today() -> date:
    """The day that it is in Japan, wherever the service runs."""
    return datetime.now(JAPAN).date()


def day_words(day: date | str, say: Say, lang: Lang) -> str:
    """A day with its weekday; `day` as the register keeps it (`YYYY-MM-DD`) or as a date."""
    told = date.fromisoformat(day) if isinstance(day, str) else day
    return format_date(told, say("day"), locale=lang)


def moment_words(moment: str, say: Say, lang: Lang) -> str:
    """A moment that the service wrote down (`…Z`), by the clock of Japan."""
    told = datetime.fromisoformat(moment).astimezone(JAPAN)
    return say("moment", day=day_words(told.date(), say, lang), time=f"{told:%H:%M}")
