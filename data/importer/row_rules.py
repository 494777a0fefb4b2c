"""Which rows count and what an empty cell means, as the mapping says; what nobody said yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.errors import ImportRefusedError, Problem
from data.importer.table_detection import ROW, Sheet
from data.spelling import is_like

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from data.importer.options import ReadOptions


def ruled(sheet: Sheet, options: ReadOptions) -> Sheet:
    """Return a sheet with the rows that count, filled down; notes say what was left out.

    Raises:
        ImportRefusedError: a rule names a column that the sheet lacks.
    """
    rules = (options.skip_where or {}, options.keep_where or {})
    named = [*rules[0], *rules[1], *(options.fill_down or [])]
    unknown = [name for name in named if name not in sheet.columns]
    if unknown:
        there = ", ".join(sheet.columns[:8])
        what = "een regel onder [reading] noemt een kolom die het bestand niet heeft"
        remedy = f"Verbeter de mapping. In het bestand staan: {there}."
        found = [Problem(sheet.file, sheet.header_row, n, None, what, remedy) for n in unknown]
        raise ImportRefusedError(sheet.file, found)
    cells, notes = sheet.cells, list(sheet.notes)
    filling = options.fill_down or []
    # Before any row is left out: what stands below a total belongs to that, and to nothing else.
    for name in filling:
        filled = int(cells[name].null_count())
        cells = cells.with_columns(pl.col(name).forward_fill())
        notes.append(f"{filled - cells[name].null_count()} lege cellen in {name} aangevuld")
    if options.struck == "skip":
        cells = _without_struck(cells, sheet, filling)
    if options.hidden == "skip":
        cells = cells.filter(~pl.col(ROW).is_in(sheet.hidden))
        notes.append(f"{sheet.cells.height - cells.height} verborgen rijen overgeslagen")
    for columns, keep in ((rules[0], False), (rules[1], True)):
        for name, patterns in columns.items():
            fits = pl.Series([_fits(text, patterns) for text in cells[name]], dtype=pl.Boolean)
            left = cells.filter(fits == keep)
            notes.append(f"{cells.height - left.height} rijen overgeslagen om {name}")
            cells = left
    return replace(sheet, cells=cells, notes=notes)


def unsaid(sheet: Sheet, options: ReadOptions, used: Iterable[str]) -> Iterable[Problem]:
    """Find hidden rows and struck-out cells of which nobody said whether to read them."""
    there = set(sheet.cells[ROW])
    hidden = sorted(there & set(sheet.hidden))
    if hidden and options.hidden is None:
        yield Problem(
            sheet.file,
            hidden[0],
            None,
            None,
            f"{len(hidden)} rijen zijn verborgen of weggefilterd, de eerste is rij {hidden[0]}",
            'Zet onder [reading] hidden = "read" als zij meetellen, of hidden = "skip".',
        )
    struck = sorted(
        (n, c) for n, columns in sheet.struck.items() for c in columns if c in set(used)
    )
    struck = [(n, c) for n, c in struck if n in there]
    if struck and options.struck is None:
        yield Problem(
            sheet.file,
            struck[0][0],
            struck[0][1],
            None,
            f"{len(struck)} cellen zijn doorgestreept, de eerste staat op rij {struck[0][0]}",
            'Zet onder [reading] struck = "read" als zij gelden, of struck = "skip".',
        )


def _fits(text: str | None, patterns: Iterable[str]) -> bool:
    """Return whether a cell is one of the texts, in which ``*`` stands for anything."""
    return any(is_like(text or "", pattern) for pattern in patterns)


def _without_struck(cells: pl.DataFrame, sheet: Sheet, filled: Sequence[str]) -> pl.DataFrame:
    """Return the cells with those that were struck out empty, and no rows that were so whole.

    What was ``filled`` down does not make a row one that holds something.
    """
    by_column: dict[str, list[int]] = {}
    for number, columns in sheet.struck.items():
        for name in columns:
            by_column.setdefault(name, []).append(number)
    blanked = cells.with_columns(
        pl.when(pl.col(ROW).is_in(rows)).then(None).otherwise(pl.col(name)).alias(name)
        for name, rows in by_column.items()
    )
    return blanked.filter(pl.any_horizontal(pl.exclude(ROW, *filled).is_not_null()))


def first_values(sheet: Sheet, names: Iterable[str]) -> Mapping[str, list[str]]:
    """Return the first different values of columns, shortened, to recognise them by."""
    return {
        name: [text[:40] for text in sheet.cells[name].drop_nulls().unique(maintain_order=True)[:3]]
        for name in names
        if name in sheet.columns
    }
