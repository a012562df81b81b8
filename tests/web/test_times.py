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

    monkeypatch.setattr("api.days.datetime", Clock)
    assert times.today() == date(2026, 11, 30)


JA, EN = say_in("ja"), say_in("en")


@pytest.mark.parametrize(
    ("day", "told"),
    [("2019-05-01", "令和元年5月1日（水）"), ("2019-04-30", "平成31年4月30日（火）"),
     ("1989-01-07", "昭和64年1月7日（土）"), ("1926-12-25", "昭和元年12月25日（土）"),
     ("2026-11-29", "令和8年11月29日（日）"), ("1800-01-01", "1800年1月1日（水）")],
)  # fmt: skip
def test_an_era_begins_on_its_first_day(day, told):
    assert times.day_words(day, JA, "ja", era=True) == told


def test_each_era_begins_after_the_one_before():
    begun = [since for since, _ in times.ERAS]
    assert begun == sorted(begun, reverse=True)


def test_a_year_of_birth_is_told_by_the_era_in_which_it_ended():
    assert (times.year_words(1948, JA, era=True), times.year_words(1989, JA, era=True)) == ("昭和23年", "平成元年")
    assert (times.year_words(1948, JA), times.year_words(1948, EN, era=True)) == ("1948年", "Showa 23")


def test_what_is_no_day_stays_as_it_is():
    assert (times.day_words(None, JA, "ja"), times.day_words("soon", JA, "ja", era=True)) == ("", "soon")


def test_the_choice_of_years_stays_for_every_page(readers):
    reader = readers["coordinator"]
    assert "1948年生まれ" in reader.open("/people/p01")
    assert "昭和23年生まれ" in reader.send("/calendar")
    assert "令和" in reader.open("/")
    reader.open("/people/p01")
    assert "1948年生まれ" in reader.send("/calendar")
