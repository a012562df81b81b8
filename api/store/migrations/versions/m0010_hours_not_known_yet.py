"""An opening may stand in the register before anybody knows when it is held, and a pair before its relation is told."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MAY_BE_EMPTY = {"openings": ("weekday", "start", "end"), "companions": ("relation",)}


def upgrade() -> None:
    """They may be empty."""
    for table, columns in MAY_BE_EMPTY.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, existing_type=sa.Text(), nullable=True)


def downgrade() -> None:
    """They may not.

    Raises:
        RuntimeError: some are empty; nothing is changed, since what is not known cannot be made up.
    """
    for table, columns in MAY_BE_EMPTY.items():
        of = sa.table(table, *(sa.column(name) for name in columns))
        empty = sa.select(sa.func.count()).select_from(of).where(sa.or_(*(of.c[name].is_(None) for name in columns)))
        if found := op.get_bind().execute(empty).scalar_one():
            raise RuntimeError(
                f"{found} rows of {table} without {', '.join(columns)}. Maybe fill or delete them first?"
            )
    for table, columns in MAY_BE_EMPTY.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, existing_type=sa.Text(), nullable=False)
