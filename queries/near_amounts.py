"""The attack on amounts: can the amount of a respondent be known within a part of itself?

A respondent is safe where its amount can lie that far off, either way, and everything published
still fits: means with noise inside its cut, and quantiles, for which there must be a draw that
gives the published values. Where moving one amount breaks a figure, others are moved along, at
most a few. What is not found to be safe counts as known.

Source: the p % rule, Willenborg and De Waal, Elements of Statistical Disclosure Control (2001),
section 6.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from queries.errors import QueryError
from queries.whole_numbers import Verdict, smallest_coalition, without_noise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from queries.statements import Floats, Integers, Statements
    from queries.whole_numbers import Others

# Order statistics that a published quantile is the mean of, and those on either side of the middle.
_WINDOW, _ASIDE = 5, 2
# How many others may move along, and how many ways are tried for one respondent.
_ALONG, _TRIES = 3, 150
# Just outside what counts as near, and further off.
_FURTHER = (1.001, 1.5, 2.5)
_LAST_BITS = 1e-9


@dataclass(frozen=True)
class Ranked:
    """The published quantiles of one group; arrays have a place for each quantile.

    A quantile is the mean of five order statistics round the first whose cumulative part reaches
    ``position + noise * z``, the middle one not nearer than the third from either end. Its
    bounds are the same at ``width`` below and above, with the same ``z``.

    Attributes:
        members: places of the respondents of the group.
        parts: what each of them counts for; together 1.
        position: between 0 and 1.
        noise: the standard deviation of the rank, as a part.
        width: how far the bounds lie from the position, as a part.
        published: quantiles x 3, value and bounds; NaN where it is not published.
        rounding: quantiles x 3, half the step that each was rounded to.
    """

    members: Integers
    parts: Floats
    position: Floats
    noise: float
    width: Floats
    published: Floats
    rounding: Floats

    def fits(self, amounts: Floats, cut: float) -> bool:
        """Return whether for each quantile there is a draw that gives what is published."""
        own = amounts[self.members]
        order = np.argsort(own, kind="stable")
        cumulative = np.cumsum(self.parts[order])
        middles = _window_means(own[order])
        return all(self._has_draw(number, cumulative, middles, cut) for number in self._numbers)

    @property
    def _numbers(self) -> range:
        """The places of the quantiles."""
        return range(len(self.position))

    def _has_draw(self, number: int, cumulative: Floats, middles: Floats, cut: float) -> bool:
        """Return whether some draw gives one quantile and its bounds."""
        aside = self.width[number] * np.array([0.0, -1, 1])
        places = (
            self.position[number]
            + aside[:, None]
            + self.noise * self._draws(self.position[number] + aside, cumulative, cut)
        )
        found = np.searchsorted(cumulative, places - _LAST_BITS)
        values = middles[np.clip(found, _ASIDE, len(middles) - 1 - _ASIDE)]
        far = np.abs(values - self.published[number][:, None])
        near = ~(far > self.rounding[number][:, None] * (1 + _LAST_BITS) + _LAST_BITS)
        return bool(near.all(axis=0).any())

    def _draws(self, places: Floats, cumulative: Floats, cut: float) -> Floats:
        """Return draws of which one lies between each two ranks, for each of some places."""
        if self.noise == 0:
            return np.zeros(1)
        edges = ((cumulative - places[:, None]) / self.noise).reshape(-1)
        edges = np.sort(np.concatenate([edges[np.abs(edges) < cut], [-cut, cut]]))
        between: Floats = (edges[1:] + edges[:-1]) / 2
        return between


def _window_means(ordered: Floats) -> Floats:
    """Return the mean of five order statistics round each; NaN near the ends."""
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    means = np.full(len(ordered), np.nan)
    means[_ASIDE : len(ordered) - _ASIDE] = (sums[_WINDOW:] - sums[:-_WINDOW]) / _WINDOW
    return means


@dataclass(frozen=True)
class Near:
    """What counts as knowing an amount: within ``percent`` of it; none lies outside ``valid``."""

    percent: float
    valid: tuple[float, float]

    def elsewhere(self, amount: float, spread: float) -> Iterator[float]:
        """Yield amounts that are not near, the nearest first; ``spread`` where it is nothing."""
        reach = abs(amount) * self.percent / 100 or spread
        for times in _FURTHER:
            for moved in (amount - times * reach, amount + times * reach):
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
        near: what counts as knowing.
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
        self._rows, self._cut = rows.counts[:, :, 0], means.cut
        self._low, self._high = rows.low, rows.high
        self._ranked, self._amounts, self._near = ranked, amounts, near
        self._groups: list[list[int]] = [[] for _ in amounts]
        for number, group in enumerate(ranked):
            for member in group.members.tolist():
                self._groups[member].append(number)
        self._spread = float(np.ptp(amounts)) / 100 or 1.0
        self._tries = 0
        if self._broken(amounts, range(len(amounts))) is not None:
            raise QueryError(
                "De echte bedragen passen niet bij wat er is gepubliceerd.",
                "ga na of de release anders is gemaakt dan de aanval haar leest.",
            )

    def moved(self, target: int, known: Others) -> Others | None:
        """Return who moves along when a respondent's amount is not near; None without a way."""
        self._tries = 0
        own = float(self._amounts[target])
        for elsewhere in self._near.elsewhere(own, self._spread):
            amounts = self._amounts.copy()
            amounts[target] = elsewhere
            found = self._mended(amounts, (target,), known)
            if found is not None:
                return found - {target}
        return None

    def _mended(self, amounts: Floats, changed: tuple[int, ...], known: Others) -> Others | None:
        """Return who has moved when everything fits again, moving one more as long as it may."""
        broken = self._broken(amounts, changed)
        if broken is None:
            return frozenset(changed)
        if len(changed) > _ALONG or self._tries >= _TRIES:
            return None
        back = float((self._amounts - amounts)[list(set(changed) & set(broken.tolist()))].sum())
        for one in self._menders(broken, changed, known):
            self._tries += 1
            mended = amounts.copy()
            mended[one] += back
            if not self._near.valid[0] <= mended[one] <= self._near.valid[1]:
                continue
            found = self._mended(mended, (*changed, one), known)
            if found is not None or self._tries >= _TRIES:
                return found
        return None

    def _broken(self, amounts: Floats, changed: Sequence[int]) -> Integers | None:
        """Return who is in a figure that does not fit; None where all do."""
        sums = self._rows @ amounts
        slack = _LAST_BITS * (1 + np.abs(sums))
        wrong = np.flatnonzero((sums < self._low - slack) | (sums > self._high + slack))
        if len(wrong):
            return np.flatnonzero(self._rows[wrong[0]])
        for number in sorted({group for one in changed for group in self._groups[one]}):
            if not self._ranked[number].fits(amounts, self._cut):
                return self._ranked[number].members
        return None

    def _menders(self, broken: Integers, changed: tuple[int, ...], known: Others) -> list[int]:
        """Return who could move along: those of a broken figure, by nearness to who moved first."""
        others = [one for one in broken.tolist() if one not in known and one not in changed]
        own = self._amounts[changed[0]]
        return sorted(others, key=lambda one: (abs(self._amounts[one] - own), one))[:12]
