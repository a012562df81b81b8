"""Seeded towns of any size, wholly invented: `generate(needs, seed)` gives a `Community`, the same for a seed."""

from matching.synthetic.town import WEEK_OF, cities, generate

__all__ = ["WEEK_OF", "cities", "generate"]
