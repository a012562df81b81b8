"""Published benchmark instances as problems."""
