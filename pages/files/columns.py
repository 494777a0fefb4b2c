"""The columns of files: of one type each, whatever they hold, so that files can be put together."""

from __future__ import annotations

import polars as pl

YEARS = frozenset({"edition", "other_edition", "compared_with"})
COUNTS = frozenset(
    {
        "population_count",
        "respondent_count",
        "answer_count",
        "other_answer_count",
        "signal_id",
        "signal_count",
    }
)
# Written with the decimals of their question.
MEASURED = frozenset({"estimate", "other_estimate", "difference", "low", "high", "detectable"})
# Shares of who took part, in whole per cents.
PARTS = frozenset({"dont_know_share", "skipped_share"})
CHANCE = "p_value"
IS_MADE_UP = "is_synthetic"

# Beyond this a figure holds nothing but the traces of a division.
_DECIMALS = 4


def type_of(column: str) -> pl.DataType:
    """Return the type of a column, the same in every file."""
    if column in YEARS:
        return pl.Int32()
    if column in COUNTS:
        return pl.Int64()
    if column in MEASURED | PARTS | {CHANCE}:
        return pl.Float64()
    return pl.Boolean() if column == IS_MADE_UP else pl.String()


def typed(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return the columns of a file in their types, those that are missing without values."""
    missing = [pl.lit(None).alias(c) for c in columns if c not in frame.columns]
    return frame.with_columns(missing).select(
        pl.col(c).cast(type_of(c)) if type_of(c) != pl.Float64() else _number(c) for c in columns
    )


def _number(column: str) -> pl.Expr:
    """Return a column of numbers without digits that say nothing."""
    value = pl.col(column).cast(pl.Float64)
    return value.round_sig_figs(_DECIMALS) if column == CHANCE else value.round(_DECIMALS)
