"""The town's day of rides: from requests, drivers and cars to a routing problem, and from its plan back to tours."""
