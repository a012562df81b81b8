"""The rules, one file each; this is the one list, in the order in which the first that blocks is told."""

from pathlib import Path

from matching.rules.accepting import Accepting
from matching.rules.accessibility import Accessibility
from matching.rules.activity_fit import ActivityFit
from matching.rules.carried import Carried
from matching.rules.columns import Columns, columns
from matching.rules.comfortable_load import ComfortableLoad
from matching.rules.companions import Companions
from matching.rules.continuity import Continuity
from matching.rules.fair_share import FairShare
from matching.rules.fee import Fee
from matching.rules.field_fit import FieldFit
from matching.rules.first_step import FirstStep
from matching.rules.frequency import Frequency
from matching.rules.freshness import Freshness
from matching.rules.helper_hours import HelperHours
from matching.rules.host_fatigue import HostFatigue
from matching.rules.hours import Hours
from matching.rules.kind_fit import KindFit
from matching.rules.language import Language
from matching.rules.min_attendance import MinAttendance
from matching.rules.one_at_a_time import OneAtATime
from matching.rules.own_wishes import OwnWishes
from matching.rules.reach import Reach
from matching.rules.role import RoleCreated
from matching.rules.rule import Case, Couples, Pairs, PricesPlaces, Quota, Rule, Saying, Verdict
from matching.rules.rulebook import Rulebook, read_rulebook
from matching.rules.seats import RideSeats
from matching.rules.sharing import SharingBasis
from matching.rules.who_may_come import WhoMayCome
from matching.shipped import FIXTURES

RULES: dict[str, type[Rule]] = {
    "sharing": SharingBasis,
    "accepting": Accepting,
    "kind_fit": KindFit,
    "reach": Reach,
    "field_fit": FieldFit,
    "activity_fit": ActivityFit,
    "own_wishes": OwnWishes,
    "hours": Hours,
    "accessibility": Accessibility,
    "who_may_come": WhoMayCome,
    "language": Language,
    "fee": Fee,
    "host_fatigue": HostFatigue,
    "helper_hours": HelperHours,
    "freshness": Freshness,
    "first_step": FirstStep,
    "role": RoleCreated,
    "continuity": Continuity,
    "frequency": Frequency,
    "comfortable_load": ComfortableLoad,
    "fair_share": FairShare,
    "min_attendance": MinAttendance,
    "one_at_a_time": OneAtATime,
    "companions": Companions,
    "seats": RideSeats,
    "carried": Carried,
}
"""Each rule by the name of its table in a rulebook."""


def rulebook(name: str = "default", folder: Path | None = None) -> Rulebook:
    """A rulebook by its name among the fixtures, or by its path inside a town folder.

    Raises:
        InputError: it is not there, or something in it is wrong.
    """
    if folder is not None and name.endswith(".toml"):
        return read_rulebook(folder / name, RULES)
    return read_rulebook(FIXTURES / "rulebooks" / f"{name}.toml", RULES)


__all__ = [
    "RULES",
    "Case",
    "Columns",
    "Couples",
    "Pairs",
    "PricesPlaces",
    "Quota",
    "Rule",
    "Rulebook",
    "Saying",
    "Verdict",
    "columns",
    "rulebook",
]
