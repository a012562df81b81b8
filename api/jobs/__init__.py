"""Solving, in processes of its own: a table of jobs, a worker that keeps a warm solver, and what a round becomes."""
