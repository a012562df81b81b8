"""The indicators of a town, for people who may see no person."""
