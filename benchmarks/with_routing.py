"""Run by the Python of an environment that has PyVRP and VROOM (pyvroom): one problem in, the stops of each car out.

Neither knows how long somebody may be on board: the caller narrows windows until that always holds. Both work in whole
hundredths; ways are rounded up and windows inwards, so that what they find is feasible.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import numpy as np

PARTS = 100


def pyvrp(day: Any, seconds: float) -> list[list[int]]:
    """PyVRP's shipments."""
    from pyvrp import Depot, Location, ProblemData, Shipment, VehicleType, solve
    from pyvrp.stop import MaxRuntime

    span, rides = min(int(day["span"]), 10**9), range(len(day["pickup"]))
    data = ProblemData(
        [Location(0, 0) for _ in day["open"]],
        [],
        [Depot(0, int(day["open"][0]), int(day["close"][0]))],
        [VehicleType(int(day["cars"]), [int(day["capacity"])], fixed_cost=int(day["fixed"]), shift_duration=span)],
        [day["cost"]],
        [day["way"]],
        shipments=[
            Shipment(
                int(p), int(q), int(day["open"][p]), int(day["close"][p]), int(day["service"][p]),
                int(day["open"][q]), int(day["close"][q]), int(day["service"][q]), [int(day["load"][r])],
            )
            for r, p, q in zip(rides, day["pickup"], day["drop"], strict=True)
        ],
    )  # fmt: skip
    found = solve(data, MaxRuntime(seconds), seed=1, display=False)
    if not found.is_feasible():
        return []
    return [[_node(day, one) for one in route.schedule() if _node(day, one) > 0] for route in found.best.routes()]


def _node(day: Any, step: Any) -> int:
    """The node of a scheduled step; 0 for the base."""
    kind = step.type.name if hasattr(step, "type") else step.activity.type.name
    index = step.idx if hasattr(step, "idx") else step.activity.idx
    return int(day["pickup" if kind == "PICKUP" else "drop"][index]) if kind in {"PICKUP", "DELIVERY"} else 0


def vroom(day: Any, seconds: float) -> list[list[int]]:
    """VROOM at its deepest exploration; it stops by itself, and knows no length of a shift."""
    import vroom as v

    model = v.Input()
    model.set_durations_matrix("car", day["way"].astype(np.uint32))
    model.set_costs_matrix("car", day["cost"].astype(np.uint32))
    window = v.TimeWindow(int(day["open"][0]), int(day["close"][0]))
    costs = v.VehicleCosts(fixed=int(day["fixed"]))
    for car in range(int(day["cars"])):
        model.add_vehicle(v.Vehicle(car, 0, 0, capacity=[int(day["capacity"])], time_window=window, costs=costs))

    def step(node: int) -> Any:
        hours = [v.TimeWindow(int(day["open"][node]), int(day["close"][node]))]
        return v.ShipmentStep(int(node), int(node), default_service=int(day["service"][node]), time_windows=hours)

    for r, (p, q) in enumerate(zip(day["pickup"], day["drop"], strict=True)):
        model.add_shipment(step(p), step(q), amount=v.Amount([int(day["load"][r])]))
    found = model.solve(5, 1, timeout=timedelta(seconds=seconds))
    table = found.routes
    if found.summary.unassigned:
        return []
    stops = table[table["type"].isin(["pickup", "delivery"])]
    return [[int(node) for node in mine["id"]] for _, mine in stops.groupby("vehicle_id", sort=True)]


if __name__ == "__main__":
    file = np.load(sys.argv[2])
    day = {name: file[name] for name in file.files}
    print(json.dumps({"pyvrp": pyvrp, "vroom": vroom}[sys.argv[1]](day, float(sys.argv[3]))))
