"""Register and official figures, from the tables of CBS and BZK."""
