"""Files that somebody brought and looks at before they are taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEES = """uploads.municipality_id = current_setting('tsunagu.municipality', true) AND (current_setting('tsunagu.everybody', true) = 'on' OR uploads.user_id = current_setting('tsunagu.user', true))"""
"""Who sees which rows on PostgreSQL, as `api.store.scope` said when this step was written."""


def upgrade() -> None:
    """Make the table, with row security."""
    op.create_table(
        "uploads",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("told_sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "upload_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON uploads TO tsunagu_app")
        op.execute("ALTER TABLE uploads ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE uploads FORCE ROW LEVEL SECURITY")
        op.execute(sa.text(f"CREATE POLICY own ON uploads USING ({SEES}) WITH CHECK ({SEES})".replace(":", "\\:")))


def downgrade() -> None:
    """Take it back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY own ON uploads")
    op.drop_table("uploads")
