"""つながり: what the graph tells, for readers whom no small count may reach."""
