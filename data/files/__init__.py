"""Files and how they are written: atomic, locked, in a shape that is checked."""
