"""Counts in, what may be published out: every share with noise about as large as one answer.

For each share a draw is added that only the holder's secret and the answers of the group decide,
as large as the municipality that weighs most in the group:

    p = S + sd * a * z,   S = sum of v x,   a = the largest v,   v = size / sum of sizes

with x the answers of yes (1) or no (0). S is a fraction of whole numbers and z a whole number of
thousandths, so that what is published is the same on every machine. Then p is rounded, and near
0 and 1 given as a bound. Of a scale each threshold ("this level or higher") is such a share; the
levels are the differences of the thresholds, so that they add up. The noise is in the margin.

Nothing is withheld but what too few answered and what, by inhabitants, one municipality dominates:
no search decides, and no solver.

Source: ``docs/disclosure.md``; Wilson (1927) for the margin.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, pairwise
from math import ceil, sqrt
from typing import TYPE_CHECKING, NamedTuple

from data.survey.groups import WHOLE
from data.survey.policy import OUTSIDE
from queries.disclosure.noise import SCALE, draw
from queries.vocabulary import Status, Weighting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.survey.indicators import Indicator
    from data.survey.policy import Policy

# Fewest answers that a number of answers says: below it no figure is published anyway.
_FEWEST_SAID = 10


@dataclass(frozen=True)
class Noise:
    """The secret of the vault and what the policy says of noise.

    A secret of None leaves the noise out: estimates as they are, for checking them in memory. No
    command publishes those.
    """

    secret: bytes | None
    policy: Policy

    def drawn(self, *about: object) -> int:
        """Return the draw of what it is about, in thousandths."""
        return 0 if self.secret is None else draw(self.secret, *about)

    @property
    def sd(self) -> int:
        """Standard deviation of the noise of shares, in thousandths of the largest answer."""
        return round(SCALE * self.policy.noise.sd)

    @property
    def status_sd(self) -> int:
        """Standard deviation of the noise of counts, in thousandths of a municipality."""
        return round(SCALE * self.policy.noise.status_sd)


class Group(NamedTuple):
    """Who answered a question in one group, as whole numbers, and digests of their answers.

    ``skipped``: who took part but neither answered nor said that they did not know.
    """

    edition: int
    indicator: str
    dimension: str
    group_code: str
    population: int
    respondents: int
    answers: int
    dont_know: int
    skipped: int
    content: str
    contributors: str
    statuses: str


class Counts(NamedTuple):
    """What is published of the numbers behind a figure; None where that is nothing."""

    answer_count: int | None
    dont_know_share: float | None
    skipped_share: float | None


class Told(NamedTuple):
    """One published share (0-1): its status, and what its margin is made of.

    ``step`` is what it is rounded to; ``noise`` the standard deviation of its noise; ``slack``
    what a stand-in for a bound may be off.
    """

    item: str
    status: str
    estimate: float | None
    low: float | None
    high: float | None
    step: float
    noise: float
    slack: float


@dataclass(frozen=True)
class Sizes:
    """The answers of a group in one weighting, in whole numbers.

    ``total`` is the sum of the sizes of those who answered, ``largest`` the largest of them.
    """

    total: int
    largest: int

    @cached_property
    def part(self) -> Fraction:
        """What the municipality that weighs most counts for."""
        return Fraction(self.largest, self.total)


class Participants(NamedTuple):
    """How many municipalities of a group took part, and a digest of who did."""

    edition: int
    dimension: str
    population: int
    took_part: int
    who: str


def participants(group: Participants, noise: Noise) -> int | None:
    """Return how many took part as it is published.

    As they are in the whole country; in its parts with noise, in steps: by taking groups from each
    other it would follow who did. Never so many that all but two may have taken part, nor so few;
    None in a group too small for that.
    """
    if group.population < 2 * OUTSIDE:
        return None
    said = group.took_part
    if group.dimension != WHOLE:
        drawn = noise.drawn(group.edition, "", "participants", "", "", group.who)
        step = noise.policy.rounding.count_step
        said = step * round((said + Fraction(noise.status_sd * drawn, SCALE**2)) / step)
    return min(max(said, OUTSIDE), group.population - OUTSIDE)


def counts(group: Group, noise: Noise, took_part: int | None) -> Counts:
    """Return what is published of the numbers behind the figures of a group.

    All None where too few answered; never more answers than are said to have taken part.
    """
    if group.answers < noise.policy.min_respondents:
        return Counts(None, None, None)
    drawn = noise.drawn(group.edition, group.indicator, "n", "", "", group.contributors)
    shift = Fraction(noise.status_sd * drawn, SCALE**2)
    step = noise.policy.rounding.count_step
    stepped = step * round((group.answers + shift) / step)
    said = min(max(stepped, _FEWEST_SAID), took_part or group.population)
    if said < noise.policy.fewest.distribution:
        return Counts(said, None, None)
    shares = [
        _status_share(group, noise, "dont_know", group.dont_know, said),
        _status_share(group, noise, "skipped", group.skipped, said),
    ]
    return Counts(said, *shares)


def _status_share(group: Group, noise: Noise, statistic: str, count: int, said: int) -> float:
    """Return which part of those who took part gave no answer, with noise, rounded (0-1)."""
    about = (group.edition, group.indicator, statistic, "", "", group.statuses)
    shift = Fraction(noise.status_sd * noise.drawn(*about), SCALE**2)
    share = _clipped((count + shift) / Fraction(group.respondents))
    return float(_rounded(share, share_step(said, noise.policy)))


def share_step(said: int, policy: Policy) -> Fraction:
    """Return what shares are rounded to where so many answers are said to be."""
    few = said < policy.rounding.small_below
    points = policy.rounding.share_points_small if few else policy.rounding.share_points
    return Fraction(points) / 100


def _rounded(share: Fraction, step: Fraction) -> Fraction:
    """Return a share rounded to a step, halves up."""
    return (share / step + Fraction(1, 2)).__floor__() * step


def _clipped(share: Fraction) -> Fraction:
    """Return a share between 0 and 1."""
    return min(max(share, Fraction(0)), Fraction(1))


def monotone(shares: Sequence[Fraction]) -> list[Fraction]:
    """Return shares that do not rise: the mean of the running lowest and the lowest to come.

    Each is no farther from a row that does not rise than the worst of what was given.
    """
    falling = list(accumulate(shares, min))
    rising = list(accumulate(reversed(shares), max))[::-1]
    return [(low + high) / 2 for low, high in zip(falling, rising, strict=True)]


@dataclass(frozen=True)
class Domain:
    """One question of one group in one weighting, about to be published.

    ``said`` is the published number of answers.
    """

    group: Group
    weighting: str
    sizes: Sizes
    said: int
    noise: Noise

    @cached_property
    def step(self) -> Fraction:
        """What its shares are rounded to."""
        return share_step(self.said, self.noise.policy)

    @cached_property
    def bound(self) -> Fraction:
        """Up to here from 0 and 1 a share is given as a bound: a whole number of steps."""
        limits = self.noise.policy.protection
        points = Fraction(limits.bound_points) / 100
        widest = max(points, Fraction(limits.bound_answers) * self.sizes.part)
        return min(ceil(widest / self.step) * self.step, Fraction(1, 2))

    @property
    def is_dominated(self) -> bool:
        """Whether one municipality weighs too much for a figure per inhabitant."""
        limit = Fraction(self.noise.policy.protection.largest_inhabitant_part) / 100
        return self.weighting == Weighting.INHABITANT and self.sizes.part > limit

    @cached_property
    def stand_in(self) -> Fraction:
        """What takes the place of a threshold in the tail, where a scale has to add up."""
        return ceil(self.bound / 2 / self.step) * self.step

    @cached_property
    def standard_deviation(self) -> float:
        """Standard deviation of the noise of one share."""
        return float(Fraction(self.noise.sd, SCALE) * self.sizes.part)

    def share(self, statistic: str, name: str, yes: int) -> Fraction:
        """Return a share (0-1) with its noise: ``yes`` is the size of those who said so."""
        group = self.group
        about = (group.edition, group.indicator, statistic, name, self.weighting, group.content)
        shift = Fraction(self.noise.sd * self.noise.drawn(*about) * self.sizes.largest, SCALE**2)
        return _clipped((yes + shift) / Fraction(self.sizes.total))

    def told(self, item: str, share: Fraction, factor: float = 1.0) -> Told:
        """Return a rounded share as it is published; ``factor``: of the noise in it."""
        noise = factor * self.standard_deviation
        step = float(self.step)
        if share <= self.bound:
            return Told(item, Status.BOUND, None, 0.0, float(self.bound), step, noise, 0.0)
        if share >= 1 - self.bound:
            return Told(item, Status.BOUND, None, float(1 - self.bound), 1.0, step, noise, 0.0)
        return Told(item, Status.SHOWN, float(share), None, None, step, noise, 0.0)


def shares(domain: Domain, indicator: Indicator, yes: Mapping[str, int]) -> Iterator[Told]:
    """Yield what is published of the shares of a question in a group.

    Nothing but the word that one municipality decides, where that is so.

    Args:
        domain: the group, with enough answers.
        indicator: the question; not one with amounts.
        yes: the size of those who gave each answer.
    """
    if domain.is_dominated:
        for item in indicator.items():
            yield Told(item, Status.DOMINATED, None, None, None, 0.0, 0.0, 0.0)
    elif indicator.type == "ordinal":
        yield from _scale(domain, indicator, yes)
    elif indicator.type == "yes_no":
        share = _rounded(domain.share("share", "yes", yes["yes"]), domain.step)
        yield domain.told("yes", share)
        yield domain.told("no", 1 - share)
    else:
        for option in indicator.items():
            share = domain.share("share", option, yes[option])
            yield domain.told(option, _rounded(share, domain.step))


def _scale(domain: Domain, indicator: Indicator, yes: Mapping[str, int]) -> Iterator[Told]:
    """Yield the top of a scale and, where enough answered, its levels."""
    levels = [item for item in indicator.items() if item != "top"]
    higher = list(accumulate(yes[level] for level in reversed(levels)))[::-1]
    drawn = [
        domain.share("threshold", level, size)
        for level, size in zip(levels[1:], higher[1:], strict=True)
    ]
    thresholds = [_rounded(share, domain.step) for share in monotone(drawn)]
    yield domain.told("top", thresholds[levels.index(str(indicator.top_from)) - 1])
    if domain.said >= domain.noise.policy.fewest.distribution:
        yield from _levels(domain, levels, thresholds)


def _levels(
    domain: Domain, levels: Sequence[str], thresholds: Sequence[Fraction]
) -> Iterator[Told]:
    """Yield the levels of a scale: differences of thresholds, bounds beyond those in the tails.

    A threshold in the tail is not told; a fixed value stands in for it, so that the levels that
    are shown add up to all but that.
    """
    low, high = domain.bound, 1 - domain.bound
    last = len(levels) - 1 - sum(share <= low for share in thresholds)
    first = sum(low < share and high <= share for share in thresholds)
    ends = [Fraction(1) - domain.stand_in * (first > 0)]
    ends += thresholds[first:last]
    ends += [domain.stand_in * (last < len(levels) - 1)]
    step, noise = float(domain.step), domain.standard_deviation
    for place, level in enumerate(levels):
        if not first <= place <= last:
            yield Told(level, Status.BOUND, None, 0.0, float(domain.bound), step, noise, 0.0)
    for place, (above, below) in enumerate(pairwise(ends), first):
        stand_ins = (place == first > 0) + (place == last < len(levels) - 1)
        inner = (place > 0) + (place < len(levels) - 1) - stand_ins
        slack = stand_ins * float(domain.stand_in)
        share = above - below
        if share >= high:
            yield Told(levels[place], Status.BOUND, None, float(high), 1.0, step, noise, 0.0)
        else:
            margin = (step, sqrt(inner) * noise, slack)
            yield Told(levels[place], Status.SHOWN, float(share), None, None, *margin)
