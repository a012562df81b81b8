"""Needs against places: where more needs than places meet, where they balance, where places stay free, and how tightly.

The Dulmage–Mendelsohn decomposition of the needs, the openings with their places, and the pairs that the rules admit:
one maximum flow, and what can be reached in its residual graph. Of each over-demanded part the tightest Hall set: those
of its needs that have the fewest places a head (Dinkelbach's method, a minimum cut a step). A person's other
arrangements (clashes, companions, seats of a car) are not looked at here: what they cost is told by the causes.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from matching.rules.arrays import I32, I64, UNKNOWN, Bools

NOWHERE, OVER, BALANCED, UNDER = range(4)
"""Parts: a need that no opening admits; over-demanded; balanced; under-used (places stay free)."""
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Graph:
    """Who could go where: pairs of needs and openings, each at most once, and the places of each opening."""

    needs: int
    need: I32
    opening: I32
    places: I32


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The parts of a graph.

    Attributes:
        taken: (needs,) the opening of each need in a largest plan, UNKNOWN where it has none.
        need_part, opening_part: NOWHERE, OVER, BALANCED or UNDER; an opening that nobody could go to is UNDER where it
            has places, else BALANCED.
        need_group, opening_group: the number of the over-demanded part, UNKNOWN elsewhere; parts share no opening.
    """

    taken: I32
    need_part: I32
    opening_part: I32
    need_group: I32
    opening_group: I32


@dataclass(frozen=True, slots=True)
class HallSet:
    """Some needs, all the openings that any of them could go to, and how many places these have."""

    needs: I32
    openings: I32
    places: int

    @property
    def short(self) -> int:
        """How many of the needs cannot have a place, whatever the plan."""
        return len(self.needs) - self.places


def decompose(graph: Graph) -> Decomposition:
    """The Dulmage–Mendelsohn decomposition (1958); its parts are the same for every largest plan."""
    taken = largest_plan(graph)
    matched = taken[graph.need] == graph.opening
    openings = len(graph.places)
    load = np.bincount(taken[taken != UNKNOWN], minlength=openings)
    over = _reached(graph, matched, np.flatnonzero(taken == UNKNOWN))
    under = _reached(graph, matched, graph.needs + np.flatnonzero(load < graph.places), backwards=True)
    has_way = np.bincount(graph.need, minlength=graph.needs) > 0
    part = np.full(graph.needs + openings, BALANCED, np.int32)
    part[under], part[over] = UNDER, OVER
    part[: graph.needs][~has_way] = NOWHERE
    group = _groups(graph, part == OVER)
    return Decomposition(taken, part[: graph.needs], part[graph.needs :], group[: graph.needs], group[graph.needs :])


def largest_plan(graph: Graph) -> I32:
    """A plan that places as many needs as can be: the opening of each need, UNKNOWN where it has none."""
    pairs = len(graph.need)
    flow = _flow(graph, np.ones(graph.needs, np.int32), np.ones(pairs, np.int32), graph.places)
    out = np.full(graph.needs, UNKNOWN, np.int32)
    inside = (flow.row < graph.needs) & (flow.data > 0)
    out[flow.row[inside]] = flow.col[inside] - graph.needs
    return out


def hall_sets(graph: Graph, found: Decomposition) -> list[tuple[HallSet, HallSet]]:
    """For each over-demanded part, all of it and its tightest Hall set; the parts that are short of most come first.

    All of a part is the least set that is short of as many places as any; the tightest has the most needs a place.
    """
    out = []
    order = np.argsort(found.need_group, kind="stable").astype(np.int32)
    groups = int(found.need_group.max(initial=-1)) + 1
    cuts = np.searchsorted(found.need_group[order], np.arange(groups + 1))
    pairs = np.argsort(found.need_group[graph.need], kind="stable")
    pair_cuts = np.searchsorted(found.need_group[graph.need][pairs], np.arange(groups + 1))
    for group in range(groups):
        needs = order[cuts[group] : cuts[group + 1]]
        inside = pairs[pair_cuts[group] : pair_cuts[group + 1]]
        whole = _hall_set(graph, needs, graph.opening[inside])
        out.append((whole, _tightest(graph, whole, inside)))
    return sorted(out, key=lambda one: (-one[0].short, -len(one[0].needs), one[0].needs.tolist()))


def _flow(graph: Graph, of_need: I32, of_pair: I32, of_opening: I32) -> "sparse.coo_array":
    """A maximum flow from the needs to the places, as its positive entries."""
    openings = len(graph.places)
    source, sink = graph.needs + openings, graph.needs + openings + 1
    row = np.concatenate([np.full(graph.needs, source), graph.need, graph.needs + np.arange(openings)])
    col = np.concatenate([np.arange(graph.needs), graph.needs + graph.opening, np.full(openings, sink)])
    room = np.concatenate([of_need, of_pair, of_opening]).astype(np.int32)
    network = sparse.csr_array((room, (row.astype(np.int32), col.astype(np.int32))), shape=(sink + 1, sink + 1))
    network.sort_indices()
    return maximum_flow(network, source, sink).flow.tocoo()


def _reached(graph: Graph, matched: Bools, start: I64, backwards: bool = False) -> I64:
    """What alternating ways lead to from some nodes: along free pairs to openings, along taken ones to their needs.

    Backwards: from an opening to whoever could go there, and from them to the opening that they would leave.
    """
    size = graph.needs + len(graph.places)
    away, back = graph.need, graph.needs + graph.opening
    first, second = (back, away) if backwards else (away, back)
    row = np.concatenate([np.full(len(start), size), first[~matched], second[matched]])
    col = np.concatenate([start, second[~matched], first[matched]])
    ways = sparse.csr_array((np.ones(len(row), np.int8), (row, col)), shape=(size + 1, size + 1))
    reached = breadth_first_order(ways, size, return_predecessors=False)
    return np.asarray(reached[reached != size], np.int64)


def _groups(graph: Graph, inside: Bools) -> I32:
    """The parts that hang together, numbered by their first need; UNKNOWN outside."""
    size = len(inside)
    some = inside[graph.need] & inside[graph.needs + graph.opening]
    ends = (graph.need[some], graph.needs + graph.opening[some])
    joined = sparse.coo_array((np.ones(int(some.sum()), np.int8), ends), shape=(size, size))
    label = connected_components(joined, directed=False)[1]
    out = np.full(size, UNKNOWN, np.int32)
    _, first = np.unique(label[np.flatnonzero(inside[: graph.needs])], return_index=True)
    number = {int(label[inside.nonzero()[0][at]]): n for n, at in enumerate(sorted(first.tolist()))}
    out[inside] = [number[one] for one in label[inside].tolist()]
    return out


def _hall_set(graph: Graph, needs: I32, reached: I32) -> HallSet:
    openings = np.unique(reached).astype(np.int32)
    return HallSet(np.sort(needs).astype(np.int32), openings, int(graph.places[openings].sum()))


def _tightest(graph: Graph, whole: HallSet, pairs: I64) -> HallSet:
    """Of the needs of a part, those with the most needs a place; the part itself where that is too large to tell."""
    at = np.searchsorted(whole.openings, graph.opening[pairs]).astype(np.int32)
    need = np.searchsorted(whole.needs, graph.need[pairs]).astype(np.int32)
    small = Graph(len(whole.needs), need, at, graph.places[whole.openings])
    best = whole
    while best.places and len(whole.needs) * best.places <= _MOST:
        tighter = _tighter(small, len(best.needs), best.places)
        if not tighter.any():
            break
        best = _hall_set(graph, whole.needs[tighter], graph.opening[pairs[tighter[need]]])
    return best


def _tighter(graph: Graph, needs: int, places: int) -> Bools:
    """The needs of a set with more needs a place than `needs` / `places`; none where there is no such set.

    A minimum cut: each need is worth `places`, each place costs `needs`; the set with the largest surplus is what is
    reached from the source.
    """
    openings = len(graph.places)
    of_opening = np.minimum(graph.places.astype(np.int64) * needs, _MOST).astype(np.int32)
    of_need = np.full(graph.needs, places, np.int32)
    flow = _flow(graph, of_need, np.full(len(graph.need), places, np.int32), of_opening)
    sent = np.zeros(graph.needs, np.int64)
    out = (flow.row < graph.needs) & (flow.data > 0)
    np.add.at(sent, flow.row[out], flow.data[out])
    open_needs = np.flatnonzero(sent < of_need)
    carries = (flow.row[out], flow.col[out])
    row = np.concatenate([np.full(len(open_needs), graph.needs + openings), graph.need, carries[1]])
    col = np.concatenate([open_needs, graph.needs + graph.opening, carries[0]])
    size = graph.needs + openings + 1
    ways = sparse.csr_array((np.ones(len(row), np.int8), (row, col)), shape=(size, size))
    reached = breadth_first_order(ways, size - 1, return_predecessors=False)
    mask = np.zeros(graph.needs, np.bool_)
    mask[reached[reached < graph.needs]] = True
    return mask
