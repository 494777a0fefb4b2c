"""A table as HTML, with caption, column heads and row heads for screen readers."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

# A cell of no more characters stands on one line; one of more than LONG gets a wide column.
SHORT, LONG = 18, 40
# A phone has room for so many columns; of wider tables each row is folded into a list, which takes
# roles that say that it is a table all the same.
NARROW = 4


def html_table(frame: pl.DataFrame, name: str, named: Mapping[str, str] | None = None) -> str:
    """Return a table as HTML with a caption, column heads and row heads for screen readers.

    Args:
        frame: the cells, in words.
        name: what the table is about.
        named: HTML to put in the place of the name of a column.
    """
    title = html.escape(name)
    shown = {column: html.escape(column) for column in frame.columns} | dict(named or {})
    heads = "".join(f'<th scope="col" role="columnheader">{head}</th>' for head in shown.values())
    labels = [html.escape(column) for column in frame.columns]
    body = "".join(_html_row(row, labels) for row in frame.iter_rows())
    folds = " stand-folds" if frame.width > NARROW else ""
    return (
        f'<div class="stand-table{folds}" role="region" tabindex="0" aria-label="{title}">'
        f'<table role="table"><caption>{title}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _html_row(row: tuple[object, ...], labels: Sequence[str]) -> str:
    """Return one row, its first cell as the head of the row; each cell knows its column."""
    first, *rest = ("" if cell is None else str(cell) for cell in row)
    cells = "".join(
        f'<td role="cell" data-label="{label}"{_width(cell)}>{_html_cell(cell)}</td>'
        for label, cell in zip(labels[1:], rest, strict=True)
    )
    return (
        f'<tr role="row"><th scope="row" role="rowheader"{_width(first)}>{_html_cell(first)}</th>'
        f"{cells}</tr>"
    )


def _width(text: str) -> str:
    """Return the class of a cell that must not wrap, or that needs room to."""
    if len(text) <= SHORT:
        return ' class="short"'
    return ' class="long"' if len(text) > LONG else ""


def _html_cell(text: str) -> str:
    """Return the content of a cell; the address of a page becomes a link with its host's name."""
    if not text.startswith("https://"):
        return html.escape(text)
    return f'<a href="{html.escape(text)}">{html.escape(urlsplit(text).netloc)}</a>'
