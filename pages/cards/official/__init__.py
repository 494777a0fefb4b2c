"""Cards of official figures."""
