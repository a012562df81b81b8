"""Who drives which tour over some weeks: evened out between volunteers, each measured by what they offered."""
