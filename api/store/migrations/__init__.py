"""The tables' history, as Alembic runs it: one file a step, in plain text, never changed once published."""
