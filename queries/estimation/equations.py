"""Linear equations and sums that come out the same, bit by bit, on every machine.

Plain floats in a fixed order, and sums that are rounded once (``math.fsum``), so that neither a
library for matrices, nor a processor, nor a version of Python has a say in the last bit; the order
of the rows has none either.
"""

from __future__ import annotations

from math import fsum, sqrt
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Numbers: TypeAlias = "Sequence[float]"
# A pivot this small beside its diagonal is what rounding left of nothing.
_NOTHING = 1e-10


def mean(values: Numbers, weights: Numbers | None = None) -> float:
    """Return the mean of some values, weighted if there are weights."""
    if weights is None:
        return fsum(values) / len(values)
    return fsum(w * v for w, v in zip(weights, values, strict=True)) / fsum(weights)


def spread(values: Numbers) -> float:
    """Return the standard deviation of the values of a whole population: over n, not n - 1."""
    centre = mean(values)
    return sqrt(mean([(value - centre) ** 2 for value in values]))


def standardised(values: Numbers) -> list[float]:
    """Return values with mean 0 and standard deviation 1; all 0 where they are all the same."""
    centre, scale = mean(values), spread(values)
    if scale <= _NOTHING * max(abs(centre), 1.0):
        return [0.0] * len(values)
    return [(value - centre) / scale for value in values]


def product(first: Numbers, second: Numbers) -> float:
    """Return the sum of the products of two rows of equal length."""
    return fsum(a * b for a, b in zip(first, second, strict=True))


def cross_products(rows: Sequence[Numbers], weights: Numbers) -> list[list[float]]:
    """Return the sum over rows x, each with a weight w, of w x x': square and symmetric."""
    columns = list(zip(*rows, strict=True))
    weighted = [[w * v for w, v in zip(weights, column, strict=True)] for column in columns]
    return [[product(one, other) for other in columns] for one in weighted]


def solved(matrix: Sequence[Numbers], right: Numbers) -> list[float]:
    """Return x of matrix x = right, by elimination in the order of the rows.

    Args:
        matrix: sums of products, as :func:`cross_products` gives: symmetric, nothing below zero.
        right: as many numbers as the matrix has rows.

    Returns:
        The unknowns. One that says nothing beside those before it is 0.
    """
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    kept = []
    for place, row in enumerate(rows):
        pivot = row[place]
        if pivot <= _NOTHING * matrix[place][place]:
            continue
        kept.append(place)
        for other, beside in enumerate(rows):
            if other != place:
                factor = beside[place] / pivot
                rows[other] = [a - factor * b for a, b in zip(beside, row, strict=True)]
    return [rows[n][-1] / rows[n][n] if n in kept else 0.0 for n in range(len(rows))]


def inverted(matrix: Sequence[Numbers]) -> list[list[float]]:
    """Return the inverse of sums of products; what says nothing new has a row and column of 0."""
    places = range(len(matrix))
    return [solved(matrix, [float(n == place) for n in places]) for place in places]
