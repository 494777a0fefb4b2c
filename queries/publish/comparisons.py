"""Differences between figures, and whether they can be told from chance. Pure: frames in and out.

Three kinds: a group against the rest (never against a total that holds the group itself), the
groups of a dimension against each other, and an edition against the one before. Nothing is worked
out from more than is published: figures come in with their noise, what else is used of the
answers (standard errors, effective sizes) is coarsened first, and noise and rounding count as a
part of the margin.

Source: Newcombe (1998) and Zou and Donner (2008) for intervals of differences from the intervals
of both sides (MOVER); Tam (1984) for overlapping samples; Sarndal, Swensson and Wretman, Model
Assisted Survey Sampling (1992), section 5.6, for differences of domains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from queries.estimation import verdicts
from queries.publish.comparison_pairs import (
    against_editions,
    against_groups,
    against_rest,
    published_sides,
)
from queries.publish.difference_tests import interval, measured

if TYPE_CHECKING:
    import numpy as np

    from data.survey.codebook import Codebook
    from data.survey.policy import Policy

    Vector = np.ndarray[tuple[int], np.dtype[np.float64]]

# One row per difference. Shares are 0-1, amounts in the unit of the indicator; where a side is
# withheld nothing but keys and the outcome is there, and where a side is too uncertain there is no
# p_value. low and high are at the level at which the outcome was decided.
SCHEMA: dict[str, pl.DataType] = {
    "edition": pl.Int32(),
    "indicator": pl.String(),
    "item": pl.String(),
    "statistic": pl.String(),
    "weighting": pl.String(),
    "against": pl.String(),
    "dimension": pl.String(),
    "group_code": pl.String(),
    "other_dimension": pl.String(),
    "other_group": pl.String(),
    "other_edition": pl.Int32(),
    "estimate": pl.Float64(),
    "other_estimate": pl.Float64(),
    "difference": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "p_value": pl.Float64(),
    "detectable": pl.Float64(),
    "outcome": pl.String(),
}
_VALUES = ("estimate", "other_estimate", "difference", "low", "high", "p_value", "detectable")
_SIGNIFICANT = 12


def compare(
    figures: pl.DataFrame,
    strata: pl.DataFrame,
    overlaps: pl.DataFrame,
    codebook: Codebook,
    policy: Policy,
) -> pl.DataFrame:
    """Return every difference that is tested, in the columns of ``SCHEMA``.

    Args:
        figures: the answer of ``figures.survey_figures``.
        strata: influence sums of every figure, from ``estimates.by_stratum``.
        overlaps: the answer to ``counts/edition_overlaps``.
        codebook: says which groups and editions there are.
        policy: of the data holder.
    """
    sides = published_sides(figures, policy)
    pairs = pl.concat(
        [
            against_rest(sides, strata, codebook, policy),
            against_groups(sides, strata, codebook),
            against_editions(sides, overlaps, codebook, policy),
        ],
        how="diagonal",
    )
    return _shaped(verdicts.judged(measured(pairs, policy), interval))


# ---------------------------------------------------------------------------- tests


def _shaped(pairs: pl.DataFrame) -> pl.DataFrame:
    told = pairs.with_columns(
        *(pl.when("is_known").then(column).alias(column) for column in _VALUES),
    ).with_columns(
        # a margin belongs to a verdict
        pl.when(pl.col("p_value").is_not_null()).then(column).alias(column)
        for column in ("low", "high")
    )
    ordered = told.select(pl.col(column).cast(dtype) for column, dtype in SCHEMA.items())
    numbers = pl.col(pl.Float64).fill_nan(None).round_sig_figs(_SIGNIFICANT)
    return ordered.with_columns(numbers).sort(*list(SCHEMA)[: list(SCHEMA).index("estimate")])
