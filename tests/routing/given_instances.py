"""Random instances of the shape of the published a and b sets, as files in their form."""

from math import dist
from pathlib import Path
from random import Random

WINDOW, DAY = 15, 1440


def written(folder: Path, kind: str, cars: int, rides: int, minutes: int, seed: int) -> Path:
    """The file of an instance: half out (a window at the drop), half home (at the pick-up), in a square of 20 by 20.

    `a`: one person each, three seats, 30 minutes on board. `b`: one to six people, six seats, 45 minutes.
    """
    random = Random(f"{kind}{cars}-{rides}/{seed}")
    places = [(random.uniform(-10, 10), random.uniform(-10, 10)) for _ in range(2 * rides)]
    people = [1 if kind == "a" else random.randint(1, 6) for _ in range(rides)]
    served = [3 if kind == "a" else many for many in people]
    rows = [f"{cars} {2 * rides} {minutes} {'3 30' if kind == 'a' else '6 45'}", f"0 0 0 0 0 0 {DAY}"]
    opens = [_opens(random, ride < rides // 2, *places[ride::rides], served[ride], minutes) for ride in range(rides)]
    for node, (x, y) in enumerate(places):
        ride, up = node % rides, node < rides
        tight = up != (ride < rides // 2)
        window = f"{opens[ride]} {opens[ride] + WINDOW}" if tight else f"0 {DAY}"
        load = people[ride] if up else -people[ride]
        rows.append(f"{node + 1} {x:.3f} {y:.3f} {served[ride]} {load} {window}")
    path = folder / f"{kind}{cars}-{rides}-{seed}.txt"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def _opens(
    random: Random, out: bool, up: tuple[float, float], down: tuple[float, float], served: int, minutes: int
) -> int:
    """A minute at which the window may begin, so that a car can be there in time."""
    least = dist((0, 0), up) + (served + dist(up, down) if out else 0)
    while True:
        opens = random.randint(0, minutes - WINDOW)
        if opens + WINDOW >= least:
            return opens
