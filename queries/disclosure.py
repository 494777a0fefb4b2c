"""Figures in, the same rows out with unsafe ones withheld. Pure: a frame in, a frame out.

Unknown, null or missing means withheld: a figure is shown only when it is known to be safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from data.policy import Policy

SHOWN = "shown"
TOO_FEW = "too_few"
# What an unsafe figure loses.
FIGURES = ("estimate", "low", "high", "standard_error", "degrees_of_freedom", "grade")


def withhold(figures: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the figures with ``status``; those of too few answers lose their values.

    Args:
        figures: one row per figure, with ``answer_count``.
        policy: of the data holder.
    """
    safe = pl.col("answer_count").fill_null(0) >= policy.min_respondents
    safe &= pl.col("estimate").is_not_null() & pl.col("estimate").is_not_nan()
    status = pl.when(safe).then(pl.lit(SHOWN)).otherwise(pl.lit(TOO_FEW))
    return figures.with_columns(status=status).with_columns(
        pl.when(pl.col("status") == SHOWN).then(pl.col(column)).alias(column) for column in FIGURES
    )


def step_up(figures: pl.DataFrame, containing: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with, for each withheld one, the nearest shown group that holds it.

    Args:
        figures: after :func:`withhold`.
        containing: the answer to ``answers/containing_groups``.

    Returns:
        The same rows with ``step_up_dimension`` and ``step_up_group``, null where shown or
        where no wider group is.
    """
    item = ["edition", "indicator", "item", "statistic", "weighting"]
    shown = figures.filter(pl.col("status") == SHOWN).select(
        *item, wider_dimension="dimension", wider_group="group_code"
    )
    nearest = (
        figures.filter(pl.col("status") != SHOWN)
        .select(*item, "dimension", "group_code")
        .join(containing, on=["edition", "dimension", "group_code"])
        .join(shown, on=[*item, "wider_dimension", "wider_group"])
        .sort("wider_population", "wider_dimension", "wider_group")
        .group_by(*item, "dimension", "group_code", maintain_order=True)
        .agg(
            step_up_dimension=pl.col("wider_dimension").first(),
            step_up_group=pl.col("wider_group").first(),
        )
    )
    return figures.join(
        nearest, on=[*item, "dimension", "group_code"], how="left", maintain_order="left"
    )
