"""A file of a foreign tool in, a grid of text out; run in a process of its own, under limits."""
