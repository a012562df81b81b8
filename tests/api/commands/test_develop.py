"""`tsunagu develop` as people run it: the answer, the council's page, and nobody's name, home or help on either."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.api.commands.given_village import KAWABE, ROOT

GOLDEN = ROOT / "fixtures/golden/kawabe.develop.ja.json"


def run(*args: object):
    return CliRunner().invoke(app, ["develop", *(str(a) for a in args)])


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("develop")
    out = run(KAWABE, "--json", folder / "a.json", "--html", folder / "a.html")
    assert out.exit_code == 0, out.output
    return folder


def test_it_runs_without_further_options_and_writes_its_format(answered):
    document = json.loads((answered / "a.json").read_text(encoding="utf-8"))
    assert document["format"] == "tsunagu.develop/1"
    assert document["summary"]["status"] == "optimal"
    assert [one["order"] for one in document["steps"]] == list(range(1, len(document["steps"]) + 1))
    assert all(plan["gap"] == 0 for plan in document["portfolio"])


def test_the_answer_of_kawabe_is_the_golden_one(answered):
    document = json.loads((answered / "a.json").read_text(encoding="utf-8"))
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    document["summary"]["seconds"] = golden["summary"]["seconds"] = 0
    assert document == golden


def test_the_page_is_for_a4_and_leaves_room_to_write(answered):
    page = (answered / "a.html").read_text(encoding="utf-8")
    assert "size: A4" in page and "協議体資料" in page and 'class="write"' in page
    assert "<script" not in page and "http" not in page


def test_english_speaks_english(tmp_path):
    out = run(KAWABE, "--lang", "en", "--steps", "1", "--html", tmp_path / "a.html")
    assert out.exit_code == 0
    assert "Council agenda" in (tmp_path / "a.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("budget", ["40h", "40時間", "４０時間", "300000yen", "300,000円"])
def test_a_budget_is_written_as_people_write_it(budget, tmp_path):
    out = run(KAWABE, "--budget", budget, "--steps", "2", "--json", tmp_path / "a.json")
    assert out.exit_code == 0
    document = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    told = document["summary"]["budget"]
    spent = "hours_per_month" if told["unit"] == "hours" else "yen_per_year"
    assert all(plan[spent] <= told["amount"] for plan in document["portfolio"])


@pytest.mark.parametrize("budget", ["much", "40", "-3h", "40 h 3", "9" * 40 + "h"])
def test_a_budget_that_cannot_be_read_is_told(budget):
    out = run(KAWABE, "--budget", budget)
    assert out.exit_code == 1
    assert "40h" in out.output


def test_a_table_of_what_steps_take_can_be_a_place_s_own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("[idea]\nhours_per_month = 3\n", encoding="utf-8")
    assert run(KAWABE, "--rates", path).exit_code == 1


def test_nothing_is_written_where_the_folder_is_not_there(tmp_path):
    assert run(KAWABE, "--steps", "1", "--json", tmp_path / "no" / "a.json").exit_code == 1


def test_councils_are_told_whom_they_lack_one_organisation_a_sector(answered):
    document = json.loads((answered / "a.json").read_text(encoding="utf-8"))
    assert document["councils"]
    for council in document["councils"]:
        sectors = [one["sector"] for one in council["invite"]]
        assert len(sectors) == len(set(sectors)) <= 3
        assert all(one["connects"] or one["sector"] in council["lacks"] for one in council["invite"])


CANARY = "カナリア"


def test_no_person_and_no_helper_is_on_any_page(village, tmp_path):
    """Every id of a person, and the names of what one person holds, become canaries; none of them sings."""
    people = [line.split(",")[0] for line in (village / "residents.csv").read_text(encoding="utf-8").splitlines()[1:]]
    drivers = [line.split(",")[0] for line in (village / "drivers.csv").read_text(encoding="utf-8").splitlines()[1:]]
    needs = [line.split(",")[0] for line in (village / "needs.csv").read_text(encoding="utf-8").splitlines()[1:]]
    renamed = {name: f"{prefix}canary{n}" for prefix, names in (("p", people), ("d", drivers), ("n", needs))
               for n, name in enumerate(names)}  # fmt: skip
    for path in village.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [",".join(renamed.get(cell, cell) for cell in line.split(",")) for line in lines]
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    resources = village / "resources.csv"
    text = resources.read_text(encoding="utf-8")
    for name in ("おふくろの味の料理教室", "手芸の会"):
        assert name in text
        text = text.replace(name, CANARY)
    resources.write_text(text, encoding="utf-8")
    out = run(village, "--json", tmp_path / "a.json", "--html", tmp_path / "a.html")
    assert out.exit_code == 0, out.output
    told = out.output + "".join((tmp_path / name).read_text(encoding="utf-8") for name in ("a.json", "a.html"))
    assert "canary" not in told
    assert CANARY not in told


def numbers(value):
    if isinstance(value, bool):
        return []
    if isinstance(value, int):
        return [value]
    return [n for one in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
            for n in numbers(one)]  # fmt: skip


def test_no_count_of_people_is_from_one_to_four(answered):
    document = json.loads((answered / "a.json").read_text(encoding="utf-8"))
    people = document["people"]
    counted = numbers({"people": document["summary"]["people"], "all": people["all"],
                       "rows": [row["people"] for row in (*people["areas"], *people["groups"])]})  # fmt: skip
    assert not {1, 2, 3, 4} & set(counted)
    assert all(plan["adds_at_least"] % 5 == 0 for plan in document["portfolio"])
