"""More people or fewer: every resident stands for so many like them, with all their needs and wishes.

Whoever holds a place, helps others, goes with somebody or has asked for a ride stays one person: their arrangements are
theirs. Copies carry ids of their own, no ties, and no one's placements.
"""

from collections.abc import Mapping
from dataclasses import replace

from matching.domain import Community

COPY = "-x"
"""What stands after an id, before the number of the growth and that of the copy: `p06-x1-2`."""


def of_residents(town: Community) -> tuple[str, ...]:
    """The residents of whom there may be more or fewer: with a need, without an arrangement, in the town's order."""
    holds = {placement.need_id for placement in town.placements}
    bound = {need.resident_id for need in town.needs if need.need_id in holds}
    bound |= {one for pair in town.companions for one in (pair.resident_id, pair.other_id)}
    bound |= {resource.resident_id for resource in town.resources}
    bound |= {request.resident_id for request in town.ride_requests}
    bound |= {end for tie in town.ties for end in (tie.from_id, tie.to_id)}
    bound |= {wish.target for wish in town.wishes}
    asks = {need.resident_id for need in town.needs}
    return tuple(r.resident_id for r in town.residents if r.resident_id in asks and r.resident_id not in bound)


def grown(town: Community, times: Mapping[str, int]) -> Community:
    """The town in which each resident of `times` stands so often; others as they are.

    Raises:
        ValueError: a negative number, or a resident of whom there is one only (see `of_residents`).
    """
    free = set(of_residents(town))
    wrong = [who for who, many in times.items() if many < 0 or (many != 1 and who not in free)]
    if wrong:
        raise ValueError(f"residents {wrong[:5]} cannot be more or fewer")
    if all(many == 1 for many in times.values()):
        return town

    mark = _mark(town)

    def copies(who: str) -> range:
        return range(times.get(who, 1))

    return replace(
        town,
        residents=tuple(
            r if n == 0 else replace(r, resident_id=f"{r.resident_id}{mark}{n}")
            for r in town.residents
            for n in copies(r.resident_id)
        ),
        needs=tuple(
            need
            if n == 0
            else replace(need, need_id=f"{need.need_id}{mark}{n}", resident_id=f"{need.resident_id}{mark}{n}")
            for need in town.needs
            for n in copies(need.resident_id)
        ),
        wishes=tuple(
            wish if n == 0 else replace(wish, resident_id=f"{wish.resident_id}{mark}{n}")
            for wish in town.wishes
            for n in copies(wish.resident_id)
        ),
    )


def _mark(town: Community) -> str:
    """What the ids of new copies have in common, and nobody's has yet: a town that has grown may grow again."""
    ids = [*(r.resident_id for r in town.residents), *(need.need_id for need in town.needs)]
    growth = 1
    while any(f"{COPY}{growth}-" in one for one in ids):
        growth += 1
    return f"{COPY}{growth}-"
