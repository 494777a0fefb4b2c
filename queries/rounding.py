"""How coarse figures are published, by the data holder's rule. Pure: frames in, frames out.

An interval is worked out from the rounded estimate and widened to the same step, so that it tells
nothing that the estimate does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from data.policy import RoundingPolicy

# Rounding half a step up or down must not hang on the last bit of a sum.
_NUDGE = 1e-9
_HALF = 0.5


def step(policy: RoundingPolicy) -> pl.Expr:
    """Return the step that an estimate is rounded to; 0 where it is left as it is.

    For frames with ``item``, ``answer_count`` and ``estimate``: shares (0-1) have an item,
    amounts have none.
    """
    share = (
        pl.when(pl.col("answer_count") < policy.small_below)
        .then(policy.share_points_small / 100)
        .otherwise(policy.share_points / 100)
    )
    if policy.amount_digits == 0:
        amount = pl.lit(0.0)
    else:
        size = pl.col("estimate").abs().log10().floor()
        amount = pl.when(pl.col("estimate") == 0).then(0.0)
        amount = amount.otherwise(pl.lit(10.0).pow(size + 1 - policy.amount_digits))
    return pl.when(pl.col("item") == "").then(amount).otherwise(share).alias("step")


def round_estimates(figures: pl.DataFrame, policy: RoundingPolicy) -> pl.DataFrame:
    """Return the frame with ``estimate`` rounded and its ``step``.

    Where it is rounded, the exact count of answers (``yes_count``) is forgotten: an interval
    that leaned on it would give it away.
    """
    coarse = pl.col("step") > 0
    # a share halfway two steps goes towards one half, so that it and what it leaves of all add up;
    # otherwise the two together would tell that it lies exactly halfway
    above = (pl.col("item") != "") & (pl.col("estimate") > _HALF)
    nudge = pl.when(above).then(-_NUDGE).otherwise(_NUDGE)
    nearest = (pl.col("estimate") / pl.col("step") + nudge).round() * pl.col("step")
    forgotten = [
        pl.when(~coarse).then(pl.col(column)).alias(column)
        for column in ("yes_count",)
        if column in figures.columns
    ]
    return figures.with_columns(step(policy)).with_columns(
        pl.when(coarse).then(nearest).otherwise("estimate").alias("estimate"), *forgotten
    )


def round_margins(figures: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with ``low`` and ``high`` widened to their ``step``.

    The standard error is a figure about single answers, and is given only where nothing is
    rounded.
    """
    coarse = pl.col("step") > 0
    low = (pl.col("low") / pl.col("step") + _NUDGE).floor() * pl.col("step")
    high = (pl.col("high") / pl.col("step") - _NUDGE).ceil() * pl.col("step")
    return figures.with_columns(
        pl.when(coarse).then(low).otherwise("low").alias("low"),
        pl.when(coarse).then(high).otherwise("high").alias("high"),
        pl.when(~coarse).then("standard_error").alias("standard_error"),
    )
