"""The published lists of a real town, read as they are: into a community, places for later, and a report of repairs."""

from matching.exchange.open_data.import_table import ImportTable, choose_import_table, read_import_table
from matching.exchange.open_data.imported import Imported, ListCount
from matching.exchange.open_data.importing import import_open_data
from matching.exchange.open_data.repairs import Repair
from matching.exchange.open_data.report import report_data, report_text

__all__ = [
    "ImportTable",
    "Imported",
    "ListCount",
    "Repair",
    "choose_import_table",
    "import_open_data",
    "read_import_table",
    "report_data",
    "report_text",
]
