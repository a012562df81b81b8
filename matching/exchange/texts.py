"""What can be wrong with a file of a town, in Japanese and English: one table of codes, and how a value is shown."""

from collections.abc import Mapping

from matching.errors import Facts, Problem, Text

MOST_SHOWN = 80
"""Characters of a value that a text quotes."""

FILES: Mapping[str, Text] = {
    "unreadable": Text(ja="ファイルが読めません（{why}）", en="the file cannot be read ({why})"),
    "not_a_file": Text(ja="ファイルではありません（フォルダーなど）", en="this is no file (maybe a folder)"),
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

FOLDER: Mapping[str, Text] = {
    "no_folder": Text(ja="フォルダーがありません", en="there is no such folder"),
    "missing_file": Text(ja="{file} がありません。{maybe}", en="{file} is missing. {maybe}"),
    "unexpected_file": Text(
        ja="町フォルダーのファイルではありません（読みません）。{maybe}",
        en="is no file of a town folder (not read). {maybe}",
    ),
    "named_file": Text(
        ja="{column} に書かれたファイルがありません: {value}", en="the file named by {column} is not there: {value}"
    ),
    "not_a_town": Text(
        ja="町フォルダーではない、空でないフォルダーです。上書きしません",
        en="is a folder with other things in it and no town.toml; it is not overwritten",
    ),
    "not_written": Text(ja="書き込めません（{why}）", en="cannot be written ({why})"),
}
"""The folder as a whole."""

TOML: Mapping[str, Text] = {
    "toml": Text(ja="TOML として読めません（{why}）", en="cannot be read as TOML ({why})"),
    "missing_key": Text(ja="{column} が必要です。{maybe}", en="{column} is needed. {maybe}"),
    "unknown_key": Text(
        ja="知らない項目 {value} です（読みません）。{maybe}", en="{value} is not known (not read). {maybe}"
    ),
    "toml_type": Text(
        ja="{column} は {wanted} で書いてください: {value}", en="{column} should be {wanted}; it is {value}"
    ),
    "not_a_monday": Text(
        ja="week_of {value} は月曜日ではありません。{maybe}", en="week_of {value} is not a Monday. {maybe}"
    ),
    "settings": Text(ja="[travel] の値が正しくありません（{why}）", en="[travel] is not right ({why})"),
}
"""`town.toml`."""

ROWS: Mapping[str, Text] = {
    "missing_column": Text(ja="列 {value} が必要です。{maybe}", en="the column {value} is needed. {maybe}"),
    "half_of_two": Text(
        ja="列 {other} がないので、{value} は使いません", en="{value} is not used, since there is no column {other}"
    ),
    "unknown_column": Text(
        ja="知らない列「{value}」です（読みません）。{maybe}",
        en="the column «{value}» is not known (not read). {maybe}",
    ),
    "column_twice": Text(ja="列「{value}」が2回あります", en="the column «{value}» stands twice"),
    "cells": Text(
        ja="セルが{cells}個あります。見出しは{columns}列です。引用符の付け忘れかもしれません",
        en="the row has {cells} cells, the header {columns}. Maybe a cell with a comma is not in quotes",
    ),
    "line_ends": Text(
        ja="改行が CR だけです（読みました）。LF で保存し直してください",
        en="lines end with CR alone (read); please save with LF",
    ),
    "twice": Text(
        ja="{column} {value} が2回あります（最初は{first}行目）",
        en="{column} {value} stands twice (first in row {first})",
    ),
    "dangling": Text(
        ja="{column} {value} は {files} にありません。{maybe}", en="{column} {value} is not in {files}. {maybe}"
    ),
    "cycle": Text(ja="親の圏域をたどると自分に戻ります: {value}", en="the areas are their own parents: {value}"),
    "ends_before_it_begins": Text(
        ja="終わり（{end}）が始まり（{start}）より前か同じです。{maybe}",
        en="it ends ({end}) before it begins ({start}). {maybe}",
    ),
    "above": Text(
        ja="{low_name} {low} が {high_name} {high} より大きいです。逆かもしれません",
        en="{low_name} {low} is above {high_name} {high}. Maybe they are swapped",
    ),
    "half_a_point": Text(
        ja="緯度と経度は両方書くか、両方空にしてください（緯度 {latitude}、経度 {longitude}）",
        en="latitude and longitude go together, or both stay empty (latitude {latitude}, longitude {longitude})",
    ),
    "oneself": Text(ja="{value} が自分自身との関係になっています", en="{value} is told to be so with themselves"),
    "returns_itself": Text(
        ja="{value} が自分自身の帰りになっています。行きの便の番号を書くのかもしれません",
        en="{value} is told to be its own way home. Maybe the ride out is meant",
    ),
    "home_of_a_home": Text(
        ja="{value} も帰りの便（{other} の帰り）です。行きの便の番号を書くのかもしれません",
        en="{value} is a ride home itself (of {other}). Maybe the ride out is meant",
    ),
    "date_or_weekday": Text(
        ja="date か weekday のどちらか一つだけを書いてください", en="needs a date or a weekday, and not both"
    ),
    "row": Text(ja="この行は正しくありません（{why}）", en="this row is not right ({why})"),
}
"""Rows, and what rows say of each other."""

CELLS: Mapping[str, Text] = {
    "empty": Text(ja="空にできません", en="must not be empty"),
    "control_character": Text(ja="制御文字や改行が入っています: {value}", en="there are control characters: {value}"),
    "identifier": Text(
        ja="識別子は文字・数字・「-」「_」だけです: {value}。{maybe}",
        en="an identifier has letters, digits, - and _ only: {value}. {maybe}",
    ),
    "full_width": Text(
        ja="全角の文字が入っています: {value}。半角で書いてください。{maybe}",
        en="there are full-width letters: {value}. {maybe}",
    ),
    "integer": Text(ja="整数で書いてください: {value}。{maybe}", en="should be a whole number: {value}. {maybe}"),
    "number": Text(ja="数で書いてください: {value}。{maybe}", en="should be a number: {value}. {maybe}"),
    "negative": Text(
        ja="負の数です: {value}。分からないなら空にしてください",
        en="{value} is negative. Maybe it should be empty (= not known)",
    ),
    "range": Text(ja="{value} は {low}〜{high} の外です", en="{value} is not within {low} … {high}"),
    "swapped": Text(
        ja="{value} はここの値ではありません。緯度と経度が逆かもしれません",
        en="{value} does not belong here. Maybe latitude and longitude are swapped",
    ),
    "date": Text(
        ja="日付（YYYY-MM-DD）ではありません: {value}。{maybe}", en="is no date (YYYY-MM-DD): {value}. {maybe}"
    ),
    "month": Text(ja="年月（YYYY-MM）ではありません: {value}", en="is no month (YYYY-MM): {value}"),
    "time": Text(
        ja="時刻（HH:MM、00:00〜23:59）ではありません: {value}。{maybe}",
        en="is no time (HH:MM, 00:00–23:59): {value}. {maybe}",
    ),
    "span": Text(
        ja="「mon 09:00-12:00」の形ではありません: {value}。{maybe}",
        en="is not like «mon 09:00-12:00»: {value}. {maybe}",
    ),
    "word": Text(
        ja="「{value}」は使えません。使えるのは {words} です。{maybe}", en="«{value}» is not one of {words}. {maybe}"
    ),
    "empty_item": Text(
        ja="「;」の間が空です: {value}。{maybe}", en="there is an empty item between the «;»: {value}. {maybe}"
    ),
    "not_kept": Text(
        ja="{value} は町フォルダーに書くと変わってしまいます",
        en="{value} cannot be written so that it reads the same again",
    ),
}
"""One cell."""

ODD: Mapping[str, Text] = {
    "unknown_word": Text(
        ja="「{value}」は語彙にない言葉です（そのまま残します）。{maybe}",
        en="«{value}» is not in the vocabulary (kept as it is). {maybe}",
    ),
    "outside_japan": Text(ja="{value} は日本の外です", en="{value} is outside Japan"),
    "personal_data": Text(
        ja="{what_ja}のように見えます。名前・電話番号・自由記述は町フォルダーに入れません",
        en="looks like {what_en}: names of people, phone numbers and free notes are no part of a town folder",
    ),
    "privacy_coordinates": Text(
        ja="本人の家かもしれない座標です。担い手の座標は圏域の代表点にしてください（{area}: {latitude}, {longitude}）",
        en="maybe somebody's home; a helper's coordinates are the area's point ({area}: {latitude}, {longitude})",
    ),
    "wish_both_ways": Text(
        ja="{resident} は {target} を望み、また避けています（{first}行目と）",
        en="{resident} both wishes for {target} and refuses it (see row {first})",
    ),
    "together_and_apart": Text(
        ja="{resident} と {other} が「一緒に」と「別々に」の両方になっています（{first}行目と）",
        en="{resident} and {other} are both together and apart (see row {first})",
    ),
    "relation_unknown": Text(
        ja="{resident} と {other} の relation が空なので、「一緒に」とも「別々に」とも扱いません",
        en="{resident} and {other}: relation is empty, so they are neither together nor apart",
    ),
    "hours_unknown": Text(
        ja="{opening} の曜日か時間が空です。案には出しますが、先に確かめることになります",
        en="{opening}: weekday or hours are empty. It is proposed, but to be asked first",
    ),
    "over_capacity": Text(
        ja="{opening} のつなぎ先が定員を超えています（すでに来ている{attending}人＋{placed}人、定員{capacity}人）",
        en="{opening} is beyond its places ({attending} attending + {placed} placed, capacity {capacity})",
    ),
    "more_than_capacity": Text(
        ja="{column} {value} が capacity {capacity} より大きいです",
        en="{column} {value} is more than the capacity {capacity}",
    ),
    "two_at_one_hour": Text(
        ja="{resident} のつなぎ先 {opening} と {other} は同じ時間です（{first}行目と）",
        en="{resident} holds places at {opening} and {other} at one hour (see row {first})",
    ),
    "fixed_at_closed": Text(
        ja="{resource} は受け入れを止めていますが、{need} が固定されています",
        en="{need} is fixed at {resource}, which takes nobody now",
    ),
    "opening_of_closed": Text(
        ja="{resource} は受け入れを止めています（closed）が、開催枠が{openings}件あります",
        en="{resource} takes nobody now (closed) and still has openings ({openings})",
    ),
}
"""Warnings: data that can be read, and contradict themselves or our promises."""

TEXTS: Mapping[str, Text] = {**FILES, **FOLDER, **TOML, **ROWS, **CELLS, **ODD}
"""Every code that reading and writing a town may tell."""


def shown(value: object) -> str:
    """A value for a text: control characters escaped, at most 80 characters."""
    text = str(value)
    short = text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in short)


def problem(file: str, row: int, column: str, code: str, facts: Facts, warning: bool = False) -> Problem:
    """A problem of the table above with its facts filled in; texts among them are shortened and escaped.

    `maybe` among the facts is the likely right value; it becomes «Maybe …», or nothing where it is empty.
    """
    told = {name: shown(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    maybe = told.get("maybe", "")
    text = TEXTS[code]
    ja = text.render("ja", {**told, "maybe": f"「{maybe}」ではありませんか？" if maybe else ""})
    en = text.render("en", {**told, "maybe": f"Maybe {maybe}?" if maybe else ""})
    return Problem(shown(file), row, shown(column), code, ja.strip(), en.strip(), warning)
