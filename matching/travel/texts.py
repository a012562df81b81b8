"""What can be wrong with streets and timetables, in Japanese and English."""

from collections.abc import Mapping

from matching.errors import Facts, Problem, Text

_SHOWN = 60

TEXTS: Mapping[str, Text] = {
    "unreadable": Text(ja="ファイルが読めません（{why}）", en="the file cannot be read ({why})"),
    "missing_file": Text(ja="{file} がありません", en="{file} is missing"),
    "too_large": Text(
        ja="大きすぎます（上限{limit}バイト）。ファイルを確かめてください",
        en="too large (the limit is {limit} bytes). Maybe it is not the right file",
    ),
    "encoding": Text(ja="UTF-8 で保存し直してください（{why}）", en="please save it as UTF-8 ({why})"),
    "csv": Text(ja="CSV として読めません（{why}）", en="this is no CSV that can be read ({why})"),
    "missing_column": Text(
        ja="列 {column} がありません。{maybe}",
        en="the column {column} is missing. {maybe}",
    ),
    "misspelt_column": Text(
        ja="列名 {column} は {maybe} の書き間違いかもしれません（読み飛ばしました）",
        en="the column {column} is not known (skipped). Maybe {maybe}?",
    ),
    "no_number": Text(ja="「{value}」は数ではありません", en="«{value}» is no number"),
    "out_of_range": Text(ja="「{value}」は {low}〜{high} の外です", en="{value} is outside {low} … {high}"),
    "off_earth": Text(
        ja="「{value}」は {low}〜{high} の外です。緯度と経度が逆かもしれません",
        en="{value} is outside {low} … {high}. Maybe latitude and longitude are swapped?",
    ),
    "no_clock": Text(
        ja="「{value}」は時刻（例 7:05:00、25:10:00）ではありません",
        en="«{value}» is no time of day (e.g. 7:05:00, 25:10:00)",
    ),
    "no_date": Text(ja="「{value}」は日付（例 20260401）ではありません", en="«{value}» is no date (e.g. 20260401)"),
    "twice": Text(ja="「{value}」が2回あります", en="«{value}» stands twice"),
    "unknown_id": Text(
        ja="「{value}」は {file} にありません", en="«{value}» is not in {file}. Maybe a row is missing there?"
    ),
    "no_ends": Text(
        ja="便「{value}」の最初か最後の停留所に時刻がありません",
        en="trip «{value}» has no time at its first or last stop, so nothing can be interpolated",
    ),
    "back_in_time": Text(
        ja="便「{value}」の時刻が前の停留所より早くなっています",
        en="trip «{value}» is earlier here than at the stop before. Maybe rows or hours are mixed up?",
    ),
    "interpolated": Text(
        ja="時刻のない停留所{count}か所は、前後の時刻から等間隔で補いました",
        en="{count} stop times without a time were interpolated evenly between their neighbours",
    ),
    "unused_stops": Text(ja="どの便も停まらない停留所が{count}か所あります", en="{count} stops are served by no trip"),
    "phone_only": Text(
        ja="電話予約が要る乗り降り{count}件は、予約なしのバスとしては数えません",
        en="{count} stop times must be booked by telephone; they are not offered as a bus",
    ),
    "no_service": Text(
        ja="乗れる便が一つもないため、バスは選べません",
        en="no trip can be taken without booking, so no bus is offered",
    ),
    "too_short": Text(
        ja="両端の直線距離より明らかに短い道が{count}本あります（直線距離で数えます）",
        en="{count} edges are clearly shorter than the straight line between their ends (which is used instead)",
    ),
    "no_streets": Text(ja="通れる道が一本もありません", en="there is not one street that can be walked"),
    "no_provider": Text(
        ja="provider「{value}」は straight_line でも streets でもありません",
        en="provider «{value}» is neither straight_line nor streets",
    ),
    "no_street_files": Text(
        ja="provider = streets には streets（.osm.pbf）か、nodes と edges（CSV）が要ります",
        en="provider = streets needs streets (an .osm.pbf), or nodes and edges (CSV)",
    ),
}


def problem(file: str, row: int, column: str, code: str, facts: Facts, warning: bool = False) -> Problem:
    """A problem in the words of this table; long values are shortened."""
    shown = {
        key: f"{one[:_SHOWN]}…" if isinstance(one, str) and len(one) > _SHOWN else one for key, one in facts.items()
    }
    text = TEXTS[code]
    return Problem(file, row, column, code, text.render("ja", shown), text.render("en", shown), warning)
