"""The one shape of answer: a table of figures, whatever they are about and wherever they go.

Pages, downloads, the command line and the release all hold rows of this shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.codebook import WHOLE
from queries import calibration, engine, estimates, rounding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.codebook import Codebook
    from queries.vault import Vault

# One row per figure. Shares are 0-1, amounts in the unit of the indicator; a withheld figure
# keeps its row, without estimate, margin and grade.
SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "edition": pl.Int32(),
    "basis": pl.String(),
    "indicator": pl.String(),
    "item": pl.String(),
    "statistic": pl.String(),
    "weighting": pl.String(),
    "dimension": pl.String(),
    "group_code": pl.String(),
    "population_count": pl.Int64(),
    "respondent_count": pl.Int64(),
    "answer_count": pl.Int64(),
    "dont_know_count": pl.Int64(),
    "estimate": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "standard_error": pl.Float64(),
    "degrees_of_freedom": pl.Int64(),
    "grade": pl.String(),
    "status": pl.String(),
    "step_up_dimension": pl.String(),
    "step_up_group": pl.String(),
    "group_rank": pl.Int64(),
    "item_rank": pl.Int64(),
}
SHARE, MEAN, TOTAL, MEDIAN = "share", "mean", "total", "median"
POOLED, QUOTED = "pooled", "quoted"
_GROUP = ["edition", "indicator", "dimension", "group_code"]
# Sums over threads may differ in their last bits; figures do not.
_SIGNIFICANT = 12


SHOWN, TOO_FEW, NO_DATA = "shown", "too_few", "no_data"


def survey_figures(vault: Vault) -> pl.DataFrame:
    """Return every figure of the survey that could be there, rounded, in the shape above.

    None is withheld yet: this never leaves the gate before ``disclosure.protect`` has seen it.
    """
    counts = engine.run(vault.connection, "answers/answer_counts", {})
    estimated = pl.concat([_means_and_shares(vault, counts), _quantiles(vault, counts)])
    whole = _every_figure(vault.codebook, counts, vault.policy.weightings).join(
        estimated, on=[*_GROUP, "item", "statistic", "weighting"], how="left"
    )
    ranges = vault.codebook.indicators_table().select(
        "indicator",
        valid_lower=pl.when(pl.col("type") == "number").then("valid_lower"),
        valid_upper=pl.when(pl.col("type") == "number").then("valid_upper"),
    )
    policy = vault.policy.reliability
    known = pl.col("estimate").is_not_null() & pl.col("estimate").is_not_nan()
    # a total ranges as widely as the answers of all municipalities together
    many = pl.when(pl.col("statistic") == TOTAL).then("population_count").otherwise(1)
    ranged = whole.join(ranges, on="indicator", how="left").with_columns(
        pl.col("valid_lower", "valid_upper") * many
    )
    graded = ranged.with_columns(
        grade=estimates.reliability(
            whole,
            good=policy.good_half_width,
            caution=policy.caution_half_width,
            freedom=policy.good_degrees_of_freedom,
            skew=policy.good_skewness,
        ),
        status=pl.when(known).then(pl.lit(SHOWN)).otherwise(pl.lit(TOO_FEW)),
        kind=pl.lit("survey"),
        basis=_bases(vault.codebook),
    )
    return shaped(graded, vault.codebook)


def _means_and_shares(vault: Vault, counts: pl.DataFrame) -> pl.DataFrame:
    """Return means of amounts and shares of municipalities, with their margins."""
    engine.keep(vault.connection, "stratum_sums", "answers/stratum_sums", {})
    sums = engine.table(vault.connection, "stratum_sums")
    keys = ["edition", "indicator", "item", "weighting", "dimension", "group_code"]
    respondents = engine.table(vault.connection, "weighted_units")
    counted = calibration.residual_sums(sums, respondents, keys)
    # shares have margins that bear it
    amounts = sums.filter(pl.col("item") == "")
    means = (
        estimates.weighted_means(counted, keys)
        .join(counts.select(*_GROUP, "population_count"), on=_GROUP, how="left")
        .join(amounts.group_by(keys).agg(skewness=estimates.skewness()), on=keys, how="left")
    )
    means = rounding.round_estimates(means, vault.policy.rounding)
    number = means["item"] == ""
    per_unit = means["weighting"] == "municipality"
    parts = [
        estimates.mean_interval(means.filter(number)).with_columns(statistic=pl.lit(MEAN)),
        estimates.share_interval(means.filter(~number & per_unit)).with_columns(
            statistic=pl.lit(SHARE)
        ),
        estimates.ratio_share_interval(means.filter(~number & ~per_unit)).with_columns(
            statistic=pl.lit(SHARE)
        ),
        _totals(vault, sums, means),
    ]
    return pl.concat(rounding.round_margins(part).select(_ESTIMATED) for part in parts)


def _totals(vault: Vault, sums: pl.DataFrame, means: pl.DataFrame) -> pl.DataFrame:
    """Return totals of amounts that add up, with their margins.

    Worked out from means that are rounded already, so that both together tell no more than one.
    """
    adding = [i.id for i in vault.codebook.indicators if i.adds_up]
    keys = [*_GROUP, "item", "weighting"]
    respondents = engine.table(vault.connection, "weighted_units")
    counted = sums.filter(pl.col("indicator").is_in(adding), pl.col("weighting") == "municipality")
    left = calibration.residual_sums(estimates.total_sums(counted), respondents, keys)
    totals = estimates.weighted_means(left, keys).drop("estimate")
    known = means.select(*keys, "skewness", estimate=pl.col("estimate") * pl.col("size_total"))
    coarse = rounding.round_estimates(totals.join(known, on=keys), vault.policy.rounding)
    return estimates.mean_interval(coarse).with_columns(statistic=pl.lit(TOTAL))


_ESTIMATED = [
    "edition",
    "indicator",
    "dimension",
    "group_code",
    "item",
    "statistic",
    "weighting",
    "estimate",
    "low",
    "high",
    "standard_error",
    "degrees_of_freedom",
    "skewness",
]


def _quantiles(vault: Vault, counts: pl.DataFrame) -> pl.DataFrame:
    """Return median and quartiles of amounts per municipality, with Woodruff's margins."""
    numbers = [i.id for i in vault.codebook.indicators if i.type == "number"]
    groups = counts.filter(pl.col("indicator").is_in(numbers)).select(_GROUP)
    wanted = pl.concat(
        groups.with_columns(quantile=pl.lit(name), probability=pl.lit(probability))
        for name, probability in estimates.QUARTILES.items()
    )
    engine.load_frame(vault.connection, "probabilities", wanted)
    points = engine.run(vault.connection, "answers/quantile_points", {})
    engine.load_frame(vault.connection, "points", points.drop_nulls("quantile_value"))
    sums = engine.run(vault.connection, "answers/quantile_sums", {})
    shares = estimates.weighted_means(sums, [*_GROUP, "quantile"])
    engine.load_frame(vault.connection, "probabilities", estimates.quantile_probabilities(shares))
    bounds = engine.run(vault.connection, "answers/quantile_points", {})
    sides = {
        side: bounds.filter(pl.col("quantile").str.ends_with(f":{side}")).select(
            *_GROUP,
            pl.col("quantile").str.strip_suffix(f":{side}"),
            pl.col("quantile_value").alias(side),
        )
        for side in ("low", "high")
    }
    keys = [*_GROUP, "quantile"]
    quantiles = (
        points.join(shares.select(*keys, "degrees_of_freedom"), on=keys, how="left")
        .join(sides["low"], on=keys, how="left")
        .join(sides["high"], on=keys, how="left")
        .select(
            *_GROUP,
            pl.lit("").alias("item"),
            pl.col("quantile").alias("statistic"),
            pl.lit("municipality").alias("weighting"),
            pl.col("quantile_value").alias("estimate"),
            "low",
            "high",
            pl.lit(None, pl.Float64).alias("standard_error"),
            "degrees_of_freedom",
            pl.lit(None, pl.Float64).alias("skewness"),
        )
        .join(counts.select(*_GROUP, "answer_count"), on=_GROUP)
    )
    coarse = rounding.round_estimates(quantiles, vault.policy.rounding)
    return rounding.round_margins(coarse).select(_ESTIMATED)


def _every_figure(
    codebook: Codebook, counts: pl.DataFrame, weightings: Sequence[str]
) -> pl.DataFrame:
    """Return a row for every figure that could be there, so that none is dropped silently."""
    rows = []
    for indicator in codebook.indicators:
        if indicator.kind != "survey":
            continue
        for item in indicator.items():
            statistic = SHARE if indicator.is_share else MEAN
            rows += [(indicator.id, item, statistic, weighting) for weighting in weightings]
            if indicator.adds_up:
                rows.append((indicator.id, item, TOTAL, "municipality"))
            if not indicator.is_share:
                rows += [(indicator.id, item, q, "municipality") for q in estimates.QUARTILES]
    schema = ["indicator", "item", "statistic", "weighting"]
    figures = pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String), orient="row")
    return counts.join(figures, on="indicator")


def _bases(codebook: Codebook) -> pl.Expr:
    """Return on what each indicator is based: survey, budget or accounts."""
    bases = {i.id: i.basis for i in codebook.indicators}
    return pl.col("indicator").replace_strict(bases, return_dtype=pl.String)


def official_figures(vault: Vault) -> pl.DataFrame:
    """Return pooled figures, medians and quartiles of official figures per group.

    They are complete counts of what was filed, so they have no margin; how many filed is said.
    """
    if not engine.has_table(vault.connection, "official"):
        return pl.DataFrame(schema=SCHEMA)
    groups = engine.run(vault.connection, "answers/official_groups", {})
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
        status=pl.when(known).then(pl.lit(SHOWN)).otherwise(pl.lit(NO_DATA)),
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
        status=pl.lit(SHOWN),
    )
    return shaped(quoted, codebook)


def shaped(figures: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """Return figures in the one shape: columns, types, ranks and order."""
    groups = figures.select("dimension", "group_code").unique()
    ranks = groups.with_columns(
        group_rank=pl.Series(
            [codebook.group_rank(d, g) for d, g in groups.iter_rows()], dtype=pl.Int64
        )
    )
    items = [(i.id, item, rank) for i in codebook.indicators for rank, item in enumerate(i.items())]
    item_ranks = pl.DataFrame(
        items,
        schema={"indicator": pl.String, "item": pl.String, "item_rank": pl.Int64},
        orient="row",
    )
    complete = figures.join(ranks, on=["dimension", "group_code"], how="left").join(
        item_ranks, on=["indicator", "item"], how="left"
    )
    missing = [pl.lit(None, t).alias(c) for c, t in SCHEMA.items() if c not in complete.columns]
    ordered = complete.with_columns(missing).select(
        pl.col(column).cast(dtype) for column, dtype in SCHEMA.items()
    )
    return ordered.with_columns(
        pl.col(pl.Float64).fill_nan(None).round_sig_figs(_SIGNIFICANT)
    ).sort(
        "kind",
        "indicator",
        "basis",
        "edition",
        "item_rank",
        "statistic",
        "weighting",
        "dimension",
        "group_rank",
        "group_code",
    )
