"""Answers to the questions of the law check: who was asked, when, and what they said."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SEES = """law_answers.municipality_id = current_setting('tsunagu.municipality', true)"""
"""Who sees which rows on PostgreSQL, as `api.store.scope` said when this step was written."""


def upgrade() -> None:
    """Make the table, with row security."""
    op.create_table(
        "law_answers",
        sa.Column("municipality_id", sa.Text(), nullable=False),
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("on_day", sa.Text(), nullable=False),
        sa.Column("driver_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("fits", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "answer_id"),
    )
    op.create_index("ix_law_answers_day", "law_answers", ["municipality_id", "on_day"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON law_answers TO tsunagu_app")
        op.execute("ALTER TABLE law_answers ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE law_answers FORCE ROW LEVEL SECURITY")
        op.execute(sa.text(f"CREATE POLICY own ON law_answers USING ({SEES}) WITH CHECK ({SEES})".replace(":", "\\:")))


def downgrade() -> None:
    """Take it back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY own ON law_answers")
    op.drop_index("ix_law_answers_day", table_name="law_answers")
    op.drop_table("law_answers")
