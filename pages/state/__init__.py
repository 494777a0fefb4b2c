"""What a reader looks at: the release, what was chosen in it, and the address that says so."""
