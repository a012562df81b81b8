"""The resource graph of a town, and what it tells: reach, single points of failure, brokers, councils, circulation.

`build` makes the NetworkX graph that `kinds` tells; everything else gives frozen values. What could be is handed in:
`could_go` takes the (need, opening) pairs that the rules admit, and `findings` says what follows from them.
"""

from matching.graph.build import build
from matching.graph.circulation import Circulation, circulation
from matching.graph.could_go import CouldGo, could_go, could_go_columns
from matching.graph.councils import Councils, councils
from matching.graph.findings import Finding, findings
from matching.graph.layout import Picture, picture
from matching.graph.reach import Reach, reach
from matching.graph.single_points import SinglePoint, single_points
from matching.graph.structure import (
    Brokers,
    CaseAlone,
    CutBody,
    Island,
    TieShare,
    brokers,
    cases_alone,
    cut_bodies,
    islands,
    tie_share,
)

__all__ = [
    "Brokers",
    "CaseAlone",
    "Circulation",
    "CouldGo",
    "Councils",
    "CutBody",
    "Finding",
    "Island",
    "Picture",
    "Reach",
    "SinglePoint",
    "TieShare",
    "brokers",
    "build",
    "cases_alone",
    "circulation",
    "could_go",
    "could_go_columns",
    "councils",
    "cut_bodies",
    "findings",
    "islands",
    "picture",
    "reach",
    "single_points",
    "tie_share",
]
