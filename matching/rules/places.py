"""空き: how many places each opening has for people in the needs, and where that is only assumed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from matching.domain import Community
from matching.rules.arrays import I32, UNKNOWN, Bools
from matching.rules.columns import Columns


@dataclass(frozen=True, slots=True)
class Places:
    """How many places to assume where neither a capacity nor a comfortable load is stated."""

    informal: int = 1
    usual: int = 2
    by_kind: Mapping[str, int] = field(default_factory=dict)

    def free(self, town: Columns) -> tuple[I32, Bools]:
        """Free places of each opening (attending taken off, never below 0), and whether the number was assumed.

        An informal opening is never filled beyond its comfortable load.
        """
        openings = town.openings
        kind = self._assumed(town.community)
        assumed = (openings.capacity == UNKNOWN) & (openings.comfortable_load == UNKNOWN)
        most = np.where(openings.capacity != UNKNOWN, openings.capacity, openings.comfortable_load)
        most = np.where(assumed, kind, most)
        gentle = openings.informal & (openings.comfortable_load != UNKNOWN)
        most = np.where(gentle, np.minimum(most, openings.comfortable_load), most)
        return np.maximum(most - openings.attending, 0).astype(np.int32), assumed

    def _assumed(self, town: Community) -> I32:
        resources = {
            r.resource_id: self.informal if r.informal else self.by_kind.get(r.kind, self.usual) for r in town.resources
        }
        return np.array([resources[o.resource_id] for o in town.openings], np.int32)
