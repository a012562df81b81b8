"""Every repair that an import makes or refuses, as a record: where, what stood there, what is read instead."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from matching.errors import Lang, Text


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing read differently from how it stands, left out, or to be looked at by a person.

    `row` counts as a spreadsheet does (header = 1, 0 = the whole file); `column` is the list's own header.
    """

    file: str
    row: int
    column: str
    code: str
    before: str
    after: str
    ja: str
    en: str

    def text(self, lang: Lang) -> str:
        """The sentence alone, without its place."""
        return self.ja if lang == "ja" else self.en


def repair(file: str, row: int, column: str, code: str, before: str = "", after: str = "") -> Repair:
    """A record of `CODES`, its sentence filled in; long texts are cut, a record is no copy of the list."""
    before, after = _short(before), _short(after)
    facts = {"before": _one_line(before), "after": _one_line(after)}
    text = CODES[code]
    return Repair(file, row, column, code, before, after, text.render("ja", facts), text.render("en", facts))


def _short(text: str, most: int = 200) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " / ", text)


CODES = MappingProxyType(
    {
        # how a cell is written
        "full_width": Text(
            "全角の英数字を半角として読みました「{before}」", "read full-width letters as half-width: {before}"
        ),
        "newline": Text(
            "セルの中の改行を空白として読みました「{before}」", "read a line break in the cell as a space: {before}"
        ),
        "spaces": Text("余分な空白を除きました「{before}」→「{after}」", "dropped surplus spaces: {before} -> {after}"),
        "lookalike": Text(
            "漢数字に似た片仮名を直しました「{before}」→「{after}」",
            "a katakana that looks like a numeral: {before} -> {after}",
        ),
        "header": Text(
            "見出しの改行・空白を除いて読みました「{before}」→「{after}」",
            "read a header without its line breaks: {before} -> {after}",
        ),
        # what is left out, and why
        "unlisted": Text(
            "対応表にない一覧です。資源にはせず「これから生かせる場所」にしました",
            "a list without a row in the import table: its rows are places for later development, never resources",
        ),
        "no_rows": Text("見出しだけで、行がありません", "there is a header and not one row"),
        "list_absent": Text(
            "対応表にある一覧がフォルダーにありません", "a list of the import table is not in the folder"
        ),
        "not_a_list": Text("一覧ではないファイルなので読みませんでした", "not a list; not read"),
        "no_name_column": Text(
            "名称の列が分からないので読みませんでした。対応表に行を足せば読めます",
            "no column of names was found; a row in the import table would make it readable",
        ),
        "older_edition": Text(
            "同じ一覧の別の版「{after}」があるので使いませんでした",
            "another edition of the same list is used instead: {after}",
        ),
        "only_in_older": Text(
            "「{before}」は使わなかった版にだけあります", "{before} stands only in the edition that is not used"
        ),
        "example_sheet": Text("記入例のシート「{before}」は読みませんでした", "the example sheet {before} is not read"),
        "other_sheet": Text(
            "列の違うシート「{before}」は読みませんでした", "the sheet {before} has other columns and is not read"
        ),
        "ignored": Text("取り込みません: {after}", "not imported: {after}"),
        "empty_row": Text("名称などが空の行です", "a row without content"),
        "no_name": Text("名称のない行です", "a row without a name"),
        "columns_left": Text("使わない列です: {before}", "columns not used: {before}"),
        "contact_left": Text(
            "連絡先・担当の列は取り込みません: {before}", "columns of contacts are not imported: {before}"
        ),
        "hint_column": Text("記入の手引きの列です: {before}", "a column of hints for whoever fills it in: {before}"),
        # where it is
        "point_missing": Text(
            "位置がないので、住所の地区「{after}」の点を仮に置きました",
            "no coordinates; the point of its area {after} stands in",
        ),
        "point_unknown": Text(
            "位置も、住所に合う地区もありません", "neither coordinates nor an area that matches the address"
        ),
        "point_unreadable": Text("位置「{before}」が読めません", "coordinates {before} cannot be read"),
        "point_swapped": Text(
            "緯度と経度が逆でした「{before}」→「{after}」", "latitude and longitude were swapped: {before} -> {after}"
        ),
        "point_misplaced": Text(
            "位置がずれています。仮の位置にしました: {before} → {after}。町に確かめてください",
            "misplaced; a guess stands in: {before} -> {after}. Please ask the town",
        ),
        "point_far": Text(
            "位置が住所の地区から離れています（{before}）。地区の点 {after} を仮に置きました。確かめてください",
            "coordinates are far from the area of the address ({before}); its point {after} stands in. Please check",
        ),
        "area_nearest": Text(
            "住所「{before}」から地区が分からないので、いちばん近い「{after}」にしました",
            "the address ({before}) names no area; the nearest is {after}",
        ),
        "area_unknown": Text("「{before}」という地区がありません", "no area is called {before}"),
        # how many, how much
        "capacity_missing": Text(
            "定員がありません。空のまま取り込み、ルールブックの値で仮定します",
            "no capacity stated; left empty, the rulebook will assume one",
        ),
        "capacity_read": Text("定員「{before}」を {after} と読みました", "read the capacity {before} as {after}"),
        "capacity_text": Text("定員の文章「{before}」は数にできません", "the capacity {before} is no single number"),
        "fee_text": Text("料金の文章「{before}」は数にできません", "the fee {before} is no single number"),
        "ages_text": Text("対象「{before}」は年齢にできません", "the group {before} is no age"),
        "number_unread": Text(
            "「{before}」は人数として読めません。0 としました", "{before} is no number of people; 0 is used"
        ),
        "sum_differs": Text(
            "年齢別の合計 {after} が総数 {before} と合いません", "the bands add up to {after}, the total says {before}"
        ),
        "date_unread": Text("日付「{before}」が読めません", "the date {before} cannot be read"),
        # when
        "hours_missing": Text(
            "曜日と時間がそろわないので、開催枠は作りません", "no weekday with hours; no opening is made"
        ),
        "hours_open": Text("始まりか終わりの時刻がありません「{before}」", "no start or no end is stated: {before}"),
        "hours_unread": Text("時間の文章「{before}」は読めません", "hours not understood: {before}"),
        "days_unread": Text("曜日の文章「{before}」は読めません", "weekdays not understood: {before}"),
        "note_unread": Text(
            "特記事項「{before}」は開催枠に入っていません", "a remark that the openings do not reflect: {before}"
        ),
        "stay_assumed": Text(
            "出入り自由と考え、いちばん短い滞在を{after}分と仮定しました",
            "people come and go as they like: the shortest stay is assumed to be {after} minutes",
        ),
        "end_24": Text("24時までを 23:59 までとしました「{before}」", "24:00 became 23:59: {before}"),
        # who stands behind
        "organisation_missing": Text("団体名のない行です「{before}」", "a row without its organisation: {before}"),
        "tie_by_name": Text(
            "名前の一致から「{before}」と「{after}」を結びました", "tied by their names: {before} and {after}"
        ),
        "tie_missing": Text("「{before}」の拠点が分かりません", "no centre was found for {before}"),
    }
)
"""code -> sentence; docs/open-data-import.md tells them all."""


def _half_width(text: str) -> str:
    return text.translate(_HALF)


_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_LETTERS = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_LOOKALIKES = str.maketrans("ニハミ", "二八三")


def _on_one_line(text: str) -> str:
    return " ".join(line.strip(" \u3000\r") for line in text.strip("\r\n").split("\n"))


CELL_REPAIRS: Sequence[tuple[str, Callable[[str], str]]] = (
    ("newline", lambda text: _on_one_line(text) if "\n" in text else text),
    ("spaces", lambda text: re.sub(r"[ \u3000\t\xa0]{2,}|[\u3000\t\xa0]", " ", text).strip()),
    ("lookalike", lambda text: re.sub(r"[ニハミ](?=丁目)", lambda found: found.group().translate(_LOOKALIKES), text)),
    ("full_width", lambda text: _half_width(text) if _LETTERS.search(text) else text),
)
"""(code, what it does), in this order, for cells of one line: names, addresses, numbers."""
