"""The part of the streets that one mode may use: its largest connected part, chains of plain nodes contracted.

A chain is a row of edges whose inner nodes lead nowhere else; only its two ends, junctions, are nodes of the graph that
is searched. A place on an edge is a place on its chain, so nothing is lost: distances are exact.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from matching.domain.place import Floats, Ints
from matching.travel.roads import Roads

Bools = NDArray[np.bool_]
I64 = NDArray[np.int64]
_LEAST_COST = 1e-6
"""No edge costs nothing, and two places nearer than this are one."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Places on chains, one a row: the chain (-1 = nowhere) and the cost from its tail to here."""

    chain: Ints
    along: Floats

    def take(self, index: I64 | Ints) -> "Spots":
        """Some of the rows."""
        return Spots(self.chain[index], self.along[index])


@dataclass(frozen=True, slots=True)
class Network:
    """Chains from `tail` to `head` (junctions), with their cost and whether one may go on and back along them.

    `backwards` has an arc from b to a for every way from a to b: it is searched from the targets. `chain`, `start` and
    `turned` place each edge of the roads on its chain: -1 if unusable, the cost from the tail to the edge's nearer end,
    and whether the edge lies against the chain.
    """

    backwards: csr_array
    tail: Ints
    head: Ints
    length: Floats
    on: Bools
    back: Bools
    chain: Ints
    start: Floats
    turned: Bools
    edge_cost: Floats

    def spots(self, edge: Ints, share: Floats) -> Spots:
        """Places on edges of the roads (-1 = nowhere), `share` of the edge away from its `u`, as places on chains."""
        share = np.where(self.turned[edge], 1 - share, share)
        chain = self.chain[edge]
        return Spots(chain, np.minimum(self.start[edge] + share * self.edge_cost[edge], self.length[chain]))

    def costs_to(self, targets: Spots, limit: float) -> NDArray[np.float32]:
        """Cost from every junction (columns) to each target (rows), `inf` beyond `limit`."""
        junctions, n = self.backwards.shape[0], len(targets.chain)
        from_tail, from_head = self._from_ends(targets)
        chain = targets.chain
        to = np.stack([self.tail[chain], self.head[chain]], axis=1)
        cost = np.stack([from_tail, from_head], axis=1)
        there = np.isfinite(cost)
        starts = self.backwards.nnz + np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        graph = csr_array(
            (
                np.concatenate([self.backwards.data, cost[there]]),
                np.concatenate([self.backwards.indices, to[there]]),
                np.concatenate([self.backwards.indptr[:-1], starts]),
            ),
            shape=(junctions + n, junctions + n),
        )
        found = dijkstra(graph, indices=np.arange(junctions, junctions + n), limit=limit)
        return np.asarray(found[:, :junctions], np.float32)

    def between(self, origins: Spots, targets: Spots, costs: NDArray[np.float32], row: I64) -> Floats:
        """Cost from origin to target, row by row; `costs[row]` are those of `costs_to` for the target."""
        chain = origins.chain
        rest = self.length[chain] - origins.along
        to_head = np.where(self.on[chain] | (rest <= _LEAST_COST), rest, np.inf)
        to_tail = np.where(self.back[chain] | (origins.along <= _LEAST_COST), origins.along, np.inf)
        cost = np.minimum(to_tail + costs[row, self.tail[chain]], to_head + costs[row, self.head[chain]])
        ahead = targets.along - origins.along
        may = np.where(ahead > 0, self.on[chain], self.back[chain]) | (np.abs(ahead) <= _LEAST_COST)
        cost = np.where((chain == targets.chain) & may, np.minimum(cost, np.abs(ahead)), cost)
        return np.where((chain >= 0) & (targets.chain >= 0), cost, np.inf)

    def _from_ends(self, spots: Spots) -> tuple[Floats, Floats]:
        rest = self.length[spots.chain] - spots.along
        there = spots.chain >= 0
        return (
            np.where(there & (self.on[spots.chain] | (spots.along <= _LEAST_COST)), spots.along, np.inf),
            np.where(there & (self.back[spots.chain] | (rest <= _LEAST_COST)), rest, np.inf),
        )


def network(roads: Roads, cost: Floats, on: Bools, back: Bools, contracted: bool = True) -> Network:
    """The network of one mode: `cost` of each edge, and whether one may go from its `u` to its `v`, and back.

    `contracted` off keeps every node a junction, for comparison.
    """
    used = np.flatnonzero(_in_largest(roads, on, back))
    u, v, cost = roads.u[used], roads.v[used], np.maximum(cost[used], _LEAST_COST)
    chained = _chains(len(roads.nodes), u, v, cost, np.concatenate([on[used], back[used]]), contracted)
    return _assembled(len(roads) + 1, used, np.concatenate([v, u]), cost, chained)


def _in_largest(roads: Roads, on: Bools, back: Bools) -> Bools:
    """Edges within the largest part in which everybody can come and go."""
    n = len(roads.nodes)
    u, v = np.concatenate([roads.u[on], roads.v[back]]), np.concatenate([roads.v[on], roads.u[back]])
    _, part = connected_components(csr_array((np.ones(len(u)), (u, v)), shape=(n, n)), connection="strong")
    largest = np.argmax(np.bincount(part)) if n else 0
    within = part == largest
    return np.asarray((on | back) & within[roads.u] & within[roads.v] & (roads.u != roads.v), np.bool_)


@dataclass(frozen=True, slots=True)
class _Halves:
    """Half-edges: i leads from u to v, i + edges from v to u. `last` is the end of its chain, `cost` up to there."""

    last: I64
    cost: Floats
    may: Bools


def _chains(nodes: int, u: Ints, v: Ints, cost: Floats, may: Bools, contracted: bool) -> _Halves:
    """Follow every half-edge to the end of its chain, all at once, by doubling the step."""
    edges = len(u)
    leads_to = np.concatenate([v, u])
    half = np.arange(2 * edges)
    twin = (half + edges) % max(2 * edges, 1)
    degree = np.bincount(leads_to, minlength=nodes)
    leaving = np.bincount(leads_to[twin], weights=half, minlength=nodes).astype(np.int64)
    goes_on = (degree[leads_to] == 2) & contracted
    following = np.where(goes_on, leaving[leads_to] - twin, half)
    # Where only one side of a node is one-way, the node is a junction: a chain has one direction, or both.
    alike = (may == may[following]) & (may[twin] == may[twin[following]])
    goes_on &= alike
    if edges and goes_on.all():
        goes_on &= leads_to != leads_to[0]
    last = np.where(goes_on, following, half)
    both = np.concatenate([cost, cost])
    before = np.where(goes_on, both, 0)
    while True:
        further = last[last]
        if np.array_equal(further, last):
            return _Halves(last, before + both[last], may)
        before = before + before[last]
        last = further


def _assembled(rows: int, used: I64, leads_to: Ints, cost: Floats, halves: _Halves) -> Network:
    """Chains numbered; `rows` are the edges of the roads, and one more for the edge -1."""
    edges = len(used)
    onwards, backwards = halves.last[:edges], halves.last[edges:]
    turned = backwards < onwards
    # A chain is named by its lower last half-edge, and leads to where that one leads.
    names, first, chain = np.unique(np.minimum(onwards, backwards), return_index=True, return_inverse=True)
    other = np.maximum(onwards, backwards)[first]
    ends, numbered = np.unique(leads_to[np.concatenate([other, names])], return_inverse=True)
    tail, head = numbered[: len(names)].astype(np.int32), numbered[len(names) :].astype(np.int32)
    length = (halves.cost[:edges] + halves.cost[edges:] - cost)[first]
    on, back = halves.may[names], halves.may[other]
    start = np.where(turned, halves.cost[:edges], halves.cost[edges:]) - cost
    return Network(
        _searched(len(ends), tail, head, length, on, back),
        _and_nowhere(tail),
        _and_nowhere(head),
        _and_nowhere(length),
        _and_nowhere(on),
        _and_nowhere(back),
        _spread(chain.astype(np.int32), used, np.full(rows, -1, np.int32)),
        _spread(start, used, np.zeros(rows)),
        _spread(turned, used, np.zeros(rows, np.bool_)),
        _spread(cost, used, np.zeros(rows)),
    )


def _searched(junctions: int, tail: Ints, head: Ints, length: Floats, on: Bools, back: Bools) -> csr_array:
    """Arcs against the way one goes; of several between two junctions the cheapest."""
    at, to = np.concatenate([head[on], tail[back]]), np.concatenate([tail[on], head[back]])
    cost = np.concatenate([length[on], length[back]])
    order = np.lexsort((cost, to, at))
    at, to, cost = at[order], to[order], cost[order]
    keep = at != to
    keep[1:] &= (at[1:] != at[:-1]) | (to[1:] != to[:-1])
    return csr_array((cost[keep], (at[keep], to[keep])), shape=(junctions, junctions))


def _and_nowhere(values: Any) -> Any:
    """One more row for the chain -1."""
    return np.append(values, np.zeros(1, values.dtype))


def _spread(values: Any, used: I64, among: Any) -> Any:
    among[used] = values
    return among
