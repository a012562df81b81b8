"""Reviews at the edge: the answer as JSON, and as tables on the terminal."""
