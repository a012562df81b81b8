"""マッチング案: what the engine proposes, as data; texts are rendered from it at the edge."""

from dataclasses import dataclass
from datetime import date

from matching.domain.words import PlacementState
from matching.errors import Facts


@dataclass(frozen=True, slots=True)
class Placement:
    """つなぎ先: a need that holds a place at an opening."""

    need_id: str
    opening_id: str
    since: date | None = None
    state: PlacementState = PlacementState.TRIAL
    minutes_per_visit: int | None = None
    until: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code, the points it gives in one tier, and the facts that its text names."""

    code: str
    tier: int
    points: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class Option:
    """One place that a need could go to, the points it earns a tier, and what choosing it would cost everybody else.

    `opportunity_cost` compares with the plan: what all others lose, tier by tier, if this option is chosen instead
    (zero for the chosen one). `holders` are the people whom the plan places there now. `exact` is False where the
    cost is only a bound.
    """

    opening_id: str
    resource_id: str
    chosen: bool
    minutes: int
    mode: str
    points: tuple[int, ...]
    opportunity_cost: tuple[int, ...]
    exact: bool
    ask_first: bool
    holders: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Where every opening of the town went for one need: their sum is `considered`."""

    considered: int
    excluded: tuple[tuple[str, int], ...]
    full: int
    shown: int
    others: int


@dataclass(frozen=True, slots=True)
class Change:
    """A smallest change that would place somebody, and whether that was proved."""

    code: str
    facts: Facts
    verified: bool


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Why nobody could be proposed, and what would help.

    `full` are the openings without a place left, with their holders; `held_back` what couples people (the seats of a
    car, a helper's hours, somebody to go with …) and keeps the need from places that have room.
    """

    full: tuple[tuple[str, int], ...]
    held_back: tuple[Reason, ...]
    smallest_changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """案: at most four options for one need, the chosen one first; or why there is none."""

    need_id: str
    resident_id: str
    placed: bool
    account: Account | None
    options: tuple[Option, ...]
    unplaced: Unplaced | None


@dataclass(frozen=True, slots=True)
class Tier:
    """One objective of the plan: its value, the proven bound, and the points that belong to no single option."""

    name: str
    value: int
    bound: int
    plan_points: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should look at, although nothing is wrong with the plan."""

    code: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Proposals:
    """A round of proposals for a whole town, chosen together."""

    town: str
    inputs_digest: str
    room: str
    status: str
    tiers: tuple[Tier, ...]
    proposals: tuple[Proposal, ...]
    warnings: tuple[Warned, ...]
