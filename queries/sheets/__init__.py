"""The discussion sheet: one A4 about a municipality or a group, as PDF and as printable HTML."""
