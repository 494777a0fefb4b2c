"""A table as HTML, with caption, column heads and row heads for screen readers."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

# A cell of no more characters stands on one line; one of more than LONG gets a wide column.
SHORT, LONG = 18, 40


def html_table(frame: pl.DataFrame, name: str, named: Mapping[str, str] | None = None) -> str:
    """Return a table as HTML with a caption, column heads and row heads for screen readers.

    Args:
        frame: the cells, in words.
        name: what the table is about.
        named: HTML to put in the place of the name of a column.
    """
    title = html.escape(name)
    shown = {column: html.escape(column) for column in frame.columns} | dict(named or {})
    heads = "".join(f'<th scope="col">{head}</th>' for head in shown.values())
    body = "".join(_html_row(row) for row in frame.iter_rows())
    return (
        f'<div class="stand-table" role="region" tabindex="0" aria-label="{title}"><table>'
        f"<caption>{title}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _html_row(row: tuple[object, ...]) -> str:
    """Return one row, its first cell as the head of the row."""
    first, *rest = ("" if cell is None else str(cell) for cell in row)
    cells = "".join(f"<td{_width(cell)}>{_html_cell(cell)}</td>" for cell in rest)
    return f'<tr><th scope="row"{_width(first)}>{_html_cell(first)}</th>{cells}</tr>'


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
