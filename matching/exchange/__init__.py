"""Files in and out: the town folder (read, checked, written), and any list that people keep as a table."""

from matching.exchange.tables import Cell, Table, read_table
from matching.exchange.town import check_town, read_town
from matching.exchange.writing import write_town

__all__ = ["Cell", "Table", "check_town", "read_table", "read_town", "write_town"]
