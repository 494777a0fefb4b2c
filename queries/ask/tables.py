"""Whole tables of a release, as they are handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import ReleaseBrokenError
from queries import engine
from queries.ask.questions import in_percentages
from queries.release.manifest import REMEDY

if TYPE_CHECKING:
    import polars as pl

    from queries.release.manifest import Release


def released(release: Release, table: str) -> pl.DataFrame:
    """Return a table of a release as it was released, shares as percentages.

    Raises:
        ReleaseBrokenError: the table is damaged, or the release has none of that name.
    """
    if reason := release.broken.get(table):
        raise ReleaseBrokenError(f"{table}.parquet: {reason}.", REMEDY)
    if f"{table}.parquet" not in release.manifest.files:
        raise ReleaseBrokenError(f"{table}.parquet hoort niet bij deze release.", REMEDY)
    found = engine.table(release.connection.cursor(), table)
    if "indicator" not in found.columns:
        return found
    return in_percentages(found, [i for i in release.codebook.indicators if i.is_share])
