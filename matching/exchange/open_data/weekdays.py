"""Weekdays as Japanese lists write them: 「月〜土」「火木」「第1・第3木曜」「月曜日を除く」, and what was not read.

Only what is wholly understood counts: a clause with words left over adds no day, and withdraws those it names.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matching.domain.calendar import Weekday

Weeks = frozenset[int]
DayWeeks = Mapping[Weekday, Weeks]

EVERY_WEEK: Weeks = frozenset({1, 2, 3, 4, 5})
_DAYS = dict(zip("月火水木金土日", Weekday, strict=True))
_ALL = dict.fromkeys(Weekday, EVERY_WEEK)
_NUMERALS = str.maketrans("一二三四五", "12345")


@dataclass(frozen=True, slots=True)
class Days:
    """What a text says of weekdays: open, closed (by week of the month), withdrawn as unclear, pieces unread."""

    opened: DayWeeks
    closed: DayWeeks
    withdrawn: frozenset[Weekday] = frozenset()
    unread: tuple[str, ...] = ()

    @property
    def net(self) -> DayWeeks:
        """The days it is open after all; «closed on Mondays» alone means open on the others."""
        opened = self.opened or (_ALL if self.closed else {})
        left = {day: weeks - self.closed.get(day, frozenset()) for day, weeks in opened.items()}
        return {day: weeks for day, weeks in left.items() if weeks and day not in self.withdrawn}


def clean(text: str) -> str:
    """NFKC, one kind of dash (`~`), numerals after 第 in digits; newlines stay."""
    text = unicodedata.normalize("NFKC", text).replace("\r", "")
    text = re.sub(r"[〜～∼–—−‐―-]", "~", text)
    text = re.sub(r"(?<=[月火水木金土日曜\d])\s*ー\s*(?=[月火水木金土日\d])", "~", text)
    return re.sub(r"第\s*([一二三四五])", lambda found: "第" + found.group(1).translate(_NUMERALS), text)


def clauses(text: str) -> list[str]:
    """The clauses of a cleaned text; what stands in brackets is a clause of its own."""
    asides = re.findall(r"[(\[【<]([^)\]】>]*)[)\]】>]", text)
    outside = re.sub(r"[(\[【<][^)\]】>]*[)\]】>]", " ", text)
    return [
        piece.strip()
        for piece in (*re.split(r"[\n。;※]|、?ただし、?|(?<=[館業可休])[、,]", outside), *asides)
        if piece.strip()
    ]


def read_days(text: str) -> Days:
    """Read a text that should say weekdays and nothing else."""
    return merge(read_clause(clause) for clause in clauses(clean(text)))


def merge(parts: Iterable[Days]) -> Days:
    """Several clauses said together."""
    opened: dict[Weekday, Weeks] = {}
    closed: dict[Weekday, Weeks] = {}
    withdrawn: set[Weekday] = set()
    unread: list[str] = []
    for part in parts:
        for target, source in ((opened, part.opened), (closed, part.closed)):
            for day, weeks in source.items():
                target[day] = target.get(day, frozenset()) | weeks
        withdrawn |= part.withdrawn
        unread += part.unread
    return Days(opened, closed, frozenset(withdrawn), tuple(unread))


_DAY = r"[月火水木金土日]"
_SUFFIX = r"(?:曜日|曜)?"
_QUIET = re.compile(
    r"国民の祝日に関する法律に規定する休日(?:に当たる日)?|国民の祝日|祝祭日|祝休日|祝日|祭日|(?<!定)休日|祝"
    r"|年末年始|お盆|学校休業日|学校休校日"
    r"|\d+月\d+日?(?:から|~)(?:翌年の?)?\d+月\d+日(?:まで)?|\d+/\d+(?:から|~)(?:翌年の?)?\d+/\d+(?:まで)?"
    r"|\d+月\d+日|\d+/\d+"
)
"""Holidays and the turn of the year: a standing week says nothing of them."""
_NTH = re.compile(rf"第\d(?:週?[・,、と/]?(?:第)?\d)*週?の?({_DAY}){_SUFFIX}")
_SPAN = re.compile(rf"({_DAY}){_SUFFIX}(?:~|から)({_DAY}){_SUFFIX}(?:まで)?")
_ONE = re.compile(rf"(?<!\d)({_DAY})(?![回末初\d]){_SUFFIX}")
_WORD = re.compile(r"毎日|年中無休|無休|平日|週末")
_WORDS = {"平日": tuple(Weekday)[:5], "週末": tuple(Weekday)[5:]}
_EACH = re.compile(r"毎週|毎月")
_FILLER = re.compile(r"曜日|開館|営業|開所|開催|開設|利用可能|利用可|および|及び|かつ|まで|から|[の・、,と/は:も]|\s")
_EXCEPT = re.compile(r"を?除く|を?除き|除外|以外")
_SHUT = re.compile(
    r"(?:終日)?(?:定休日?|休館日?|休業日?|閉館日?|休み|お休み|(?<!無)休|(?:利用)?不可)(?:です|とする|となります)?"
)


def read_clause(clause: str) -> Days:
    """One clause: its days are open, or closed where it says so, or withdrawn where something is left over."""
    excepted = _EXCEPT.search(clause)
    if excepted:
        return _exception(clause, excepted)
    holidays_out = _QUIET.sub(" ", clause)
    shut = _SHUT.search(holidays_out)
    days, left = _scan(_SHUT.sub(" ", holidays_out) if shut else holidays_out)
    if left:
        return Days({}, {}, frozenset(days), (clause,))
    return Days({}, days) if shut else Days(days, {})


def _exception(clause: str, found: re.Match[str]) -> Days:
    """「…を除く」: what stands before is left out of what stands after, of the days named earlier, or of all."""
    before, after = clause[: found.start()], clause[found.end() :]
    named_after, left_after = _scan(_QUIET.sub(" ", after))
    groups = [group for group in re.split(r"[、,\s]+", before) if group]
    if not named_after and len(groups) > 1:
        kept, left_kept = _scan(_QUIET.sub(" ", "、".join(groups[:-1])))
        out, left_out = _scan(_QUIET.sub(" ", groups[-1]))
        clear = len(kept) >= 3 or not kept
        if clear and not (left_kept or left_out or left_after):
            return Days(kept, out)
        return Days({}, {}, frozenset({**kept, **out}), (clause,))
    out, left_out = _scan(_QUIET.sub(" ", before))
    if left_out or left_after:
        return Days({}, {}, frozenset({**out, **named_after}), (clause,))
    return Days(named_after, out)


def _scan(text: str) -> tuple[dict[Weekday, Weeks], str]:
    """The days that a text names, and what is left of it."""
    days: dict[Weekday, Weeks] = {}

    def add(named: Iterable[Weekday], weeks: Weeks = EVERY_WEEK) -> str:
        for day in named:
            days[day] = days.get(day, frozenset()) | weeks
        return " "

    text = _EACH.sub(" ", text)
    text = _WORD.sub(lambda found: add(_WORDS.get(found.group(), tuple(Weekday))), text)
    text = _NTH.sub(lambda found: add([_DAYS[found.group(1)]], _weeks(found.group())), text)
    text = _SPAN.sub(lambda found: add(_from_to(_DAYS[found.group(1)], _DAYS[found.group(2)])), text)
    text = _ONE.sub(lambda found: add([_DAYS[found.group(1)]]), text)
    return days, _FILLER.sub("", text).strip()


def _weeks(text: str) -> Weeks:
    return frozenset(int(digit) for digit in re.findall(r"\d", text)) & EVERY_WEEK


def _from_to(first: Weekday, last: Weekday) -> list[Weekday]:
    days = list(Weekday)
    count = (last.number - first.number) % 7 + 1
    return [days[(first.number + step) % 7] for step in range(count)]
