"""How likely what is published is, for many guesses of all answers at once, in whole numbers.

A guess gives every respondent a state; ``C`` chains hold one guess each. Sums are kept as whole
numbers of a unit so small that rounding adds nothing, and logarithms are looked up in tables of
whole numbers: so the same guesses are made on every processor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from queries.attack.statements import Floats, Integers

    Logs = NDArray[np.int32]

# Logarithms are told in whole numbers of this part.
UNIT = 512
# Sums are kept this many bits finer than they are looked up.
SHIFT = 12
# What cannot be has this mass still, and less by the step, so that guesses find a way in.
LEAST = 1e-9
PART = 16
STEEP, STEEPEST = 8.0, 2000.0

# Logarithms of doubles by their leading bits: sign, exponent and eight of the fraction.
_BITS = 44
_FROM = int(np.float64(LEAST).view(np.int64) >> _BITS)
_UPTO = int(np.float64(1.5).view(np.int64) >> _BITS)
_LEADING = (2 * np.arange(_FROM, _UPTO, dtype=np.int64) + 1) << (_BITS - 1)
_LOGARITHMS = np.rint(np.log(_LEADING.view(np.float64)) * UNIT).astype(np.int32)

FITTING = int(np.log(4 * LEAST) * UNIT)
IMPOSSIBLE = -60 * UNIT


@dataclass(frozen=True)
class Segment:
    """Statements of one respondent that are measured in the same way.

    Attributes:
        within: which of the respondent's rows.
        steps: ``V x m x 1``, what each of ``V`` alternatives adds to the sums: all states, or
            two where the statements only tell two kinds of states apart.
        patterns: ``K x P``, with two alternatives: in which states the second holds.
        starts: where a new pattern begins.
        copies: how many statements each draw has (0 where they share none); the first of all
            draws come first, then the second of all, and so on.
    """

    within: slice
    steps: Integers
    patterns: Logs | None
    starts: Integers
    copies: int


@dataclass(frozen=True)
class Seat:
    """What one respondent takes part in: ``rows`` of the sums, ``m x K`` terms, segments."""

    rows: Integers
    terms: Integers
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Likelihood:
    """All statements, ready to be measured.

    Attributes:
        base: ``S``, where the sums begin before any respondent adds to them.
        table: logarithms of statements with a draw of their own, one after the other.
        lone: how many statements have a draw of their own; they come first.
        ahead: of the others, where their interval begins, in parts of their noise.
        reach: likewise, how long it is.
        slope: likewise, what each part outside costs.
        copies: ``R x D``, the statements of each draw that is shared; where one has fewer than
            another, its first again.
        cut: how far draws reach, in parts.
        below: how likely a draw is below each part from minus ``cut``.
        terms: ``n x S x K``, what each state of each respondent adds to the sums.
        seats: what each respondent takes part in.
        narrow: members of each statement that leaves no room to move one by one.
    """

    base: Integers
    table: Logs
    lone: int
    ahead: Integers
    reach: Integers
    slope: Integers
    copies: Integers
    cut: int
    below: Floats
    terms: Integers
    seats: tuple[Seat, ...]
    narrow: tuple[Integers, ...]

    def measure(self, sums: Integers, rows: Integers, copies: int) -> Logs:
        """Return logarithms by draw, for sums of ``V x m x C`` (or ``m x C``).

        Rows and sums are in the order of ``Segment.copies``.
        """
        places = sums >> SHIFT
        if not copies:
            return self.table.take(places, mode="clip")
        which = rows - self.lone
        first = self.ahead[which, None] - places
        last = first + self.reach[which, None]
        shape = (*sums.shape[:-2], copies, -1, sums.shape[-1])
        first, last = first.reshape(shape).max(axis=-3), last.reshape(shape).min(axis=-3)
        return self._joint(first, last, self.slope[which[: first.shape[-2]], None])

    def _joint(self, first: Integers, last: Integers, slope: Integers) -> Logs:
        """Return logarithms of the mass between two places."""
        first += self.cut
        last += self.cut
        np.maximum(first, 0, out=first)
        np.minimum(last, 2 * self.cut, out=last)
        mass = self.below.take(last, mode="clip") - self.below.take(first, mode="clip")
        np.maximum(mass, 0, out=mass)
        mass += LEAST
        logs = _LOGARITHMS.take((mass.view(np.int64) >> _BITS) - _FROM, mode="clip")
        outside = np.maximum(first - last, 0)
        outside *= slope
        cost = np.minimum(outside >> PART, int(STEEPEST * UNIT))
        return np.asarray(logs - cost.astype(np.int32))

    def fitting(self, sums: Integers) -> NDArray[np.bool_]:
        """Return for each chain whether its guess fits everything that is published."""
        rows = np.arange(self.lone)
        fits = np.all(self.measure(sums[: self.lone], rows, 0) > FITTING, axis=0)
        if self.copies.size:
            rows = self.copies.ravel()
            fits &= np.all(self.measure(sums[rows], rows, len(self.copies)) > FITTING, axis=0)
        return np.asarray(fits)

    def by_state(self, seat: Seat, sums: Integers, states: int) -> Logs:
        """Return the logarithms of ``K x C``, from the sums (``m x C``) without a respondent."""
        total: Logs = np.zeros((states, sums.shape[1]), dtype=np.int32)
        for segment in seat.segments:
            rows = seat.rows[segment.within]
            logs = self.measure(sums[segment.within] + segment.steps, rows, segment.copies)
            if segment.patterns is None:
                total += logs.sum(axis=1, dtype=np.int32)
                continue
            gain = logs[1] - logs[0]
            if len(segment.starts) == 1:
                total += segment.patterns * gain.sum(axis=0, dtype=np.int32)
            else:
                total += segment.patterns @ np.add.reduceat(gain, segment.starts, axis=0)
        return total

    def together(self, pair: list[int], states: Integers) -> tuple[Integers, Integers]:
        """Return rows of two respondents, and what they add in two states each: ``2 x m x C``.

        ``states`` is ``2 x 2 x C``: first what they are in now, then what they may be in.
        """
        rows = np.union1d(self.seats[pair[0]].rows, self.seats[pair[1]].rows)
        one, other = (self.terms[respondent, rows] for respondent in pair)
        added = [one.take(mine, axis=1) + other.take(yours, axis=1) for mine, yours in states]
        return rows, np.stack(added)

    def of_rows(self, sums: Integers, rows: Integers) -> Logs:
        """Return logarithms (``V x C``) of sums (``V x m x C``) of sorted rows, whole draws."""
        edge = int(np.searchsorted(rows, self.lone))
        total = self.measure(sums[:, :edge], rows[:edge], 0).sum(axis=1, dtype=np.int32)
        if edge < len(rows):
            own = self.copies[:, np.isin(self.copies[0], rows)].ravel()
            others = sums[:, np.searchsorted(rows, own)]
            total += self.measure(others, own, len(self.copies)).sum(axis=1, dtype=np.int32)
        return np.asarray(total)
