"""The margins of what is published: chance of the sample and noise together, rounded outward.

A margin is worked out from what is published, the design, and how large the noise is; it tells
nothing of the answers that the figure does not. Pure: frames in, frames out.

    low = q - hypot(q - L, 1.96 s),  high = q + hypot(H - q, 1.96 s)

with L and H of Wilson's interval and s the standard deviation of the noise.

Source: Wilson (1927); Zou and Donner (2008), Statistics in Medicine 27, for adding intervals.
"""

from __future__ import annotations

import polars as pl

from queries.estimation import estimates

# A whole number of steps must not become one more by the last bit of a division.
_NUDGE = 1e-9
# Digits of an effective sample size that a margin builds on.
_DIGITS = 2


def coarse(size: pl.Expr) -> pl.Expr:
    """Return effective sizes in so few digits that they tell little of who answered."""
    return pl.when(size.is_infinite()).then(size).otherwise(size.round_sig_figs(_DIGITS))


def coarse_error(error: pl.Expr, said: pl.Expr, small_below: int) -> pl.Expr:
    """Return standard errors of amounts in so few digits that they tell little of one answer.

    Two digits, and in a small group one, upward: there it would tell how far the farthest answer
    lies.
    """
    unit = pl.lit(10.0).pow(error.log10().floor())
    upward = pl.when(error > 0).then(rounded_up(error, unit)).otherwise(error)
    small = said.fill_null(0) < small_below
    return pl.when(small).then(upward).otherwise(error.round_sig_figs(_DIGITS))


def of_shares(shares: pl.DataFrame) -> pl.DataFrame:
    """Return shares (0-1) with ``low`` and ``high`` where they are not bounds already.

    Args:
        shares: with ``estimate``, ``low``, ``high``, ``effective_size`` (infinite for a complete
            count), ``noise`` (a standard deviation), ``slack`` and ``step``.
    """
    share, size = pl.col("estimate"), pl.col("effective_size")
    wilson_low, wilson_high = estimates.wilson(share, size, pl.lit(estimates.QUANTILE))
    noise = (pl.col("noise") * estimates.QUANTILE) ** 2
    low = share - ((share - wilson_low) ** 2 + noise).sqrt() - pl.col("slack")
    high = share + ((wilson_high - share) ** 2 + noise).sqrt() + pl.col("slack")
    return shares.with_columns(
        low=pl.coalesce("low", rounded_down(low, pl.col("step")).clip(0, 1)),
        high=pl.coalesce("high", rounded_up(high, pl.col("step")).clip(0, 1)),
    )


def rounded_down(value: pl.Expr, step: pl.Expr) -> pl.Expr:
    """Return values rounded down to whole steps."""
    return (value / step + _NUDGE).floor() * step


def rounded_up(value: pl.Expr, step: pl.Expr) -> pl.Expr:
    """Return values rounded up to whole steps."""
    return (value / step - _NUDGE).ceil() * step
