"""Days and moments by the clock of Japan."""

from datetime import UTC, date, datetime

import pytest

from api.web import times
from api.web.texts import say_in

NIGHT = datetime(2026, 11, 29, 17, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lang", "told"), [("ja", "2026年11月30日（月） 02:23"), ("en", "Mon 30 Nov 2026, 02:23")]
)  # fmt: skip
def test_a_moment_kept_in_utc_is_told_by_the_clock_of_japan(lang, told):
    assert times.moment_words(f"{NIGHT:%Y-%m-%dT%H:%M:%S.%fZ}", say_in(lang), lang) == told


def test_a_day_is_told_as_it_is_from_a_row_or_a_date():
    for day in ("2026-11-23", date(2026, 11, 23)):
        assert times.day_words(day, say_in("ja"), "ja") == "2026年11月23日（月）"


def test_today_is_the_day_of_japan_where_the_service_runs_elsewhere(monkeypatch):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return NIGHT.astimezone(tz)

    monkeypatch.setattr(times, "datetime", Clock)
    assert times.today() == date(2026, 11, 30)
