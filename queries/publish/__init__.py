"""From the vault to a release, and what is done with releases: publish, roll back, withdraw."""
