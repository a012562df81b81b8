from pathlib import Path

import pytest

from matching.domain import NeedKind
from matching.errors import InputError
from matching.rates import read_rates
from matching.synthetic.shares import Shares

DEFAULT = Path(__file__).parents[1] / "fixtures/rates/default.toml"
GOOD = '[[rate]]\nkind = "meal"\nages = [75, 84]\nper_1000 = 60\nvoiced_percent = 5\nsource = "assumption"\n'


def read(text: str, folder: Path) -> str:
    """The problems of a table of rates, in both languages; empty if there are none."""
    path = folder / "rates.toml"
    path.write_text(text, encoding="utf-8")
    try:
        read_rates(path)
    except InputError as error:
        assert all(p.file == "rates.toml" and p.ja and p.en for p in error.problems)
        return "\n".join(f"{p.column}: {p.ja} / {p.en}" for p in error.problems)
    return ""


def test_the_default_table_tells_a_source_with_its_year_or_says_assumption() -> None:
    for rate in read_rates(DEFAULT).rates:
        assert "assumption" in rate.source or "20" in rate.source, rate


def test_the_default_table_covers_every_kind_but_other_and_counts_only_people_of_its_ages() -> None:
    rates = read_rates(DEFAULT).rates
    assert {rate.kind for rate in rates} == set(NeedKind) - {NeedKind.OTHER}
    assert all(rate.percent <= 5 for rate in rates)


def test_people_live_alike_in_synthetic_towns_and_in_estimates_but_for_consent() -> None:
    told, built = read_rates(DEFAULT).shares, Shares()
    for name in Shares.__slots__:
        if name not in ("consent", "support_conference"):
            assert getattr(told, name) == getattr(built, name), name
    assert told.consent == (100, 100, 100, 100)


def test_a_rate_is_per_1000_times_who_voices_it(tmp_path: Path) -> None:
    assert read(GOOD, tmp_path) == ""
    rate = read_rates(tmp_path / "rates.toml").rates[0]
    assert rate.percent == pytest.approx(60 / 1000 * 0.05 * 100)
    assert rate.applies(75, "male")
    assert rate.applies(84, "")
    assert not rate.applies(85, "male")


@pytest.mark.parametrize(
    ("old", "new", "tells"),
    [
        ('"meal"', '"dinner"', "kind 'dinner'"),
        ("[75, 84]", "[84, 75]", "ages [84, 75]"),
        ("[75, 84]", '"75-84"', "ages '75-84'"),
        ("= 60", "= -1", "per_1000 -1"),
        ("= 60", "= 1001", "per_1000 1001"),
        ("= 60", "= nan", "per_1000 nan"),
        ("= 60", "= true", "per_1000 True"),
        ("= 5", "= 101", "voiced_percent 101"),
        ('source = "assumption"', 'source = ""', "source is missing"),
        ("per_1000", "per_thousand", "unknown key ['per_thousand']"),
        ("[[rate]]", "[[rates]]", "rates: "),
        (GOOD, "", "no [[rate]]"),
        (GOOD, GOOD + GOOD, "told twice"),
        (GOOD, GOOD + 'sex = "man"\n', "sex 'man'"),
        (GOOD, GOOD + "[shares]\npace = { value = [1, 2], source = 'x' }", "shares.pace"),
        (GOOD, GOOD + "[shares]\npace = { value = [4, 4, 3, 2], source = 'x' }", "km/h"),
        (GOOD, GOOD + "[shares]\nbus = { value = [101, 4, 3, 2], source = 'x' }", "bus"),
        (GOOD, GOOD + "[shares]\nbus = { value = [1, 4, 3, 2] }", "source"),
        (GOOD, GOOD + "[shares]\ntram = { value = [1, 4, 3, 2], source = 'x' }", "shares.tram"),
        (GOOD, GOOD + "[homes]\npeople_per_km2 = { value = 0, source = 'x' }", "people_per_km2"),
        ("[75, 84]", "[75, 84", "cannot be read"),
        (GOOD, "rate = 3", "no [[rate]]"),
        (GOOD, "rate = [3]", "rate 1"),
        (GOOD, GOOD + "[shares]\nbus = 3", "source"),
        (GOOD, "shares = 3\n" + GOOD, "shares"),
        (GOOD, "homes = [1]\n" + GOOD, "homes"),
        ('"meal"', "['meal']", "kind ['meal']"),
    ],
)
def test_a_wrong_table_is_told(old: str, new: str, tells: str, tmp_path: Path) -> None:
    assert tells in read(GOOD.replace(old, new), tmp_path)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = read(GOOD.replace('"meal"', '"dinner"').replace("= 60", "= -1") + GOOD.replace("= 5", "= -5"), tmp_path)
    assert len(text.splitlines()) == 3


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_rates(tmp_path / "none.toml")
