"""指標: how a town does, each number beside its formula; where a table is missing it is 不明 and never estimated.

Nothing here names a person. `told_of` says what of an indicator may leave the room.
"""

from matching.domain import Community, TravelTimes
from matching.indicators.access import access
from matching.indicators.bodies import circulation, concentration, helper_hours, tired_hosts
from matching.indicators.cells import Cells, Indicator
from matching.indicators.people import waiting, waiting_weeks
from matching.indicators.published import participation, social_participation
from matching.indicators.told import ALL, Row, Told, told_of
from matching.rules import Rulebook


def indicators(town: Community, rulebook: Rulebook, travel: TravelTimes) -> tuple[Indicator, ...]:
    """All indicators of a town, in the order in which they are told."""
    return (
        participation(town),
        social_participation(town),
        access(town, rulebook, travel),
        waiting(town),
        waiting_weeks(town),
        helper_hours(town),
        tired_hosts(town),
        *concentration(town),
        *circulation(town, rulebook, travel),
    )


__all__ = ["ALL", "Cells", "Indicator", "Row", "Told", "indicators", "told_of"]
