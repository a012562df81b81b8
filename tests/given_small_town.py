"""Random towns small enough for brute force, with most rules in play."""

from datetime import time

from hypothesis import strategies as st

from matching.domain import (
    Accepting,
    Area,
    Community,
    Companion,
    Field,
    Mode,
    Need,
    NeedKind,
    Opening,
    Relation,
    Resident,
    Resource,
    ResourceKind,
    Sharing,
    Span,
    TownInfo,
    Weekday,
    Where,
    Wish,
)
from tests.given import MONDAY

DAYS = (Weekday.MON, Weekday.TUE)
ACTIVITIES = ("tea", "shogi", "cooking")
some = st.integers(0, 3).map(lambda n: n == 0)


def few(words: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), max_size=2, unique=True).map(tuple)


def maybe(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.none(), st.none(), values)


@st.composite
def residents(draw: st.DrawFn, number: int) -> Resident:
    return Resident(
        f"p{number}",
        draw(st.sampled_from(("a1", "a2"))),
        34.8 + draw(st.integers(0, 3)) / 100,
        133.3,
        draw(maybe(st.integers(1930, 2000))),
        draw(st.sampled_from(("", "female", "male"))),
        (Mode.WALK,),
        draw(maybe(st.integers(5, 60))),
        None,
        draw(st.sampled_from(((), (), ("step_free",)))),
        False,
        draw(st.sampled_from(((), (), ("vi",), ("ja",)))),
        draw(maybe(st.sampled_from((0, 100, 500)))),
        draw(st.sampled_from((Sharing.CONSENT,) * 6 + (Sharing.NONE, Sharing.SUPPORT_CONFERENCE))),
        draw(maybe(st.dates(MONDAY.replace(year=2025), MONDAY))),
        draw(few(ACTIVITIES)),
    )


@st.composite
def needs(draw: st.DrawFn, number: int, people: int) -> Need:
    spans = st.builds(
        lambda day, start, hours: Span(day, time(start), time(start + hours)),
        st.sampled_from(DAYS),
        st.integers(8, 12),
        st.integers(1, 5),
    )
    return Need(
        f"n{number}",
        f"p{draw(st.integers(0, people - 1))}",
        draw(st.sampled_from((NeedKind.PARTICIPATION, NeedKind.PARTICIPATION, NeedKind.MEAL))),
        draw(st.sampled_from(((), (Field.ELDERLY,)))),
        draw(few(ACTIVITIES)),
        draw(st.integers(1, 3)),
        draw(st.one_of(st.just(()), st.lists(spans, min_size=1, max_size=2).map(tuple))),
        draw(maybe(st.integers(5, 60))),
        first_minutes=draw(maybe(st.sampled_from((30, 60)))),
        times_per_month=draw(maybe(st.integers(1, 4))),
    )


@st.composite
def resources(draw: st.DrawFn, number: int) -> Resource:
    return Resource(
        f"r{number}",
        f"場{number}",
        draw(st.sampled_from((ResourceKind.SALON, ResourceKind.CAFE))),
        draw(st.sampled_from((Where.THERE, Where.THERE, Where.ONLINE))),
        latitude=34.8 + draw(st.integers(0, 3)) / 100,
        longitude=133.3,
        informal=draw(some),
        features=draw(st.sampled_from(((), ("step_free",), ("parking",)))),
        activities=draw(few(ACTIVITIES)),
        roles=draw(few(ACTIVITIES)),
        serves=draw(st.sampled_from(((), (NeedKind.PARTICIPATION,)))),
        fields=draw(st.sampled_from(((), (), (Field.ELDERLY,), (Field.CHILDREN,)))),
        languages=draw(st.sampled_from(((), (), ("ja",)))),
        sexes=draw(st.sampled_from(((), (), ("male",)))),
        min_age=draw(maybe(st.integers(20, 80))),
        areas_served=draw(st.sampled_from(((), (), ("a1",)))),
        accepting=draw(st.sampled_from((Accepting.OPEN, Accepting.OPEN, Accepting.ASK_FIRST, Accepting.CLOSED))),
        confirmed_on=draw(st.sampled_from((None, MONDAY))),
        fee_yen=draw(maybe(st.sampled_from((100, 300)))),
        fatigue=draw(maybe(st.integers(0, 3))),
        fatigue_on=MONDAY,
    )


@st.composite
def openings(draw: st.DrawFn, number: int, hosts: int) -> Opening:
    start = draw(st.integers(9, 11))
    held = draw(st.sampled_from(DAYS)), time(start), time(start + draw(st.integers(1, 3)))
    unknown = draw(st.sampled_from((None, None, None, None, None, 0, 2)))
    return Opening(
        f"o{number}",
        f"r{draw(st.integers(0, hosts - 1))}",
        *(None if at == unknown else told for at, told in enumerate(held)),
        draw(st.sampled_from(((), (), (1, 3), (2,)))),
        draw(maybe(st.integers(0, 3))),
        draw(maybe(st.integers(0, 2))),
        draw(st.sampled_from((0, 0, 1))),
        draw(maybe(st.integers(0, 3))),
        draw(maybe(st.sampled_from((30, 60)))),
    )


@st.composite
def small_towns(draw: st.DrawFn, most_needs: int = 4, most_openings: int = 4) -> Community:
    people, hosts = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    ids = [f"p{i}" for i in range(people)]
    targets = [f"r{i}" for i in range(hosts)] + ids
    wishes = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(targets), st.integers(-3, 2)), max_size=3))
    couples = draw(
        st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids), st.sampled_from(Relation)), max_size=2)
    )
    return Community(
        TownInfo("小さな町", MONDAY),
        areas=(Area("a1"), Area("a2")),
        residents=tuple(draw(residents(i)) for i in range(people)),
        needs=tuple(draw(needs(i, people)) for i in range(draw(st.integers(1, most_needs)))),
        wishes=tuple(Wish(*w) for w in wishes if w[0] != w[1]),
        companions=tuple(Companion(*c) for c in couples if c[0] != c[1]),
        resources=tuple(draw(resources(i)) for i in range(hosts)),
        openings=tuple(draw(openings(i, hosts)) for i in range(draw(st.integers(1, most_openings)))),
    )
