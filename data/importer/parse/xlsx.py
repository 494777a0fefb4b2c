"""Workbooks of Excel, refused unopened where they would fill the memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING

import fastexcel

from data.importer.parse.grid import MAX_EXPANDED, MEGABYTE, Grid, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from data.importer.options import ReadOptions


_REMARK = re.compile(rb"<!--.*?(-->|$)", re.DOTALL)


def parse(path: Path, options: ReadOptions) -> Grid:
    """Return the fullest visible sheet of a workbook, or the one asked for."""
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
            for sheet in [workbook.load_sheet(name, header_row=None, dtypes="string")]
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
    return Grid(
        rows=rows,
        numbers=list(range(1, len(rows) + 1)),
        notes=notes,
        options=options.filled(sheet=name),
        typed=True,
    )


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
