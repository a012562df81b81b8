"""What can be wrong with a file of a town, in Japanese and English: one table of codes, and how a value is shown."""

from collections.abc import Mapping

from matching.errors import Facts, Problem, Text

MOST_SHOWN = 80
"""Characters of a value that a text quotes."""

FILES: Mapping[str, Text] = {
    "unreadable": Text(ja="ファイルが読めません（{why}）", en="the file cannot be read ({why})"),
    "not_a_file": Text(ja="ファイルではなくフォルダーです", en="this is a folder, not a file"),
    "too_large": Text(
        ja="ファイルが大きすぎます（{size}バイト、上限{limit}バイト）",
        en="the file has {size} bytes; the limit is {limit}",
    ),
    "empty_file": Text(ja="空のファイルです。見出しの行が必要です", en="the file is empty; it needs a header row"),
    "encoding": Text(
        ja="文字コードが {encoding} です。UTF-8 で保存し直してください。"
        "Excel で保存したファイルかもしれません:「CSV UTF-8（コンマ区切り）」を選んでください",
        en="the file is written in {encoding}; please save it as UTF-8. "
        "Maybe it was saved by Excel: choose «CSV UTF-8 (comma delimited)»",
    ),
    "encoding_unknown": Text(
        ja="文字コードが分かりません（{offset}バイト目から UTF-8 でも Shift_JIS でも EUC-JP でもありません）",
        en="the encoding is not known (from byte {offset} neither UTF-8 nor Shift_JIS nor EUC-JP)",
    ),
    "bom": Text(
        ja="先頭に BOM が{count}個あります（読み飛ばしました）",
        en="the file begins with {count} byte order marks (skipped)",
    ),
    "quotes": Text(
        ja='引用符（"）の使い方が正しくありません。閉じ忘れかもしれません（{why}）',
        en='the quotes (") are not right. Maybe one is not closed ({why})',
    ),
    "too_many_rows": Text(ja="{rows}行あります（上限{limit}行）", en="there are {rows} rows; the limit is {limit}"),
    "too_many_columns": Text(
        ja="{columns}列あります（上限{limit}列）", en="there are {columns} columns; the limit is {limit}"
    ),
    "too_many_cells": Text(
        ja="表が大きすぎます（{rows}行×{columns}列、上限{limit}セル）",
        en="the table is too large ({rows} rows × {columns} columns; the limit is {limit} cells)",
    ),
    "too_long": Text(
        ja="{length}文字のセルです（上限{limit}文字）: {value}",
        en="a cell of {length} characters (the limit is {limit}): {value}",
    ),
    "nul": Text(
        ja="NUL 文字が入っています: {value}。UTF-16 で保存したファイルかもしれません",
        en="there is a NUL character: {value}. Maybe the file was saved as UTF-16",
    ),
    "not_a_table": Text(
        ja="表（.csv か .xlsx）として読めません（{why}）。.xlsx か CSV UTF-8 で保存し直してください",
        en="this is no table that can be read ({why}). Please save it as .xlsx or CSV UTF-8",
    ),
    "zip_bomb": Text(
        ja="開くと大きすぎます（{part} が {size} バイト以上になります）。ファイルを確かめてください",
        en="it unpacks to too much ({part} to {size} bytes or more). Maybe it is a zip bomb",
    ),
}
"""A file as a whole."""

TEXTS: Mapping[str, Text] = {**FILES}
"""Every code that reading and writing a town may tell."""


def shown(value: object) -> str:
    """A value for a text: control characters escaped, at most 80 characters."""
    text = str(value)
    short = text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in short)


def problem(file: str, row: int, column: str, code: str, facts: Facts, warning: bool = False) -> Problem:
    """A problem of the table above with its facts filled in; texts among them are shortened and escaped."""
    told = {name: shown(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    text = TEXTS[code]
    return Problem(shown(file), row, shown(column), code, text.render("ja", told), text.render("en", told), warning)
