"""Stratum sums in, estimates with their margins out. Pure: frames in, frames out.

Every estimate is a weighted mean; its variance comes from the influence values z of who answered:

    V = sum over strata of (1 - n/N) * n/(n - 1) * (sum z^2 - (sum z)^2 / n)

with N the municipalities of the stratum and n those that answered the question: who took part
but left it out tells no more about it than who did not take part. Where all answered there is no
variance, and no margin.

Source: Cochran, Sampling Techniques (1977), ch. 5, 5A, 6; Sarndal, Swensson and Wretman, Model
Assisted Survey Sampling (1992), ch. 5; Wilson (1927); Hall (1992), On the removal of skewness by
transformation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl
from scipy.special import ndtri

from queries.vocabulary import Grade, Weighting

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

LEVEL = 0.95
# The standard normal quantile of the level: 1.959964.
QUANTILE = float(ndtri(0.5 + LEVEL / 2))
QUARTILES = {"quartile_low": 0.25, "median": 0.5, "quartile_high": 0.75}
Values = TypeVar("Values", pl.Expr, "npt.NDArray[np.float64]")
_STRATUM = ["stratum", "calibration_cell", "weight", "population_count", "item_count"]


def weighted_sums(sums: pl.DataFrame, weightings: Sequence[str]) -> pl.DataFrame:
    """Return the sums of sizes and amounts that each weighting makes of stratum sums.

    The size of a municipality is what it stands for: its weight, or the inhabitants that it and
    the others it stands for have.

    Args:
        sums: the answer to ``counts/stratum_sums``.
        weightings: ``municipality``, ``inhabitant``.

    Returns:
        One row per row of ``sums`` and weighting: its keys with ``weighting``, ``answer_count``
        (those without a size do not count), ``size_sum``, ``size_square_sum``, ``amount_sum``
        (size times amount), ``cross_sum`` (squared size times amount) and ``square_sum`` (of size
        times amount, squared); and without weights, so that they are whole numbers where amounts
        are, ``plain_size``, ``plain_amount`` and ``plain_largest``.
    """
    w = pl.col("weight")
    columns = {
        Weighting.MUNICIPALITY: {
            "answer_count": pl.col("answer_count"),
            "size_sum": w * pl.col("answer_count"),
            "size_square_sum": w**2 * pl.col("answer_count"),
            "amount_sum": w * pl.col("y"),
            "cross_sum": w**2 * pl.col("y"),
            "square_sum": w**2 * pl.col("yy"),
            "plain_size": pl.col("answer_count").cast(pl.Float64),
            "plain_amount": pl.col("y"),
            "plain_largest": pl.lit(1.0),
        },
        Weighting.INHABITANT: {
            "answer_count": pl.col("inhabited_count"),
            "size_sum": w * pl.col("x"),
            "size_square_sum": w**2 * pl.col("xx"),
            "amount_sum": w * pl.col("xy"),
            "cross_sum": w**2 * pl.col("xxy"),
            "square_sum": w**2 * pl.col("xxyy"),
            "plain_size": pl.col("x"),
            "plain_amount": pl.col("xy"),
            "plain_largest": pl.col("largest_x"),
        },
    }
    keys = [*("edition", "indicator", "item", "dimension", "group_code"), *_STRATUM]
    return pl.concat(
        sums.select(*keys, pl.lit(name).alias("weighting"), **columns[Weighting(name)]).filter(
            pl.col("answer_count") > 0, pl.col("size_sum") > 0
        )
        for name in weightings
    )


def influence_sums(weighted: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return the sums of the influence values z of the weighted mean of each group.

    Args:
        weighted: from :func:`weighted_sums`.
        keys: the columns that make a group.

    Returns:
        The same rows with ``size_total`` and ``estimate`` of the group, ``z_sum`` and
        ``z_square_sum``, and for calibration ``weight_z_sum`` and ``z_share_sum`` (z times and
        over the weight).
    """
    z, mean, total = pl.col("z_sum"), pl.col("estimate"), pl.col("size_total")
    return (
        weighted.with_columns(size_total=pl.col("size_sum").sum().over(keys))
        .with_columns(estimate=pl.col("amount_sum").sum().over(keys) / total)
        .with_columns(
            z_sum=(pl.col("amount_sum") - mean * pl.col("size_sum")) / total,
            z_square_sum=(
                pl.col("square_sum")
                - 2 * mean * pl.col("cross_sum")
                + mean**2 * pl.col("size_square_sum")
            )
            / total**2,
        )
        .with_columns(weight_z_sum=z * pl.col("weight"), z_share_sum=z / pl.col("weight"))
    )


def by_stratum(sums: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return influence sums with the cells and weights of each stratum taken together."""
    added = [c for c in sums.columns if c.endswith("_sum")] + ["answer_count"]
    return sums.group_by(*keys, "stratum", maintain_order=True).agg(
        pl.col("population_count", "item_count", "estimate", "size_total").first(),
        pl.col(added).sum(),
    )


def weighted_means(strata: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return mean, standard error and degrees of freedom per group.

    Args:
        strata: from :func:`by_stratum`: one row per group and stratum.
        keys: the columns that make a group.

    Returns:
        One row per group: ``keys``, ``answer_count``, ``estimate``, ``standard_error``,
        ``degrees_of_freedom``, ``effective_size`` (answers that a simple random sample without
        finite population would need; infinite for a complete count) and ``size_total`` (what the
        answers stand for).
    """
    n, population = pl.col("item_count"), pl.col("population_count")
    scarce = (1 - n / population) * population / (population - 1)
    squares = pl.when(n >= population).then(0.0).otherwise(pl.col("size_square_sum") * scarce)
    return (
        strata.with_columns(_variance=stratum_variance(), _squares=squares)
        .group_by(*keys, maintain_order=True)
        .agg(
            pl.col("answer_count").sum(),
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


def total_sums(weighted: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return influence sums of totals: what all that the answers stand for adds up to.

    Args:
        weighted: from :func:`weighted_sums`.
        keys: the columns that make a group.

    Returns:
        As :func:`influence_sums`, with the influence of each answer (size times amount) in the
        sums of z, and the total in ``estimate``.
    """
    z = pl.col("amount_sum")
    return weighted.with_columns(
        size_total=pl.col("size_sum").sum().over(keys),
        estimate=z.sum().over(keys),
        z_sum=z,
        z_square_sum=pl.col("square_sum"),
        weight_z_sum=z * pl.col("weight"),
        z_share_sum=z / pl.col("weight"),
    )


def stratum_variance() -> pl.Expr:
    """Return what each stratum adds to the variance; nothing where all of it answered.

    One answer shows no spread; it counts as if a second one had no influence.
    """
    n, population = pl.col("item_count"), pl.col("population_count")
    seen = n.clip(2)
    spread = pl.col("z_square_sum") - pl.col("z_sum") ** 2 / seen
    variance = (1 - n / population) * seen / (seen - 1) * spread
    return pl.when(n >= population).then(0.0).otherwise(variance)


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


def reliability(*, good: float, caution: float, answers: int, skew: float) -> pl.Expr:
    """Return the grade of published figures: 'good', 'caution' or 'uncertain'.

    For frames with ``low``, ``high``, ``answer_count``, ``skewness`` (null where it does not
    count), ``valid_lower`` and ``valid_upper``; for shares the range is null and stands for 0 to 1.

    Args:
        good: largest half width of a good figure, in per cent of the range.
        caution: largest half width of a figure that can be shown with caution.
        answers: fewest answers of a good figure.
        skew: the most that a good figure may lie askew.
    """
    span = (pl.col("valid_upper") - pl.col("valid_lower")).fill_null(1.0)
    half = (pl.col("high") - pl.col("low")) / 2 / span * 100
    known = half.is_not_null() & half.is_not_nan()
    enough = (pl.col("answer_count") >= answers) & (pl.col("skewness").abs().fill_null(0) <= skew)
    return (
        pl.when(known & (half <= good) & enough)
        .then(pl.lit(Grade.GOOD))
        .when(known & (half <= caution))
        .then(pl.lit(Grade.CAUTION))
        .otherwise(pl.lit(Grade.UNCERTAIN))
    )
