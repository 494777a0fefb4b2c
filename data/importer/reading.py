"""A file in, its cells as text out. What the cells mean is not decided here."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import fastexcel
import polars as pl

from data.errors import ImportRefusedError, Problem

if TYPE_CHECKING:
    from pathlib import Path

# The row of the file that a cell stands in, counted as a spreadsheet does.
ROW = "__row__"
_DELIMITERS = ";,\t|"


@dataclass(frozen=True)
class Sheet:
    """The cells of one table as text, empty cells null, with the row each came from."""

    file: str
    cells: pl.DataFrame
    how: str


def read_sheet(path: Path) -> Sheet:
    """Return the table in a CSV or XLSX file.

    Raises:
        ImportRefusedError: the file cannot be read as a table.
    """
    if not path.is_file():
        raise _refused(path, "het bestand bestaat niet", "Controleer de naam en de map.")
    if path.suffix.lower() == ".csv":
        return _read_csv(path)
    if path.suffix.lower() == ".xlsx":
        return _read_xlsx(path)
    raise _refused(
        path,
        f"bestanden van het soort ‘{path.suffix}’ kennen we niet",
        "Gebruik .csv of .xlsx.",
    )


def _refused(
    path: Path, what: str, remedy: str, *, row: int | None = None, value: str | None = None
) -> ImportRefusedError:
    """Return the refusal of a whole file for one reason."""
    return ImportRefusedError(path.name, [Problem(path.name, row, None, value, what, remedy)])


def _read_csv(path: Path) -> Sheet:
    """Return a CSV table; the delimiter is the one that divides the first line best."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _refused(
            path,
            "de tekens zijn niet in UTF-8 opgeslagen",
            "Sla het bestand op als ‘CSV UTF-8’ en probeer opnieuw.",
            row=row,
        ) from None
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise _refused(
            path,
            f"de rij is niet te lezen ({error})",
            "Controleer de aanhalingstekens.",
            row=reader.line_num,
        ) from None
    how = f"gelezen als UTF-8, scheidingsteken ‘{delimiter}’, {max(len(rows) - 1, 0)} rijen"
    return _sheet(path, rows, how)


def _read_xlsx(path: Path) -> Sheet:
    """Return the first sheet of a workbook."""
    try:
        workbook = fastexcel.read_excel(path)
        name = workbook.sheet_names[0]
        raw = workbook.load_sheet(name, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise _refused(
            path,
            f"het is geen leesbaar Excel-bestand ({str(error).splitlines()[0]})",
            "Open het in Excel en sla het opnieuw op als .xlsx.",
        ) from None
    rows = [
        (number, ["" if cell is None else str(cell) for cell in row])
        for number, row in enumerate(raw.iter_rows(), start=1)
        if any(cell is not None and str(cell).strip() for cell in row)
    ]
    how = f"gelezen uit werkblad ‘{name}’, {max(len(rows) - 1, 0)} rijen"
    return _sheet(path, rows, how)


def _sheet(path: Path, rows: list[tuple[int, list[str]]], how: str) -> Sheet:
    """Return rows of text as a sheet, the first row being the header."""
    if len(rows) < 2:
        raise _refused(path, "er staan geen rijen in", "Controleer of dit het goede bestand is.")
    (_, header), *body = rows
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    problems = _header_problems(path, names, body)
    if problems:
        raise ImportRefusedError(path.name, problems)
    columns: dict[str, list[str | None]] = {
        name: [row[n].strip() or None if n < len(row) else None for _, row in body]
        for n, name in enumerate(names)
    }
    cells = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))
    return Sheet(path.name, cells.with_columns(pl.Series(ROW, [n for n, _ in body])), how)


def _header_problems(
    path: Path, names: list[str], body: list[tuple[int, list[str]]]
) -> list[Problem]:
    """Return what is wrong with the header, and rows that are longer than it."""
    found = [
        Problem(path.name, 1, name, None, "de kolom staat er twee keer", "Haal er één weg.")
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    found += [
        Problem(path.name, 1, str(n + 1), None, "de kolom heeft geen naam", "Geef haar een naam.")
        for n, name in enumerate(names)
        if not name
    ]
    found += [
        Problem(
            path.name,
            number,
            None,
            None,
            f"de rij heeft {len(row)} velden, de kop {len(names)}",
            "Zet velden met het scheidingsteken erin tussen aanhalingstekens.",
        )
        for number, row in body
        if any(cell.strip() for cell in row[len(names) :])
    ]
    return found
