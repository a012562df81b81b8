"""Sheets of paper as PDF/UA, set by typst with a Japanese font out of a package."""
