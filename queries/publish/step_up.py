"""Where a figure is withheld: the nearest group round it that has one. Pure."""

from __future__ import annotations

import polars as pl

from queries.vocabulary import PUBLISHED


def with_step_up(figures: pl.DataFrame, containing: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with, for each withheld one, the nearest shown group that holds it.

    Args:
        figures: with ``status``.
        containing: the answer to ``counts/containing_groups``.

    Returns:
        The same rows with ``step_up_dimension`` and ``step_up_group``, null where shown or
        where no wider group is.
    """
    item = ["edition", "indicator", "item", "statistic", "weighting"]
    published = pl.col("status").is_in(sorted(PUBLISHED))
    shown = figures.filter(published).select(
        *item, wider_dimension="dimension", wider_group="group_code"
    )
    nearest = (
        figures.filter(~published)
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
    return figures.drop("step_up_dimension", "step_up_group").join(
        nearest, on=[*item, "dimension", "group_code"], how="left", maintain_order="left"
    )
