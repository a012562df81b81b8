"""Whoever makes a roster fair."""
