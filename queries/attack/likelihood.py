"""How likely what is published is, for many guesses of all answers at once, in whole numbers.

A guess gives every respondent a state; ``C`` chains hold one guess each. Sums are kept as whole
numbers of a unit so small that rounding adds nothing, and logarithms are looked up in tables of
whole numbers: so the same guesses are made on every processor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from queries.attack.statements import Floats, Integers, Statements

    Logs = NDArray[np.int32]

# Logarithms are told in whole numbers of this part.
UNIT = 512
# Kinds of statements: two sorts of states or more told apart, and the same with shared draws.
_SHARED = 2
# Sums are kept this many bits finer than they are looked up.
_SHIFT = 12
# Places of a table for each standard deviation of the noise, and for a whole table.
_FINE = 64
_FEWEST, _MOST = 1024, 8192
# Draws of several statements are told in whole numbers of this part of a standard deviation.
_GRID = 8192
_FAR = 1 << 40
# What cannot be has this mass still, and less by the step, so that guesses find a way in.
_LEAST = 1e-9
_STEEP, _STEEPEST = 8.0, 2000.0
_PART = 16

# Logarithms of doubles by their leading bits: sign, exponent and eight of the fraction.
_BITS = 44
_FROM = int(np.float64(_LEAST).view(np.int64) >> _BITS)
_UPTO = int(np.float64(1.5).view(np.int64) >> _BITS)
_LEADING = (2 * np.arange(_FROM, _UPTO, dtype=np.int64) + 1) << (_BITS - 1)
_LOGARITHMS = np.rint(np.log(_LEADING.view(np.float64)) * UNIT).astype(np.int32)

FITTING = int(np.log(4 * _LEAST) * UNIT)
IMPOSSIBLE = -60 * UNIT


@dataclass(frozen=True)
class _Told:
    """What is published, each thing once, sorted into segments (see ``Segment``).

    ``spread`` is ``S x n x K``: what each state adds above the least it could, in the unit of
    the sum; ``low`` and ``high`` are above the least sum; ``step`` is the largest move between
    neighbouring values.
    """

    spread: Floats
    noise: Floats
    low: Floats
    high: Floats
    draw: Integers
    step: Floats
    kind: Integers
    pattern: Integers
    upper: NDArray[np.bool_]


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
        places = sums >> _SHIFT
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
        mass += _LEAST
        logs = _LOGARITHMS.take((mass.view(np.int64) >> _BITS) - _FROM, mode="clip")
        outside = np.maximum(first - last, 0)
        outside *= slope
        cost = np.minimum(outside >> _PART, int(_STEEPEST * UNIT))
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


def likelihood(statements: Statements) -> Likelihood:
    """Make statements ready to be measured."""
    told = _sorted(_once(statements))
    lone = int(np.sum(told.kind < _SHARED))
    unit, bins = _units(told, lone)
    terms = np.rint(told.spread / unit[:, None, None]).astype(np.int64).transpose(1, 0, 2)
    offset = np.cumsum(bins) - bins
    # a half place more, so that a sum is looked up at the nearest
    base = (offset << _SHIFT) + (1 << (_SHIFT - 1))
    base[lone:] = 1 << (_SHIFT - 1)
    ahead, reach = _intervals(told, lone)
    slope = _STEEP * told.noise[lone:] / told.step[lone:]
    copies = _copies(told.draw[lone:]) + lone
    cut = max(1, round(statements.cut * _GRID))
    places = np.arange(-cut, cut + 1) / _GRID
    return Likelihood(
        base=base,
        table=_table(told, unit, bins, lone, statements.cut),
        lone=lone,
        ahead=ahead,
        reach=reach,
        slope=np.rint(slope * UNIT * (1 << _PART) / _GRID).astype(np.int64),
        copies=copies,
        cut=cut,
        below=ndtr(places) / (ndtr(statements.cut) - ndtr(-statements.cut)),
        terms=terms,
        seats=tuple(_seat(told, own, copies) for own in terms),
        narrow=_narrow(told, lone, copies, statements.cut),
    )


def _once(statements: Statements) -> Statements:
    """Return statements that say something, each once, with what all its copies say."""
    features = statements.features
    says = np.ptp(features, axis=1) > 0
    says &= np.any(statements.parts != 0, axis=1)
    says &= np.isfinite(statements.low) | np.isfinite(statements.high)
    kept: dict[bytes, int] = {}
    low, high = statements.low.copy(), statements.high.copy()
    # exact statements need no draw to be the same
    draw = np.where(statements.noise > 0, statements.draw, -1)
    for s in np.flatnonzero(says):
        row = (statements.parts[s], features[s], statements.noise[s], draw[s])
        first = kept.setdefault(b"".join(np.asarray(item).tobytes() for item in row), int(s))
        low[first], high[first] = max(low[first], low[s]), min(high[first], high[s])
    own = np.fromiter(kept.values(), dtype=np.int64, count=len(kept))
    top = statements.draw.max(initial=0) + 1
    exact = np.where(statements.noise > 0, statements.draw, top + np.arange(len(low)))
    return type(statements)(
        parts=statements.parts[own],
        features=features[own],
        noise=statements.noise[own],
        low=low[own],
        high=high[own],
        draw=exact[own],
        cut=statements.cut,
        prior=statements.prior,
    )


def _sorted(statements: Statements) -> _Told:
    """Sort statements by segment: a draw of their own or shared, two kinds of states or more."""
    features = statements.features
    _, draw, sizes = np.unique(statements.draw, return_inverse=True, return_counts=True)
    upper = features == features.max(axis=1, keepdims=True)
    two = np.all(upper | (features == features.min(axis=1, keepdims=True)), axis=1)
    _, pattern = np.unique(upper, axis=0, return_inverse=True)
    pattern = np.where(two, pattern.ravel(), -1)
    for number in np.flatnonzero(sizes > 1):
        own = draw == number
        if np.ptp(pattern[own]) > 0:
            pattern[own] = -1
    kind = 2 * (sizes[draw] > 1) + (pattern < 0)
    order = np.lexsort((draw, pattern, kind))
    added = statements.parts[order, :, None] * features[order, None, :]
    least = added.min(axis=2)
    gaps = np.diff(np.sort(features[order], axis=1), axis=1).max(axis=1, initial=0.0)
    shift = least.sum(axis=1)
    return _Told(
        spread=added - least[:, :, None],
        noise=statements.noise[order],
        low=statements.low[order] - shift,
        high=statements.high[order] - shift,
        draw=draw[order],
        step=np.abs(statements.parts[order]).max(axis=1, initial=0.0) * gaps,
        kind=kind[order],
        pattern=pattern[order],
        upper=upper[order],
    )


def _narrow(told: _Told, lone: int, copies: Integers, cut: float) -> tuple[Integers, ...]:
    """Return the members of each statement that one answer less or more makes untrue."""
    width = told.high - told.low
    alone = (told.noise * min(1.0, cut) + width < told.step) & (np.arange(len(width)) < lone)
    groups = np.any(told.spread[alone] > 0, axis=2)
    if copies.size:
        # of a shared draw, what an answer adds to one statement more than to another
        noise = told.noise[copies]
        moved = np.ptp(told.spread.max(axis=2)[copies] / noise[:, :, None], axis=0).max(axis=1)
        tight = copies[0, (width[copies] / noise).min(axis=0) < moved]
        groups = np.concatenate([groups, np.any(told.spread[tight] > 0, axis=2)])
    return tuple(np.flatnonzero(group) for group in groups)


def _units(told: _Told, lone: int) -> tuple[Floats, Integers]:
    """Return the unit of each sum, and how many places its table has."""
    reach = told.spread.max(axis=2).sum(axis=1)
    with np.errstate(divide="ignore"):
        bins = np.clip(np.ceil(_FINE * reach / told.noise), _FEWEST, _MOST).astype(np.int64)
    # rounding never leads out of the table
    unit = reach / ((bins - 2) << _SHIFT)
    unit[lone:] = told.noise[lone:] / (_GRID << _SHIFT)
    bins[lone:] = 0
    return unit, bins


def _intervals(told: _Told, lone: int) -> tuple[Integers, Integers]:
    """Return where intervals begin and how long they are, in parts of the noise."""
    noise = told.noise[lone:]
    low = np.clip(told.low[lone:] / noise * _GRID, -_FAR, _FAR)
    high = np.clip(told.high[lone:] / noise * _GRID, -_FAR, _FAR)
    ahead = np.rint(low).astype(np.int64)
    return ahead, np.maximum(np.rint(high).astype(np.int64) - ahead, 1)


def _table(told: _Told, unit: Floats, bins: Integers, lone: int, cut: float) -> Logs:
    """Return the logarithms of statements with a draw of their own, one after the other."""
    logs = [np.zeros(1, dtype=np.int32)] if not lone else []
    whole = float(ndtr(cut) - ndtr(-cut))
    for s in range(lone):
        width = unit[s] * (1 << _SHIFT)
        sums = np.arange(bins[s]) * width
        # a place stands for all sums that are looked up there
        edge = width * (0.5 + 1e-6)
        below, above = told.low[s] - edge - sums, told.high[s] + edge - sums
        noise = float(told.noise[s])
        outside = np.maximum(np.maximum(below - cut * noise, -above - cut * noise), 0.0)
        if noise > 0:
            first, last = np.clip(below / noise, -cut, cut), np.clip(above / noise, -cut, cut)
            mass = np.maximum(ndtr(last) - ndtr(first), 0.0) / whole
        else:
            mass = (outside <= 0).astype(np.float64)
        cost = np.minimum(_STEEP * outside / told.step[s], _STEEPEST)
        logs.append(np.rint((np.log(mass + _LEAST) - cost) * UNIT).astype(np.int32))
    return np.concatenate(logs)


def _starts(numbers: Integers) -> Integers:
    """Return where another number begins, in numbers that lie together."""
    return np.flatnonzero(np.diff(numbers, prepend=numbers[:1] - 1)).astype(np.int64)


def _copies(draw: Integers) -> Integers:
    """Return the statements of each draw, as ``Likelihood.copies``."""
    starts = _starts(draw)
    sizes = np.diff(starts, append=len(draw))
    several = np.arange(sizes.max(initial=1))[:, None]
    return np.asarray(starts + np.where(several < sizes, several, 0))


def _seat(told: _Told, terms: Integers, copies: Integers) -> Seat:
    """Collect what one respondent takes part in, from its terms (``S x K``)."""
    takes_part = np.asarray(terms.any(axis=1))
    segments, rows = [], np.zeros(0, dtype=np.int64)
    for kind in range(4):
        if kind < _SHARED:
            own = np.flatnonzero(takes_part & (told.kind == kind))
        else:
            # of a shared draw all statements count
            draws = np.any(takes_part[copies], axis=0) & (told.kind[copies[0]] == kind)
            own = copies[:, draws].ravel()
        if len(own):
            within = slice(len(rows), len(rows) + len(own))
            several = len(copies) if kind >= _SHARED else 0
            segments.append(_segment(told, own, terms[own], within, several))
            rows = np.concatenate([rows, own])
    return Seat(rows, np.ascontiguousarray(terms[rows]), tuple(segments))


def _segment(told: _Told, rows: Integers, terms: Integers, within: slice, copies: int) -> Segment:
    """Collect statements of one respondent that are measured in the same way."""
    if told.kind[rows[0]] % 2:
        steps = np.ascontiguousarray(terms.T[:, :, None])
        return Segment(within, steps, None, np.zeros(0, dtype=np.int64), copies)
    upper = told.upper[rows]
    each = np.arange(len(rows))
    steps = np.stack([terms[each, (~upper).argmax(axis=1)], terms[each, upper.argmax(axis=1)]])
    measured = each[: len(rows) // max(1, copies)]
    starts = _starts(told.pattern[rows[measured]])
    patterns = np.ascontiguousarray(upper[starts].T.astype(np.int32))
    return Segment(within, steps[:, :, None], patterns, starts, copies)
