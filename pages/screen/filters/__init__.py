"""The controls with which a reader chooses."""
