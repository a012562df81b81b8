"""Gaps as planners and councils may see them: no person, no helper, no cell of fewer than five people."""
