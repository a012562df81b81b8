"""Who could go where: the rules' answer handed to the resource graph."""

from typing import TYPE_CHECKING

import numpy as np

from matching.candidates import judge_town
from matching.domain import Community, TravelTimes
from matching.rules import Rulebook, columns

if TYPE_CHECKING:
    from matching.graph import CouldGo


def could_go(town: Community, rulebook: Rulebook, travel: TravelTimes) -> "CouldGo":
    """The admissible pairs of everybody who consented, for reach, single points of failure and circulation."""
    from matching.graph import could_go_columns

    judged = judge_town(columns(town), travel, rulebook)
    return could_go_columns(town, judged.pairs.need_row.astype(np.int32), judged.pairs.opening_row.astype(np.int32))
