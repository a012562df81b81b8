"""The stops of a day as CSV, one row a stop: for a spreadsheet, in the order in which they are driven."""

import csv
from io import StringIO
from typing import TYPE_CHECKING

from api.rides.words import Known, clock

if TYPE_CHECKING:
    from matching.plan_rides import DayPlan

COLUMNS = (
    "date", "driver_id", "vehicle_id", "number", "stop", "planned", "ride_id", "resident_id", "place",
    "seats_taken", "wheelchairs_on_board",
)  # fmt: skip


def stops_csv(plan: "DayPlan", said: Known) -> str:
    """UTF-8 text with the BOM that spreadsheets want; a cell that looks like a formula is made plain text."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for tour in plan.tours:
        for number, stop in enumerate(tour.stops):
            cells = (
                plan.date.isoformat(), tour.driver_id, tour.vehicle_id, number, str(stop.kind), clock(stop.start),
                stop.ride_id, stop.resident_id, said.place(stop, tour), stop.seats, stop.wheelchairs,
            )  # fmt: skip
            writer.writerow([plain_cell(str(cell)) for cell in cells])
    return "\ufeff" + out.getvalue()


FORMULAS = tuple("=+-@|%\t\r＝＋－＠")
"""How a cell may begin that a spreadsheet would take for a formula."""


def plain_cell(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
