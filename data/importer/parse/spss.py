"""Files of SPSS, with their labels and missing values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyreadstat

from data.importer.parse.grid import Grid, UnreadableError, rows_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from data.importer.options import ReadOptions


def parse(path: Path, options: ReadOptions) -> Grid:
    """Return an SPSS file: codes as text, with the labels and missing codes it declares."""
    try:
        frame, meta = pyreadstat.read_sav(path, output_format="polars", user_missing=True)
    except (pyreadstat.ReadstatError, OSError, ValueError) as error:
        raise UnreadableError(
            f"het is geen leesbaar SPSS-bestand ({error})",
            "Sla het in SPSS opnieuw op. Is het bestand half binnen, haal het dan opnieuw op.",
        ) from None
    labels = {
        name: label
        for name, label in zip(meta.column_names, meta.column_labels, strict=True)
        if label
    }
    return Grid(
        rows=rows_of(frame),
        numbers=list(range(frame.height + 1)),
        notes=["gelezen als SPSS-bestand"],
        options=options,
        typed=True,
        header=True,
        labels=labels,
        value_labels={
            name: {text_of(code): str(label) for code, label in codes.items()}
            for name, codes in meta.variable_value_labels.items()
        },
        missing={
            name: _missing_codes(
                [r for r in ranges if isinstance(r, dict)],
                [*meta.variable_value_labels.get(name, {}), *frame[name].drop_nulls().unique()],
            )
            for name, ranges in meta.missing_ranges.items()
        },
    )


def _missing_codes(ranges: Sequence[Mapping[str, object]], seen: Iterable[object]) -> list[str]:
    """Return the codes that are declared missing: single ones, and those seen in a range."""
    single = {text_of(r["lo"]) for r in ranges if r["lo"] == r["hi"]}
    spans = [(r["lo"], r["hi"]) for r in ranges]
    ranged = {
        text_of(code)
        for code in seen
        for low, high in spans
        if isinstance(code, float) and isinstance(low, float) and isinstance(high, float)
        if low <= code <= high
    }
    return sorted(single | ranged)
