"""From a score to an answer: by the levels, distributions and ranges of the codebook."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from data.errors import CodebookError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.sample.frame import Frame
    from data.survey.indicators import Indicator

_NORMAL = NormalDist()


def coded(
    indicator: Indicator, frame: Frame, n: int, score: float, random: np.random.Generator
) -> list[tuple[str, float]]:
    """Return the option and value rows that stand for one answer."""
    if indicator.type == "multi":
        chosen = _choose(indicator, random)
        return [(option.code, float(option.code in chosen)) for option in indicator.options]
    place = frame.class_index[n]
    if indicator.type == "yes_no":
        share = _class_level(indicator, frame.year, place) / 100
        return [("", float(score > _NORMAL.inv_cdf(1 - share)))]
    if indicator.type == "ordinal":
        return [("", _level(indicator, place, score))]
    return [("", _amount(indicator, frame, n, score))]


def _class_level(indicator: Indicator, year: int, place: int) -> float:
    """Return the level the sample aims at for one class in one edition."""
    target = indicator.target
    if target is None:
        raise CodebookError(f"{indicator.id} heeft geen target.", "voeg target toe.")
    levels = (target.by_edition or {}).get(year) or target.classes or []
    return levels[place]


def _thresholds(distribution: Sequence[float]) -> list[float]:
    """Return where a normal score passes from one answer to the next."""
    total = sum(distribution)
    cumulative = np.cumsum(distribution)[:-1] / total
    return [_NORMAL.inv_cdf(float(share)) for share in cumulative]


def shift(indicator: Indicator, place: int) -> float:
    """Return how far a class lies above the national distribution, in standard deviations."""
    target = indicator.target
    if target is None or target.distribution is None:
        return 0.0
    if target.class_shift:
        return target.class_shift[place]
    if target.top:
        threshold = _thresholds(target.distribution)[(indicator.top_from or 2) - 2]
        return threshold - _NORMAL.inv_cdf(1 - target.top[place] / 100)
    return 0.0


def _level(indicator: Indicator, place: int, score: float) -> float:
    """Return the answer on a scale; part of a scale takes the distribution of the whole."""
    target = indicator.target
    if target is None:
        raise CodebookError(f"{indicator.id} heeft geen target.", "voeg target toe.")
    distribution = target.distribution or [15, 38, 33, 12, 2]
    moved = score if indicator.part_of else score + shift(indicator, place)
    return 1.0 + sum(moved > threshold for threshold in _thresholds(distribution))


def _amount(indicator: Indicator, frame: Frame, n: int, score: float) -> float:
    """Return a number around the level of the class, within the valid range."""
    target, valid = indicator.target, indicator.valid
    if target is None or valid is None or target.sd is None:
        raise CodebookError(f"{indicator.id} heeft geen volledig target.", "vul het aan.")
    level = _class_level(indicator, frame.year, frame.class_index[n])
    row = frame.register.row(n, named=True)
    level += sum(shift for code, shift in target.regions.items() if code in row.values())
    if target.shape == "log_normal":
        value = level * float(np.exp(target.sd * score))
    elif target.shape == "right_skewed":
        sigma = float(np.sqrt(np.log1p((target.sd / level) ** 2)))
        value = level * float(np.exp(sigma * score - sigma**2 / 2))
    else:
        value = level + target.sd * score
    return round(min(max(value, valid[0]), valid[1]), indicator.decimals)


def _choose(indicator: Indicator, random: np.random.Generator) -> set[str]:
    """Return which options are chosen, each about as often as its target says."""
    target = indicator.target
    if target is None or target.options is None:
        raise CodebookError(f"{indicator.id} heeft geen target.options.", "voeg ze toe.")
    exclusive = [option.code for option in indicator.options if option.exclusive]
    for code in exclusive:
        if random.random() < target.options[code] / 100:
            return {code}
    others = [code for code in target.options if code not in exclusive]
    random.shuffle(others)
    weights = np.array([target.options[code] for code in others])
    count = indicator.max_choices or len(others)
    edges = np.cumsum(weights / weights.sum() * count)
    marks = random.random() + np.arange(count)
    return {others[int(place)] for place in np.searchsorted(edges, marks).clip(max=len(others) - 1)}
