"""Stratum sums in, estimates with their margins out. Pure: frames in, frames out.

Every estimate is a weighted mean; its variance comes from the influence sums z that
``answers/stratum_sums.sql`` delivers:

    V = sum over strata of (1 - n/N) * n/(n - 1) * (sum z^2 - (sum z)^2 / n)

with N the municipalities of the stratum and n those that answered the survey. Where all answered
there is no variance, and no margin.

Source: Cochran, Sampling Techniques (1977), ch. 5, 5A, 6; Sarndal, Swensson and Wretman, Model
Assisted Survey Sampling (1992), ch. 5; Wilson (1927); Woodruff (1952); Dean and Pagano (2015).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import polars as pl
from scipy.stats import norm, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

LEVEL = 0.95
_TAIL = 0.5 + LEVEL / 2
# The standard normal quantile of the level: 1.959964.
QUANTILE = float(norm.ppf(_TAIL))
QUARTILES = {"quartile_low": 0.25, "median": 0.5, "quartile_high": 0.75}
Values = TypeVar("Values", pl.Expr, "npt.NDArray[np.float64]")
# Below this a standard error is a rounding error of the sums, not a margin.
_NOTHING = 1e-12
# A bound that is a whole number of municipalities must not hang on the last bit of a sum.
_NUDGE = 1e-9


def weighted_means(sums: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return mean, standard error and degrees of freedom per group.

    Args:
        sums: the answer to ``answers/stratum_sums``: one row per group and stratum.
        keys: the columns that make a group.

    Returns:
        One row per group: ``keys``, ``answer_count``, ``yes_count`` (sum of the amounts),
        ``estimate``, ``standard_error``, ``degrees_of_freedom``, ``effective_size`` (answers
        that a simple random sample without finite population would need; infinite for a
        complete count) and ``size_total`` (what the answers stand for).
    """
    n, population = pl.col("respondent_count"), pl.col("population_count")
    scarce = (1 - n / population) * population / (population - 1)
    squares = pl.when(n >= population).then(0.0).otherwise(pl.col("size_square_sum") * scarce)
    return (
        sums.with_columns(_variance=stratum_variance(), _squares=squares)
        .group_by(*keys, maintain_order=True)
        .agg(
            pl.col("answer_count").sum(),
            pl.col("amount_sum").sum().alias("yes_count"),
            pl.col("estimate").first(),
            pl.col("_variance").sum().clip(0).sqrt().alias("standard_error"),
            degrees_of_freedom().alias("degrees_of_freedom"),
            (pl.col("size_total").first() ** 2 / pl.col("_squares").sum()).alias("effective_size"),
            pl.col("size_total").first(),
        )
    )


def degrees_of_freedom() -> pl.Expr:
    """Return the number of answers less the number of strata that they are in."""
    answers = pl.col("answer_count")
    return (answers.sum() - (answers > 0).sum()).cast(pl.Int64)


def skewness() -> pl.Expr:
    """Return how far askew a mean would lie if the survey were held over and over.

    That is the skewness of the answers over the root of their number; below 0.2 the margin holds
    (Cochran, 1977, section 2.15).
    """
    skew = pl.col("z_cube_sum").sum() / pl.col("z_square_sum").sum() ** 1.5
    return pl.when(skew.is_finite()).then(skew)


def total_sums(sums: pl.DataFrame) -> pl.DataFrame:
    """Return stratum sums of totals from those of means: what all municipalities add up to.

    Args:
        sums: the answer to ``answers/stratum_sums``.

    Returns:
        The same rows of figures per municipality, with the influence of each answer (weight
        times amount) in the sums of z, and the total in ``estimate``.
    """
    mean, whole = pl.col("estimate"), pl.col("size_total")
    return sums.with_columns(
        estimate=mean * whole,
        z_sum=whole * pl.col("z_sum") + mean * pl.col("size_sum"),
        weight_z_sum=whole * pl.col("weight_z_sum") + mean * pl.col("size_square_sum"),
        z_share_sum=whole * pl.col("z_share_sum") + mean * pl.col("answer_count"),
        z_square_sum=whole**2 * pl.col("z_square_sum")
        + 2 * mean * whole * pl.col("size_z_sum")
        + mean**2 * pl.col("size_square_sum"),
    )


def stratum_variance() -> pl.Expr:
    """Return what each stratum adds to the variance; nothing where all of it answered."""
    n, population = pl.col("respondent_count"), pl.col("population_count")
    spread = pl.col("z_square_sum") - pl.col("z_sum") ** 2 / n
    variance = (1 - n / population) * n / (n - 1) * spread
    return pl.when(n >= population).then(0.0).otherwise(variance)


def mean_interval(estimates: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with ``low`` and ``high``: Student's t with the degrees of freedom.

    Without degrees of freedom there is no margin, and neither where all gave the same answer:
    that some differ among those that did not answer cannot be seen. A group that was counted
    completely has a margin of nothing.
    """
    freedom = estimates["degrees_of_freedom"].to_numpy()
    factor = np.where(freedom > 0, t.ppf(_TAIL, np.maximum(freedom, 1)), np.nan)
    margin = pl.Series(factor).fill_nan(None) * estimates["standard_error"]
    varies = pl.col("standard_error") > _NOTHING * pl.col("estimate").abs().clip(1)
    complete = pl.col("effective_size").is_infinite()
    known = pl.when(varies).then("_margin").when(complete).then(0.0)
    return (
        estimates.with_columns(_margin=margin)
        .with_columns(_margin=known)
        .with_columns(
            low=pl.col("estimate") - pl.col("_margin"),
            high=pl.col("estimate") + pl.col("_margin"),
        )
        .drop("_margin")
    )


def wilson(share: Values, size: Values, quantile: Any) -> tuple[Values, Values]:  # noqa: ANN401 - a number or an array
    """Return Wilson's interval of shares (0-1), of columns or of arrays alike.

    Args:
        share: the estimates.
        size: effective sample sizes; infinite for a complete count, which has no margin.
        quantile: of the standard normal distribution, 1.96 for 95 %.
    """
    scale = 1 + quantile**2 / size
    centre = (share + quantile**2 / (2 * size)) / scale
    half = quantile / scale * (share * (1 - share) / size + quantile**2 / (4 * size**2)) ** 0.5
    return centre - half, centre + half


def share_interval(estimates: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with ``low`` and ``high`` for shares of municipalities (0-1).

    Wilson's interval with the effective size of the design, widened to whole municipalities and
    never past what was counted: with k of n saying yes, at least k of all N do, and at most
    N - (n - k).

    Args:
        estimates: from :func:`weighted_means`, with ``population_count`` (N) of the group.
    """
    p, size = pl.col("estimate"), pl.col("effective_size")
    wilson_low, wilson_high = wilson(p, size, QUANTILE)
    everyone, yes, answers = (
        pl.col("population_count"),
        pl.col("yes_count"),
        pl.col("answer_count"),
    )
    complete = size.is_infinite()
    whole_low = (wilson_low * everyone + _NUDGE).floor()
    whole_high = (wilson_high * everyone - _NUDGE).ceil()
    seen_low, seen_high = yes / everyone, 1 - (answers - yes) / everyone
    return estimates.with_columns(
        low=pl.when(complete).then(p).otherwise(pl.max_horizontal(whole_low / everyone, seen_low)),
        high=pl.when(complete)
        .then(p)
        .otherwise(pl.min_horizontal(whole_high / everyone, seen_high)),
    )


def ratio_share_interval(estimates: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with ``low`` and ``high`` for shares of inhabitants: t, within 0 and 1."""
    return mean_interval(estimates).with_columns(
        pl.col("low").clip(0, 1), pl.col("high").clip(0, 1)
    )


def quantile_probabilities(shares: pl.DataFrame) -> pl.DataFrame:
    """Return at which probabilities the bounds of a quantile must be read.

    Woodruff's interval: the margin of the share at or below the point, read back through the
    quantile rule.

    Args:
        shares: from :func:`weighted_means` over ``answers/quantile_sums``.

    Returns:
        Two rows per quantile: its name with ``:low`` or ``:high`` behind it, and
        ``probability``; those outside 0 and 1 are left out, for they cannot be read.
    """
    bounds = mean_interval(shares)
    keys = ["edition", "indicator", "dimension", "group_code"]
    sides = [
        bounds.select(
            *keys,
            (pl.col("quantile") + f":{side}").alias("quantile"),
            pl.col(side).alias("probability"),
        )
        for side in ("low", "high")
    ]
    return pl.concat(sides).filter(pl.col("probability").is_between(0, 1))


def reliability(
    estimates: pl.DataFrame, *, good: float, caution: float, freedom: int, skew: float
) -> pl.Expr:
    """Return the grade of each figure: 'good', 'caution' or 'uncertain'.

    Args:
        estimates: the frame the expression will be used on, with ``low``, ``high``,
            ``degrees_of_freedom``, ``valid_lower`` and ``valid_upper``; for shares the range
            is null and stands for 0 to 1.
        good: largest half width of a good figure, in per cent of the range.
        caution: largest half width of a figure that can be shown with caution.
        freedom: fewest degrees of freedom of a good figure.
        skew: largest ``skewness`` of a good figure, where the frame has it.
    """
    span = (pl.col("valid_upper") - pl.col("valid_lower")).fill_null(1.0)
    half = (pl.col("high") - pl.col("low")) / 2 / span * 100
    known = half.is_not_null() & half.is_not_nan()
    complete = known & (half <= _NOTHING)
    enough = pl.lit(value=True)
    if "degrees_of_freedom" in estimates:
        enough &= pl.col("degrees_of_freedom") >= freedom
    if "skewness" in estimates:
        enough &= pl.col("skewness").abs().fill_null(0) <= skew
    return (
        pl.when(complete | (known & (half <= good) & enough))
        .then(pl.lit("good"))
        .when(known & (half <= caution))
        .then(pl.lit("caution"))
        .otherwise(pl.lit("uncertain"))
    )
