"""The grid that every parser makes, the limits, and why a file cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from data.importer.options import ReadOptions

if TYPE_CHECKING:
    import polars as pl


MEGABYTE = 1024 * 1024
# A survey of all municipalities is a few megabytes; these leave room for a national table.
MAX_FILE = 100 * MEGABYTE
MAX_EXPANDED = 250 * MEGABYTE
MAX_MEMORY = 3 * 1024 * MEGABYTE
MAX_CELLS = 5_000_000


class Grid(BaseModel):
    """Cells as text, '' for an empty one, with the row of the file each line stands in.

    ``header`` says that the first line holds the names of the columns, ``cut`` that the last line
    stops before the others do and has no end, as a file that came in half. ``labels`` holds what a
    column is called in words, ``value_labels`` what its codes mean, ``missing`` which of its
    codes the maker of the file declared to be no answer. ``hidden`` are the rows that a workbook
    does not show, ``struck`` the row and place in it of cells that were crossed out.
    """

    rows: list[list[str]]
    numbers: list[int]
    notes: list[str]
    options: ReadOptions
    typed: bool = False
    header: bool = False
    cut: bool = False
    labels: dict[str, str] = {}
    value_labels: dict[str, dict[str, str]] = {}
    missing: dict[str, list[str]] = {}
    hidden: list[int] = []
    struck: list[tuple[int, int]] = []


class Unreadable(BaseModel):
    """Why a file cannot be read, and what to do about it."""

    what: str
    remedy: str
    row: int | None = None


class UnreadableError(Exception):
    """A file cannot be read."""

    def __init__(self, what: str, remedy: str, row: int | None = None) -> None:
        """Keep ``what`` is wrong, the ``remedy`` and the ``row`` where it was found."""
        super().__init__(what)
        self.problem = Unreadable(what=what, remedy=remedy, row=row)


def refuse_many(cells: int) -> None:
    """Refuse a table with more cells than any survey has."""
    if cells > MAX_CELLS:
        raise UnreadableError(
            f"de tabel heeft meer dan {MAX_CELLS // 1_000_000} miljoen cellen",
            "Laat rijen of kolommen weg die niet bij deze editie horen.",
        )


def rows_of(frame: pl.DataFrame) -> list[list[str]]:
    """Return the names of the columns and the rows of a table as text."""
    body = [[text_of(value) for value in row] for row in frame.iter_rows()]
    return [frame.columns, *body]


def text_of(value: object) -> str:
    """Return a value as text; a whole number without decimals, a truth as ja or nee."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()
