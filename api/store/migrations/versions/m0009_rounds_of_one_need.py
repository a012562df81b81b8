"""A round says whether it is of the whole town, or was asked for one need while everybody else stays."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All that are there are of the whole town."""
    op.add_column("rounds", sa.Column("alone", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("rounds") as batch:
        batch.drop_column("alone")
