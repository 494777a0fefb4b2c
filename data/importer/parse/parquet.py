"""Parquet files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.importer.parse.grid import Grid, UnreadableError, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from data.importer.options import ReadOptions


def parse(path: Path, options: ReadOptions) -> Grid:
    """Return a Parquet table."""
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableError(
            f"het is geen leesbaar Parquet-bestand ({str(error).splitlines()[0]})",
            "Maak het bestand opnieuw. Is het half binnen, haal het dan opnieuw op.",
        ) from None
    return Grid(
        rows=rows_of(frame),
        numbers=list(range(frame.height + 1)),
        notes=["gelezen als Parquet"],
        options=options,
        typed=True,
        header=True,
    )
