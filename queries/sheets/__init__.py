"""The discussion sheet: two pages about a municipality or a group, as PDF and as printable HTML."""
