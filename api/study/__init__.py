"""Studies at the edge: tasks in processes of their own, results kept by content, the answer as JSON."""
