"""The attack on amounts: can the amount of a respondent be known within a part of itself?

A respondent is safe where its amount can lie that far off, and everything published still fits:
means with noise inside its cut, and quantiles, for which there must be a draw that gives the
published values. Other amounts are looked for by exchange: two respondents with each other's
amount leave every order as it is, and only who counts for how much moves. What is not found to be
safe counts as known.

Source: the p % rule, Willenborg and De Waal, Elements of Statistical Disclosure Control (2001),
section 6.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from queries.attack.whole_numbers import Verdict, smallest_coalition, without_noise
from queries.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from queries.attack.statements import Floats, Integers, Statements
    from queries.attack.whole_numbers import Others

# Order statistics that a published quantile is the mean of, and those on either side of the middle.
_WINDOW, _ASIDE = 5, 2
# With how many a second exchange is tried, and how many of those.
_TRIED, _LIKE = 8, 12
# Just outside what counts as near, and further off.
_FURTHER = (1.001, 1.5, 2.5)
_LAST_BITS = 1e-9


@dataclass(frozen=True)
class Ranked:
    """The published quantiles of one group; arrays have a place for each quantile.

    A quantile is the mean of five order statistics round the first whose cumulative part reaches
    ``position``, none of them the lowest or the highest, and noise within its cut.

    Attributes:
        members: places of the respondents of the group.
        parts: what each of them counts for; together 1.
        position: between 0 and 1.
        published: the quantiles.
        reach: how far the quantile without noise may lie from what is published.
    """

    members: Integers
    parts: Floats
    position: Floats
    published: Floats
    reach: Floats

    def fits(self, amounts: Floats) -> bool:
        """Return whether amounts may have given what is published."""
        own = amounts[self.members]
        order = np.lexsort((self.parts, own))
        found = np.searchsorted(np.cumsum(self.parts[order]), self.position - _LAST_BITS)
        ranks = np.minimum(np.maximum(found, _ASIDE + 1), len(own) - 2 - _ASIDE)
        sums = np.concatenate([[0.0], np.cumsum(own[order])])
        values = (sums[ranks + _ASIDE + 1] - sums[ranks - _ASIDE]) / _WINDOW
        return bool((np.abs(values - self.published) <= self.reach + _LAST_BITS).all())


@dataclass(frozen=True)
class Near:
    """What counts as knowing an amount: within ``percent`` of it; none lies outside ``valid``."""

    percent: float
    valid: tuple[float, float]

    def reach(self, amount: float) -> float:
        """Return how far from an amount is still near."""
        return abs(amount) * self.percent / 100

    def elsewhere(self, amount: float) -> Iterator[float]:
        """Yield amounts that are not near, the nearest first."""
        for times in _FURTHER:
            for moved in (amount - times * self.reach(amount), amount + times * self.reach(amount)):
                if self.valid[0] <= moved <= self.valid[1]:
                    yield moved


def attack_amounts(
    means: Statements,
    ranked: Sequence[Ranked],
    amounts: Floats,
    near: Near,
    *,
    coalition: int = 0,
) -> Verdict:
    """Return of how few others one must know the amount to know that of each respondent nearly.

    Args:
        means: statements about sums of ``parts`` times amounts; their features are not used.
        ranked: the published quantiles, of each group of respondents once.
        amounts: ``n``, the true amounts, which only the holder has.
        near: how near counts as knowing.
        coalition: the most others whose amounts an attacker may know.

    Returns:
        A verdict with one fact: what the amount is, nearly.

    Raises:
        QueryError: the true amounts do not fit what is published, so that it was misread.
    """
    search = _Search(means, ranked, amounts, near)
    fewest = [smallest_coalition(_Elsewhere(search, n), coalition) for n in range(len(amounts))]
    return Verdict(np.array(fewest, dtype=np.int64)[:, None], 0)


class _Elsewhere:
    """Other amounts of one respondent, with who moves along; looked for when asked."""

    def __init__(self, search: _Search, target: int) -> None:
        """Look for ``target``."""
        self._search, self._target = search, target

    def others(self, known: Others) -> Others | None:
        """Return who else moves, none of them in ``known``; None where no way was found."""
        return self._search.moved(self._target, known)


class _Search:
    """All amounts of a question, and what is published of them."""

    def __init__(
        self, means: Statements, ranked: Sequence[Ranked], amounts: Floats, near: Near
    ) -> None:
        """Begin at the true amounts."""
        rows = without_noise(replace(means, features=np.ones((len(means.low), 1))))
        self._rows = rows.counts[:, :, 0]
        self._low, self._high = rows.low, rows.high
        self._ranked, self._amounts, self._near = ranked, amounts, near
        self._inside = np.zeros((len(amounts), len(ranked)), dtype=bool)
        for number, group in enumerate(ranked):
            self._inside[group.members, number] = True
        if not self._holds(amounts, range(len(amounts))):
            raise QueryError(
                "De echte bedragen passen niet bij wat er is gepubliceerd.",
                "ga na of de release anders is gemaakt dan de aanval haar leest.",
            )

    def moved(self, target: int, known: Others) -> Others | None:
        """Return who changes along when a respondent's amount is not near; None without a way.

        Its amount alone is another; or two exchange their amounts; where that breaks a figure, two
        others like them do as well, the other way round.
        """
        elsewhere = self._near.elsewhere(self._amounts[target])
        if any(self._fits_alone(target, amount) for amount in elsewhere):
            return frozenset()
        far = self._far_from(target, known)
        for other in far:
            if self._fits([(target, other)]):
                return frozenset([other])
        for other in far[:_TRIED]:
            for pair in self._back(target, other, known):
                if self._fits([(target, other), pair]):
                    return frozenset([other, *pair])
        return None

    def _fits_alone(self, target: int, amount: float) -> bool:
        """Return whether everything fits when only one amount is another."""
        amounts = self._amounts.copy()
        amounts[target] = amount
        return self._holds(amounts, [target])

    def _back(self, target: int, other: int, known: Others) -> list[tuple[int, int]]:
        """Return who could exchange amounts to mend the groups that hold one of two who did.

        One in the groups that only the target is in, with about the amount that it got, and one
        in those that only the other is in, with about the amount that it had.
        """
        apart = np.flatnonzero(self._inside[target] != self._inside[other])
        free = np.ones(len(self._amounts), dtype=bool)
        free[[target, other, *known]] = False
        sides = [
            np.flatnonzero(free & (self._inside[:, apart] == self._inside[one, apart]).all(axis=1))
            for one in (target, other)
        ]
        first = np.abs(self._amounts[sides[0]] - self._amounts[other])
        second = np.abs(self._amounts[sides[1]] - self._amounts[target])
        differ = (self._inside[sides[0]][:, None] != self._inside[sides[1]][None]).sum(axis=2)
        cost = first[:, None] + second[None]
        cost[differ > len(apart)] = np.inf
        order = np.argsort(cost, axis=None, kind="stable")[:_LIKE]
        places = zip(*np.unravel_index(order, cost.shape), strict=True)
        return [(int(sides[0][k]), int(sides[1][m])) for k, m in places if np.isfinite(cost[k, m])]

    def _far_from(self, target: int, known: Others) -> list[int]:
        """Return with whom amounts can be exchanged: those that share most groups first."""
        own = self._amounts[target]
        away = np.abs(self._amounts - own)
        far = np.flatnonzero(away > self._near.reach(own))
        apart = (self._inside[far] != self._inside[target]).sum(axis=1)
        order = np.lexsort((far, away[far], apart))
        return [one for one in far[order].tolist() if one not in known]

    def _fits(self, exchanges: Sequence[tuple[int, int]]) -> bool:
        """Return whether everything fits when some exchange their amounts."""
        amounts = self._amounts.copy()
        for one, other in exchanges:
            amounts[[one, other]] = amounts[[other, one]]
        return self._holds(amounts, [one for pair in exchanges for one in pair])

    def _holds(self, amounts: Floats, changed: Sequence[int]) -> bool:
        """Return whether means, and quantiles of groups in which somebody changed, fit."""
        sums = self._rows @ amounts
        slack = _LAST_BITS * (1 + np.abs(sums))
        if ((sums < self._low - slack) | (sums > self._high + slack)).any():
            return False
        groups = np.flatnonzero(self._inside[changed].any(axis=0)).tolist()
        return all(self._ranked[number].fits(amounts) for number in groups)
