"""Making a likelihood: the intervals of noise that statements leave, in whole units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from queries.attack.likelihood import (
    LEAST,
    PART,
    SHIFT,
    STEEP,
    STEEPEST,
    UNIT,
    Likelihood,
    Seat,
    Segment,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from queries.attack.statements import Floats, Integers, Statements

    Logs = NDArray[np.int32]


# Kinds of statements: two sorts of states or more told apart, and the same with shared draws.
_SHARED = 2


# Places of a table for each standard deviation of the noise, and for a whole table.
_FINE = 64


_FEWEST, _MOST = 1024, 8192


# Draws of several statements are told in whole numbers of this part of a standard deviation.
_GRID = 8192


_FAR = 1 << 40


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


def likelihood(statements: Statements) -> Likelihood:
    """Make statements ready to be measured."""
    told = _sorted(_once(statements))
    lone = int(np.sum(told.kind < _SHARED))
    unit, bins = _units(told, lone)
    terms = np.rint(told.spread / unit[:, None, None]).astype(np.int64).transpose(1, 0, 2)
    offset = np.cumsum(bins) - bins
    # a half place more, so that a sum is looked up at the nearest
    base = (offset << SHIFT) + (1 << (SHIFT - 1))
    base[lone:] = 1 << (SHIFT - 1)
    ahead, reach = _intervals(told, lone)
    slope = STEEP * told.noise[lone:] / told.step[lone:]
    copies = _copies(told.draw[lone:]) + lone
    cut = max(1, round(statements.cut * _GRID))
    places = np.arange(-cut, cut + 1) / _GRID
    return Likelihood(
        base=base,
        table=_table(told, unit, bins, lone, statements.cut),
        lone=lone,
        ahead=ahead,
        reach=reach,
        slope=np.rint(slope * UNIT * (1 << PART) / _GRID).astype(np.int64),
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
    unit = reach / ((bins - 2) << SHIFT)
    unit[lone:] = told.noise[lone:] / (_GRID << SHIFT)
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
        width = unit[s] * (1 << SHIFT)
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
        cost = np.minimum(STEEP * outside / told.step[s], STEEPEST)
        logs.append(np.rint((np.log(mass + LEAST) - cost) * UNIT).astype(np.int32))
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
