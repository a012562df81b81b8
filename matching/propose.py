"""The main job: a town goes in, and for every need come options with reasons, chosen together; people decide.

Read `propose` like a recipe; each step is one room of the house.
"""

import hashlib
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from matching.assignment.fewer import solve_with_fewer
from matching.assignment.problem import Budget, Choice, TieredProblem
from matching.assignment.tiers import solve_tiers
from matching.assignment.untied import bettered
from matching.assignment.verify import verify_choice
from matching.candidates import judge_town
from matching.carried.agree import Agreed, agree
from matching.carried.learnt import Learnt
from matching.carried.same_rides import Ride, with_no_other_rides
from matching.carried.told import ride_warnings, with_rides
from matching.domain import Account, Community, Proposal, Proposals, Sharing, Tier, TravelTimes, Unplaced
from matching.errors import RefusedPlanError
from matching.explain.accounts import accounts
from matching.explain.cars import one_more_car
from matching.explain.costs import costs, nothing_asked
from matching.explain.options import options
from matching.explain.unplaced import explain_unplaced, least
from matching.explain.warnings import warnings
from matching.lawful import Law, read_law
from matching.pose import TIERS, Posed
from matching.rules import Rulebook, columns
from matching.rules.arrays import I32, UNKNOWN

MINUTE, EACH = 60.0, 0.01  # CPU seconds at most, and for each need where they are many; briskly it takes a tenth

Explain = Literal["all", "unplaced", "none"]
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a round is asked for: the room it is for, how much to explain, and how long to think at most (CPU seconds).

    Without a limit: a minute where the plan can be proven, else a fixed amount of work in step with the town's size.
    """

    room: Sharing = Sharing.CONSENT
    explain: Explain = "all"
    seconds: float | None = None


def propose(
    town: Community,
    rulebook: Rulebook,
    travel: TravelTimes,
    wanted: Wanted | None = None,
    progress: Progress = lambda _step, _share: None,
    law: Callable[[], Law] | None = None,
) -> Proposals:
    """The best round of proposals for a town, with its proof, its reasons, and who is left and why.

    `progress` is told the step (judge, solve, explain) and the share of it that is done.

    Raises:
        NoAnswerError: no feasible plan was found within the time.
        RefusedPlanError: the plan did not pass the judge.
    """
    wanted = wanted or Wanted()
    agreed = decided(town, rulebook, travel, wanted, progress, law)
    posed, choice = agreed.posed, agreed.choice
    progress("explain", 0.0)
    return Proposals(
        town=town.info.name,
        inputs_digest=digest(town, rulebook),
        room=wanted.room,
        status="optimal" if bool(choice.proven.all()) else "feasible",
        tiers=_tiers(posed, choice),
        proposals=_proposals(agreed, rulebook, wanted.explain, partial(progress, "explain")),
        warnings=(*warnings(posed, choice, rulebook), *ride_warnings(agreed)),
    )


def decided(
    town: Community,
    rulebook: Rulebook,
    travel: TravelTimes,
    wanted: Wanted,
    progress: Progress = lambda _step, _share: None,
    law: Callable[[], Law] | None = None,
    rides: Collection[Ride] | None = None,
    learnt: Learnt | None = None,
) -> Agreed:
    """Who goes where, chosen together, before anything is told of it: `propose` explains it, gaps and studies weigh it.

    With `rides` (`rides_of` an earlier plan) nobody else is newly driven, so that the cars have nothing to add. What
    was `learnt` of the cars in a town like it is not found out again, where they are the same and drive nobody else.

    Raises:
        NoAnswerError, RefusedPlanError: as `propose`.
    """
    known = columns(town, wanted.room)
    judged = judge_town(known, travel, rulebook, lambda share: progress("judge", share))
    if rides is not None:
        judged = with_no_other_rides(judged, rulebook, rides)
    progress("solve", 0.0)
    matcher = _Matcher(None if wanted.seconds is None else time.process_time() + wanted.seconds)
    matched = known.needs.sharing >= known.basis
    return agree(judged, rulebook, matched, wanted.room, law or read_law, matcher, learnt)


@dataclass(frozen=True, slots=True)
class _Matcher:
    """Who answers a posed town, until a time (`process_time`), or with as much work as is usual for its size."""

    until: float | None

    def first(self, posed: Posed, share: float, proofs: int | None = None) -> Choice:
        problem, budget = posed.problem, replace(self._budget(posed, share), proofs=proofs)
        return checked(problem, bettered(problem, solve_tiers(problem, budget), budget))

    def again(self, posed: Posed, before: Choice, pairs: I32) -> Choice:
        return checked(posed.problem, solve_with_fewer(posed.problem, before, pairs, self._budget(posed, 1.0)))

    def _budget(self, posed: Posed, share: float) -> Budget:
        if self.until is None:
            return Budget(max(MINUTE, EACH * posed.problem.needs), brisk=True)
        return Budget(share * max(0.0, self.until - time.process_time()))


def checked(problem: TieredProblem, choice: Choice) -> Choice:
    """The same answer, if the judge that knows no solver finds nothing wrong with it.

    Raises:
        RefusedPlanError: a fault of ours; no plan is better than a wrong one.
    """
    wrong = verify_choice(problem, choice)
    if wrong:
        raise RefusedPlanError("; ".join(wrong[:10]))
    return choice


def digest(town: Community, rulebook: Rulebook) -> str:
    """The same town and rulebook give the same text."""
    return hashlib.sha256(f"{town.digest}{rulebook!r}".encode()).hexdigest()


def _tiers(posed: Posed, choice: Choice) -> tuple[Tier, ...]:
    plan = posed.problem.plan_points(choice.chosen)
    return tuple(Tier(name, int(choice.value[t]), int(choice.bound[t]), int(plan[t])) for t, name in enumerate(TIERS))


def _proposals(
    agreed: Agreed, rulebook: Rulebook, explain: Explain, done: Callable[[float], None]
) -> tuple[Proposal, ...]:
    """One proposal a need, in the order of the town's rows; nothing is told of who is not matched in this room.

    `done` is told the share of it that is done, as it usually is in a large town.
    """
    posed, choice = agreed.posed, agreed.choice
    found = costs(posed, choice) if explain == "all" else nothing_asked(posed)
    done(0.4)
    listed = with_rides(agreed, options(posed, choice, rulebook, found))
    told = accounts(posed, choice, rulebook, listed)
    done(0.6)
    waiting = posed.need_row[posed.pair_row[choice.chosen] == UNKNOWN]
    why = _why(agreed, rulebook, waiting) if explain != "none" else {}
    done(0.9)
    town = posed.pairs.town.community
    refused = Account(len(town.openings), (("sharing", len(town.openings)),), 0, 0, 0)
    out = []
    for row, need in enumerate(town.needs):
        at = int(posed.problem_need[row])
        if at == UNKNOWN:
            out.append(Proposal(need.need_id, "", False, refused, (), Unplaced((), (), ())))
            continue
        placed = bool(listed[at])
        account = told[at] if explain == "all" or (explain == "unplaced" and not placed) else None
        reason = None if placed else why.get(row, Unplaced((), (), ()))
        out.append(Proposal(need.need_id, need.resident_id, placed, account, listed[at], reason))
    return tuple(out)


def _why(agreed: Agreed, rulebook: Rulebook, waiting: I32) -> dict[int, Unplaced]:
    """Why each waiting need row has no place; where only the cars keep it from one, when one more would help."""
    why = explain_unplaced(agreed.posed, agreed.choice, rulebook, waiting)
    for row, change in one_more_car(agreed, rulebook, waiting).items():
        told = why[row]
        why[row] = replace(told, smallest_changes=least((*told.smallest_changes, change)))
    return why
