"""What is missing where, and why."""
