"""Workbooks of Excel and OpenDocument, refused unopened where they would fill the memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING

import fastexcel

from data.importer.parse.cell_marks import Marks, marks_of
from data.importer.parse.grid import MAX_EXPANDED, MEGABYTE, Grid, UnreadableError, text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from data.importer.options import ReadOptions


# How a workbook of before 2007 begins.
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REMARK = re.compile(rb"<!--.*?(-->|$)", re.DOTALL)


def parse(path: Path, options: ReadOptions) -> Grid:
    """Return the fullest visible sheet of a workbook, or the one asked for."""
    if not _is_old(path):
        _refuse_bombs(path)
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        if options.sheet is not None and options.sheet not in names:
            raise UnreadableError(
                f"er is geen werkblad ‘{options.sheet}’", f"Kies uit: {', '.join(names)}."
            )
        loaded = [
            (sheet.visible, name, sheet.to_polars())
            for name in ([options.sheet] if options.sheet else names)
            for sheet in [workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")]
        ]
    except fastexcel.FastExcelError as error:
        raise UnreadableError(
            f"het is geen leesbaar Excel-bestand ({str(error).splitlines()[0]})",
            "Open het in Excel en sla het opnieuw op als .xlsx.",
        ) from None
    shown = [entry for entry in loaded if entry[0] == "visible"] or loaded
    _, name, frame = max(shown, key=lambda entry: _filled(entry[2]))
    notes = [f"gelezen uit werkblad ‘{name}’"]
    others = [f"‘{n}’" for n in names if n != name]
    if others:
        notes.append(f"andere werkbladen overgeslagen: {', '.join(others)}")
    rows = [["" if c is None else str(c).strip() for c in row] for row in frame.iter_rows()]
    marks = marks_of(path, name)
    notes += _marked(rows, marks)
    return Grid(
        rows=rows,
        numbers=list(range(1, len(rows) + 1)),
        notes=notes,
        options=options.filled(sheet=name),
        typed=True,
        hidden=sorted(n for n in marks.hidden if n <= len(rows) and any(rows[n - 1])),
        struck=sorted((n, column - marks.left) for n, column in marks.struck),
    )


def _marked(rows: list[list[str]], marks: Marks) -> list[str]:
    """Write into the cells what the marks say of them, and say what was done."""

    def write(number: int, column: int, change: Callable[[str], str]) -> bool:
        if number > len(rows) or not 0 <= column - marks.left < len(rows[number - 1]):
            return False
        row, place = rows[number - 1], column - marks.left
        changed = row[place] != change(row[place])
        row[place] = change(row[place])
        return changed

    for (number, column), text in marks.texts.items():
        write(number, column, lambda _, text=text: text)  # type: ignore[misc]
    percent = sum(write(*place, _as_percent) for place in marks.percent)
    filled = 0
    for first, last, column in marks.merged:
        place = column - marks.left
        if first > len(rows) or not 0 <= place < len(rows[first - 1]):
            continue
        top = rows[first - 1][place]
        filled += sum(write(n, column, lambda _: top) for n in range(first + 1, last + 1))  # noqa: B023
    counted = {"in procenten opgemaakt": percent, "samengevoegd en aangevuld": filled}
    return [f"{count} cellen {what}" for what, count in counted.items() if count]


def _as_percent(cell: str) -> str:
    """Return a fraction as the percentage that the workbook shows: 0.071 as 7.1%."""
    try:
        return f"{text_of(round(float(cell) * 100, 10))}%"
    except ValueError:
        return cell


def _is_old(path: Path) -> bool:
    """Return whether a workbook is one of before 2007: no archive, so nothing in it can expand."""
    with path.open("rb") as file:
        return file.read(len(_OLD)) == _OLD


def _filled(frame: pl.DataFrame) -> int:
    """Return how many cells of a sheet are filled."""
    return sum(frame.height - count for count in frame.null_count().row(0)) if frame.width else 0


def _refuse_bombs(path: Path) -> None:
    """Refuse a workbook that would expand beyond the limit, or that refers to other files."""
    try:
        with zipfile.ZipFile(path) as archive:
            expanded = sum(entry.file_size for entry in archive.infolist())
            if expanded > MAX_EXPANDED:
                raise UnreadableError(
                    f"het werkboek is uitgepakt {expanded // MEGABYTE} MB; de grens is "
                    f"{MAX_EXPANDED // MEGABYTE} MB",
                    "Kopieer alleen de tabel naar een nieuw werkboek.",
                )
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        _refuse_entities(part.read(MEGABYTE))
    # a RuntimeError is how zipfile says that a part is encrypted, or packed as it cannot unpack
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise UnreadableError(
            f"het is geen leesbaar Excel-bestand ({error})",
            "Open het in Excel en sla het opnieuw op als .xlsx. Is het bestand half binnen, haal "
            "het dan opnieuw op.",
        ) from None


def _refuse_entities(head: bytes) -> None:
    """Refuse XML that defines entities, or hides its start: no spreadsheet program writes that."""
    plain = head.replace(b"\0", b"")
    hidden = len(head) == MEGABYTE and not re.search(rb"<[A-Za-z]", _REMARK.sub(b"", plain))
    if hidden or b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise UnreadableError(
            "het werkboek verwijst naar andere bestanden (DOCTYPE)",
            "Vertrouw dit bestand niet. Vraag de afzender om een gewone Excel-export.",
        )
