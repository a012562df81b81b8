"""The audit is asked for what was done, too: whether the register changed since a round, who noted a consent."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index."""
    op.create_index("ix_audit_operation", "audit", ["municipality_id", "operation", "seq"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_audit_operation", "audit")
