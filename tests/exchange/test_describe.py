import json
from pathlib import Path

from matching.exchange.columns import BOUNDS, FILES, KNOWN
from matching.exchange.describe import describe, schema_markdown, words_markdown
from matching.exchange.meanings import COLUMNS_JA, FILES_JA
from matching.rules.arrays import SEXES

DOCS = Path(__file__).parents[2] / "docs"
REWRITE = (
    "The columns have changed: run `.venv/bin/python -m tests.exchange.test_describe` to write docs/town-format anew."
)
BEGIN, END = (
    "<!-- columns: generated from the dataclasses, see tests/exchange/test_describe.py -->\n",
    "<!-- end of columns -->\n",
)


def page():
    """docs/town-format.md with its generated part renewed."""
    text = (DOCS / "town-format.md").read_text(encoding="utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    return f"{before}{BEGIN}\n{schema_markdown()}\n## ことば / Words\n\n{words_markdown()}\n{END}{after}"


def package():
    """docs/town-format/datapackage.json."""
    return json.dumps(describe(), ensure_ascii=False, indent=1) + "\n"


def test_the_page_of_the_town_format_tells_the_columns_of_today():
    assert (DOCS / "town-format.md").read_text(encoding="utf-8") == page(), REWRITE


def test_the_data_package_tells_the_columns_of_today():
    assert (DOCS / "town-format" / "datapackage.json").read_text(encoding="utf-8") == package(), REWRITE


def test_every_column_of_every_file_is_described_once():
    told = {one["path"]: [field["name"] for field in one["schema"]["fields"]] for one in describe()["resources"]}
    assert told == {of.file: [column.name for column in of.columns] for of in FILES}
    assert all(f"### `{of.file}`" in schema_markdown() for of in FILES)


def test_every_file_and_column_has_a_meaning_in_japanese_and_no_other_has():
    assert set(FILES_JA) == {of.table for of in FILES}
    assert {table: list(columns) for table, columns in COLUMNS_JA.items()} == {
        of.table: [column.name for column in of.columns] for of in FILES
    }


def test_references_and_keys_name_files_and_columns_that_exist():
    resources = {one["name"]: one["schema"] for one in describe()["resources"]}
    for name, schema in resources.items():
        columns = {field["name"] for field in schema["fields"]}
        assert schema.get("primaryKey", next(iter(columns))) in columns
        for key in schema.get("foreignKeys", ()):
            target = resources[key["reference"]["resource"] or name]
            assert key["fields"] in columns
            assert key["reference"]["fields"] == target["primaryKey"]


def test_every_bound_and_every_vocabulary_speaks_of_a_column():
    names = {column.name for of in FILES for column in of.columns}
    assert all(any(name == key or name.endswith(key) or name.startswith(f"{key}_") for name in names) for key in BOUNDS)
    assert set(KNOWN) <= names


def test_the_rules_and_the_town_format_know_the_same_words_for_sex():
    assert KNOWN["sex"] == KNOWN["sexes"] == SEXES


if __name__ == "__main__":
    (DOCS / "town-format.md").write_text(page(), encoding="utf-8")
    (DOCS / "town-format" / "datapackage.json").write_text(package(), encoding="utf-8")
