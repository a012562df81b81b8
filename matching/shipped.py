"""Where what is shipped lies: rulebooks, rates, import tables and demo towns."""

from pathlib import Path

_INSTALLED = Path(__file__).parent / "fixtures"
_IN_CHECKOUT = Path(__file__).parents[1] / "fixtures"

FIXTURES = _INSTALLED if _INSTALLED.is_dir() else _IN_CHECKOUT
"""Beside the packages in a checkout, inside `matching` once installed."""
