"""What lists say of weekdays and hours, and what is made of it: only what they state, the rest is told."""

from datetime import time

import pytest
from hypothesis import given, strategies as st

from matching.domain import Weekday
from matching.exchange.open_data.hours import Stated, read_time, read_week
from matching.exchange.open_data.weekdays import read_days

ALL = "mon tue wed thu fri sat sun"


def said(text: str) -> str:
    """Days as `mon tue2,4`: weeks behind the day, none = every week."""
    days = read_days(text).net
    return " ".join(
        f"{day}{'' if len(days[day]) == 5 else ','.join(str(week) for week in sorted(days[day]))}"
        for day in Weekday
        if day in days
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("月火水木金", "mon tue wed thu fri"),
        ("月火水木金土日", ALL),
        ("月・水・金", "mon wed fri"),
        ("月曜日〜土曜日", "mon tue wed thu fri sat"),
        ("月～土曜日", "mon tue wed thu fri sat"),
        (" 月～土曜日", "mon tue wed thu fri sat"),
        ("火〜日", "tue wed thu fri sat sun"),
        ("火ー日", "tue wed thu fri sat sun"),
        ("月－金", "mon tue wed thu fri"),
        ("土〜月", "mon sat sun"),
        ("月曜日から金曜日まで", "mon tue wed thu fri"),
        ("毎週水曜日", "wed"),
        ("毎日", ALL),
        ("年中無休", ALL),
        ("平日", "mon tue wed thu fri"),
        ("平日と土曜", "mon tue wed thu fri sat"),
        ("土日祝", "sat sun"),
        ("月～金（祝日を除く）", "mon tue wed thu fri"),
        ("月曜日〜金曜日、祝日を除く", "mon tue wed thu fri"),
        ("祝日を除く月〜金", "mon tue wed thu fri"),
        ("日曜日を除く", "mon tue wed thu fri sat"),
        ("土・日・祝日を除く", "mon tue wed thu fri"),
        ("土、日、祝日を除く毎日", "mon tue wed thu fri"),
        ("月曜日以外", "tue wed thu fri sat sun"),
        ("月曜休館", "tue wed thu fri sat sun"),
        ("定休日：火曜日", "mon wed thu fri sat sun"),
        ("月曜日・祝日・年末年始を除く", "tue wed thu fri sat sun"),
        ("第1・第3木曜", "thu1,3"),
        ("第１、第３水曜日", "wed1,3"),
        ("第2・4土曜日", "sat2,4"),
        ("毎月第三水曜日", "wed3"),
        ("毎月第二火曜日、第四木曜日", "tue2 thu4"),
        ("毎週月、水、金曜日", "mon wed fri"),
        ("月～土曜日（第2土曜日は除く）", "mon tue wed thu fri sat1,3,4,5"),
        ("", ""),
        ("祝日", ""),
        # not understood, so not said
        ("非公開", ""),
        ("不定期", ""),
        ("毎月最終金曜日", ""),
        ("毎月第三火曜日とその直後の木曜日", ""),
        ("月１回土曜日", ""),
        ("土日、祝日を除く", ""),  # with or without the weekend? nobody can say
        ("12月29日から翌年1月3日", ""),
    ],
)
def test_weekdays_are_read_as_they_are_written(text: str, days: str) -> None:
    assert said(text) == days


@pytest.mark.parametrize("text", ["非公開", "毎月最終金曜日", "月～金曜日\n土曜日は要相談", "月１回土曜日"])
def test_words_that_are_left_over_are_told(text: str) -> None:
    assert read_days(text).unread


def test_a_day_that_a_later_clause_makes_unclear_is_withdrawn() -> None:
    assert said("月～土曜日\n土曜日については月１回施設の指定する日のみ") == "mon tue wed thu fri"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("09:00", 540),
        ("9:00:00", 540),
        ("9時", 540),
        ("9時半", 570),
        ("9時30分", 570),
        ("午後1時", 780),
        ("午前９時", 540),
        ("正午", 720),
        ("1:30 PM", 810),
        ("24:00", 1440),
        ("24:30", None),
        ("9:75", None),
        ("放課後", None),
        ("", None),
    ],
)
def test_a_time_of_day_is_read_or_none(text: str, minutes: int | None) -> None:
    assert read_time(text) == minutes


WEEK = "月火水木金土日"


@pytest.mark.parametrize(
    ("stated", "slots"),
    [
        (Stated("火", "09:00", "17:00"), "tue 09:00-17:00"),
        (Stated("火", "８:０0", "17：00"), "tue 08:00-17:00"),
        (Stated("火", "9:00~17:00", ""), "tue 09:00-17:00"),
        (Stated("火", hours="9時～17時"), "tue 09:00-17:00"),
        (Stated("火", hours="9～17時"), "tue 09:00-17:00"),
        (Stated("火", hours="９時30分から正午まで"), "tue 09:30-12:00"),
        (Stated("火", hours="午後1時～4時"), "tue 13:00-16:00"),
        (Stated("火", hours="午前10時〜午後3時半"), "tue 10:00-15:30"),
        (Stated("火", hours="10:00～12:00、13:00～16:00"), "tue 10:00-12:00; tue 13:00-16:00"),
        (Stated("火", hours="10:00-12:00 / 13:00-16:00"), "tue 10:00-12:00; tue 13:00-16:00"),
        (Stated("火", "22:00", "24:00"), "tue 22:00-23:59"),
        (Stated("火", hours="24時間"), "tue 00:00-23:59"),
        (Stated(hours="月・火 9時～17時、土 9時半から12時まで"), "mon 09:00-17:00; tue 09:00-17:00; sat 09:30-12:00"),
        (Stated("金土", hours="放課後～18:30\n土曜日　9:00～17:00"), "sat 09:00-17:00"),
        (Stated("金土", hours="放課後～18:30土曜日9:00～17:00"), "sat 09:00-17:00"),
        (Stated("金土", hours="10:00～18:00\n土曜日・学校休業日　8:00～18:00"), "fri 10:00-18:00; sat 08:00-18:00"),
        (Stated("金\n土曜日は要相談", hours="10:00～18:00\n土曜日　8:00～18:00"), "fri 10:00-18:00"),
        (Stated("", "09:00", "10:00", closed="月曜日、火〜土曜日、祝日、年末年始"), "sun 09:00-10:00"),
        (Stated("土日", "09:00", "22:00", note="日曜日は17:00まで。"), "sat 09:00-22:00; sun 09:00-17:00"),
        (Stated("金土", "09:30", "16:00", note="土曜日のみ9：30～14：30"), "fri 09:30-16:00; sat 09:30-14:30"),
        (
            Stated("火", "10:00", "16:00", note="利用可能時間は10:00～12:00、13:00～16:00"),
            "tue 10:00-12:00; tue 13:00-16:00",
        ),
        (
            Stated("火", "09:30", "15:30", note="第３土は10:30～15:30。第３火曜日休。"),
            "tue1,2,4,5 09:30-15:30; sat3 10:30-15:30",
        ),
        (Stated("火", "09:00", "14:00", note="第２土は利用可。"), "tue 09:00-14:00; sat2 09:00-14:00"),
        (Stated("水", "10:00", "23:00", note="定休日：第３水曜日（祝日の場合は翌日）"), "wed1,2,4,5 10:00-23:00"),
        (Stated("水", "10:00", "17:00", note="祝日、12/29～1/3は終日利用不可"), "wed 10:00-17:00"),
        (Stated("水", "10:00", "17:00", note="12:00～13:00制限あり"), "wed 10:00-17:00"),
        (Stated("水", "10:00", "17:00", note="浴室は10：00～20：00"), "wed 10:00-17:00"),
        # nothing is guessed
        (Stated("火"), ""),
        (Stated("", "09:00", "17:00"), ""),
        (Stated("火", "09:00", ""), ""),
        (Stated("火", "17:00", "09:00"), ""),
        (Stated("火", hours="22:00～翌2:00"), ""),
        (Stated("火", hours="放課後～19:00"), ""),
        (Stated("火", note="24時間対応"), ""),
    ],
)
def test_hours_become_openings_only_where_they_are_stated(stated: Stated, slots: str) -> None:
    found = [
        f"{slot.weekday}{','.join(str(week) for week in slot.weeks)} {slot.start:%H:%M}-{slot.end:%H:%M}"
        for slot in read_week(stated).slots
    ]
    assert "; ".join(found) == slots


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        (Stated("火", hours="放課後～19:00"), "hours_open"),
        (Stated("火", "09:00", ""), "hours_unread"),
        (Stated("火", "22:00", "24:00"), "end_24"),
        (Stated("火", hours="22:00～翌2:00"), "hours_unread"),
        (Stated("毎月最終金曜日", "09:00", "10:00"), "days_unread"),
        (Stated("火", "09:00", "10:00", note="月１回土曜日開設"), "note_unread"),
        (Stated("火", "09:00", "10:00", note="浴室は10：00～20：00"), "note_unread"),
        (Stated("火", hours="あ" * 3_000), "hours_unread"),
    ],
)
def test_whatever_is_not_understood_is_told(stated: Stated, code: str) -> None:
    assert code in {told for told, _ in read_week(stated).told}


PIECES = st.sampled_from(
    [
        *"月火水木金土日曜第毎週祝休館を除くはの・、。（）()～〜-ー　\n 時分半:：０９1234567890",
        "9:00",
        "24:00",
        "から",
        "まで",
        "平日",
        "以外",
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=30)


@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_text_ever_crashes_and_every_slot_is_a_valid_one(
    days: str, start: str, end: str, hours: str, closed: str, note: str
) -> None:
    week = read_week(Stated(days, start, end, hours, closed, note))
    for slot in week.slots:
        assert time(0, 0) <= slot.start < slot.end <= time(23, 59)
        assert set(slot.weeks) < {1, 2, 3, 4, 5}
    assert len(set(week.slots)) == len(week.slots)
    assert read_week(Stated(days, start, end, hours, closed, note)) == week


@given(TEXTS)
def test_a_withdrawn_day_is_never_open(days: str) -> None:
    read = read_days(days)
    week = read_week(Stated(days, "09:00", "17:00"))
    assert not read.withdrawn & {slot.weekday for slot in week.slots}
