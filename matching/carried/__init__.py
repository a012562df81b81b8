"""Placement and ride as one decision: whether the town's own cars and drivers can carry whom the matching chooses."""
