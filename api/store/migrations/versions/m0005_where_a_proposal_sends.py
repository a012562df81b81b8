"""Where a proposal sends its need stands in a column of its own: lists of a whole town read it without the options."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FIRST = {
    "sqlite": ("json_extract(body, '$.ja.options[0].opening')", "json_extract(body, '$.ja.state')"),
    "postgresql": ("body->'ja'->'options'->0->>'opening'", "body->'ja'->>'state'"),
}
"""The plan's own option stands first."""


def upgrade() -> None:
    """Add it, and fill it from the proposals that are there."""
    op.add_column("proposals", sa.Column("opening_id", sa.Text(), nullable=False, server_default=""))
    _row_security("NO FORCE")
    opening, state = FIRST[op.get_bind().dialect.name]
    op.execute(f"UPDATE proposals SET opening_id = {opening} WHERE {state} = 'placed'")  # noqa: S608
    _row_security("FORCE")


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("proposals") as batch:
        batch.drop_column("opening_id")


def _row_security(how: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what was written is looked at before its table is altered
        op.execute(f"ALTER TABLE proposals {how} ROW LEVEL SECURITY")
