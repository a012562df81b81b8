"""What could be developed, at the edge: the answer as JSON, on the terminal, and as the council's agenda page."""
