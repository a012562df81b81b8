"""docs/graph.md tells every kind of node and edge as the table does."""

from pathlib import Path

import pytest

from matching.graph.kinds import EDGES, NODES, Edge, Node

PAGE = Path(__file__).parents[2] / "docs" / "graph.md"


def row_of(kind: Node | Edge) -> str:
    """The row of the page for one kind; told by the table alone."""
    columns = ", ".join(kind.columns) or "–"
    if isinstance(kind, Node):
        return f"| `{kind.name}` | {kind.text.ja} | {kind.text.en} | `{kind.table}.{kind.column}` | {columns} |"
    if not kind.table:
        return f"| `{kind.name}` | {kind.text.ja} | {kind.text.en} | need → opening | the rules | {columns} |"
    source = kind.source[0] if len(kind.source) == 1 else "any"
    target = "any" if len(kind.target) == len(NODES) else ", ".join(kind.target)
    told = f"`{kind.table}`: {kind.source_column} → {kind.target_column}" + (" by kind" if kind.only[0] else "")
    return f"| `{kind.name}` | {kind.text.ja} | {kind.text.en} | {source} → {target} | {told} | {columns} |"


@pytest.mark.parametrize("kind", (*NODES, *EDGES), ids=lambda kind: f"{kind.name}-{kind.table}")
def test_the_page_tells_the_kind_as_the_table_does(kind) -> None:
    assert row_of(kind) in PAGE.read_text(encoding="utf-8").splitlines()
