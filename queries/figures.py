"""The one shape of answer: a table of figures, whatever they are about and wherever they go.

Pages, downloads, the command line and the release all hold rows of this shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import polars as pl

from data.codebook import WHOLE
from queries import amounts, design, engine, estimates, margins, perturbation
from queries.estimates import INHABITANT, MUNICIPALITY
from queries.perturbation import DOMINATED, SHOWN, TOO_FEW, Counts, Domain, Group, Noise, Sizes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.codebook import Codebook
    from data.policy import Policy
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
    "dont_know_share": pl.Float64(),
    "skipped_share": pl.Float64(),
    "estimate": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "grade": pl.String(),
    "status": pl.String(),
    "step_up_dimension": pl.String(),
    "step_up_group": pl.String(),
    "group_rank": pl.Int64(),
    "item_rank": pl.Int64(),
}
SHARE, MEAN, TOTAL, MEDIAN = "share", "mean", "total", "median"
POOLED, QUOTED = "pooled", "quoted"
NO_DATA = "no_data"
GROUP = ["edition", "indicator", "dimension", "group_code"]
MEASURE = [*GROUP, "item", "weighting"]
FIGURE = [*GROUP, "item", "statistic", "weighting"]
# Sums over threads may differ in their last bits; figures do not.
_SIGNIFICANT = 12
Key: TypeAlias = tuple[object, ...]
# Weights are whole numbers of this part, so that sums of them are exact.
_UNITS = 10**9


def survey_figures(vault: Vault, noise: Noise) -> pl.DataFrame:
    """Return every figure of the survey as it may be published, in the shape above.

    Beside the columns of the shape stands what comparisons build on and no release holds:
    ``step``, ``noise`` (a standard deviation), ``effective_size``, ``standard_error`` and
    ``degrees_of_freedom``.
    """
    counted = engine.run(vault.connection, "answers/answer_counts", {})
    digests = engine.run(vault.connection, "answers/answer_digests", {})
    groups = _groups(counted.join(digests, on=GROUP, how="left"))
    told = {key: perturbation.counts(group, noise) for key, group in groups.items()}
    said = pl.DataFrame(
        [(*key, *counts) for key, counts in told.items()],
        schema={c: counted.schema[c] for c in GROUP}
        | {c: SCHEMA[c] for c in ("answer_count", "dont_know_share", "skipped_share")},
        orient="row",
    )
    weighted = design.weighted_sums(vault)
    means = design.means(vault, weighted).with_columns(
        margins.coarse(pl.col("effective_size")).alias("effective_size")
    )
    cases = [Case(group, told[key]) for key, group in groups.items() if told[key].answer_count]
    parts = [
        _shares(vault.codebook, weighted, means, cases, noise),
        _amounts(vault, means, cases, noise),
    ]
    ingredients = means.select(*MEASURE, "standard_error", "degrees_of_freedom", "effective_size")
    figures = (
        _every_figure(vault.codebook, counted, vault.policy.weightings)
        .drop("answer_count", "dont_know_count")
        .join(said, on=GROUP)
        .join(pl.concat(parts, how="diagonal_relaxed"), on=FIGURE, how="left")
        .join(ingredients, on=MEASURE, how="left")
        .with_columns(pl.col("status").fill_null(TOO_FEW))
    )
    return _graded(response(figures, vault.policy), vault)


def response(groups: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return groups with ``respondent_count`` as it is published, by ``population_count``."""
    pairs = groups.select("respondent_count", "population_count").unique()
    told = [perturbation.participants(*pair, policy) for pair in pairs.iter_rows()]
    said = pairs.with_columns(_said=pl.Series(told, dtype=pl.Int64))
    return (
        groups.join(said, on=["respondent_count", "population_count"], maintain_order="left")
        .with_columns(respondent_count="_said")
        .drop("_said")
    )


class Case(NamedTuple):
    """A question of one group with enough answers, and what is told of their number."""

    group: Group
    counts: Counts


def _groups(counted: pl.DataFrame) -> dict[Key, Group]:
    """Return who answered each question, by edition, indicator and group."""
    columns = [
        *GROUP,
        *("population_count", "respondent_count", "answer_count", "dont_know_count"),
        *("answers", "contributors", "statuses"),
    ]
    rows = counted.select(columns).iter_rows()
    return {row[:4]: Group(*row) for row in rows}


def _shares(
    codebook: Codebook,
    weighted: pl.DataFrame,
    means: pl.DataFrame,
    cases: Sequence[Case],
    noise: Noise,
) -> pl.DataFrame:
    """Return the shares that are published, with their margins."""
    counted = weighted.filter(pl.col("item") != "")
    yes, sizes = _whole_sizes(counted)
    weightings = counted["weighting"].unique(maintain_order=True).to_list()
    rows = []
    for case in cases:
        indicator = codebook.by_id[case.group.indicator]
        for weighting in weightings if indicator.is_share else ():
            key = (*_key(case.group), weighting)
            domain = _domain(case, weighting, sizes.get(key), noise)
            if domain is not None:
                told = perturbation.shares(domain, indicator, yes[key])
                rows += [(*key, *share) for share in told]
    keys = {c: weighted.schema[c] for c in (*GROUP, "weighting")}
    found = pl.DataFrame(rows, schema=keys | _TOLD, orient="row")
    sized = found.join(means.select(*MEASURE, "effective_size"), on=MEASURE, how="left")
    told = margins.of_shares(sized).with_columns(statistic=pl.lit(SHARE))
    return told.drop("effective_size", "slack")


_TOLD = {"item": pl.String(), "status": pl.String()} | dict.fromkeys(
    ("estimate", "low", "high", "step", "noise", "slack"), pl.Float64()
)


def _key(group: Group) -> Key:
    """Return what tells a group of a question from all others."""
    return (group.edition, group.indicator, group.dimension, group.group_code)


def _whole_sizes(counted: pl.DataFrame) -> tuple[dict[Key, dict[str, int]], dict[Key, Sizes]]:
    """Return the sizes of who gave each answer, and of all, in whole billionths of a unit.

    Args:
        counted: from ``estimates.weighted_sums``, of items that are answers.
    """
    whole = (pl.col("weight") * _UNITS).round().cast(pl.Int128)
    sums = counted.group_by(*GROUP, "weighting", "item", maintain_order=True).agg(
        yes=(whole * pl.col("plain_amount").cast(pl.Int128)).sum(),
        total=(whole * pl.col("plain_size").cast(pl.Int128)).sum(),
        largest=(whole * pl.col("plain_largest").cast(pl.Int128)).max(),
    )
    yes: dict[Key, dict[str, int]] = {}
    sizes: dict[Key, Sizes] = {}
    for *key, item, given, everyone, largest in sums.iter_rows():
        yes.setdefault(tuple(key), {})[item] = given
        sizes[tuple(key)] = Sizes(everyone, largest)
    return yes, sizes


def _domain(case: Case, weighting: str, sizes: Sizes | None, noise: Noise) -> Domain | None:
    """Return a question of a group in one weighting; None where too few answered for that."""
    said = case.counts.answer_count or 0
    fewest = noise.policy.fewest.inhabitant if weighting == INHABITANT else 0
    if sizes is None or min(said, case.group.answers) < fewest:
        return None
    return Domain(case.group, weighting, sizes, said, noise)


def _amounts(
    vault: Vault, means: pl.DataFrame, cases: Sequence[Case], noise: Noise
) -> pl.DataFrame:
    """Return the means, totals and quantiles that are published, with their margins."""
    wanted = {_key(case.group): case for case in cases}
    numbers = means.filter(pl.col("item") == "")
    errors = {row[:5]: row[5:] for row in numbers.select(*GROUP, "weighting", *_ERRORS).iter_rows()}
    book = vault.codebook
    questions = sorted({key[:2] for key in wanted if not book.by_id[str(key[1])].is_share})
    rows: list[tuple[object, ...]] = []
    for edition, indicator in questions:
        asked = {"edition": edition, "indicator": indicator}
        amounts = engine.run(vault.connection, "answers/group_amounts", asked)
        for place, frame in amounts.partition_by("dimension", "group_code", as_dict=True).items():
            key = (edition, indicator, *place)
            if key in wanted:
                told = _told_amounts(wanted[key], book, frame, errors, noise)
                rows += [(*key, "", *amount) for amount in told]
    keys = {c: means.schema[c] for c in (*GROUP, "item")}
    return pl.DataFrame(rows, schema=keys | _AMOUNT, orient="row")


_ERRORS = ("standard_error", "degrees_of_freedom", "effective_size")
_AMOUNT = {
    **dict.fromkeys(("weighting", "status", "statistic"), pl.String()),
    **dict.fromkeys(("estimate", "low", "high", "step", "noise", "skewness"), pl.Float64()),
}


def _told_amounts(
    case: Case,
    codebook: Codebook,
    frame: pl.DataFrame,
    errors: Mapping[Key, tuple[float, int, float]],
    noise: Noise,
) -> Iterator[tuple[object, ...]]:
    """Yield what is published of the amounts of a group, in the columns of ``_AMOUNT``."""
    fewest, said = noise.policy.fewest, min(case.counts.answer_count or 0, case.group.answers)
    for weighting in noise.policy.weightings:
        error = errors.get((*_key(case.group), weighting))
        if error is None or (weighting == INHABITANT and said < fewest.inhabitant):
            continue
        answers = _answers(frame, weighting, error)
        limit = noise.policy.protection.largest_inhabitant_part / 100
        if weighting == INHABITANT and answers.largest_part > limit:
            yield (weighting, DOMINATED, MEAN, *[None] * 6)
            continue
        mean = amounts.mean(case.group, weighting, answers, noise)
        yield (weighting, SHOWN, *mean)
        if weighting != MUNICIPALITY:
            continue
        if codebook.by_id[case.group.indicator].adds_up:
            population = case.group.population
            yield (weighting, SHOWN, *amounts.total(mean, population, noise.policy))
        if said >= fewest.quantile:
            for quantile in amounts.quantiles(case.group, answers, noise):
                yield (weighting, SHOWN, *quantile)


def _answers(
    frame: pl.DataFrame, weighting: str, error: tuple[float, int, float]
) -> amounts.Answers:
    """Return the answers of a group from the answer to ``answers/group_amounts``."""
    size = pl.col("weight")
    if weighting == INHABITANT:
        frame = frame.filter(pl.col("inhabitants") > 0)
        size = size * pl.col("inhabitants")
    sizes = frame.select(size).to_series().to_numpy()
    return amounts.Answers(frame["amount"].to_numpy(), sizes, *error)


def _graded(figures: pl.DataFrame, vault: Vault) -> pl.DataFrame:
    """Return figures with their grade, in the one shape and with what comparisons build on."""
    book, policy = vault.codebook, vault.policy.reliability
    ranges = book.indicators_table().select(
        "indicator",
        valid_lower=pl.when(pl.col("type") == "number").then("valid_lower"),
        valid_upper=pl.when(pl.col("type") == "number").then("valid_upper"),
    )
    # a total ranges as widely as the answers of all municipalities together
    many = pl.when(pl.col("statistic") == TOTAL).then("population_count").otherwise(1)
    grade = estimates.reliability(
        good=policy.good_half_width,
        caution=policy.caution_half_width,
        answers=policy.good_answers,
        skew=policy.good_skewness,
    )
    graded = (
        figures.join(ranges, on="indicator", how="left")
        .with_columns(pl.col("valid_lower", "valid_upper") * many)
        .with_columns(
            grade=pl.when(pl.col("status") == SHOWN).then(grade),
            kind=pl.lit("survey"),
            basis=_bases(book),
        )
    )
    inside = figures.select(*FIGURE, *INGREDIENTS)
    return shaped(graded, book).join(inside, on=FIGURE, how="left", maintain_order="left")


# What comparisons are worked out from, beside the figures; no release holds it.
INGREDIENTS = ("step", "noise", "effective_size", "standard_error", "degrees_of_freedom")


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
