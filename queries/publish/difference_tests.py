"""The test of a pair and its interval: Student for means, MOVER for shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import ndtri, stdtr, stdtrit

from queries.estimation import estimates
from queries.estimation.newcombe import Shares
from queries.publish.comparison_pairs import coarse_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.survey.policy import Policy

    Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


_NOTHING = 1e-12


def _is_share() -> pl.Expr:
    """Whether the interval comes from those of the two sides."""
    return pl.col("statistic") == "share"


def measured(pairs: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the pairs with difference and p-value, and whether both sides are published."""
    noise = pl.col("noise").fill_null(0) ** 2 + pl.col("other_noise").fill_null(0) ** 2
    steps = pl.col("step").fill_null(0) ** 2 + pl.col("other_step").fill_null(0) ** 2
    known = (pl.col("is_known") & pl.col("other_is_known")).fill_null(value=False)
    certain = (pl.col("is_certain") & pl.col("other_is_certain")).fill_null(value=False)
    ready = pairs.with_columns(
        difference=pl.col("estimate") - pl.col("other_estimate"),
        correlation=pl.col("correlation").fill_null(0.0),
        noise_variance=noise + steps / 12,
        # of the smaller side, whichever is named first
        error=coarse_error("error", pl.min_horizontal("said", "other_said"), policy),
        is_known=known,
    )
    chances = pl.concat(
        [
            _with_chance(ready.filter("is_known", _is_share()), _mover_chance),
            _with_chance(ready.filter("is_known", ~_is_share()), _student_chance),
            ready.filter(~pl.col("is_known")).with_columns(p_value=pl.lit(None, pl.Float64)),
        ]
    )
    return chances.with_columns(p_value=pl.when(certain).then("p_value"))


def _with_chance(
    pairs: pl.DataFrame, chance: Callable[[pl.DataFrame], tuple[Vector, Vector]]
) -> pl.DataFrame:
    """Return pairs with ``p_value`` and ``standard_error`` of their difference."""
    chances, errors = chance(pairs)
    return pairs.with_columns(
        p_value=pl.Series(chances, dtype=pl.Float64).fill_nan(None),
        standard_error=pl.Series(errors, dtype=pl.Float64),
    )


def _mover_chance(pairs: pl.DataFrame) -> tuple[Vector, Vector]:
    """Return p-values and standard errors of differences of shares."""
    sides = _sides(pairs)
    low, high = sides.interval(np.full(pairs.height, estimates.QUANTILE))
    return sides.p_values(), (high - low) / (2 * estimates.QUANTILE)


def _student_chance(pairs: pl.DataFrame) -> tuple[Vector, Vector]:
    """Return p-values and standard errors of differences of means."""
    error, freedom = _error(pairs)
    difference = pairs["difference"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = 2 * stdtr(freedom, -np.abs(difference) / error)
    alike = np.abs(difference) <= _NOTHING
    return np.where(error <= _NOTHING, alike.astype(float), chance), error


def interval(pairs: pl.DataFrame, level: Vector) -> tuple[Vector, Vector]:
    """Return the bounds of differences, each at its own level of both tails together."""
    share = pairs.select(_is_share()).to_series().to_numpy()
    error, freedom = _error(pairs)
    # a pair with a side that is not published has no bounds
    with np.errstate(invalid="ignore"):
        low, high = _sides(pairs).interval(-ndtri(level / 2))
        arm = np.where(error <= _NOTHING, 0.0, -stdtrit(freedom, level / 2) * error)
    difference = pairs["difference"].to_numpy()
    return np.where(share, low, difference - arm), np.where(share, high, difference + arm)


def _sides(pairs: pl.DataFrame) -> Shares:
    """Return both shares of each pair."""
    columns = (
        *("estimate", "effective_size", "other_estimate", "other_effective_size"),
        *("correlation", "noise_variance"),
    )
    return Shares(*(pairs[column].cast(pl.Float64).to_numpy() for column in columns))


def _error(pairs: pl.DataFrame) -> tuple[Vector, Vector]:
    """Return the standard error of each difference of means, noise included, and its freedom."""
    error = pairs["error"].cast(pl.Float64).to_numpy()
    freedom = np.nan_to_num(pairs["freedom"].cast(pl.Float64).to_numpy())
    usable = np.where(freedom > 0, np.maximum(freedom, 1), np.nan)
    return np.sqrt(error**2 + pairs["noise_variance"].to_numpy()), usable
