"""How much rests on whom: hours of helpers, tired hosts, a single organisation or helper; and who gives and receives.

Nobody is named: what rests on one is a share of the people who hold a place.
"""

from collections import Counter, defaultdict

from matching.could_go import could_go
from matching.domain import Community, Resource, ResourceKind, TravelTimes, Where
from matching.indicators.cells import Indicator, town_wide
from matching.rules import Rulebook

TIRED = 2
"""From this fatigue on (0 … 3) a host counts as tired."""


def helper_hours(town: Community) -> Indicator:
    """Hours that helpers give this month, of the hours they offered; where both are told."""
    told = [
        (row.hours_this_month, row.max_hours_per_month)
        for row in town.resources
        if row.max_hours_per_month is not None and row.hours_this_month is not None
    ]
    if not any(most for _, most in told):
        return Indicator("helper_hours", lacks=("resources.max_hours_per_month", "resources.hours_this_month"))
    given, offered = sum(hours for hours, _ in told), sum(most for _, most in told)
    return Indicator("helper_hours", cells=town_wide(given / offered, 1, len(told), told=False))


def tired_hosts(town: Community) -> Indicator:
    """Places and helpers that are tired, of those of whom it is known."""
    known = [row.fatigue for row in town.resources if row.fatigue is not None]
    if not known:
        return Indicator("tired_hosts", lacks=("resources.fatigue",))
    return Indicator("tired_hosts", cells=town_wide(sum(one >= TIRED for one in known), len(known), len(known)))


def concentration(town: Community) -> tuple[Indicator, ...]:
    """What rests on the one organisation and the one helper that most people depend on, and cases left to one body."""
    codes = ("one_organisation", "one_helper", "alone")
    if not town.placements:
        return tuple(Indicator(code, lacks=("placements",)) for code in codes)
    resources = {row.resource_id: row for row in town.resources}
    place = {row.opening_id: resources[row.resource_id] for row in town.openings}
    person = {need.need_id: need.resident_id for need in town.needs}
    held: defaultdict[str, list[Resource]] = defaultdict(list)
    for one in town.placements:
        held[person[one.need_id]].append(place[one.opening_id])
    agency = Counter(body for rows in held.values() for body in {row.organisation_id for row in rows} - {""})
    helper = Counter(body for rows in held.values() for body in {_helper(row) for row in rows} - {""})
    case = _cases(town) & held.keys()
    alone = [one for one in case if len({row.organisation_id or row.resource_id for row in held[one]}) == 1]
    shares = ((_most(agency), len(held)), (_most(helper), len(held)), (len(alone), len(case)))
    return tuple(
        Indicator(code, cells=town_wide(part, whole, whole)) for code, (part, whole) in zip(codes, shares, strict=True)
    )


def circulation(town: Community, rulebook: Rulebook, travel: TravelTimes) -> tuple[Indicator, Indicator]:
    """Of those who receive, who also gives; and who would, if every role that waits were taken."""
    from matching.graph import circulation as circulates

    codes = ("circulation", "circulation_possible")
    if not town.placements:
        return Indicator(codes[0], lacks=("placements",)), Indicator(codes[1], lacks=("placements",))
    found = circulates(could_go(town, rulebook, travel))
    now, possible = (town_wide(part, found.receive, found.receive) for part in (found.both, found.both_possible))
    return Indicator(codes[0], cells=now), Indicator(codes[1], cells=possible)


def _helper(row: Resource) -> str:
    """Who helps, where one person or a role of volunteers stands behind a resource."""
    by_hand = row.kind is ResourceKind.VOLUNTEER or row.where is Where.VISIT
    return row.resident_id or (row.resource_id if by_hand else "")


def _most(people: Counter[str]) -> int:
    return max(people.values(), default=0)


def _cases(town: Community) -> set[str]:
    """Who has several needs, or a need of several fields (the ministry's warning is of these, see matching.graph)."""
    count = Counter(need.resident_id for need in town.needs)
    return {n.resident_id for n in town.needs if len(set(n.fields)) > 1 or count[n.resident_id] > 1}
