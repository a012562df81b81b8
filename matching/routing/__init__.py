"""A day of rides: who drives whom, when; blind to how people are placed."""
