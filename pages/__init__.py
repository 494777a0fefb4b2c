"""Everything a visitor sees. Reaches the figures only through queries."""
