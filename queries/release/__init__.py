"""What may be known: the manifest of a release, opening it, and the log of versions."""
