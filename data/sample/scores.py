"""Scores of the sample: standard normals that correlate as the codebook asks."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from data.errors import CodebookError
from data.files.schema import figures_of_year
from data.sample.coding import shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.sample.frame import Floats, Frame
    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator
    from data.survey.sample_targets import Relation, Sample

# The seven parts of a derived scale share this much of their variance; the median of seven such
# parts varies by this factor less than one of them.
SHARED_VARIANCE = 0.7
SPREAD_OF_MEDIAN = 0.876
# Scores are rounded before they become answers: the last bits of a sum of products differ between
# processors, and none of them may decide an answer.
SCORE_DECIMALS = 9

_NORMAL = NormalDist()


def mix(lasting: Floats, fresh: Floats, kept: float) -> Floats:
    """Return standard normals that correlate by ``kept`` from one edition to the next."""
    mixed: Floats = np.sqrt(kept) * lasting + np.sqrt(1 - kept) * fresh
    return mixed


def correlation_root(asked: Sequence[Indicator], sample: Sample) -> Floats:
    """Return a matrix that turns independent normals into ones correlated as asked."""
    place = {indicator.id: n for n, indicator in enumerate(asked)}
    matrix = np.eye(len(asked))
    for pair in sample.correlations:
        first, second = place[pair.first], place[pair.second]
        left = _left_over(asked[first], asked[second], pair.value)
        matrix[first, second] = matrix[second, first] = left
    try:
        root: Floats = np.linalg.cholesky(matrix).astype(np.float64)
    except np.linalg.LinAlgError:
        raise CodebookError(
            "De correlations van [sample] kunnen niet alle samen waar zijn.",
            "maak ze zwakker, of de relation van de vragen die zij noemen.",
        ) from None
    return root


def _left_over(first: Indicator, second: Indicator, correlation: float) -> float:
    """Return how two scores correlate apart from the official figure that both go with.

    What a shared figure brings, and what is left over, add up to ``correlation``; figures of
    different indicators are taken as unrelated.
    """
    one, other = _relation(first), _relation(second)
    strengths = [relation.correlation if relation else 0.0 for relation in (one, other)]
    shared = one is not None and other is not None and one.indicator == other.indicator
    brought = strengths[0] * strengths[1] if shared else 0.0
    own = [1 - strength**2 for strength in strengths]
    return (correlation - brought) / float(np.sqrt(own[0] * own[1]))


def _relation(indicator: Indicator) -> Relation | None:
    """Return which official figure the answers to a question go with, if any."""
    return indicator.target.relation if indicator.target else None


def with_official(
    latent: Floats, asked: Sequence[Indicator], frame: Frame, official: pl.DataFrame
) -> Floats:
    """Return scores that go with the official figures as the codebook asks.

    The scores of a class stay standard normal, so its level and spread do too. A municipality
    without the official figure keeps its own score.
    """
    related = latent.copy()
    for column, indicator in enumerate(asked):
        if (relation := _relation(indicator)) is None:
            continue
        figures = _official_scores(frame, official, relation.indicator)
        own = np.sqrt(1 - relation.correlation**2) * latent[:, column]
        moved = relation.correlation * figures + own
        related[:, column] = np.where(np.isnan(figures), latent[:, column], moved)
    return related


def _official_scores(frame: Frame, official: pl.DataFrame, indicator: str) -> Floats:
    """Return each municipality's rank in its class on an official figure, as a normal score.

    Not a number where it filed none.
    """
    figures = figures_of_year(official, indicator, frame.year)
    filed = dict(figures.select("municipality_code", "amount").iter_rows())
    amounts = pl.DataFrame(
        {"class": frame.class_index, "amount": [filed.get(code) for code in frame.codes]},
        schema_overrides={"amount": pl.Float64},
    )
    amount = pl.col("amount")
    below = (amount.rank().over("class") - 0.5) / amount.count().over("class")
    shares = amounts.select(below).to_series()
    return np.array([np.nan if share is None else _NORMAL.inv_cdf(share) for share in shares])


def scores(
    codebook: Codebook,
    sample: Sample,
    indicator: Indicator,
    frame: Frame,
    latents: tuple[Floats, Floats],
    random: np.random.Generator,
) -> Floats:
    """Return one standard normal per municipality, shifted where part of a scale; rounded."""
    latent, parts = latents
    target = indicator.target
    if indicator.part_of is None or target is None:
        return np.round(latent, SCORE_DECIMALS)
    effect = sample.size_effect_within_class
    shared = np.sqrt(1 - effect**2) * parts + effect * _size_within_class(frame)
    own = random.standard_normal(len(parts))
    whole = codebook.by_id[indicator.part_of]
    score: Floats = np.sqrt(SHARED_VARIANCE) * shared + np.sqrt(1 - SHARED_VARIANCE) * own
    shifts = np.array([shift(whole, place) for place in frame.class_index])
    spread: Floats = score / SPREAD_OF_MEDIAN + shifts + target.item_shift
    return np.round(spread, SCORE_DECIMALS)


def _size_within_class(frame: Frame) -> Floats:
    """Return how much larger than its class a municipality is, standardised over all."""
    classes = np.array(frame.class_index)
    means = {c: frame.log_size[classes == c].mean() for c in set(frame.class_index)}
    within = frame.log_size - np.array([means[c] for c in frame.class_index])
    scaled: Floats = within / within.std()
    return scaled
