"""From a point to the nearest place on an edge."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from matching.domain.place import Floats, Ints, Points
from matching.travel.roads import Roads
from matching.travel.straight_line import EARTH_METRES, straight_metres

I64 = NDArray[np.int64]
FURTHEST_METRES = 2_000.0
"""Whoever lives further from any street is not on the map."""
_STEP_METRES = 50.0
_CANDIDATES = 8


class Snapper:
    """Finds the nearest of some edges (rows of `roads`), which are straight between their nodes.

    The edges are sampled every 50 m; the nearest eight samples give the edges whose distance is then exact.
    """

    def __init__(self, roads: Roads, edges: I64) -> None:
        self._middle = float(np.median(roads.nodes.latitude[roads.u])) if len(roads) else 0.0
        x, y = self._flat(roads.nodes)
        u, v = roads.u[edges], roads.v[edges]
        self._roads, self._edges = roads, edges
        self._from, self._step = np.stack([x[u], y[u]], 1), np.stack([x[v] - x[u], y[v] - y[u]], 1)
        parts = np.maximum(1, np.ceil(np.hypot(*self._step.T) / _STEP_METRES)).astype(np.int64)
        self._of_sample = np.repeat(np.arange(len(edges)), parts)
        nth = np.arange(len(self._of_sample)) - np.repeat(np.cumsum(parts) - parts, parts)
        share = (nth + 0.5) / parts[self._of_sample]
        self._samples = cKDTree(self._from[self._of_sample] + share[:, None] * self._step[self._of_sample])

    def snap(self, points: Points) -> tuple[Ints, Floats, Floats]:
        """Edge (a row of the roads, -1 = none within 2 km), the share of it from its `u`, and straight metres to it."""
        edge, share = np.full(len(points), -1, np.int32), np.zeros(len(points))
        metres = np.full(len(points), np.inf)
        known = np.flatnonzero(np.isfinite(points.latitude) & np.isfinite(points.longitude))
        if not len(self._edges) or not len(known):
            return edge, share, metres
        some = Points(points.latitude[known], points.longitude[known])
        near, where = self._nearest(np.stack(self._flat(some), 1))
        reached = straight_metres(some, self._places(near, where), *(2 * (np.arange(len(known), dtype=np.int32),)))
        close = reached <= FURTHEST_METRES
        known = known[close]
        edge[known], share[known], metres[known] = self._edges[near[close]], where[close], reached[close]
        return edge, share, metres

    def _nearest(self, at: Floats) -> tuple[I64, Floats]:
        _, found = self._samples.query(at, k=min(_CANDIDATES, self._samples.n))
        edges = self._of_sample[np.asarray(found).reshape(len(at), -1)]
        begin, step = self._from[edges], self._step[edges]
        length = np.maximum((step**2).sum(-1), 1e-12)
        share = np.clip(((at[:, None] - begin) * step).sum(-1) / length, 0, 1)
        off = ((at[:, None] - begin - share[..., None] * step) ** 2).sum(-1)
        best = np.argmin(off, axis=1)
        rows = np.arange(len(at))
        return edges[rows, best], share[rows, best]

    def _places(self, near: I64, share: Floats) -> Points:
        nodes = self._roads.nodes
        u, v = self._roads.u[self._edges[near]], self._roads.v[self._edges[near]]
        return Points(*(one[u] + share * (one[v] - one[u]) for one in (nodes.latitude, nodes.longitude)))

    def _flat(self, points: Points) -> tuple[Floats, Floats]:
        """Metres east and north on a flat map, good enough to say which edge is the nearest."""
        east = EARTH_METRES * np.cos(np.radians(self._middle)) * np.radians(points.longitude)
        return east, EARTH_METRES * np.radians(points.latitude)
