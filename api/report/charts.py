"""The four charts: needs by kind, what kept openings away, and places by kind of resource and by weekday."""

from collections import Counter

from api.report.bars import Chart, Row, chart
from api.report.joined import Joined
from api.report.seats import SeatCount, seats
from api.report.words import Words
from matching.domain import UNTOLD, Weekday
from matching.texts import word

OTHER_KIND = "kind"


def charts(round_: Joined, words: Words) -> tuple[Chart, ...]:
    """All charts of the report, in its order."""
    by_kind = seats(round_, lambda _opening, resource: resource.kind.value)
    by_day = seats(round_, lambda opening, _resource: opening.when()["weekday"])
    weekdays = {day.value: word("weekday", day, words.lang) for day in Weekday} | {UNTOLD: words.say("chart.untold")}
    return (
        _kinds(round_, words),
        _blocked(round_, words),
        _seats("seats.kind", by_kind, {kind: words.say(f"resource.{kind}") for kind in by_kind.by}, words),
        _seats("seats.weekday", by_day, weekdays, words),
    )


def _kinds(round_: Joined, words: Words) -> Chart:
    every = Counter(case.need.kind.value for case in round_.cases)
    placed = Counter(case.need.kind.value for case in round_.placed)
    rows = [
        Row(
            word("kind", kind, words.lang),
            f"{placed[kind]:,} + {count - placed[kind]:,}",
            (placed[kind], count - placed[kind]),
        )
        for kind, count in sorted(every.items(), key=lambda item: (-item[1], item[0]))
    ]
    legend = [("placed", words.say("legend.placed")), ("unplaced", words.say("legend.unplaced"))]
    return chart("kinds", words.say("chart.kinds"), words.say("chart.kinds.desc"), rows, legend)


def _blocked(round_: Joined, words: Words) -> Chart:
    """Openings by the first code that kept them away, summed over the needs without a proposal."""
    codes: Counter[str] = Counter()
    for case in round_.unplaced:
        account = case.proposal.account
        if account is not None:
            codes.update(dict(account.excluded))
            codes.update({"full": account.full, "coupled": account.others})
    others = codes.pop(OTHER_KIND, 0)
    rows = [
        Row(words.reason(code), f"{count:,}", (count,))
        for code, count in sorted(codes.items(), key=lambda item: (-item[1], item[0]))
        if count
    ]
    return chart(
        "blocked",
        words.say("chart.blocked"),
        words.say("chart.blocked.desc"),
        rows,
        [("blocked", words.say("legend.blocked"))],
        words.say("chart.blocked.note", n=others) if others else "",
    )


def _seats(name: str, count: SeatCount, labels: dict[str, str], words: Words) -> Chart:
    """Used and free places under each label, in the order of the labels."""
    rows = [
        Row(labels[key], f"{count.by[key].used:,} + {count.by[key].free:,}", (count.by[key].used, count.by[key].free))
        for key in labels
        if key in count.by
    ]
    legend = [("used", words.say("legend.used")), ("free", words.say("legend.free"))]
    left_out = (("chart.seats.unknown", count.unknown), ("chart.seats.closed", count.closed))
    note = " ".join(words.say(key, n=n) for key, n in left_out if n)
    return chart(name, words.say(f"chart.{name}"), words.say("chart.seats.desc"), rows, legend, note)
