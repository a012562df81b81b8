"""A small town with a round of proposals made by hand, so that the report's numbers are known beforehand."""

from dataclasses import replace
from datetime import date, time

from matching.domain import (
    Accepting,
    Account,
    Area,
    Change,
    Community,
    Need,
    NeedKind,
    Opening,
    Option,
    Placement,
    Proposal,
    Proposals,
    Reason,
    Resident,
    Resource,
    ResourceKind,
    Sharing,
    Tier,
    TownInfo,
    Unplaced,
    Warned,
    Weekday,
    Where,
)

MONDAY = date(2026, 6, 1)
TIERS = ("worst_off", "placed", "spread", "fit", "few_changes")
NOTHING = (0, 0, 0, 0, 0)

RESIDENTS = (
    Resident("p1", "a1", 34.1234, 133.5678, sharing=Sharing.CONSENT, waiting_since=date(2026, 5, 4)),
    Resident("p2", "a1", 34.2345, 133.6789, sharing=Sharing.CONSENT, waiting_since=date(2026, 3, 2)),
    Resident("p3", "a2", 34.3456, 133.7891, sharing=Sharing.CONSENT, waiting_since=date(2025, 6, 2)),
    Resident("p4", "a2", 34.4567, 133.8912, sharing=Sharing.CONSENT),
    Resident("secret-person", "a2", 34.5678, 133.9123, sharing=Sharing.NONE, waiting_since=date(2020, 1, 6)),
)
NEEDS = (
    Need("n1", "p1", NeedKind.PARTICIPATION, activities=("tea",), urgency=2),
    Need("n2", "p2", NeedKind.PARTICIPATION, activities=("shogi",)),
    Need("n3", "p3", NeedKind.WATCH_OVER, urgency=3),
    Need("n4", "p4", NeedKind.HOUSEWORK),
    Need("n5", "p4", NeedKind.WATCH_OVER),
    Need("secret-need", "secret-person", NeedKind.RIGHTS, urgency=3),
)
RESOURCES = (
    Resource("r1", "ひだまりサロン", ResourceKind.SALON, area_id="a1", latitude=34.21, longitude=133.51,
             accepting=Accepting.OPEN),
    Resource("r2", "縁側", ResourceKind.OTHER, area_id="a2", latitude=34.2777, longitude=133.6666, informal=True),
    Resource("r3", "見守りボランティア", ResourceKind.VOLUNTEER, Where.VISIT, resident_id="p4", area_id="a2",
             latitude=34.2888, longitude=133.7777, accepting=Accepting.OPEN),
    Resource("r4", "お休み中の喫茶", ResourceKind.CAFE, area_id="a1", latitude=34.22, longitude=133.52,
             accepting=Accepting.CLOSED),
)  # fmt: skip
OPENINGS = (
    Opening("o1", "r1", Weekday.TUE, time(10), time(12), capacity=5, attending=2),
    Opening("o2", "r2", Weekday.WED, time(13), time(15), (2, 4)),
    Opening("o3", "r3", Weekday.TUE, time(9), time(10), capacity=1),
    Opening("o4", "r4", Weekday.FRI, time(9), time(11), capacity=9),
)
TOWN = Community(
    TownInfo("川辺村", MONDAY, "作りものです"),
    areas=(Area("a1", "中地区", 2, "", 34.20, 133.50), Area("a2", "山地区", 2, "", 34.26, 133.55)),
    residents=RESIDENTS,
    needs=NEEDS,
    resources=RESOURCES,
    openings=OPENINGS,
    placements=(Placement("n1", "o1"),),
)


def option(opening_id: str, cost: tuple[int, ...] = NOTHING, **other: object) -> Option:
    """An option of a known place: chosen unless told otherwise."""
    resource = {opening.opening_id: opening.resource_id for opening in OPENINGS}[opening_id]
    why = (Reason("urgency", 0, 20, {"urgency": 2, "weeks": 4}), Reason("activity_fits", 3, 40, {"common": "tea"}))
    made = Option(opening_id, resource, True, 12, "walk", (20, 1, 0, 40, 0), cost, True, False, 1, why)
    return replace(made, **other)


def placed(need_id: str, resident_id: str, *options: Option) -> Proposal:
    """A need with options, the first of them chosen."""
    listed = (options[0], *(replace(one, chosen=False) for one in options[1:]))
    return Proposal(
        need_id, resident_id, True, Account(4, (("kind", 4 - len(listed)),), 0, len(listed), 0), listed, None
    )


def waits(need_id: str, resident_id: str, account: Account, *changes: Change) -> Proposal:
    """A need without a place."""
    full = (("o3", 1),) if account.full else ()
    return Proposal(need_id, resident_id, False, account, (), Unplaced(full, (), changes))


MORE = Change(
    "one_more_place", {"opening": "o3", "place": "見守りボランティア", "weekday": "tue", "start": "09:00"}, True
)
UNPROVED = Change("reopen", {"opening": "o4", "place": "お休み中の喫茶"}, False)
ROUND = Proposals(
    town="川辺村",
    inputs_digest="d1635",
    room="consent",
    status="optimal",
    tiers=tuple(Tier(name, 40, 40, 0) for name in TIERS),
    proposals=(
        placed("n1", "p1", option("o1"), option("o2", (0, 1, 0, 0, 0), ask_first=True)),
        placed("n2", "p2", option("o2", ask_first=True)),
        waits("n3", "p3", Account(4, (("closed", 1), ("kind", 2)), 1, 0, 0), MORE),
        waits("n4", "p4", Account(4, (("closed", 1), ("kind", 1), ("too_far", 2)), 0, 0, 0), UNPROVED),
        waits("n5", "p4", Account(4, (("closed", 1), ("kind", 2)), 1, 0, 0), MORE),
        Proposal("secret-need", "", False, Account(4, (("sharing", 4),), 0, 0, 0), (), Unplaced((), (), ())),
    ),
    warnings=(Warned("capacity_assumed", {"openings": 1}),),
)


def many(count: int) -> tuple[Community, Proposals]:
    """A town of so many needs, every second without a place; the higher its number, the more urgent a need."""
    need_ids = [f"m{number:05}" for number in range(count)]
    needs = tuple(Need(n, "p1", urgency=1 + 2 * (i >= count // 2)) for i, n in enumerate(need_ids))
    away = Account(4, (("kind", 1), ("too_far", 3)), 0, 0, 0)
    proposals = tuple(placed(n, "p1", option("o1")) if i % 2 else waits(n, "p1", away) for i, n in enumerate(need_ids))
    return replace(TOWN, needs=needs, placements=()), replace(ROUND, proposals=proposals)
