"""What tested differences may be called: one word each, chosen by a test. Pure.

The more differences are tested together, the likelier it is that one of them is chance. Which are
together is fixed at the release: the groups of one dimension, or their changes, for one answer to
one question. So a difference is called the same wherever it is shown.

The margin is at the level at which the word was chosen, so that it never speaks against it.

Source: Holm, A simple sequentially rejective multiple test procedure (1979).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from scipy.special import ndtri

from queries.vocabulary import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
    Interval = Callable[[pl.DataFrame, Vector], tuple[Vector, Vector]]

# What is called a difference has a chance of one in twenty of being none, all of them together.
LEVEL = 0.05
# How sure the survey must be to find the smallest difference that it is said to show.
POWER = 0.8
FAMILY = ["edition", "indicator", "item", "statistic", "weighting", "against", "dimension"]


def judged(pairs: pl.DataFrame, interval: Interval) -> pl.DataFrame:
    """Return differences with what each may be called and a margin that agrees.

    Args:
        pairs: with the columns of ``FAMILY``, ``difference``, ``standard_error``, ``is_known``
            and ``p_value``, which is null where a side is withheld or too uncertain.
        interval: gives the bounds of differences at levels, one level for each.

    Returns:
        The same rows in the same order with ``outcome``, ``low`` and ``high``, and
        ``detectable``: the smallest difference that this survey would have shown in four cases
        out of five, in the unit of the difference.
    """
    tests = pl.col("p_value").count().over(FAMILY)
    place = pl.col("p_value").rank("ordinal").over(FAMILY)
    ranked = (
        pairs.with_row_index("_row")
        .with_columns(_tests=tests.clip(1), _place=place)
        .sort("p_value", "_row", nulls_last=True)
        .with_columns(
            _holm=(pl.col("p_value") * (pl.col("_tests") - pl.col("_place") + 1))
            .cum_max()
            .over(FAMILY)
        )
        .with_columns(_called=(pl.col("_holm") < LEVEL).fill_null(value=False))
        .with_columns(_found=pl.col("_called").sum().over(FAMILY))
        .sort("_row")
    )
    left = pl.col("_tests") - pl.min_horizontal(pl.col("_place").fill_null(1) - 1, "_found")
    levels = ranked.select(LEVEL / left.clip(1)).to_series().to_numpy()
    low, high = interval(ranked, levels)
    reach = ndtri(POWER) - ndtri(LEVEL / 2 / ranked["_tests"].to_numpy())
    return ranked.with_columns(
        _outcome(),
        low=pl.Series(low, dtype=pl.Float64).fill_nan(None),
        high=pl.Series(high, dtype=pl.Float64).fill_nan(None),
        detectable=pl.col("standard_error") * pl.Series(reach, dtype=pl.Float64),
    )


def _outcome() -> pl.Expr:
    """Return the one word for a difference; unknown means not published."""
    upward = (
        pl.when(pl.col("difference") > 0)
        .then(pl.lit(Outcome.HIGHER))
        .otherwise(pl.lit(Outcome.LOWER))
    )
    return (
        pl.when(~pl.col("is_known").fill_null(value=False) | pl.col("difference").is_null())
        .then(pl.lit(Outcome.NOT_PUBLISHED))
        .when(pl.col("p_value").is_null())
        .then(pl.lit(Outcome.TOO_LITTLE))
        .when(pl.col("_called") & (pl.col("difference") != 0))
        .then(upward)
        .otherwise(pl.lit(Outcome.NO_DIFFERENCE))
        .alias("outcome")
    )
