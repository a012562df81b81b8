"""`tsunagu solve-rides`: a published instance in, its plan out in the instance's own node numbers."""

import json as js
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.common import JsonFile, LangOf, Language, errors, stderr
from matching.errors import Lang, NoAnswerError, Text

if TYPE_CHECKING:
    from rich.console import Console

    from matching.routing.problem import Plan, Route, RoutingProblem
    from matching.routing.solvers import Progress


class RideFormat(StrEnum):
    """どの形の問題か."""

    CORDEAU = "cordeau"
    LILIM = "lilim"


FORMAT = "tsunagu.rides/1"
LAST = 0.3  # seconds kept for judging and writing
LAST_EACH = 0.0006  # and for each ride
WHY = {
    "numbers": Text(ja="時刻か人数が負か、数ではありません", en="a time or number of people is negative or no number"),
    "no_duty": Text(ja="車がありません", en="there is no car"),
    "too_many": Text(ja="どの車にも乗りきれません", en="no car has room for so many"),
    "no_way": Text(ja="行ける道がありません", en="there is no way"),
    "times": Text(
        ja="ほかに客がいなくても、時間帯と乗っていられる時間に合う時刻がありません",
        en="even alone, no times fit its windows and how long it may be on board",
    ),
    "others": Text(
        ja="一人だけなら運べますが、全員を運ぶ組み方は時間内に見つかりませんでした",
        en="could be driven alone, but no way to drive everybody was found in time",
    ),
}
"""Why somebody is left: the codes of `matching.routing.impossible`, and what is left of them."""


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command("solve-rides")(solve_rides)


def solve_rides(
    file: Annotated[Path, typer.Argument(help="公開されている送迎の問題 / a published instance", metavar="FILE")],
    form: Annotated[RideFormat, typer.Option("--format", help="問題の形 / its form")],
    seconds: Annotated[
        float, typer.Option("--time-limit", min=0.0, max=86_400, help="使う時間 (CPU秒、起動も含む) / CPU seconds")
    ] = 60.0,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="乱数の種 / seed")] = 0,
    json: JsonFile = None,
    lang: LangOf = Language.JA,
) -> None:
    """公開されている送迎の問題を解く。A published dial-a-ride or pick-up and delivery instance, solved and judged."""
    from rich.console import Console

    with errors(lang):
        from api.commands.show_rides import showing

        with showing(lang.value, stderr()) as progress:
            solve_file(file, form.value, seconds, seed, json, lang.value, Console(), progress)


def solve_file(
    path: Path, form: str, seconds: float, seed: int, out: Path | None, lang: Lang, console: "Console",
    progress: "Progress",
) -> None:  # fmt: skip
    """Solve, show how good it is, and write the document; the limit counts the whole process, its start included.

    Whoever interrupts gets the best plan so far.

    Raises:
        InputError: the file cannot be read, or the document not be written.
        NoAnswerError: not everybody is served within the limit; what was found is written.
    """
    from api.files import write_whole
    from matching.routing.solvers import solve_rides

    problem = read_instance(path, form)
    last = LAST + LAST_EACH * problem.rides
    plan = solve_rides(problem, seconds - time.process_time() - last, progress, seed)
    document = rides_json(path.stem, problem, plan, time.process_time())
    told = js.loads(document)
    console.print(
        f"{path.stem}: {told['status']}, {told['vehicles']} cars, cost {told['cost']:.2f}, bound {told['bound']:.2f}, "
        f"{len(plan.unserved)} unserved, {told['seconds']:.1f} s",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    for node, why in reasons(problem, plan):
        console.print(f"• {node}: {why.render(lang, {})}", highlight=False, soft_wrap=True, markup=False)
    if out is not None:
        write_whole({out: document})
    all_served(plan)


def reasons(problem: "RoutingProblem", plan: "Plan") -> "list[tuple[int, Text]]":
    """Why each ride that is left is: its pick-up's node and the sentence."""
    from matching.routing.impossible import impossible, sound

    alone = impossible(sound(problem)) if plan.unserved else {}
    return [(int(problem.pickup[ride]), WHY[alone.get(ride, "others")]) for ride in plan.unserved]


def read_instance(path: Path, form: str) -> "RoutingProblem":
    """The instance of a file in that form.

    Raises:
        InputError: what cannot be read.
    """
    from matching.exchange.instances.cordeau import read_cordeau
    from matching.exchange.instances.lilim import read_lilim

    return read_cordeau(path) if form == "cordeau" else read_lilim(path)


def rides_json(name: str, problem: "RoutingProblem", plan: "Plan", seconds: float) -> str:
    """The document of `docs/answers.md`; the cost is of the ways alone, as it is published."""
    routes = [route for route in plan.routes if len(route.nodes) > 2]
    cars = float(problem.fixed_cost.max(initial=0.0)) * len(routes)
    cost = plan.tiers[-1]
    bound = max(0.0, min(cost.bound, cost.value) - cars)
    document = {
        "format": FORMAT,
        "instance": name,
        "status": plan.status,
        "cost": cost.value - cars,
        "bound": bound,
        "vehicles": len(routes),
        "unserved": problem.pickup[list(plan.unserved)].tolist(),
        "seconds": round(seconds, 3),
        "routes": [{"vehicle": route.duty, "stops": _stops(problem, route)} for route in routes],
    }
    return js.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def all_served(plan: "Plan") -> None:
    """An instance asks for everybody.

    Raises:
        NoAnswerError: somebody is left.
    """
    if plan.unserved:
        left = len(plan.unserved)
        raise NoAnswerError(f"時間内に{left}人を乗せられませんでした / {left} rides are not served within the limit")


def _stops(problem: "RoutingProblem", route: "Route") -> list[dict[str, float | int]]:
    """Every stop with who is on board when the car leaves it."""
    change = dict(zip(problem.pickup.tolist(), problem.load[:, 0].tolist(), strict=True))
    change |= dict(zip(problem.drop.tolist(), (-problem.load[:, 0]).tolist(), strict=True))
    stops, load = [], 0
    for k, (node, begins, arrives) in enumerate(zip(route.nodes, route.begins, route.arrives, strict=True)):
        load += change.get(node, 0) if 0 < k < len(route.nodes) - 1 else 0
        stops.append({"node": node, "arrive": arrives, "start": begins, "load": load})
    return stops
