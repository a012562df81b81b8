"""Days and moments as people in Japan read them; the service keeps moments in UTC and days as they are."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from api import days
from api.web.texts import Say
from matching.domain import Span
from matching.errors import Lang

JAPAN, today = days.JAPAN, days.today
TOKYO = ZoneInfo("Asia/Tokyo")
"""The same by its name, as calendars write it."""

ERAS: Sequence[tuple[date, str]] = (
    (date(2019, 5, 1), "reiwa"),
    (date(1989, 1, 8), "heisei"),
    (date(1926, 12, 25), "showa"),
    (date(1912, 7, 30), "taisho"),
    (date(1868, 1, 25), "meiji"),
)
"""The first day of each era (元号法 and the 政令 on its changes; the older ones by the 詔書), the latest first."""


def clock_now() -> str:
    """The time that it is in Japan, HH:MM."""
    return f"{datetime.now(JAPAN):%H:%M}"


@lru_cache(10_000)
def day_words(day: date | str | None, say: Say, lang: Lang, era: bool = False) -> str:
    """A day with its weekday, `day` as the register keeps it (`YYYY-MM-DD`) or as a date; `era` tells it in 和暦.

    What is no day stays as it is.
    """
    try:
        told = date.fromisoformat(day or "") if not isinstance(day, date) else day
    except ValueError:
        return str(day or "")
    form = say("day.era").replace("*", f"'{_year(told, say)}'") if era and _era(told)[0] else say("day")
    return format_date(told, form, locale=lang)


def year_words(year: int, say: Say, era: bool = False) -> str:
    """A year alone: 1948年 or 昭和23年, by the era in which it ended."""
    last = date(year, 12, 31)
    return _year(last, say) if era and _era(last)[0] else say("year", year=year)


def moment_words(moment: str, say: Say, lang: Lang, era: bool = False) -> str:
    """A moment that the service wrote down (`…Z`), by the clock of Japan."""
    told = datetime.fromisoformat(moment).astimezone(JAPAN)
    return say("moment", day=day_words(told.date(), say, lang, era), time=f"{told:%H:%M}")


def _era(day: date) -> tuple[str, int]:
    """The era of a day and which of its years; none before the first that is known here."""
    since, name = next((one for one in ERAS if one[0] <= day), (day, ""))
    return name, day.year - since.year + 1


def _year(day: date, say: Say) -> str:
    name, nth = _era(day)
    return say("year.era", era=say(f"era.{name}"), nth=say("era.first") if nth == 1 else str(nth))


def first_day(held: Span, weeks_of_month: Sequence[int], day: date) -> date:
    """The first day on or after `day` on which an opening is held."""
    found = day + timedelta(days=(held.weekday.number - day.weekday()) % 7)
    while weeks_of_month and (found.day - 1) // 7 + 1 not in weeks_of_month:
        found += timedelta(days=7)
    return found
