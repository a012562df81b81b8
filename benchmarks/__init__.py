"""One module for each anchor; each writes its own section of RESULTS.md."""
