"""Pairs of published figures to compare: with the rest, other groups, earlier editions."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from queries.estimation import estimates, margins
from queries.vault.design import KEYS, MEASURE
from queries.vocabulary import Against, Grade, Status, Weighting

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from data.survey.codebook import Codebook
    from data.survey.policy import Policy

    Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


_PAIR = [*KEYS, "other_group"]


# What a side of a comparison is, beside its keys.
_SIDE = (
    *("estimate", "step", "noise", "said", "is_known", "is_certain"),
    *("standard_error", "degrees_of_freedom", "effective_size"),
)


# How coarse, in decimals: parts of the whole, and correlations.
_PART_DECIMALS, _CORRELATION_DECIMALS = 2, 1


def edition_pairs(codebook: Codebook) -> pl.DataFrame:
    """Return which editions of a question are compared.

    One row per ``indicator`` and ``edition`` in which it was asked as in the one before, with
    that one as ``other_edition``.
    """
    rows = [
        (i.id, year, max(earlier))
        for i in codebook.indicators
        for year, comparability in i.comparability.items()
        if i.kind == "survey" and comparability == "same"
        if (earlier := [y for y in i.comparability if y < year])
    ]
    schema = {"indicator": pl.String, "edition": pl.Int32, "other_edition": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def published_sides(figures: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return published shares and means as sides: ``KEYS``, ``statistic`` and ``_SIDE``."""
    known = (pl.col("status") == Status.SHOWN) & pl.col("estimate").is_not_null()
    return (
        figures.filter(pl.col("statistic").is_in(["share", "mean"]))
        .rename({"answer_count": "said"})
        .with_columns(
            is_known=known,
            is_certain=known & (pl.col("grade") != Grade.UNCERTAIN),
            standard_error=coarse_error("standard_error", pl.col("said"), policy),
        )
        .select(*KEYS, "statistic", *_SIDE)
    )


def coarse_error(column: str, said: pl.Expr, policy: Policy) -> pl.Expr:
    """Return a standard error as coarse as the published number of answers asks."""
    return margins.coarse_error(pl.col(column), said, policy.rounding.small_below)


def _others(sides: pl.DataFrame, renamed: dict[str, str]) -> pl.DataFrame:
    """Return sides as the other side of a pair."""
    names = {column: f"other_{column}" for column in _SIDE} | renamed
    return sides.select(*KEYS, *_SIDE).rename(names)


def rest_strata(strata: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Return the influence sums of everyone outside each group: the whole less its own.

    Args:
        strata: from ``estimates.by_stratum``, the whole among its groups.
        groups: the groups, by ``KEYS``.

    Returns:
        Rows and columns as in ``strata``, strata without anyone left out.
    """
    whole = strata.filter(pl.col("dimension") == WHOLE).drop("dimension", "group_code")
    names = [c for c in strata.columns if c.endswith("_sum") and not c.startswith(("z_", "weight"))]
    added = ["answer_count", *names]
    own = groups.join(strata, on=KEYS).select(*KEYS, "stratum", -pl.col(added))
    everyone = groups.join(whole, on=MEASURE).select(*KEYS, "stratum", *added)
    counts = whole.select(*MEASURE, "stratum", "population_count", "item_count").unique()
    left = (
        pl.concat([everyone, own])
        .group_by(*KEYS, "stratum", maintain_order=True)
        .agg(pl.col(added).sum())
        .filter(pl.col("answer_count") > 0)
        .join(counts, on=[*MEASURE, "stratum"], how="left", maintain_order="left")
        .with_columns(weight=1.0, calibration_cell=pl.lit(""))
    )
    return estimates.by_stratum(estimates.influence_sums(left, KEYS), KEYS)


def _rest_sides(
    sides: pl.DataFrame, rest: pl.DataFrame, codebook: Codebook, policy: Policy
) -> pl.DataFrame:
    """Return, for each published group, everyone outside it; rows as in ``sides``.

    The figure follows from the group, the whole and the part of the whole that the group is.
    ``step`` and ``noise`` are such that, with those of the group, they make up the variance of
    the difference, which is that of the group and the whole over what is left, squared.
    """
    whole = sides.filter(pl.col("dimension") == WHOLE, "is_known")
    groups = sides.filter(pl.col("dimension") != WHOLE, "is_known")
    part = (pl.col("part") / pl.col("part_whole")).round(_PART_DECIMALS)
    left = 1 - pl.col("_part")
    figure = (pl.col("estimate_whole") - pl.col("_part") * pl.col("estimate")) / left
    share = pl.col("statistic") == "share"

    def beside(column: str) -> pl.Expr:
        square = pl.col(column) ** 2
        return ((square + pl.col(f"{column}_whole") ** 2) / left**2 - square).clip(0).sqrt()

    sizes = rest.group_by(KEYS).agg(pl.col("answer_count").sum())
    found = (
        groups.join(whole, on=MEASURE, suffix="_whole")
        .join(rest.select(*KEYS, "part", "part_whole").unique(KEYS), on=KEYS)
        .with_columns(_part=part)
        .filter(left > 0)
        .select(
            *KEYS,
            "statistic",
            estimate=pl.when(share).then(figure.clip(0, 1)).otherwise(figure),
            step=beside("step"),
            noise=beside("noise"),
            said=pl.col("said_whole") - pl.col("said"),
        )
        .join(sizes, on=KEYS)
    )
    means = estimates.weighted_means(rest.drop("part", "part_whole"), KEYS)
    counted = found.join(means.drop("estimate", "answer_count", "size_total"), on=KEYS)
    coarse = counted.with_columns(
        margins.coarse(pl.col("effective_size")).alias("effective_size"),
        coarse_error("standard_error", pl.col("said"), policy).alias("standard_error"),
    )
    enough = pl.min_horizontal("said", "answer_count") >= policy.min_respondents
    return coarse.with_columns(is_known=enough).with_columns(
        is_certain=pl.col("is_known") & _is_certain(codebook, policy)
    )


def _is_certain(codebook: Codebook, policy: Policy) -> pl.Expr:
    """Whether the margin that a side would have is small enough to compare it."""
    ranges = codebook.ranges_table().iter_rows()
    spans = {f"{year} {name}": high - low for year, name, low, high in ranges}
    question = pl.concat_str("edition", "indicator", separator=" ")
    # shares range from 0 to 1
    span = question.replace_strict(spans, default=1.0, return_dtype=pl.Float64)
    low, high = estimates.wilson(
        pl.col("estimate"), pl.col("effective_size"), pl.lit(estimates.QUANTILE)
    )
    arm = pl.when(pl.col("statistic") == "share").then((high - low) / 2)
    sampling = arm.otherwise(pl.col("standard_error") * estimates.QUANTILE / span)
    noise = pl.col("noise") * estimates.QUANTILE / span
    half = (sampling**2 + noise**2).sqrt() * 100
    return half <= policy.reliability.caution_half_width


def against_rest(
    sides: pl.DataFrame, strata: pl.DataFrame, codebook: Codebook, policy: Policy
) -> pl.DataFrame:
    """Return each group with everyone outside it, and the error of their difference."""
    groups = sides.filter(pl.col("dimension") != WHOLE)
    known = groups.filter("is_known").select(KEYS)
    rest = rest_strata(strata, known)
    parts = _parts(strata, known)
    others = _rest_sides(sides, rest.join(parts, on=KEYS), codebook, policy)
    number = pl.col("item") == ""
    error = difference_errors(known.filter(number).join(strata, on=KEYS), rest.filter(number), KEYS)
    return (
        groups.join(_others(others, {}), on=KEYS, how="left")
        .join(error, on=KEYS, how="left")
        .with_columns(against=pl.lit(Against.REST), other_edition="edition")
    )


def _parts(strata: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Return the size of each group (``part``) and of the whole that it is in."""
    totals = strata.select(*KEYS, part="size_total").unique(KEYS)
    whole = totals.filter(pl.col("dimension") == WHOLE).select(*MEASURE, part_whole="part")
    return groups.join(totals, on=KEYS).join(whole, on=MEASURE)


def against_groups(sides: pl.DataFrame, strata: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """Return every pair of groups of the dimensions that the sample was planned by."""
    planned = [d for d in codebook.dimensions if d.id in codebook.survey.strata]
    rows = [(d.id, *pair) for d in planned for pair in combinations(d.codes(), 2)]
    names = ["dimension", "group_code", "other_group"]
    couples = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    pairs = sides.join(couples, on=["dimension", "group_code"])
    numbers = pairs.filter(pl.col("item") == "").select(_PAIR)
    one = numbers.join(strata, on=KEYS)
    other = numbers.join(
        strata.rename({"group_code": "other_group"}), on=[*KEYS[:-1], "other_group"]
    )
    return (
        pairs.join(
            _others(sides, {"group_code": "other_group"}),
            on=[*KEYS[:-1], "other_group"],
            how="left",
        )
        .join(difference_errors(one, other, _PAIR), on=_PAIR, how="left")
        .with_columns(
            against=pl.lit(Against.GROUP), other_dimension="dimension", other_edition="edition"
        )
    )


def difference_errors(one: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return the standard error of the difference of two means of one edition.

    What both sides owe to the same strata is in it.

    Args:
        one: influence sums of the first sides, by stratum.
        other: those of the other sides, with the same keys.
        keys: of a pair.

    Returns:
        One row per pair: ``keys``, ``error`` and ``freedom`` (degrees of freedom).
    """
    columns = [*keys, "stratum", "population_count", "item_count", "answer_count"]
    stacked = pl.concat(
        [
            frame.select(
                *columns[:-1],
                pl.col("answer_count").cast(pl.Int64),
                z_sum=sign * pl.col("z_sum"),
                z_square_sum="z_square_sum",
            )
            for sign, frame in ((1, one), (-1, other))
        ]
    )
    strata = stacked.group_by(*keys, "stratum", maintain_order=True).agg(
        pl.col("population_count", "item_count").first(),
        pl.col("answer_count", "z_sum", "z_square_sum").sum(),
    )
    return strata.group_by(*keys, maintain_order=True).agg(
        error=estimates.stratum_variance().sum().clip(0).sqrt(),
        freedom=(pl.col("answer_count").sum() - pl.len()).cast(pl.Int64),
    )


def against_editions(
    sides: pl.DataFrame, overlaps: pl.DataFrame, codebook: Codebook, policy: Policy
) -> pl.DataFrame:
    """Return each figure with that of the former edition, of the municipalities as they were."""
    pairs = sides.join(edition_pairs(codebook), on=["indicator", "edition"])
    others = _others(sides, {"edition": "other_edition"})
    common = overlap(overlaps)
    place = ["edition", "other_edition", "dimension", "group_code", "weighting"]
    sizes = (pl.col("effective_size") * pl.col("other_effective_size")).sqrt()
    correlation = policy.comparisons.edition_correlation * pl.col("part_in_common") * sizes
    found = (
        pairs.join(others, on=[*KEYS[1:], "other_edition"], how="left")
        .join(common, on=place, how="left")
        .with_columns(
            correlation=pl.when(sizes.is_finite())
            .then(correlation)
            .fill_null(0.0)
            .clip(-1, 1)
            .round(_CORRELATION_DECIMALS)
        )
    )
    one, other = pl.col("standard_error"), pl.col("other_standard_error")
    variance = one**2 + other**2 - 2 * pl.col("correlation") * one * other
    return found.with_columns(
        against=pl.lit(Against.EDITION),
        other_dimension="dimension",
        other_group="group_code",
        error=variance.clip(0).sqrt(),
        freedom=pl.min_horizontal("degrees_of_freedom", "other_degrees_of_freedom"),
    )


def overlap(overlaps: pl.DataFrame) -> pl.DataFrame:
    """Return how far two editions rest on the same respondents.

    Args:
        overlaps: the answer to ``counts/edition_overlaps``.

    Returns:
        One row per pair of editions, group and weighting: ``part_in_common``, by which a
        correlation of answers becomes one of estimates once it is multiplied with the root of
        both effective sizes.
    """
    both = pl.col("overlap_count")
    expected = (
        pl.col("respondent_count") * pl.col("other_respondent_count") / pl.col("population_count")
    )
    scarce = pl.col("population_count") / (pl.col("population_count") - 1)
    factor = (1 - expected / both) * scarce
    keys = ["edition", "other_edition", "dimension", "group_code"]
    summed = overlaps.group_by(keys, maintain_order=True).agg(
        (factor * pl.col("weight_product")).sum().alias(Weighting.MUNICIPALITY),
        (factor * pl.col("size_product")).sum().alias(Weighting.INHABITANT),
        pl.col("total", "other_total", "size", "other_size").first(),
    )
    totals = {
        Weighting.MUNICIPALITY: ("total", "other_total"),
        Weighting.INHABITANT: ("size", "other_size"),
    }
    return pl.concat(
        summed.select(
            *keys,
            weighting=pl.lit(name),
            part_in_common=pl.col(name) / pl.col(one) / pl.col(other),
        )
        for name, (one, other) in totals.items()
    )
