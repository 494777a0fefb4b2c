"""What is published about one question, as statements about the respondents: the attacks' input.

Each respondent is in one of a few states: yes or no, a level of a scale, an amount of a grid, or
answered, don't know and skipped. A statement says of a weighted sum over respondents, with noise
added, between which values it lies. Pure data: who reads the files makes it, who attacks reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Statements:
    """Statements about ``n`` respondents with ``K`` states each, ``S`` of them.

    Statement ``s`` says that ``sum_i parts[s, i] * features[s, state_i] + noise[s] * z`` lies
    between ``low[s]`` and ``high[s]``, for a ``z`` of the standard normal distribution cut at
    plus and minus ``cut``. Statements with the same number in ``draw`` share one ``z``; where
    ``noise`` is 0 the statement is exact.

    Attributes:
        parts: ``S x n``, what a respondent counts for; 0 outside the group.
        features: ``S x K``, what each state counts for.
        noise: ``S``, the standard deviation of the noise, in the unit of the sum.
        low: ``S``, minus infinity where nothing bounds the sum from below.
        high: ``S``, likewise.
        draw: ``S``, the number of the draw.
        cut: how many standard deviations the noise reaches at most.
        prior: ``n x K``, how likely each state is to somebody who sees published figures of
            class and region only; rows add up to 1.
    """

    parts: Floats
    features: Floats
    noise: Floats
    low: Floats
    high: Floats
    draw: Integers
    cut: float
    prior: Floats
