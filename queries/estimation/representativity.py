"""Did those who took part look like all? The R-indicator, and a check on official figures. Pure.

Both compare the municipalities that took part with all in the register, on what is known of
everyone. What is published of it is rounded so that it does not tell who took part: per edition an
indicator and its margin in two decimals, and per official figure one difference in steps of a
twentieth of a standard deviation, about what chance alone makes of it. All other numbers follow
from that step and from figures that are public.

Source: Schouten, Cobben and Bethlehem (2009), Indicators for the representativeness of survey
response, Survey Methodology 35; Shlomo, Skinner and Schouten (2012), Estimation of an indicator of
the representativeness of survey response, Journal of Statistical Planning and Inference 142, for
what estimation adds to the variance and for the margin.
"""

from __future__ import annotations

from math import exp, fsum, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from data.files.schema import figures_of_year
from queries.estimation.auxiliaries import class_of, known_or_mean
from queries.estimation.equations import cross_products, mean, product, solved, spread, standardised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.codebook import Codebook
    from data.survey.design import Representativity
    from queries.estimation.equations import Numbers

REPRESENTATIVITY = {
    "edition": pl.Int32(),
    "r_indicator": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
}
OFFICIAL_CHECK = {
    "edition": pl.Int32(),
    "indicator": pl.String(),
    "basis": pl.String(),
    "population_mean": pl.Float64(),
    "respondent_mean": pl.Float64(),
    "difference": pl.Float64(),
    "difference_sd": pl.Float64(),
}
# The standard normal quantile of 95 %.
QUANTILE = 1.959963984540054
# Differences are told in steps of so many standard deviations.
_STEP = 0.05
# Twice rounded, so that a number halfway does not hang on a last bit.
_FIRST = 9
# Of the likelihood: the steps that find it, and a hold on coefficients that it leaves free.
_ROUNDS, _CLOSE, _HOLD = 60, 1e-11, 1e-6


def representativity(
    codebook: Codebook,
    register: pl.DataFrame,
    respondents: pl.DataFrame,
    official: pl.DataFrame,
    fewest: int,
) -> pl.DataFrame:
    """Return how much the chance of taking part differed between municipalities.

    Args:
        codebook: says in ``survey.representativity`` what is looked at; nothing, no rows.
        register: one row per ``year`` and ``municipality_code``.
        respondents: one row per ``edition`` and municipality that took part.
        official: official figures; who filed none counts for the mean of its class.
        fewest: of those who took part, and of those who did not; below it nothing is told.

    Returns:
        Per ``edition``: ``r_indicator`` from 0 to 1 (all alike) with its 95% margin ``low`` and
        ``high``, of two decimals; null where too few did or did not take part. Not how many that
        were: ``response`` says as much of that as may be said.
    """
    asked = codebook.survey.representativity
    rows = []
    for year in codebook.years() if asked else ():
        frame = _everyone(register, respondents, year)
        took_part = frame["weight"].is_not_null().to_list()
        told: tuple[float | None, ...] = (None, None, None)
        if asked and _enough(took_part, fewest):
            found = r_indicator(took_part, _predictors(codebook, asked, frame, official))
            told = tuple(rounded(value, 2) for value in found)
        rows.append((year, *told))
    return pl.DataFrame(rows, schema=REPRESENTATIVITY, orient="row")


def official_check(
    codebook: Codebook,
    register: pl.DataFrame,
    respondents: pl.DataFrame,
    official: pl.DataFrame,
    fewest: int,
) -> pl.DataFrame:
    """Return how near the weighted respondents come to all, on figures that are known of all.

    Args:
        codebook: says in ``survey.representativity`` what is looked at; nothing, no rows.
        register: one row per ``year`` and ``municipality_code``.
        respondents: one row per ``edition`` and municipality that took part, with ``weight``.
        official: official figures.
        fewest: with the figure, of those who took part, and of those who did not.

    Returns:
        Per ``edition`` and official ``indicator`` of that year (of one ``basis``), among
        municipalities with that figure and in its unit: the mean of all, the weighted mean of
        those who took part, their ``difference``, and the same in standard deviations of all
        municipalities, in steps of 0.05. Without figures, or with too few of either, no row.
    """
    asked = codebook.survey.representativity
    rows = []
    for year in codebook.years() if asked else ():
        frame = _everyone(register, respondents, year)
        for name in asked.official if asked else ():
            known = frame.join(figures_of_year(official, name, year), on="municipality_code")
            if _enough(known["weight"].is_not_null().to_list(), fewest):
                decimals = codebook.by_id[name].decimals
                compared = _compared(known["amount"].to_list(), known["weight"].to_list(), decimals)
                rows.append((year, name, known["basis"][0], *compared))
    return pl.DataFrame(rows, schema=OFFICIAL_CHECK, orient="row")


def rounded(value: float, decimals: int) -> float:
    """Return a number rounded in two steps; -0 is 0."""
    return round(round(value, _FIRST), decimals) + 0.0


def _compared(
    amounts: list[float], weights: list[float | None], decimals: int
) -> tuple[float, float, float, float]:
    """Return mean of all, of respondents, their difference and that in standard deviations.

    The last is rounded to a step, and the others follow from it.
    """
    present = [(w, a) for w, a in zip(weights, amounts, strict=True) if w is not None]
    answered = mean([a for _, a in present], [w for w, _ in present])
    everyone, scale = mean(amounts), spread(amounts)
    apart = (answered - everyone) / scale if scale > 0 else 0.0
    told = rounded(rounded(apart / _STEP, 0) * _STEP, 2)
    centre, difference = rounded(everyone, decimals), rounded(told * scale, decimals)
    return (centre, rounded(centre + difference, decimals), difference, told)


def _everyone(register: pl.DataFrame, respondents: pl.DataFrame, year: int) -> pl.DataFrame:
    """Return the municipalities of one edition by code; ``weight`` is null without an answer."""
    took_part = respondents.filter(pl.col("edition") == year)
    if "weight" not in took_part:
        took_part = took_part.with_columns(weight=pl.lit(1.0))
    return (
        register.filter(pl.col("year") == year)
        .join(took_part.select("municipality_code", "weight"), on="municipality_code", how="left")
        .sort("municipality_code")
    )


def _enough(took_part: Sequence[bool], fewest: int) -> bool:
    """Whether enough took part, and enough did not, for a number that points at nobody."""
    return min(sum(took_part), len(took_part) - sum(took_part)) >= fewest


def _predictors(
    codebook: Codebook, asked: Representativity, frame: pl.DataFrame, official: pl.DataFrame
) -> list[list[float]]:
    """Return what is known of every municipality, a column each: size first."""
    year = frame["year"][0]
    columns = [[log(max(people, 1)) for people in frame["inhabitants"].to_list()]]
    columns += [frame[name].cast(pl.Float64).to_list() for name in asked.columns]
    for dimension in asked.dimensions:
        # the first group is what the others are compared with
        for code in codebook.dimension_by_id[dimension].codes()[1:]:
            columns.append((frame[dimension] == code).fill_null(value=False).cast(float).to_list())
    classes = class_of(codebook, frame)
    columns += [known_or_mean(frame, classes, official, (name, year)) for name in asked.official]
    return columns


class Spread(NamedTuple):
    """How alike the chances of taking part were, from 0 to 1, and its 95% margin."""

    indicator: float
    low: float
    high: float


def r_indicator(took_part: Sequence[bool], predictors: Sequence[Numbers]) -> Spread:
    """Return R = 1 - 2 S, with S the standard deviation of the chances of taking part.

    The chances p come from a logistic model with information J; z = p (1 - p) x is how they move
    with its coefficients, and C the covariance of z. Of the variance is taken off what estimating
    the coefficients adds to it: trace(J^-1 C). The variance of what is left is that of its
    linear and its quadratic part, g' J^-1 g + 2 trace(J^-1 C J^-1 C), g = 2 cov(z, p).

    Args:
        took_part: whether each municipality did.
        predictors: what is known of all, a column each, without a constant.
    """
    columns = [standardised(column) for column in predictors]
    rows = [[1.0, *values] for values in zip(*columns, strict=True)]
    chances, information = _fitted(took_part, rows)
    even = [1 / (len(rows) - 1)] * len(rows)
    moved = [[p * (1 - p) * x for x in row] for p, row in zip(chances, rows, strict=True)]
    sides = [_centred(column) for column in zip(*moved, strict=True)]
    apart = _centred(chances)
    covariance = cross_products(list(zip(*sides, strict=True)), even)
    gradient = [2 * product(side, apart) * even[0] for side in sides]
    drift = [solved(information, column) for column in covariance]
    added = fsum(row[n] for n, row in enumerate(drift))
    turned = list(zip(*drift, strict=True))
    quadratic = fsum(product(row, column) for row, column in zip(drift, turned, strict=True))
    wide = QUANTILE * sqrt(product(gradient, solved(information, gradient)) + 2 * quadratic)
    left = product(apart, apart) * even[0] - added
    found, low, high = (1 - 2 * sqrt(max(v, 0.0)) for v in (left, left + wide, left - wide))
    return Spread(found, max(low, 0.0), high)


def _centred(values: Numbers) -> list[float]:
    """Return how far each value is from their mean."""
    centre = mean(values)
    return [value - centre for value in values]


def _fitted(
    took_part: Sequence[bool], rows: Sequence[Numbers]
) -> tuple[list[float], list[list[float]]]:
    """Return the chance of every municipality, and the information of the model: Newton's steps.

    No step moves a coefficient by more than 1, and a coefficient that the answers leave free (a
    group in which all took part) is held near 0.
    """
    width = len(rows[0])
    coefficients = [0.0] * width
    held = [0.0, *[_HOLD] * (width - 1)]
    chances, information = _state(rows, coefficients, held)
    for _ in range(_ROUNDS):
        left = [yes - p for yes, p in zip(took_part, chances, strict=True)]
        slope = [
            product(column, left) - hold * value
            for column, hold, value in zip(zip(*rows, strict=True), held, coefficients, strict=True)
        ]
        step = solved(information, slope)
        largest = max(abs(part) for part in step)
        shorter = min(1.0, 1 / largest) if largest > 0 else 1.0
        coefficients = [a + shorter * b for a, b in zip(coefficients, step, strict=True)]
        chances, information = _state(rows, coefficients, held)
        if largest < _CLOSE:
            break
    return chances, information


def _state(
    rows: Sequence[Numbers], coefficients: Numbers, held: Numbers
) -> tuple[list[float], list[list[float]]]:
    """Return the chances that coefficients give, and the information there."""
    chances = [1 / (1 + exp(-product(row, coefficients))) for row in rows]
    information = cross_products(rows, [p * (1 - p) for p in chances])
    for place, hold in enumerate(held):
        information[place][place] += hold
    return chances, information
