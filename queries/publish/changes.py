"""What changed between two versions of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.files import store
from queries.release.log import Change
from queries.release.manifest import (
    VERSIONS,
)

if TYPE_CHECKING:
    from pathlib import Path


_KEY = [
    *("indicator", "basis", "edition", "dimension", "group_code", "item", "statistic"),
    "weighting",
]


def changes_between(target: Path, former: str | None, version: str) -> tuple[int, Change | None]:
    """Return how many figures changed, and the one that changed most."""
    now = store.read_parquet(target / VERSIONS / version / "figures.parquet")
    before = target / VERSIONS / str(former) / "figures.parquet"
    if not before.is_file():
        return now.height, None
    then = store.read_parquet(before)
    told = ["estimate", "low", "high", "status"]
    both = now.select(*_KEY, *told).join(
        then.select(*_KEY, *told),
        on=_KEY,
        how="full",
        suffix="_then",
        coalesce=True,
        nulls_equal=True,
    )
    differs = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_then")) for c in told)
    changed = both.filter(differs)
    return changed.height, _largest(changed)


def _largest(changed: pl.DataFrame) -> Change | None:
    """Return the figure that changed most; None when none had a value before and after."""
    after, before = pl.col("estimate"), pl.col("estimate_then")
    by = (after - before).abs()
    scale = (
        pl.when(pl.col("statistic") == "share")
        .then(1.0)
        .otherwise(pl.max_horizontal(after.abs(), before.abs()))
    )
    moved = changed.with_columns(by=by / scale).filter(by > 0).sort("by", *_KEY, descending=True)
    for row in moved.head(1).iter_rows(named=True):
        known = {name: row[name] for name in Change.model_fields if name in row}
        return Change(**known, before=row["estimate_then"], after=row["estimate"])
    return None
