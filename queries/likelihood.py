"""How likely what is published is, for many guesses of all answers at once, in whole numbers.

A guess gives every respondent a state; ``C`` chains hold one guess each. Sums are kept as whole
numbers of a unit so small that rounding adds nothing, and logarithms are looked up in tables of
whole numbers: so the same guesses are made on every processor.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from queries.statements import Floats, Integers, Statements

    Logs = NDArray[np.int32]

# Logarithms are told in whole numbers of this part.
UNIT = 512
# Sums are kept this many bits finer than they are looked up.
_SHIFT = 12
# Places of a table for each standard deviation of the noise, and for a whole table.
_FINE = 32
_FEWEST, _MOST = 512, 8192
# Draws of several statements are told in whole numbers of this part of a standard deviation.
_GRID = 2048
_FAR = 1 << 40
# What cannot be has this mass still, and less by the step, so that guesses find a way in.
_LEAST = 1e-9
_STEEP, _STEEPEST = 8.0, 2000.0
# Noise and interval together below this part of a step leave no room to move one by one.
_NARROW = 0.5

FITTING = int(np.log(2 * _LEAST) * UNIT)
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
        draws: where a new draw begins, for statements that share draws.
    """

    within: slice
    steps: Integers
    patterns: Logs | None
    starts: Integers
    draws: Integers | None


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
        draws: likewise, where a new draw begins.
        slope: likewise by statement, what each part outside costs.
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
    draws: Integers
    slope: Floats
    cut: int
    below: Floats
    terms: Integers
    seats: tuple[Seat, ...]
    narrow: tuple[Integers, ...]

    def measure(self, sums: Integers, rows: Integers, draws: Integers | None) -> Logs:
        """Return logarithms for sums of ``V x m x C`` or ``m x C``.

        By statement where each has a draw of its own, else by draw.
        """
        places = sums >> _SHIFT
        if draws is None:
            return self.table.take(places, mode="clip")
        which = rows - self.lone
        first = self.ahead[which, None] - places
        axis = first.ndim - 2
        last = np.minimum.reduceat(first + self.reach[which, None], draws, axis=axis)
        first = np.maximum.reduceat(first, draws, axis=axis)
        return self._joint(first, last, self.slope[which[draws], None])

    def _joint(self, first: Integers, last: Integers, slope: Floats) -> Logs:
        """Return logarithms of the mass between two places, both counted in."""
        first, last = np.maximum(first, -self.cut), np.minimum(last, self.cut - 1)
        outside = np.maximum(first - last - 1, 0)
        upper = self.below.take(last + (self.cut + 1), mode="clip")
        mass = np.maximum(upper - self.below.take(first + self.cut, mode="clip"), 0)
        cost = np.minimum(outside * slope, _STEEPEST)
        logs: Logs = np.rint((np.log(mass + _LEAST) - cost) * UNIT).astype(np.int32)
        return logs

    def fitting(self, sums: Integers) -> NDArray[np.bool_]:
        """Return for each chain whether its guess fits everything that is published."""
        rows = np.arange(len(sums))
        fits = np.all(self.measure(sums[: self.lone], rows, None) > FITTING, axis=0)
        if self.lone < len(sums):
            others = rows[self.lone :]
            logs = self.measure(sums[others], others, self.draws)
            fits &= np.all(logs > FITTING, axis=0)
        return np.asarray(fits)

    def by_state(self, seat: Seat, sums: Integers, states: int) -> Logs:
        """Return the logarithms of ``K x C``, from the sums (``m x C``) without a respondent."""
        total: Logs = np.zeros((states, sums.shape[1]), dtype=np.int32)
        for segment in seat.segments:
            rows = seat.rows[segment.within]
            logs = self.measure(sums[segment.within] + segment.steps, rows, segment.draws)
            if segment.patterns is None:
                total += logs.sum(axis=1, dtype=np.int32)
                continue
            gain = logs[1] - logs[0]
            total += segment.patterns @ np.add.reduceat(gain, segment.starts, axis=0)
        return total

    def difference(self, first: int, second: int) -> tuple[Integers, Integers]:
        """Return rows of two respondents, and what the first adds more than the second."""
        rows = np.union1d(self.seats[first].rows, self.seats[second].rows)
        return rows, self.terms[first, rows] - self.terms[second, rows]

    def of_rows(self, sums: Integers, rows: Integers) -> Logs:
        """Return logarithms (``V x C``) of sums (``V x m x C``) of sorted rows, whole draws."""
        edge = int(np.searchsorted(rows, self.lone))
        total = self.measure(sums[:, :edge], rows[:edge], None).sum(axis=1, dtype=np.int32)
        if edge < len(rows):
            draws = np.flatnonzero(np.isin(rows[edge:] - self.lone, self.draws))
            total += self.measure(sums[:, edge:], rows[edge:], draws).sum(axis=1, dtype=np.int32)
        return np.asarray(total)


def likelihood(statements: Statements) -> Likelihood:
    """Make statements ready to be measured."""
    told = _sorted(_once(statements))
    lone = int(np.sum(told.kind < 2))
    unit, bins = _units(told, lone)
    terms = np.rint(told.spread / unit[:, None, None]).astype(np.int64).transpose(1, 0, 2)
    offset = np.concatenate([[0], np.cumsum(bins)[:-1]]).astype(np.int64)
    # a half place more, so that a sum is looked up at the nearest
    base = (offset << _SHIFT) + (1 << (_SHIFT - 1))
    base[lone:] = 1 << (_SHIFT - 1)
    ahead, reach = _intervals(told, lone)
    cut = max(1, round(statements.cut * _GRID))
    places = np.arange(-cut, cut + 1) / _GRID
    return Likelihood(
        base=base,
        table=_table(told, unit, bins, lone, statements.cut),
        lone=lone,
        ahead=ahead,
        reach=reach,
        draws=_starts(told.draw[lone:]),
        slope=_STEEP * told.noise[lone:] / told.step[lone:] / _GRID,
        cut=cut,
        below=ndtr(places) / (ndtr(statements.cut) - ndtr(-statements.cut)),
        terms=terms,
        seats=tuple(_seat(told, own, lone) for own in terms),
        narrow=tuple(
            np.flatnonzero(told.spread[s].any(axis=1))
            for s in np.flatnonzero(told.noise + told.high - told.low < _NARROW * told.step)
        ),
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
    return ahead, np.rint(high).astype(np.int64) - ahead


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


def _seat(told: _Told, terms: Integers, lone: int) -> Seat:
    """Collect what one respondent takes part in, from its terms (``S x K``)."""
    takes_part = terms.any(axis=1)
    # of a shared draw all statements count
    takes_part[lone:] |= np.isin(told.draw[lone:], told.draw[lone:][takes_part[lone:]])
    rows = np.flatnonzero(takes_part)
    own = np.ascontiguousarray(terms[rows])
    edges = np.searchsorted(told.kind[rows], range(5))
    segments = [
        _segment(told, rows, own, slice(int(start), int(stop)))
        for start, stop in itertools.pairwise(edges)
        if stop > start
    ]
    return Seat(rows, own, tuple(segments))


def _segment(told: _Told, rows: Integers, own: Integers, within: slice) -> Segment:
    """Collect statements of one respondent that are measured in the same way."""
    which, mine = rows[within], own[within]
    shared = bool(told.kind[which[0]] >= 2)
    draws = _starts(told.draw[which]) if shared else None
    if told.kind[which[0]] % 2:
        steps = np.ascontiguousarray(mine.T[:, :, None])
        return Segment(within, steps, None, np.zeros(0, dtype=np.int64), draws)
    upper = told.upper[which]
    each = np.arange(len(which))
    steps = np.stack([mine[each, (~upper).argmax(axis=1)], mine[each, upper.argmax(axis=1)]])
    measured = each if draws is None else draws
    starts = _starts(told.pattern[which[measured]])
    patterns = np.ascontiguousarray(upper[measured[starts]].T.astype(np.int32))
    return Segment(within, steps[:, :, None], patterns, starts, draws)
