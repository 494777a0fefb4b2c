"""Differences of two shares, from the intervals of both: MOVER. Pure: arrays in, arrays out.

    low  = d - sqrt((p1 - l1)^2 + (u2 - p2)^2 - 2 r (p1 - l1) (u2 - p2))
    high = d + sqrt((u1 - p1)^2 + (p2 - l2)^2 - 2 r (u1 - p1) (p2 - l2))

with Wilson's intervals (l, u) of the two shares and r the correlation of their estimates.

Source: Newcombe (1998), Statistics in Medicine 17; Zou and Donner (2008), Statistics in
Medicine 27; Tang, Li and Tang (2010) for the correlation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from queries.estimation.estimates import wilson

if TYPE_CHECKING:
    Vector = np.ndarray[tuple[int], np.dtype[np.float64]]

# A quantile of the standard normal distribution beyond which nothing can be told apart, and how
# often the way to it is halved: to the last bit.
_FARTHEST, _HALVINGS = 38.0, 64


@dataclass(frozen=True)
class Shares:
    """Pairs of shares (0-1) with the effective sizes of both.

    ``correlation`` is that of their estimates, ``noise_variance`` what noise and rounding add to
    the variance of their difference.
    """

    share: Vector
    size: Vector
    other_share: Vector
    other_size: Vector
    correlation: Vector
    noise_variance: Vector

    def interval(self, quantile: Vector) -> tuple[Vector, Vector]:
        """Return the bounds of each difference at a quantile of the standard normal."""
        low, high = wilson(self.share, self.size, quantile)
        other_low, other_high = wilson(self.other_share, self.other_size, quantile)
        difference = self.share - self.other_share
        down = self._length(self.share - low, other_high - self.other_share, quantile)
        up = self._length(high - self.share, self.other_share - other_low, quantile)
        return difference - down, difference + up

    def _length(self, one: Vector, other: Vector, quantile: Vector) -> Vector:
        """Return the length of one arm of the interval from the arms of both sides."""
        square = one**2 + other**2 - 2 * self.correlation * one * other
        length: Vector = np.sqrt(np.maximum(square, 0) + quantile**2 * self.noise_variance)
        return length

    def p_values(self) -> Vector:
        """Return for each difference the level at which its interval just leaves out 0."""
        below, above = np.zeros(len(self.share)), np.full(len(self.share), _FARTHEST)
        upward = self.share > self.other_share
        for _ in range(_HALVINGS):
            middle = (below + above) / 2
            low, high = self.interval(middle)
            excluded = np.where(upward, low > 0, high < 0)
            below, above = np.where(excluded, middle, below), np.where(excluded, above, middle)
        chance: Vector = 2 * ndtr(-below)
        return chance
