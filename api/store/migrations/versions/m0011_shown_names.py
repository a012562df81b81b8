"""Who works here is shown by the name that colleagues call them by; the name to sign in with may be another."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it, empty: then the name to sign in with is shown."""
    op.add_column("users", sa.Column("shown_name", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it away, with the names."""
    op.drop_column("users", "shown_name")
