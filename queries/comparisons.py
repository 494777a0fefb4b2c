"""Differences between figures, and whether they can be told from chance. Pure: frames in and out.

Three kinds: a group against the rest (never against a total that holds the group itself), the
groups of a dimension against each other, and an edition against the one before. Nothing is worked
out from more than is published: figures come in as published, and where the policy rounds them,
what else is used of the answers (standard errors, effective sizes, correlations) is coarsened
first, and the rounding counts as a part of the margin.

Source: Newcombe (1998) and Zou and Donner (2008) for intervals of differences from the intervals
of both sides (MOVER); Tam (1984) for overlapping samples; Sarndal, Swensson and Wretman, Model
Assisted Survey Sampling (1992), section 5.6, for differences of domains.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.stats import t

from data.codebook import WHOLE
from queries import estimates, rounding
from queries.mover import Shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.codebook import Codebook
    from data.policy import Policy, RoundingPolicy

# One row per difference. Shares are 0-1, amounts in the unit of the indicator; where a side is
# withheld nothing but keys is there, and where a side is too uncertain there is no p_value.
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
    "standard_error": pl.Float64(),
    "outcome_possible": pl.Boolean(),
}
REST, GROUP, EDITION = "rest", "group", "edition"
_MEASURE = ["edition", "indicator", "item", "weighting"]
KEYS = [*_MEASURE, "dimension", "group_code"]
_PAIR = [*KEYS, "other_group"]
_VALUES = ("estimate", "other_estimate", "difference", "low", "high", "p_value", "standard_error")
# How coarse, where figures are rounded: sizes and standard errors in digits, parts and
# correlations in decimals.
_DIGITS = 2
_PART_DECIMALS, _CORRELATION_DECIMALS = 2, 1
_NOTHING = 1e-12
_SIGNIFICANT = 12


def compare(
    figures: pl.DataFrame,
    sums: pl.DataFrame,
    overlaps: pl.DataFrame,
    codebook: Codebook,
    policy: Policy,
) -> pl.DataFrame:
    """Return every difference that is tested, in the columns of ``SCHEMA``.

    Args:
        figures: the survey's figures as they are published, in the shape of ``figures.SCHEMA``.
        sums: the answer to ``answers/stratum_sums``.
        overlaps: the answer to ``answers/overlap_sums``.
        codebook: says which groups and editions there are.
        policy: of the data holder; says how coarse figures are.
    """
    published = _published_sides(figures, sums, policy.rounding)
    rest = _rest_sides(published, sums, codebook, policy)
    pairs = pl.concat(
        [
            _against_rest(published, rest, sums),
            _against_groups(published, sums, codebook),
            _against_editions(published, overlaps, codebook, policy),
        ],
        how="diagonal",
    )
    return _shaped(_tested(_coarse_errors(pairs, policy.rounding)))


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


# ---------------------------------------------------------------------------- sides


def _published_sides(
    figures: pl.DataFrame, sums: pl.DataFrame, policy: RoundingPolicy
) -> pl.DataFrame:
    """Return published shares and means with what their comparison needs.

    One row per figure: ``KEYS``, ``statistic``, ``estimate``, ``step`` it is rounded to,
    ``is_known``, ``is_certain``, ``standard_error``, ``degrees_of_freedom``, ``effective_size``
    and ``size_total``.
    """
    known = (pl.col("status") == "shown") & pl.col("estimate").is_not_null()
    linear = figures.filter(pl.col("statistic").is_in(["share", "mean"])).select(
        *KEYS,
        "statistic",
        "estimate",
        rounding.step(policy),
        is_known=known,
        is_certain=known & (pl.col("grade") != "uncertain"),
    )
    means = estimates.weighted_means(sums, KEYS).select(
        *KEYS, "standard_error", "degrees_of_freedom", "effective_size", "size_total"
    )
    sides = linear.join(means, on=KEYS, how="left")
    return sides.with_columns(_coarse("effective_size", sides, policy))


def _rest_sides(
    published: pl.DataFrame, sums: pl.DataFrame, codebook: Codebook, policy: Policy
) -> pl.DataFrame:
    """Return, for each published group, everyone outside it; rows as in ``published``.

    The figure follows from the group, the whole and the part of the whole that the group is.
    ``step`` is such that the steps of both sides make up the rounding of their difference.
    """
    whole = published.filter(pl.col("dimension") == WHOLE)
    pairs = published.filter(pl.col("dimension") != WHOLE, "is_known").join(
        whole.filter("is_known"), on=_MEASURE, suffix="_whole"
    )
    part = pl.col("size_total") / pl.col("size_total_whole")
    if _is_coarse(policy.rounding):
        part = part.round(_PART_DECIMALS)
    left = 1 - part
    figure = (pl.col("estimate_whole") - part * pl.col("estimate")) / left
    steps = (pl.col("step") ** 2 + pl.col("step_whole") ** 2) / left**2 - pl.col("step") ** 2
    counted = estimates.weighted_means(rest_sums(sums, pairs.select(KEYS)), KEYS)
    rest = (
        pairs.filter(left > 0)
        .select(
            *KEYS,
            "statistic",
            estimate=pl.when(pl.col("statistic") == "share")
            .then(figure.clip(0, 1))
            .otherwise(figure),
            step=steps.clip(0).sqrt(),
        )
        .join(counted.drop("estimate"), on=KEYS)
    )
    rest = rest.with_columns(_coarse("effective_size", rest, policy.rounding))
    enough = pl.col("answer_count") >= policy.min_respondents
    certain = enough & (pl.col("grade") != "uncertain")
    return (
        _graded(rest, codebook, policy)
        .with_columns(is_known=enough, is_certain=certain)
        .select(published.columns)
    )


def _graded(rest: pl.DataFrame, codebook: Codebook, policy: Policy) -> pl.DataFrame:
    """Return the figures of the rest with their ``grade``, by the margin they would have."""
    ranges = codebook.indicators_table().select(
        "indicator",
        valid_lower=pl.when(pl.col("type") == "number").then("valid_lower"),
        valid_upper=pl.when(pl.col("type") == "number").then("valid_upper"),
    )
    wilson = estimates.wilson(
        pl.col("estimate"), pl.col("effective_size"), pl.lit(estimates.QUANTILE)
    )
    margins = estimates.mean_interval(rest).with_columns(
        pl.when(_is_mover()).then(bound).otherwise(column).alias(column)
        for column, bound in zip(("low", "high"), wilson, strict=True)
    )
    limits = policy.reliability
    grade = estimates.reliability(
        margins,
        good=limits.good_half_width,
        caution=limits.caution_half_width,
        freedom=limits.good_degrees_of_freedom,
        skew=limits.good_skewness,
    )
    return margins.join(ranges, on="indicator", how="left").with_columns(grade=grade)


def rest_sums(sums: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Return the stratum sums of everyone outside each group: those of the whole less its own.

    Args:
        sums: the answer to ``answers/stratum_sums``, the whole among its groups.
        groups: the groups, by ``KEYS``.

    Returns:
        Rows and columns as in ``sums``, strata without anyone left out.
    """
    own = groups.join(sums, on=KEYS)
    whole = groups.join(
        sums.filter(pl.col("dimension") == WHOLE).drop("dimension", "group_code"), on=_MEASURE
    )
    centres = whole.select(*KEYS, centre="estimate").unique()
    stacked = pl.concat(
        [
            _about(whole, pl.lit(1), centres),
            _about(own, pl.lit(-1), centres),
        ]
    )
    moments = ["m_size", "m_amount", "m_size_square", "m_size_amount", "m_amount_square"]
    left = (
        stacked.group_by(*KEYS, "stratum", maintain_order=True)
        .agg(
            pl.col("population_count", "respondent_count", "centre").first(),
            pl.col("answer_count", "amount_sum", *moments).sum(),
        )
        .filter(pl.col("answer_count") > 0)
    )
    total = pl.col("m_size").sum().over(KEYS)
    shift = pl.col("m_amount").sum().over(KEYS) / total
    return left.with_columns(size_total=total, _shift=shift).select(
        *KEYS,
        "stratum",
        "population_count",
        "respondent_count",
        "answer_count",
        "amount_sum",
        "size_total",
        estimate=pl.col("centre") + pl.col("_shift"),
        size_sum="m_size",
        size_square_sum="m_size_square",
        z_sum=(pl.col("m_amount") - pl.col("_shift") * pl.col("m_size")) / pl.col("size_total"),
        z_square_sum=(
            pl.col("m_amount_square")
            - 2 * pl.col("_shift") * pl.col("m_size_amount")
            + pl.col("_shift") ** 2 * pl.col("m_size_square")
        )
        / pl.col("size_total") ** 2,
    )


def _about(sums: pl.DataFrame, sign: pl.Expr, centres: pl.DataFrame) -> pl.DataFrame:
    """Return sums of sizes and amounts about a common centre, to be added or subtracted."""
    total, shift = pl.col("size_total"), pl.col("estimate") - pl.col("centre")
    size, square = pl.col("size_sum"), pl.col("size_square_sum")
    amount, product = total * pl.col("z_sum"), total * pl.col("size_z_sum")
    return sums.join(centres, on=KEYS).select(
        *KEYS,
        "stratum",
        "population_count",
        "respondent_count",
        "centre",
        answer_count=sign * pl.col("answer_count").cast(pl.Int64),
        amount_sum=sign * pl.col("amount_sum"),
        m_size=sign * size,
        m_amount=sign * (amount + shift * size),
        m_size_square=sign * square,
        m_size_amount=sign * (product + shift * square),
        m_amount_square=sign
        * (total**2 * pl.col("z_square_sum") + 2 * shift * product + shift**2 * square),
    )


# ---------------------------------------------------------------------------- pairs


def _against_rest(published: pl.DataFrame, rest: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """Return each group with everyone outside it, and the error of their difference."""
    groups = published.filter(pl.col("dimension") != WHOLE)
    figures = [c for c in rest.columns if c not in {*KEYS, "statistic"}]
    others = rest.drop("statistic").rename({c: f"other_{c}" for c in figures})
    tested = rest.select(KEYS)
    error = difference_errors(tested.join(sums, on=KEYS), rest_sums(sums, tested), KEYS)
    return (
        groups.join(others, on=KEYS, how="left")
        .join(error, on=KEYS, how="left")
        .with_columns(against=pl.lit(REST), other_edition="edition")
    )


def _against_groups(
    published: pl.DataFrame, sums: pl.DataFrame, codebook: Codebook
) -> pl.DataFrame:
    """Return every pair of groups of the dimensions that the sample was planned by."""
    planned = [d for d in codebook.dimensions if d.id in codebook.survey.strata]
    rows = [(d.id, *pair) for d in planned for pair in combinations(d.codes(), 2)]
    names = ["dimension", "group_code", "other_group"]
    couples = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    pairs = published.select(*_MEASURE, "dimension", "group_code").join(
        couples, on=["dimension", "group_code"]
    )
    figures = [c for c in published.columns if c not in {*KEYS, "statistic"}]
    others = published.drop("statistic").rename(
        {c: f"other_{c}" for c in figures} | {"group_code": "other_group"}
    )
    one = pairs.join(sums, on=KEYS)
    other = pairs.join(sums.rename({"group_code": "other_group"}), on=[*KEYS[:-1], "other_group"])
    return (
        pairs.join(published, on=KEYS, how="left")
        .join(others, on=[*KEYS[:-1], "other_group"], how="left")
        .join(difference_errors(one, other, _PAIR), on=_PAIR, how="left")
        .with_columns(against=pl.lit(GROUP), other_dimension="dimension", other_edition="edition")
    )


def difference_errors(one: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return the standard error of the difference of two means of one edition.

    What both sides owe to the same strata is in it.

    Args:
        one: stratum sums of the first sides.
        other: those of the other sides, with the same keys.
        keys: of a pair.

    Returns:
        One row per pair: ``keys``, ``error`` and ``freedom`` (degrees of freedom).
    """
    columns = [*keys, "stratum", "population_count", "respondent_count", "answer_count"]
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
        pl.col("population_count", "respondent_count").first(),
        pl.col("answer_count", "z_sum", "z_square_sum").sum(),
    )
    return strata.group_by(*keys, maintain_order=True).agg(
        error=estimates.stratum_variance().sum().clip(0).sqrt(),
        freedom=(pl.col("answer_count").sum() - pl.len()).cast(pl.Int64),
    )


def _against_editions(
    published: pl.DataFrame, overlaps: pl.DataFrame, codebook: Codebook, policy: Policy
) -> pl.DataFrame:
    """Return each figure with that of the former edition, of the municipalities as they were."""
    pairs = published.select(KEYS).join(edition_pairs(codebook), on=["indicator", "edition"])
    figures = [c for c in published.columns if c not in {*KEYS, "statistic"}]
    others = published.drop("statistic").rename(
        {c: f"other_{c}" for c in figures} | {"edition": "other_edition"}
    )
    same = [*KEYS[1:], "other_edition"]
    variance = pl.col("standard_error") ** 2 + pl.col("other_standard_error") ** 2
    scale = (pl.col("effective_size") * pl.col("other_effective_size")).sqrt()
    sizes = pl.col("size_total") * pl.col("other_size_total")
    correlation = pl.col("phi") * pl.col("pair_squares") * scale / sizes
    enough = pl.col("pair_count") >= policy.fewest.distribution
    found = pairs.join(published, on=KEYS, how="left").join(others, on=same, how="left")
    found = found.join(overlap(overlaps), on=[*KEYS, "other_edition"], how="left").with_columns(
        _correlation=pl.when(enough & scale.is_finite()).then(correlation).fill_null(0.0),
        _covariance=pl.when(enough).then("covariance").fill_null(0.0),
    )
    if _is_coarse(policy.rounding):
        found = found.with_columns(pl.col("_correlation").round(_CORRELATION_DECIMALS))
    return found.with_columns(
        against=pl.lit(EDITION),
        other_dimension="dimension",
        other_group="group_code",
        error=(variance - 2 * pl.col("_covariance")).clip(0).sqrt(),
        freedom=pl.min_horizontal("degrees_of_freedom", "other_degrees_of_freedom"),
        correlation=pl.col("_correlation").clip(-1, 1),
    )


def overlap(sums: pl.DataFrame) -> pl.DataFrame:
    """Return how two editions go together through those that took part in both.

    Args:
        sums: the answer to ``answers/overlap_sums``.

    Returns:
        One row per group and pair of editions: ``KEYS``, ``other_edition``, ``covariance`` of
        the two means, ``pair_count`` (answers in both), ``phi`` (correlation of yes and no, half
        an answer added to each of the four counts) and ``pair_squares`` (what it weighs).
    """
    both, n = pl.col("overlap_count"), pl.col("respondent_count")
    expected = n * pl.col("other_respondent_count") / pl.col("population_count")
    spread = pl.col("z_product_sum") - pl.col("z_sum") * pl.col("other_z_sum") / both
    scarce = pl.col("population_count") / (pl.col("population_count") - 1)
    return (
        sums.with_columns(
            _covariance=pl.when(both > 1).then((both - expected) / (both - 1) * spread),
            _squares=pl.col("pair_weight_sum") * (1 - expected / both) * scarce,
        )
        .group_by(*KEYS, "other_edition", maintain_order=True)
        .agg(
            covariance=pl.col("_covariance").sum(),
            pair_squares=pl.col("_squares").sum(),
            pair_count=pl.col("pair_count").sum(),
            _yes=pl.col("pair_sum").sum() + 1,
            _other_yes=pl.col("other_pair_sum").sum() + 1,
            _yes_yes=pl.col("pair_product_sum").sum() + 0.5,
        )
        .with_columns(phi=_phi())
        .drop("_yes", "_other_yes", "_yes_yes")
    )


def _phi() -> pl.Expr:
    """Return the correlation in a table of two by two with half an answer added to each count."""
    everyone = pl.col("pair_count") + 2
    yes, other = pl.col("_yes"), pl.col("_other_yes")
    spread = yes * (everyone - yes) * other * (everyone - other)
    return (everyone * pl.col("_yes_yes") - yes * other) / spread.sqrt()


# ---------------------------------------------------------------------------- coarsening


def _is_coarse(policy: RoundingPolicy) -> bool:
    """Whether figures are rounded before they are published."""
    return max(policy.share_points, policy.share_points_small, policy.amount_digits) > 0


def _coarse(column: str, frame: pl.DataFrame, policy: RoundingPolicy) -> pl.Expr:
    """Return a column in so few digits that it tells little of single answers, where it must."""
    if not _is_coarse(policy) or column not in frame.columns:
        return pl.col(column)
    return (
        pl.when(pl.col(column).is_infinite())
        .then(column)
        .otherwise(pl.col(column).round_sig_figs(_DIGITS))
    )


def _coarse_errors(pairs: pl.DataFrame, policy: RoundingPolicy) -> pl.DataFrame:
    """Return the pairs with ``error`` coarsened, and the rounding of both sides."""
    steps = (pl.col("step").fill_null(0) ** 2 + pl.col("other_step").fill_null(0) ** 2) / 12
    return pairs.with_columns(_coarse("error", pairs, policy), rounding_variance=steps)


# ---------------------------------------------------------------------------- tests


def _is_mover() -> pl.Expr:
    """Whether the interval comes from those of the two sides: shares of municipalities."""
    return (pl.col("statistic") == "share") & (pl.col("weighting") == "municipality")


def _tested(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs with difference, interval, p-value, and whether it can be tested."""
    known = pl.col("is_known") & pl.col("other_is_known").fill_null(value=False)
    certain = pl.col("is_certain") & pl.col("other_is_certain").fill_null(value=False)
    pairs = pairs.with_columns(
        difference=pl.col("estimate") - pl.col("other_estimate"),
        correlation=pl.col("correlation").fill_null(0.0),
    )
    tested = pl.concat(
        [_mover(pairs.filter(known & _is_mover())), _student(pairs.filter(known & ~_is_mover()))]
    )
    untested = pairs.filter(~known).with_columns(
        pl.lit(None, pl.Float64).alias(column) for column in _VALUES
    )
    possible = certain & pl.col("p_value").is_not_null()
    return pl.concat([tested, untested], how="diagonal").with_columns(
        outcome_possible=possible.fill_null(value=False),
        p_value=pl.when(possible).then("p_value"),
    )


def _student(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return differences of means with Student's t interval and p-value."""
    error = (pairs["error"].to_numpy() ** 2 + pairs["rounding_variance"].to_numpy()) ** 0.5
    freedom = np.nan_to_num(pairs["freedom"].to_numpy().astype(float))
    difference = pairs["difference"].to_numpy()
    exact = error <= _NOTHING
    usable = np.where(freedom > 0, np.maximum(freedom, 1), np.nan)
    margin = np.where(exact, 0.0, t.ppf(0.5 + estimates.LEVEL / 2, usable) * error)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = 2 * t.sf(np.abs(difference) / error, usable)
    return pairs.with_columns(
        low=pl.Series(difference - margin, dtype=pl.Float64),
        high=pl.Series(difference + margin, dtype=pl.Float64),
        p_value=pl.Series(
            np.where(exact, np.abs(difference) <= _NOTHING, chance), dtype=pl.Float64
        ).fill_nan(None),
        standard_error=pl.Series(error, dtype=pl.Float64),
    )


def _mover(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return differences of shares with the interval and p-value of MOVER."""
    columns = [
        "estimate",
        "effective_size",
        "other_estimate",
        "other_effective_size",
        "correlation",
        "rounding_variance",
    ]
    shares = Shares(*(pairs[column].to_numpy() for column in columns))
    low, high = shares.interval(np.full(pairs.height, estimates.QUANTILE))
    return pairs.with_columns(
        low=pl.Series(low, dtype=pl.Float64),
        high=pl.Series(high, dtype=pl.Float64),
        p_value=pl.Series(shares.p_values(), dtype=pl.Float64),
        standard_error=pl.Series((high - low) / (2 * estimates.QUANTILE), dtype=pl.Float64),
    )


def _shaped(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return differences in the columns, types and order of ``SCHEMA``."""
    ordered = pairs.select(pl.col(column).cast(dtype) for column, dtype in SCHEMA.items())
    numbers = pl.col(pl.Float64).fill_nan(None).round_sig_figs(_SIGNIFICANT)
    return ordered.with_columns(numbers).sort(*list(SCHEMA)[: list(SCHEMA).index("estimate")])
