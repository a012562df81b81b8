"""The assignment: integer columns in, a plan and its proof out; it knows neither rules nor people."""
