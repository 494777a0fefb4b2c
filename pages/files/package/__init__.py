"""The whole of a version as data: its tables, what describes them, and all of it in one file."""
