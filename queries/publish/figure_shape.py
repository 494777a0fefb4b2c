"""The one shape of figures, and how they are written in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from data.survey.codebook import Codebook


# One row per figure. Shares are 0-1, amounts in the unit of the indicator; a withheld figure
# keeps its row, without estimate, margin and grade.
SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "edition": pl.Int32(),
    "basis": pl.String(),
    "indicator": pl.String(),
    "item": pl.String(),
    "statistic": pl.String(),
    "weighting": pl.String(),
    "dimension": pl.String(),
    "group_code": pl.String(),
    "population_count": pl.Int64(),
    "respondent_count": pl.Int64(),
    "answer_count": pl.Int64(),
    "dont_know_share": pl.Float64(),
    "skipped_share": pl.Float64(),
    "estimate": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "grade": pl.String(),
    "status": pl.String(),
    "step_up_dimension": pl.String(),
    "step_up_group": pl.String(),
    "group_rank": pl.Int64(),
    "item_rank": pl.Int64(),
}


SHARE, MEAN, TOTAL, MEDIAN = "share", "mean", "total", "median"


POOLED, QUOTED = "pooled", "quoted"


# Sums over threads may differ in their last bits; figures do not.
_SIGNIFICANT = 12


def shaped(figures: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """Return figures in the one shape: columns, types, ranks and order."""
    groups = figures.select("dimension", "group_code").unique()
    ranks = groups.with_columns(
        group_rank=pl.Series(
            [codebook.group_rank(d, g) for d, g in groups.iter_rows()], dtype=pl.Int64
        )
    )
    items = [
        (i.id, item, rank) for i in codebook.indicators for rank, item in enumerate(i.every_item())
    ]
    item_ranks = pl.DataFrame(
        items,
        schema={"indicator": pl.String, "item": pl.String, "item_rank": pl.Int64},
        orient="row",
    )
    complete = figures.join(ranks, on=["dimension", "group_code"], how="left").join(
        item_ranks, on=["indicator", "item"], how="left"
    )
    missing = [pl.lit(None, t).alias(c) for c, t in SCHEMA.items() if c not in complete.columns]
    ordered = complete.with_columns(missing).select(
        pl.col(column).cast(dtype) for column, dtype in SCHEMA.items()
    )
    return ordered.with_columns(
        pl.col(pl.Float64).fill_nan(None).round_sig_figs(_SIGNIFICANT)
    ).sort(
        "kind",
        "indicator",
        "basis",
        "edition",
        "item_rank",
        "statistic",
        "weighting",
        "dimension",
        "group_rank",
        "group_code",
    )
