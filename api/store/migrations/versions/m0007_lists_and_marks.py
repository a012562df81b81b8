"""Lists of a whole town's proposals are read from indexes alone, and each town has marks of what changed in it.

A row of a proposal with its options is some pages long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = {
    "ix_proposals_round": ["municipality_id", "round_id", "position"],
    "ix_proposals_need": ["municipality_id", "need_id", "position"],
}
AFTER = {
    "ix_proposals_round": [*BEFORE["ix_proposals_round"], "need_id", "state", "opening_id", "proposal_id"],
    "ix_proposals_need": [*BEFORE["ix_proposals_need"], "state", "opening_id", "round_id"],
}


def upgrade() -> None:
    """Wider indexes, and the marks."""
    _indexes(AFTER)
    for name in ("offers", "standing"):
        op.add_column("audit_heads", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them back."""
    with op.batch_alter_table("audit_heads") as batch:
        for name in ("standing", "offers"):
            batch.drop_column(name)
    _indexes(BEFORE)


def _indexes(wanted: dict[str, list[str]]) -> None:
    for name, columns in wanted.items():
        op.drop_index(name, "proposals")
        op.create_index(name, "proposals", columns)
