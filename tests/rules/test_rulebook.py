"""A rulebook is read with every problem told; what would break the proof of a plan is refused."""

import pytest

from matching.errors import InputError
from matching.rules import rulebook


def told(folder, text):
    (folder / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        rulebook("own.toml", folder)
    return [(one.file, one.column) for one in error.value.problems]


def test_a_rulebook_of_the_towns_own_changes_the_numbers_that_it_names_and_no_other(tmp_path):
    (tmp_path / "own.toml").write_text('[tiers]\nweeks_per_point = { value = 4, source = "x" }\n', encoding="utf-8")
    own = rulebook("own.toml", tmp_path)
    assert own.tiers.weeks_per_point == 4
    assert own.rules == rulebook().rules


def test_every_slip_in_a_rulebook_is_told_at_once(tmp_path):
    text = """
    tiers = 3
    [reach]
    points_per_minute = { value = -99999999999999999999, source = "x" }
    ride_points = { value = "many", source = "x" }
    most_minutes = { value = -1, source = "x" }
    [language]
    usual = { value = 3, source = "x" }
    [fair_share]
    points_per_further_person = { value = 5, source = "x" }
    [places]
    by_kind = { value = { salon = "ten" }, source = "x" }
    [fee]
    points_per_100_yen = { value = -2 }
    [weather]
    """
    columns = {column for _, column in told(tmp_path, text)}
    assert columns == {
        "tiers",
        "reach.points_per_minute",
        "reach.ride_points",
        "reach.most_minutes",
        "language.usual",
        "fair_share.points_per_further_person",
        "places.by_kind",
        "fee.points_per_100_yen",
        "weather",
    }


@pytest.mark.parametrize("weeks", [0, -1])
def test_no_week_counts_for_nothing_or_less(tmp_path, weeks):
    text = f'[tiers]\nweeks_per_point = {{ value = {weeks}, source = "x" }}\n'
    assert told(tmp_path, text) == [("own.toml", "tiers.weeks_per_point")]


@pytest.mark.parametrize("name", ["none", "none.toml", "", "../none"])
def test_a_rulebook_that_is_not_there_is_told_by_its_name(tmp_path, name):
    with pytest.raises(InputError) as error:
        rulebook(name, tmp_path)
    (problem,) = error.value.problems
    assert problem.ja and problem.en and str(tmp_path) not in problem.ja
