"""A table as HTML, with caption, column heads and row heads for screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.files.parts import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from markupsafe import Markup

# A cell of no more characters stands on one line; one of more than LONG gets a wide column.
SHORT, LONG = 18, 40
# A phone has room for so many columns; of wider tables each row is folded into a list, which takes
# roles that say that it is a table all the same.
NARROW = 4


def html_table(frame: pl.DataFrame, name: str, named: Mapping[str, Markup] | None = None) -> Markup:
    """Return a table as HTML with a caption, column heads and row heads for screen readers.

    Args:
        frame: the cells, in words.
        name: what the table is about.
        named: HTML to put in the place of the name of a column.
    """
    return filled(
        "table.html",
        name=name,
        labels=frame.columns,
        heads=[(named or {}).get(column, column) for column in frame.columns],
        rows=[["" if cell is None else str(cell) for cell in row] for row in frame.iter_rows()],
        folds=frame.width > NARROW,
        short=SHORT,
        long=LONG,
    )
