"""Weights of one question that add up to official figures, and the variance that this leaves.

What an official figure explains of an answer is known of everyone, so it is no chance who
answered. The weights of those who answered are moved as little as will make them add up to the
number of municipalities of each size class and to the total of the figure there; this is the
generalised regression estimator. Its variance is that of the residuals: what the figure leaves
unexplained.

    g_i = 1 + x_i' L,  L = (sum w x x')^-1 (X - sum w x),  weight g_i w_i

x_i holds, for each class, whether the municipality is in it and its official figures there; X is
the sum of x over all municipalities. No g is below 0.3 or above 3: those that would be are put at
that bound, and the rest is worked out anew until none is. A municipality that filed no figure
counts for the mean of its class, among those who answered and among all alike.

Where few answered, or one of them differs much from what its figure explains, the margins that are
left can be too narrow; they are meant for the country and its larger groups.

Everything is plain floats in a fixed order (``equations``), the same on every machine. Pure.

Source: Deville and Sarndal (1992), Calibration estimators in survey sampling, JASA 87 (case 7 is
the truncated linear method); Sarndal, Swensson and Wretman, Model Assisted Survey Sampling (1992),
chapter 6; MacKinnon and White (1985), Journal of Econometrics 29, for the residuals.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, sqrt
from typing import TYPE_CHECKING

from queries.estimation.equations import (
    cross_products,
    inverted,
    mean,
    product,
    solved,
    standardised,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from queries.estimation.equations import Numbers

# How far a weight may be moved.
LEAST, MOST = 0.3, 3.0
# The part of its own fit that a municipality is taken to decide at most.
MOST_SAY = 0.9
# Sums of weights are met to this part of the number of municipalities.
_CLOSE = 1e-9


@dataclass(frozen=True)
class Auxiliaries:
    """What the weights of a question add up to.

    ``rows`` holds x of every municipality of the edition; ``totals`` is X, its sum.
    """

    rows: Mapping[str, Sequence[float]]
    totals: Sequence[float]

    def of(self, codes: Sequence[str]) -> list[Sequence[float]]:
        """Return the x of some municipalities."""
        return [self.rows[code] for code in codes]


@dataclass(frozen=True)
class Answered:
    """The municipalities of one edition that answered a question, as columns of equal length.

    ``weights`` are those of the design; ``populations`` is how many there are in each stratum.
    """

    codes: Sequence[str]
    weights: Sequence[float]
    strata: Sequence[str]
    populations: Mapping[str, int]


def auxiliaries(
    columns: Sequence[Numbers], codes: Sequence[str], classes: Sequence[str | None]
) -> Auxiliaries:
    """Return what weights add up to: numbers and official figures, class by class.

    Args:
        columns: official figures of every municipality, a column each; centred and scaled here,
            which moves no weight.
        codes: of every municipality.
        classes: of each; all alike to add up over the country at once.
    """
    scaled = [standardised(column) for column in columns]
    names = sorted({name or "" for name in classes})
    rows = {}
    for code, own, *values in zip(codes, classes, *scaled, strict=True):
        rows[code] = [
            value if name == (own or "") else 0.0 for name in names for value in (1.0, *values)
        ]
    return Auxiliaries(rows, [fsum(column) for column in zip(*rows.values(), strict=True)])


def calibrated(weights: Numbers, rows: Sequence[Numbers], totals: Numbers) -> list[float] | None:
    """Return weights that add up to totals: truncated linear calibration.

    Args:
        weights: those of the design.
        rows: x of each municipality that answered.
        totals: what the sum of weight times x has to be.

    Returns:
        Weights between 0.3 and 3 times the old ones; None where no such weights were found.
    """
    factors: dict[int, float] = {}
    free = list(range(len(weights)))
    while free:
        moved = _moved(weights, rows, totals, factors, free)
        outside = {n: g for n, g in moved.items() if not LEAST <= g <= MOST}
        if not outside:
            factors |= moved
            break
        factors |= {n: min(max(g, LEAST), MOST) for n, g in outside.items()}
        free = [n for n in free if n not in outside]
    found = [weight * factors[n] for n, weight in enumerate(weights)]
    scale = fsum(found)
    sums = [product(column, found) for column in zip(*rows, strict=True)]
    met = all(abs(a - b) <= _CLOSE * scale for a, b in zip(sums, totals, strict=True))
    return found if met else None


def _moved(
    weights: Numbers,
    rows: Sequence[Numbers],
    totals: Numbers,
    factors: Mapping[int, float],
    free: Sequence[int],
) -> dict[int, float]:
    """Return the g of those that are free, beside those that are at a bound."""
    present = [weight * factors.get(n, 1.0) for n, weight in enumerate(weights)]
    lacking = [
        total - product(column, present)
        for total, column in zip(totals, zip(*rows, strict=True), strict=True)
    ]
    inside = [rows[n] for n in free]
    lever = solved(cross_products(inside, [weights[n] for n in free]), lacking)
    return {n: 1 + product(rows[n], lever) for n in free}


@dataclass(frozen=True)
class Fit:
    """Least squares on x, weighted: worked out once for all the answers of a question.

    ``weights`` are those of the design, before calibration; ``inverse`` is that of sum w x x';
    ``left`` is what of its own fit a municipality leaves to the others, 1 - h.
    """

    weights: Sequence[float]
    rows: Sequence[Numbers]
    inverse: Sequence[Numbers]
    left: Sequence[float]

    def residuals(self, values: Numbers) -> list[float]:
        """Return what x leaves unexplained of some values, as if each had had no say in the fit.

        Each residual is divided by 1 - h. Without that, one with an extreme figure hides its own
        error: in draws from real figures margins of 95% then held for 88%, and 94% with it (staff
        cost).

        Args:
            values: one of each municipality that answered the question, 0 outside the group.
        """
        weighted = [w * v for w, v in zip(self.weights, values, strict=True)]
        right = [product(column, weighted) for column in zip(*self.rows, strict=True)]
        slopes = [product(line, right) for line in self.inverse]
        return [
            (value - product(row, slopes)) / left
            for value, row, left in zip(values, self.rows, self.left, strict=True)
        ]


def fit(weights: Sequence[float], rows: Sequence[Numbers]) -> Fit:
    """Return the fit of a question: ``weights`` of the design and x of each that answered."""
    inverse = inverted(cross_products(rows, weights))
    left = [
        1 - min(weight * product(row, [product(line, row) for line in inverse]), MOST_SAY)
        for weight, row in zip(weights, rows, strict=True)
    ]
    return Fit(weights, rows, inverse, left)


def standard_error(
    influence: Numbers, strata: Sequence[str], populations: Mapping[str, int]
) -> float:
    """Return the standard error of a sum of influences, by stratum, with finite populations.

    A stratum of which one answered, or all did, adds nothing.

    Args:
        influence: weight times what an answer moves the estimate, of each that answered.
        strata: of each.
        populations: how many municipalities there are in each stratum.
    """
    parts = []
    for name in sorted(set(strata)):
        inside = [z for z, stratum in zip(influence, strata, strict=True) if stratum == name]
        count, everyone = len(inside), populations[name]
        if 1 < count < everyone:
            centre = mean(inside)
            scatter = fsum((z - centre) ** 2 for z in inside)
            parts.append((1 - count / everyone) * count / (count - 1) * scatter)
    return sqrt(fsum(parts))


@dataclass(frozen=True)
class Weighed:
    """The answers to a question with their weights, from which errors are worked out.

    ``weights`` are the final ones; ``explained`` is None where they are those of the design.
    """

    answered: Answered
    weights: Sequence[float]
    explained: Fit | None

    def error_of_mean(
        self, amounts: Numbers, inside: Sequence[bool], inhabitants: Numbers | None = None
    ) -> float:
        """Return the standard error of the mean of a group.

        Args:
            amounts: what each municipality answered, 1 or 0 for a share.
            inside: which of them are in the group.
            inhabitants: of each, where they weigh by those as well.
        """
        people = inhabitants or [1.0] * len(amounts)
        sizes = [p if own else 0.0 for p, own in zip(people, inside, strict=True)]
        group = [w * size for w, size in zip(self.weights, sizes, strict=True)]
        centre, whole = mean(amounts, group), fsum(group)
        moves = [s * (y - centre) / whole for y, s in zip(amounts, sizes, strict=True)]
        left = self.explained.residuals(moves) if self.explained else moves
        influence = [w * e for w, e in zip(self.weights, left, strict=True)]
        return standard_error(influence, self.answered.strata, self.answered.populations)


def weighed(answered: Answered, known: Auxiliaries | None) -> Weighed | None:
    """Return the answers to a question with weights that add up to what is known of all.

    Those of the design where ``known`` is None; None where no weights were found.
    """
    if known is None:
        return Weighed(answered, answered.weights, None)
    rows = known.of(answered.codes)
    final = calibrated(answered.weights, rows, known.totals)
    return None if final is None else Weighed(answered, final, fit(answered.weights, rows))
