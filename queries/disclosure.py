"""What may be published: figures in, the same rows out with unsafe ones withheld.

Decided once, over everything that is published together. Unknown, null or missing means
withheld: a figure is shown only when it is known to be safe. The rules are the data holder's, in
``policy.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from queries import rounding
from queries.cells import categories, cells_of, span_of, tied
from queries.protection import BOUND_END, Protection
from queries.workers import REPORTED, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scipy.sparse import csr_array

    from data.codebook import Codebook, Indicator
    from data.policy import Policy
    from queries.evidence import Evidence

    Question = tuple[int, str]
    Report = Callable[[str], None]

SHOWN = "shown"
BOUND = "bound"
TOO_FEW = "too_few"
DOMINATED = "dominated"
PROTECTED = "protected"
# What an unsafe figure loses.
FIGURES = ("estimate", "low", "high", "standard_error", "degrees_of_freedom", "grade")
# Counts of answers to the question, which tell who left it out.
COUNTS = ("answer_count", "dont_know_count")
_QUESTION = ["edition", "indicator"]
_GROUP = [*_QUESTION, "dimension", "group_code"]
_FIGURE = [*_GROUP, "item", "statistic", "weighting"]
_MEASURE = ["item", "weighting"]


def protect(
    figures: pl.DataFrame,
    evidence: Evidence,
    policy: Policy,
    codebook: Codebook,
    report: Report | None = None,
) -> Protected:
    """Return the figures with ``status``, unsafe ones without values and with a step-up.

    Args:
        figures: ``figures.survey_figures``, every figure that could be published.
        evidence: from the vault.
        policy: of the data holder.
        codebook: says which items make up a scale.
        report: called with a line now and then.
    """
    checked = _primary(figures, evidence.largest, policy, codebook)
    witnesses: dict[Question, Mapping[str, csr_array]] = {}
    if policy.protection.secondary:
        checked, witnesses = _secondary(checked, evidence, policy, codebook, report)
    kept = pl.col("status") == SHOWN
    bound = pl.col("status") == BOUND
    limits = ("low", "high")
    withheld = checked.with_columns(
        *(
            pl.when(kept | (bound & (column in limits))).then(column).alias(column)
            for column in FIGURES
        ),
        *(pl.when(kept | bound).then(column).alias(column) for column in COUNTS),
    )
    shaped = step_up(withheld, evidence.containing).select(figures.columns)
    return Protected(shaped, witnesses)


def _primary(
    figures: pl.DataFrame, largest: pl.DataFrame, policy: Policy, codebook: Codebook
) -> pl.DataFrame:
    """Return the figures with the status that each has by itself."""
    fewest = policy.fewest
    several = [
        (i.id, item) for i in codebook.indicators for item in categories(i) if not tied(i, item)
    ]
    single = pl.DataFrame(
        several, schema={"indicator": pl.String, "item": pl.String}, orient="row"
    ).with_columns(is_category=pl.lit(value=True))
    rules = pl.DataFrame(
        [(d.contributors, d.percent / 100) for d in policy.protection.dominance],
        schema={"contributors": pl.Int64, "limit": pl.Float64},
        orient="row",
    )
    dominated = (
        largest.join(rules, on="contributors")
        .filter(pl.col("part") > pl.col("limit"))
        .select(_GROUP)
        .unique()
        .with_columns(is_dominated=pl.lit(value=True))
    )
    quantile = pl.col("statistic").str.contains("quartile|median")
    needed = pl.max_horizontal(
        pl.lit(policy.min_respondents),
        pl.when(quantile).then(fewest.quantile),
        pl.when(pl.col("is_category")).then(fewest.distribution),
        pl.when(pl.col("weighting") == "inhabitant").then(fewest.inhabitant),
    )
    known = pl.col("estimate").is_not_null() & (pl.col("status") == SHOWN)
    enough = pl.col("answer_count").fill_null(0) >= needed
    return (
        figures.join(single, on=["indicator", "item"], how="left", maintain_order="left")
        .join(dominated, on=_GROUP, how="left", maintain_order="left")
        .with_columns(
            status=pl.when(~(known & enough))
            .then(pl.lit(TOO_FEW))
            .when(pl.col("is_dominated"))
            .then(pl.lit(DOMINATED))
            .otherwise(pl.lit(SHOWN))
        )
        .drop("is_category", "is_dominated")
    )


def _secondary(
    figures: pl.DataFrame,
    evidence: Evidence,
    policy: Policy,
    codebook: Codebook,
    report: Report | None,
) -> tuple[pl.DataFrame, dict[Question, Mapping[str, csr_array]]]:
    """Return the figures with what has to be withheld or bounded for the sake of others.

    With them come the answers that show that this is enough.
    """
    sums = evidence.sums.partition_by(_QUESTION, as_dict=True)
    groups = evidence.groups.partition_by("edition", as_dict=True)
    nested = _nested(figures, evidence.containing, policy)

    cases = [
        Case(
            codebook.by_id[str(key[1])],
            policy,
            frame,
            sums[key],
            groups[key[:1]],
            nested.get(key, []),
        )
        for key, frame in figures.partition_by(_QUESTION, as_dict=True).items()
        if key in sums
    ]
    withheld: list[tuple[object, ...]] = []
    bounds: list[tuple[object, ...]] = []
    witnesses: dict[Question, Mapping[str, csr_array]] = {}
    results = zip(cases, spread(protected, cases), strict=True)
    for number, (case, (gone, limited, others)) in enumerate(results, 1):
        if report is not None and number % REPORTED == 0:
            report(f"{number} van {len(cases)} vragen nagegaan")
        edition, name = key = case.figures.select(_QUESTION).row(0)
        witnesses[edition, name] = others
        withheld += [(*key, *figure, PROTECTED) for figure in gone]
        bounds += [(*key, *figure) for figure in limited]
    types = dict(figures.select(_FIGURE).schema)
    measure = {c: types[c] for c in [*_GROUP, *_MEASURE]}
    taken = pl.DataFrame(withheld, schema=measure | {"_withheld": pl.String}, orient="row")
    limits = pl.DataFrame(
        bounds, schema=measure | {"_low": pl.Float64, "_high": pl.Float64}, orient="row"
    )
    shown = pl.col("status") == SHOWN
    bounded = pl.col("_high").is_not_null()
    width = pl.col("_high") - pl.col("_low")
    checked = (
        figures.join(taken, on=[*_GROUP, *_MEASURE], how="left", maintain_order="left")
        .join(limits, on=[*_GROUP, *_MEASURE], how="left", maintain_order="left")
        .with_columns(
            status=pl.when(shown & pl.col("_withheld").is_not_null())
            .then("_withheld")
            .when(shown & bounded & (width >= BOUND_END))
            .then(pl.lit(PROTECTED))
            .when(shown & bounded)
            .then(pl.lit(BOUND))
            .otherwise("status"),
            low=pl.when(bounded).then("_low").otherwise("low"),
            high=pl.when(bounded).then("_high").otherwise("high"),
        )
        .drop("_withheld", "_low", "_high")
    )
    return checked, witnesses


@dataclass(frozen=True)
class Protected:
    """What may be published, and answers other than the true ones that fit it as well.

    ``witnesses`` holds those by edition and question, and by item: what is added to the answers
    of each cell, a row each. They show that nothing can be worked out, to whoever checks them.
    """

    figures: pl.DataFrame
    witnesses: dict[Question, Mapping[str, csr_array]]


@dataclass(frozen=True)
class Case:
    """One question in one edition, with what is needed to protect it.

    ``nested`` are groups that lie in a wider one with too few outside them.
    """

    indicator: Indicator
    policy: Policy
    figures: pl.DataFrame
    sums: pl.DataFrame
    cell_groups: pl.DataFrame
    nested: list[tuple[str, str]]


def protected(
    case: Case,
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], Mapping[str, csr_array]]:
    """Return what has to be withheld of a question, what is given as a bound, and witnesses."""
    question = _protection(case)
    question.withhold(case.nested)
    question.protect()
    return [*question.withheld_figures()], question.bounds_found(), question.witnesses()


def _nested(
    figures: pl.DataFrame, containing: pl.DataFrame, policy: Policy
) -> dict[tuple[object, ...], list[tuple[str, str]]]:
    """Return, by question, groups that lie in a wider one with too few outside them.

    Of the two the less useful one is named.
    """
    own = figures.select(*_GROUP, "population_count").unique()
    near = (
        containing.join(own, on=["edition", "dimension", "group_code"])
        .filter(
            pl.col("wider_population") - pl.col("population_count") < policy.protection.min_outside
        )
        .sort(_GROUP)
    )
    found: dict[tuple[object, ...], list[tuple[str, str]]] = {}
    for row in near.iter_rows(named=True):
        pair = [
            (row["dimension"], row["group_code"]),
            (row["wider_dimension"], row["wider_group"]),
        ]
        less = max(pair, key=lambda group: policy.protection.rank(group[0]))
        found.setdefault((row["edition"], row["indicator"]), []).append(less)
    return found


def _protection(case: Case) -> Protection:
    """Return a question from the frames of its edition."""
    figures, sums, indicator, policy = case.figures, case.sums, case.indicator, case.policy
    groups = list(figures.select("dimension", "group_code").unique(maintain_order=True).iter_rows())
    span = span_of(indicator, sums)
    stepped = figures.with_columns(rounding.step(policy.rounding))
    place = {group: number for number, group in enumerate(groups)}
    published = {}
    linear = pl.col("statistic").is_in(["share", "mean"])
    measures = stepped.filter(linear & (pl.col("status") == SHOWN))
    for (item, weighting), frame in measures.partition_by(_MEASURE, as_dict=True).items():
        if indicator.type == "yes_no" and item == "no":
            continue
        estimate, half = np.full(len(groups), np.nan), np.zeros(len(groups))
        columns = ("dimension", "group_code", "estimate", "step")
        for dimension, code, value, step in frame.select(columns).iter_rows():
            estimate[place[dimension, code]] = (value - span[0]) / (span[1] - span[0])
            half[place[dimension, code]] = step / 2 / (span[1] - span[0])
        published[str(item), str(weighting)] = (estimate, half)
    cells = cells_of(sums, case.cell_groups, groups, span)
    return Protection(policy, indicator, groups, cells, published, span)


def step_up(figures: pl.DataFrame, containing: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with, for each withheld one, the nearest shown group that holds it.

    Args:
        figures: with ``status``.
        containing: the answer to ``answers/containing_groups``.

    Returns:
        The same rows with ``step_up_dimension`` and ``step_up_group``, null where shown or
        where no wider group is.
    """
    item = ["edition", "indicator", "item", "statistic", "weighting"]
    published = pl.col("status").is_in([SHOWN, BOUND])
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
