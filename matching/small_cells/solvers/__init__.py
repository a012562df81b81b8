"""Solvers of this room."""
