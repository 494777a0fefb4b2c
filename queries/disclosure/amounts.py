"""Amounts in, what may be published out: means with noise, and quantiles of a shifted rank.

A mean gets noise as large as half the largest deviation from the median that one municipality
brings into it, rounded up to 1, 2 or 5 times a power of ten, for the margin tells how large it is.
A total is the published mean times the municipalities there are. A quantile is the mean of five
answers round its rank, never of the lowest or the highest, with noise as large as the most that one
answer moves it: so it is no municipality's answer.

Source: ``docs/disclosure.md``; Woodruff (1952) for reading intervals back through the quantile
rule; Hall (1992), On the removal of skewness by transformation, JRSS B 54, for skewed means.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, fsum, inf, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import stdtrit

from queries.disclosure.noise import SCALE
from queries.estimation.estimates import LEVEL, QUANTILE, QUARTILES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from data.survey.policy import Policy
    from queries.disclosure.perturbation import Group, Noise

    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]

MEAN, TOTAL = "mean", "total"
# A quantile is the mean of this many answers on either side of its rank, and the one at it.
_BESIDE = 2
# How far askew a mean may lie for its interval to be bent, in units of its standard error.
_MOST_SKEW = 0.5
# Lengths that could tell of one answer are rounded up to these, times a power of ten.
_COARSE, _FINE = (1.0, 2.0, 5.0, 10.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
# Rounding half a step up or down must not hang on the last bit of a sum.
_NUDGE = 1e-9


@dataclass(frozen=True)
class Answers:
    """The amounts that a group answered, from low to high, and the size of each answer.

    ``standard_error``, ``degrees_of_freedom`` and ``effective_size`` are those of their mean.
    """

    amounts: Floats
    sizes: Floats
    standard_error: float
    degrees_of_freedom: int
    effective_size: float

    @property
    def total(self) -> float:
        """What the answers stand for together."""
        return fsum(self.sizes)

    @property
    def mean(self) -> float:
        """The weighted mean."""
        return fsum(self.amounts * self.sizes) / self.total

    @property
    def median(self) -> float:
        """The answer in the middle."""
        return self.at(0.5, 0)

    @property
    def largest_part(self) -> float:
        """What the municipality that weighs most counts for (0-1)."""
        return float(self.sizes.max()) / self.total

    @property
    def largest_deviation(self) -> float:
        """The most that one municipality moves the mean away from the median."""
        return float((self.sizes * np.abs(self.amounts - self.median)).max()) / self.total

    @property
    def skewness(self) -> float:
        """How far askew the mean would lie if the survey were held over and over."""
        influence = self.sizes * (self.amounts - self.mean)
        spread = fsum(influence**2)
        return fsum(influence**3) / spread**1.5 if spread > 0 else 0.0

    def most_moved(self, part: float) -> float:
        """Return the most that one answer, whatever it is, moves the quantile at a part."""
        rank = self._rank(part, _BESIDE + 1)
        around = self.amounts[rank - _BESIDE - 1 : rank + _BESIDE + 2]
        return float(around[-1] - around[0]) / (2 * _BESIDE + 1)

    def _rank(self, part: float, beside: int) -> int:
        """Return the place of the answer at a part, with so many answers on either side."""
        reached = np.cumsum(self.sizes) / self.total >= part - _NUDGE
        rank = int(np.argmax(reached)) if reached.any() else len(reached) - 1
        return min(max(rank, beside), len(self.amounts) - beside - 1)

    def at(self, part: float, beside: int) -> float:
        """Return the answer at a part (0-1) of the weight, or the mean of some round it.

        Args:
            part: the smallest answer whose cumulative part reaches it.
            beside: how many on either side are averaged with it; with any, the lowest and the
                highest answer are never among them.
        """
        rank = self._rank(part, beside + 1 if beside else 0)
        return fsum(self.amounts[rank - beside : rank + beside + 1]) / (2 * beside + 1)


class Amount(NamedTuple):
    """One published amount, in the unit of the question; ``noise`` is a standard deviation."""

    statistic: str
    estimate: float
    low: float | None
    high: float | None
    step: float
    noise: float
    skewness: float | None


def told(
    group: Group, answers: Answers, said: int, noise: Noise, *, adds_up: bool
) -> Iterator[Amount]:
    """Yield what is published per municipality: mean, total where amounts add up, and quantiles.

    Args:
        group: with enough answers.
        answers: of the group, weighted by municipality.
        said: how many answers there are, and are said to be, at least.
        noise: decides what is added.
        adds_up: whether the amounts of municipalities make a total.
    """
    average = mean(group, "municipality", answers, said, noise)
    yield average
    if adds_up:
        yield total(average, group.population, noise.policy)
    if said >= noise.policy.fewest.quantile:
        yield from quantiles(group, answers, noise)


def mean(group: Group, weighting: str, answers: Answers, said: int, noise: Noise) -> Amount:
    """Return the mean of a group with noise, its margin, and what both are rounded to.

    Args:
        group: who answered.
        weighting: what a municipality counts by.
        answers: of the group, in that weighting.
        said: how many answers there are said to be.
        noise: decides what is added.
    """
    about = (group.edition, group.indicator, MEAN, "", weighting, group.content)
    sd = noise.policy.noise.amount_sd * laddered(answers.largest_deviation, _COARSE)
    value = answers.mean + sd * noise.drawn(*about) / SCALE
    step = amount_step(value, noise.policy)
    rounded = _nearest(value, step)
    arms = _arms(answers, many=said >= noise.policy.rounding.small_below)
    low, high = (None, None)
    if arms is not None:
        low = _down(rounded - sqrt(arms[0] ** 2 + (QUANTILE * sd) ** 2), step)
        high = _up(rounded + sqrt(arms[1] ** 2 + (QUANTILE * sd) ** 2), step)
    return Amount(MEAN, rounded, low, high, step, sd, answers.skewness)


def total(average: Amount, population: int, policy: Policy) -> Amount:
    """Return what the amounts of all municipalities of a group add up to, from a published mean."""
    value = average.estimate * population
    step = amount_step(value, policy)
    low = None if average.low is None else _down(average.low * population, step)
    high = None if average.high is None else _up(average.high * population, step)
    rounded = _nearest(value, step)
    return Amount(TOTAL, rounded, low, high, step, average.noise * population, average.skewness)


def quantiles(group: Group, answers: Answers, noise: Noise) -> Iterator[Amount]:
    """Yield median and quartiles of a group with enough answers."""
    count = len(answers.amounts)
    for name, part in QUARTILES.items():
        about = (group.edition, group.indicator, name, "", "municipality", group.content)
        sd = noise.policy.noise.sd * laddered(answers.most_moved(part), _COARSE)
        exact = answers.at(part, _BESIDE)
        value = exact + sd * noise.drawn(*about) / SCALE
        step = amount_step(value, noise.policy)
        rounded = _nearest(value, step)
        half = QUANTILE * sqrt(part * (1 - part) / answers.effective_size + 1 / count**2)
        low, high = (
            sqrt(laddered(abs(answers.at(end, _BESIDE) - exact), _FINE) ** 2 + (QUANTILE * sd) ** 2)
            for end in (part - half, part + half)
        )
        ends = _down(rounded - low, step), _up(rounded + high, step)
        yield Amount(name, rounded, *ends, step, sd, None)


def amount_step(value: float, policy: Policy) -> float:
    """Return what an amount is rounded to: a number of digits."""
    return 1.0 if value == 0 else 10.0 ** (_whole_digits(value) - policy.rounding.amount_digits)


def _whole_digits(value: float) -> int:
    """Return how many digits stand before the point: 2 for 12.3, 0 for 0.5 and -1 for 0.05."""
    return int(f"{abs(value):e}".partition("e")[2]) + 1


def _nearest(value: float, step: float) -> float:
    """Return a value rounded to a step; halves go up."""
    return round(floor(value / step + 0.5 + _NUDGE) * step, 12)


def _down(value: float, step: float) -> float:
    """Return a value rounded down to a step."""
    return round(floor(value / step + _NUDGE) * step, 12)


def _up(value: float, step: float) -> float:
    """Return a value rounded up to a step."""
    return round(ceil(value / step - _NUDGE) * step, 12)


def _arms(answers: Answers, *, many: bool) -> tuple[float, float] | None:
    """Return how far the interval of a mean reaches down and up, by the sample alone.

    Coarse, upward: in a small group it would tell how far the farthest answer lies. None without
    degrees of freedom, and where all gave the same answer: that others would differ cannot be
    seen. A complete count has no margin.
    """
    if answers.effective_size == inf:
        return 0.0, 0.0
    if answers.degrees_of_freedom < 1 or answers.standard_error <= _NUDGE * abs(answers.mean):
        return None
    low, high = hall(answers)
    if many:
        return _in_digits(low), _in_digits(high)
    return laddered(low, _FINE), laddered(high, _FINE)


def _in_digits(length: float) -> float:
    """Return a length rounded up to two digits."""
    return _up(length, 10.0 ** (_whole_digits(length) - 2)) if length > 0 else 0.0


def laddered(length: float, ladder: Sequence[float]) -> float:
    """Return a length rounded up to a step of a ladder, times a power of ten."""
    if length <= 0:
        return 0.0
    unit = 10.0 ** (_whole_digits(length) - 1)
    rung = next(rung for rung in ladder if length / unit <= rung + _NUDGE)
    return rung * unit


def hall(answers: Answers) -> tuple[float, float]:
    """Return how far the 95% interval of a mean reaches down and up: Hall's cubic.

    The studentised mean of a skewed sample is itself skewed; a cubic makes it straight, with the
    moments of a finite population: bias -g sqrt(1-f) / 2 and third cumulant -g (2-f) / sqrt(1-f),
    g the skewness of the mean. Where it is not skewed this is Student's interval.
    """
    quantile = float(stdtrit(answers.degrees_of_freedom, 0.5 + LEVEL / 2))
    influence = answers.sizes * (answers.amounts - answers.mean) / answers.total
    without = sqrt(fsum(influence**2))
    kept = min(max(answers.standard_error / without, 0.1), 1.0)
    skew = answers.skewness
    third = -skew * (1 + kept**2) / kept
    bent = min(max(-third / 6, -_MOST_SKEW), _MOST_SKEW)
    moved = skew * kept / 2 - bent
    ends = [_straight(end, bent, moved) for end in (quantile, -quantile)]
    return ends[0] * answers.standard_error, -ends[1] * answers.standard_error


def _straight(quantile: float, bent: float, moved: float) -> float:
    """Return where the cubic is at a quantile."""
    if abs(bent) < _NUDGE:
        return quantile - moved
    inside = 1 + 3 * bent * (quantile - moved)
    return float(np.cbrt(inside) - 1) / bent
