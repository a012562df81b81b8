"""Small towns for the tests of the resource graph: short words in, a checked Community out."""

from collections.abc import Iterable
from datetime import date, time

from hypothesis import strategies as st

from matching.domain import (
    Area,
    Community,
    CouncilMember,
    Field,
    Need,
    Opening,
    Organisation,
    Placement,
    Resident,
    Resource,
    ResourceKind,
    Sector,
    Tie,
    TieKind,
    TownInfo,
    Weekday,
)

INFO = TownInfo("テスト", date(2027, 4, 5))


def opening(opening_id: str, resource_id: str, weekday: Weekday = Weekday.MON) -> Opening:
    return Opening(opening_id, resource_id, weekday, time(10), time(12), capacity=5)


def resource(resource_id: str, helper: str = "", run_by: str = "", **other: object) -> Resource:
    return Resource(resource_id, resource_id.upper(), resident_id=helper, organisation_id=run_by, **other)


def people(*ids: str, area: str = "a") -> tuple[Resident, ...]:
    return tuple(Resident(one, area) for one in ids)


def needs_of(residents: Iterable[Resident]) -> tuple[Need, ...]:
    return tuple(Need(f"n-{row.resident_id}", row.resident_id) for row in residents)


def seats(*members: str, council: str = "c", area: str = "a") -> tuple[CouncilMember, ...]:
    return tuple(CouncilMember(council, area, member) for member in members)


def ties(*pairs: str) -> tuple[Tie, ...]:
    """`"o1 o2"` is a tie from o1 to o2."""
    return tuple(Tie(*pair.split(), TieKind.WORKS_WITH) for pair in pairs)


def shuffled(community: Community, random: object) -> Community:
    """The same town with the rows of every file in another order."""
    from dataclasses import fields, replace

    def rows(name: str) -> object:
        value = getattr(community, name)
        return tuple(random.sample(value, len(value))) if isinstance(value, tuple) else value  # type: ignore[attr-defined]

    return replace(community, **{part.name: rows(part.name) for part in fields(community)})


@st.composite
def small_towns(draw: st.DrawFn) -> tuple[Community, tuple[tuple[str, str], ...]]:
    """A random town of a few rows, with the pairs that somebody judged admissible."""
    few = st.integers(0, 6)
    areas = tuple(Area(f"a{i}", f"圏域{i}") for i in range(draw(st.integers(1, 4))))
    one_area = st.sampled_from([area.area_id for area in areas])
    organisations = tuple(
        Organisation(f"o{i}", f"団体{i}", draw(st.sampled_from(Sector)), draw(one_area)) for i in range(draw(few))
    )
    no_or_org = st.sampled_from(["", *(o.organisation_id for o in organisations)])
    residents = tuple(
        Resident(f"p{i}", draw(one_area), strengths=tuple(draw(st.sets(st.sampled_from(["tea", "talk"])))))
        for i in range(draw(few))
    )
    no_or_person = st.sampled_from(["", *(r.resident_id for r in residents)])
    resources = tuple(
        Resource(
            f"r{i}",
            f"場所{i}",
            draw(st.sampled_from(ResourceKind)),
            organisation_id=draw(no_or_org),
            resident_id=draw(no_or_person),
            area_id=draw(one_area),
            areas_served=tuple(sorted(draw(st.sets(one_area, max_size=2)))),
            roles=tuple(draw(st.sets(st.sampled_from(["tea", "talk"])))),
        )
        for i in range(draw(few))
    )
    openings = tuple(
        opening(f"s{i}", f"r{draw(st.integers(0, len(resources) - 1))}") for i in range(draw(few) if resources else 0)
    )
    needs = tuple(
        Need(
            f"n{i}",
            f"p{draw(st.integers(0, len(residents) - 1))}",
            fields=tuple(draw(st.sets(st.sampled_from(Field), max_size=2))),
        )
        for i in range(draw(few) if residents else 0)
    )
    every = [(need.need_id, slot.opening_id) for need in needs for slot in openings]
    pairs = tuple(sorted(draw(st.sets(st.sampled_from(every))))) if every else ()
    placed = draw(st.sets(st.sampled_from(every), max_size=4)) if every else set()
    placements = tuple(Placement(need, slot) for need, slot in sorted(dict(sorted(placed)).items()))
    ends = [
        *(row.organisation_id for row in organisations),
        *(row.resource_id for row in resources),
        *(row.resident_id for row in residents),
    ]
    tie = (
        st.builds(Tie, st.sampled_from(ends), st.sampled_from(ends), st.sampled_from(TieKind)) if ends else st.nothing()
    )
    members = draw(st.sets(st.tuples(st.sampled_from(["c0", "c1"]), one_area, no_or_org), max_size=5))
    town = Community(
        INFO,
        areas=areas,
        organisations=organisations,
        council_members=tuple(CouncilMember(*row) for row in sorted(members) if row[2]),
        ties=tuple(draw(st.lists(tie, max_size=8))) if ends else (),
        residents=residents,
        needs=needs,
        resources=resources,
        openings=openings,
        placements=placements,
    )
    return town, pairs
