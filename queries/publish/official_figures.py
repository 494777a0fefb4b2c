"""Official and quoted figures in the one shape of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from queries import engine
from queries.publish.figure_shape import MEDIAN, POOLED, QUOTED, SCHEMA, shaped
from queries.vocabulary import Status

if TYPE_CHECKING:
    from data.survey.codebook import Codebook
    from queries.vault.opening import Vault


def official_figures(vault: Vault) -> pl.DataFrame:
    """Return pooled figures, medians and quartiles of official figures per group.

    They are complete counts of what was filed, so they have no margin; how many filed is said.
    """
    if not engine.has_table(vault.connection, "official"):
        return pl.DataFrame(schema=SCHEMA)
    groups = engine.run(vault.connection, "counts/official_groups", {})
    statistics = [POOLED, MEDIAN, "quartile_low", "quartile_high"]
    keys = ["indicator", "basis", "year", "dimension", "group_code"]
    long = groups.unpivot(
        index=[*keys, "population_count", "answer_count"],
        on=statistics,
        variable_name="statistic",
        value_name="estimate",
    ).rename({"year": "edition"})
    known = pl.col("estimate").is_not_null()
    figures = long.with_columns(
        kind=pl.lit("official"),
        item=pl.lit(""),
        weighting=pl.when(pl.col("statistic") == POOLED)
        .then(pl.lit("amount"))
        .otherwise(pl.lit("municipality")),
        respondent_count=pl.col("answer_count"),
        status=pl.when(known).then(pl.lit(Status.SHOWN)).otherwise(pl.lit(Status.NO_DATA)),
    )
    return shaped(figures, vault.codebook)


def published_figures(published: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """Return figures quoted from publications: national, without margin."""
    quoted = published.select(
        kind=pl.lit("published"),
        edition="year",
        basis=pl.lit("enquete"),
        indicator="indicator",
        item=pl.lit(""),
        statistic=pl.lit(QUOTED),
        weighting=pl.lit(""),
        dimension=pl.lit(WHOLE),
        group_code=pl.lit(WHOLE),
        estimate="amount",
        status=pl.lit(Status.SHOWN),
    )
    return shaped(quoted, codebook)
