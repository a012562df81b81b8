"""A plan made anew of which little may differ from the one that people were told: whom to leave where they are.

Who changes together is found from the plan that might change everything: somebody moves to a place that another one
leaves. Such chains are freed whole, those first that bring most people in for each one who is moved.
"""

from collections.abc import Mapping

from matching.domain import Community, Proposals

Places = Mapping[str, str]
"""Openings by need."""


def places_in(answer: Proposals) -> dict[str, str]:
    """Where a round proposes that everybody goes."""
    return {one.need_id: one.options[0].opening_id for one in answer.proposals if one.placed and one.options}


def told_before(community: Community, proposed: Places) -> dict[str, str]:
    """What people go by: the opening they hold, else the one they were told; of needs and openings that are there."""
    openings, needs = ({one.opening_id for one in community.openings}, {one.need_id for one in community.needs})
    held = {one.need_id: one.opening_id for one in community.placements}
    return {need: at for need, at in {**proposed, **held}.items() if need in needs and at in openings}


def changed(before: Places, after: Places) -> frozenset[str]:
    """Needs that had a place and have it no more, or another one."""
    return frozenset(need for need, at in before.items() if after.get(need) != at)


def freed(before: Places, freely: Places, most: int) -> frozenset[str]:
    """Needs that may change, at most so many, where `freely` is the plan without a limit; deterministic."""
    out: set[str] = set()
    chains = _chains(before, freely)
    for chain, _ in sorted(chains, key=lambda one: (-one[1] / len(one[0]), len(one[0]), one[0])):
        if len(out) + len(chain) <= most:
            out |= set(chain)
    return frozenset(out)


def _chains(before: Places, freely: Places) -> list[tuple[tuple[str, ...], int]]:
    """Needs that change, each with those into whose places they move; and how many others get a place by it."""
    moves = sorted(changed(before, freely))
    leaving: dict[str, list[str]] = {}
    for need in reversed(moves):
        leaving.setdefault(before[need], []).append(need)
    follows = {need: _left(leaving, freely.get(need, "")) for need in moves}
    brings = [_left(leaving, at) for need, at in sorted(freely.items()) if need not in before]
    top = {need: need for need in moves}
    for need, other in follows.items():
        if other:
            old, new = top[need], top[other]
            top = {one: new if root == old else root for one, root in top.items()}
    found: dict[str, list[str]] = {}
    for need in moves:
        found.setdefault(top[need], []).append(need)
    return [(tuple(chain), sum(need in chain for need in brings)) for chain in found.values()]


def _left(leaving: dict[str, list[str]], opening: str) -> str:
    """One who leaves that opening and whose place nobody was given yet; nobody where it has room."""
    return leaving[opening].pop() if leaving.get(opening) else ""
