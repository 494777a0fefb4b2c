"""The one shape of answer: a table of figures, whatever they are about and wherever they go.

Pages, downloads, the command line and the release all hold rows of this shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import polars as pl

from queries import engine
from queries.disclosure import amounts, perturbation
from queries.disclosure.amounts import Answers
from queries.disclosure.perturbation import Counts, Domain, Group, Noise, Participants, Sizes
from queries.estimation import estimates, margins
from queries.publish.figure_shape import MEAN, SCHEMA, SHARE, TOTAL, shaped
from queries.vault import design
from queries.vault.opening import answer_digests
from queries.vocabulary import Status, Weighting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.survey.codebook import Codebook
    from queries.vault.opening import Vault

GROUP = ["edition", "indicator", "dimension", "group_code"]
MEASURE = [*GROUP, "item", "weighting"]
FIGURE = [*GROUP, "item", "statistic", "weighting"]
Key: TypeAlias = tuple[object, ...]
# Weights are whole numbers of this part, so that sums of them are exact.
_UNITS = 10**9


def survey_figures(vault: Vault, noise: Noise) -> pl.DataFrame:
    """Return every figure of the survey as it may be published, in the shape above.

    Beside the columns of the shape stands what comparisons build on and no release holds:
    ``step``, ``noise`` (a standard deviation), ``effective_size``, ``standard_error`` and
    ``degrees_of_freedom``.
    """
    counted = engine.run(vault.connection, "counts/answer_counts", {})
    digests = answer_digests(vault)
    took_part = response(vault, noise)
    weighted = design.weighted_sums(vault)
    means = design.means(vault, weighted).with_columns(
        margins.coarse(pl.col("effective_size")).alias("effective_size")
    )
    cases = _cases(counted.join(digests, on=GROUP, how="left"), weighted, noise, _shown(took_part))
    parts = [
        _shares(vault.codebook, weighted, means, cases, noise),
        _amounts(vault, means, cases, noise),
    ]
    said = pl.DataFrame(
        [(*key, *case.counts) for key, case in cases.items()],
        schema={c: weighted.schema[c] for c in (*GROUP, "weighting")}
        | {c: SCHEMA[c] for c in Counts._fields},
        orient="row",
    )
    ingredients = means.select(*MEASURE, "standard_error", "degrees_of_freedom", "effective_size")
    figures = (
        _every_figure(vault.codebook, counted, vault.policy.weightings)
        .drop("answer_count", "dont_know_count", "population_count", "respondent_count")
        .join(took_part, on=["edition", "dimension", "group_code"], how="left")
        .join(said, on=[*GROUP, "weighting"], how="left")
        .join(pl.concat(parts, how="diagonal_relaxed"), on=FIGURE, how="left")
        .join(ingredients, on=MEASURE, how="left")
        .with_columns(pl.col("status").fill_null(Status.TOO_FEW))
    )
    return _graded(figures, vault)


_TAKING_PART = ("population_count", "respondent_count")


def response(vault: Vault, noise: Noise) -> pl.DataFrame:
    """Return how many took part as it is published, ``respondent_count``, of how many there are.

    One row per ``edition``, ``dimension`` and ``group_code``.
    """
    rows = []
    took_part = engine.run(vault.connection, "counts/response", {})
    for edition, dimension, group, population, count, who in took_part.iter_rows():
        asked = Participants(edition, dimension, population, count, who)
        told = perturbation.participants(asked, noise)
        rows.append((edition, dimension, group, population, told))
    return pl.DataFrame(rows, schema=took_part.drop("who").schema, orient="row")


class Case(NamedTuple):
    """A question of one group with enough answers, and what is told of their number."""

    group: Group
    weighting: str
    counts: Counts


def _shown(took_part: pl.DataFrame) -> dict[Key, int | None]:
    """Return how many took part as it is published, by edition and group."""
    keys = ["edition", "dimension", "group_code"]
    return {tuple(key): count for *key, _, count in took_part.select(*keys, *_TAKING_PART).rows()}


def _cases(
    counted: pl.DataFrame,
    weighted: pl.DataFrame,
    noise: Noise,
    shown: Mapping[Key, int | None],
) -> dict[Key, Case]:
    """Return the questions of groups with enough answers, by edition to group and weighting.

    Who stands for nobody in a weighting does not count in it.

    Args:
        counted: the answers to ``counts/answer_counts`` and ``counts/answer_digests``.
        weighted: from ``design.weighted_sums``.
        noise: decides what is told of the numbers of answers.
        shown: how many took part as it is published, by edition and group.
    """
    measured = [*GROUP, "weighting"]
    # every item of a question counts the same answers
    sizes = (
        weighted.group_by(*measured, "item")
        .agg(pl.col("answer_count").sum())
        .group_by(measured)
        .agg(pl.col("answer_count").max())
    )
    skipped = pl.col("respondent_count") - pl.col("answer_count") - pl.col("dont_know_count")
    rows = (
        counted.with_columns(skipped=skipped)
        .drop("answer_count")
        .join(sizes, on=GROUP)
        .filter(pl.col("answer_count") >= noise.policy.min_respondents)
        .select(
            *(*GROUP, "population_count", "respondent_count", "answer_count"),
            *("dont_know_count", "skipped", "answers", "contributors", "statuses", "weighting"),
        )
    )
    found: dict[Key, Case] = {}
    for *fields, weighting in rows.iter_rows():
        group = Group(*fields)
        told = perturbation.counts(group, noise, shown[group.edition, *group[2:4]])
        if told.answer_count is not None:
            found[*group[:4], weighting] = Case(group, weighting, told)
    return found


def _shares(
    codebook: Codebook,
    weighted: pl.DataFrame,
    means: pl.DataFrame,
    cases: Mapping[Key, Case],
    noise: Noise,
) -> pl.DataFrame:
    """Return the shares that are published, with their margins."""
    counted = weighted.filter(pl.col("item") != "")
    yes, sizes = _whole_sizes(counted)
    rows: list[tuple[object, ...]] = []
    for key, case in cases.items():
        indicator = codebook.in_edition(case.group.edition).by_id[case.group.indicator]
        domain = _domain(case, sizes.get(key), noise)
        if indicator.is_share and domain is not None:
            rows += [(*key, *t) for t in perturbation.shares(domain, indicator, yes[key])]
    keys = {c: weighted.schema[c] for c in (*GROUP, "weighting")}
    found = pl.DataFrame(rows, schema={**keys, **_TOLD}, orient="row")
    sized = found.join(means.select(*MEASURE, "effective_size"), on=MEASURE, how="left")
    shares = margins.of_shares(sized).with_columns(statistic=pl.lit(SHARE))
    return shares.drop("effective_size", "slack")


_TOLD: dict[str, pl.DataType] = {
    **dict.fromkeys(("item", "status"), pl.String()),
    **dict.fromkeys(("estimate", "low", "high", "step", "noise", "slack"), pl.Float64()),
}


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


def _domain(case: Case, sizes: Sizes | None, noise: Noise) -> Domain | None:
    """Return a question of a group in one weighting; None where too few answered for that."""
    said = case.counts.answer_count or 0
    fewest = noise.policy.fewest.inhabitant if case.weighting == Weighting.INHABITANT else 0
    if sizes is None or said < fewest:
        return None
    return Domain(case.group, case.weighting, sizes, said, noise)


def _amounts(
    vault: Vault, means: pl.DataFrame, cases: Mapping[Key, Case], noise: Noise
) -> pl.DataFrame:
    """Return the means, totals and quantiles that are published, with their margins."""
    numbers = means.filter(pl.col("item") == "")
    errors = {row[:5]: row[5:] for row in numbers.select(*GROUP, "weighting", *_ERRORS).iter_rows()}
    book = vault.codebook
    rows: list[tuple[object, ...]] = []
    for edition, indicator in sorted({key[:2] for key in errors}):
        asked = {"edition": edition, "indicator": indicator}
        amounts = engine.run(vault.connection, "counts/group_amounts", asked)
        for place, frame in amounts.group_by("dimension", "group_code", maintain_order=True):
            keys = [(edition, indicator, *place, name) for name in noise.policy.weightings]
            for key in filter(cases.__contains__, keys):
                answers = _answers(frame, str(key[-1]), errors[key])
                told = _told_amounts(cases[key], book, answers, noise)
                rows += [(*key[:4], "", key[-1], *amount) for amount in told]
    named = {c: means.schema[c] for c in (*GROUP, "item", "weighting")}
    return pl.DataFrame(rows, schema={**named, **_AMOUNT}, orient="row")


_ERRORS = ("standard_error", "degrees_of_freedom", "effective_size")
_AMOUNT: dict[str, pl.DataType] = {
    **dict.fromkeys(("status", "statistic"), pl.String()),
    **dict.fromkeys(("estimate", "low", "high", "step", "noise", "skewness"), pl.Float64()),
}


def _told_amounts(
    case: Case, codebook: Codebook, answers: Answers, noise: Noise
) -> Iterator[tuple[object, ...]]:
    """Yield what is published of the amounts of a group, in the columns of ``_AMOUNT``."""
    said = case.counts.answer_count or 0
    if case.weighting != Weighting.INHABITANT:
        adds_up = codebook.by_id[case.group.indicator].adds_up
        for amount in amounts.told(case.group, answers, said, noise, adds_up=adds_up):
            yield (Status.SHOWN, *amount)
    elif said >= noise.policy.fewest.inhabitant:
        limit = noise.policy.protection.largest_inhabitant_part
        if answers.largest_part * 100 > limit:
            yield (Status.DOMINATED, MEAN, *[None] * 6)
        else:
            yield (Status.SHOWN, *amounts.mean(case.group, case.weighting, answers, said, noise))


def _answers(frame: pl.DataFrame, weighting: str, error: tuple[float, int, float]) -> Answers:
    """Return the answers of a group from the answer to ``counts/group_amounts``."""
    amount, size = frame["amount"].to_numpy(), frame["weight"].to_numpy()
    if weighting == Weighting.INHABITANT:
        size = size * frame["inhabitants"].to_numpy()
    return Answers(amount[size > 0], size[size > 0], *error)


def _graded(figures: pl.DataFrame, vault: Vault) -> pl.DataFrame:
    """Return figures with their grade, in the one shape and with what comparisons build on."""
    book, policy = vault.codebook, vault.policy.reliability
    # a total ranges as widely as the answers of all municipalities together
    many = pl.when(pl.col("statistic") == TOTAL).then("population_count").otherwise(1)
    grade = estimates.reliability(
        good=policy.good_half_width,
        caution=policy.caution_half_width,
        answers=policy.good_answers,
        skew=policy.good_skewness,
    )
    graded = (
        figures.join(book.ranges_table(), on=["edition", "indicator"], how="left")
        .with_columns(pl.col("valid_lower", "valid_upper") * many)
        .with_columns(
            grade=pl.when(pl.col("status") == Status.SHOWN).then(grade),
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
    items = codebook.items_table().select("edition", "indicator", "item")
    rows = []
    for edition, name, item in items.iter_rows():
        indicator = codebook.by_id[name]
        statistic = SHARE if indicator.is_share else MEAN
        told = [(statistic, weighting) for weighting in weightings]
        if indicator.adds_up:
            told.append((TOTAL, "municipality"))
        if not indicator.is_share:
            told += [(q, "municipality") for q in estimates.QUARTILES]
        rows += [(edition, name, item, *one) for one in told]
    schema = {"edition": pl.Int32} | dict.fromkeys(FIGURE[1:2] + FIGURE[4:], pl.String)
    figures = pl.DataFrame(rows, schema=schema, orient="row")
    return counts.join(figures, on=["edition", "indicator"])


def _bases(codebook: Codebook) -> pl.Expr:
    """Return on what each indicator is based: survey, budget or accounts."""
    bases = {i.id: i.basis for i in codebook.indicators}
    return pl.col("indicator").replace_strict(bases, return_dtype=pl.String)
