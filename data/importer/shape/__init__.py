"""From the lines of a grid to a table: header rows, and which rows belong to it."""
