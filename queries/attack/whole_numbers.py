"""The attack in whole numbers: is there any other state for a respondent that fits everything?

Noise that lies within a cut makes each statement an interval, and two statements that share their
noise a third: what their difference may be. A respondent is safe where other states fit as well:
when it changes alone, when another changes with it, or as an integer program finds. Who knows the
states of some others looks for other states with those fixed. What could not be decided counts as
found out, so that being safe is always proven by an example that was checked.

Source: Willenborg and De Waal, Elements of Statistical Disclosure Control (2001), chapter 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Protocol

import numpy as np

from queries.attack.integer_program import Limits, Program, Rows
from queries.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from queries.attack.statements import Floats, Integers, Statements

    Mask = NDArray[np.bool_]
    Others = frozenset[int]

# Of a row whose largest coefficient is 1: what is left of a sum that should be nothing.
_LAST_BITS = 1e-9
# What groups of at most this many say by themselves is looked at first: mostly it is enough.
_FEW = 40
_NOBODY: Others = frozenset()


@dataclass(frozen=True)
class Verdict:
    """What can be found out of a question.

    Attributes:
        fewest: respondents x facts: of how many others one must know the states to be certain
            whether the fact is true of a respondent; more than was tried where nobody can.
        unsolved: programs that were not decided, and so counted as found out.
    """

    fewest: Integers
    unsolved: int

    def determined(self, coalition: int = 0) -> Mask:
        """Return what is certain to one who knows the states of ``coalition`` others."""
        found: Mask = self.fewest <= coalition
        return found


class Finder(Protocol):
    """What finds another way in which everything could be, for one respondent and one fact."""

    def others(self, known: Others) -> Others | None:
        """Return who else changes, none of them in ``known``; None where there is no way."""


def without_noise(statements: Statements) -> Rows:
    """Return what statements say whatever the noise is, as far as it lies within its cut.

    A draw shared by two statements is taken out of them: their sums, each divided by its noise,
    differ by what is published alone. That is exact, for there is one draw in each (Fourier and
    Motzkin).
    """
    used = _distinct(statements)
    reach = statements.cut * statements.noise
    counts = statements.parts[:, :, None] * statements.features[:, None, :]
    low, high = statements.low - reach, statements.high + reach
    pairs = list(_pairs(statements, used))
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    noise = statements.noise[:, None, None]
    differences = counts[second] / noise[second] - counts[first] / noise[first]
    scale = np.where(statements.noise > 0, statements.noise, 1)
    lower, upper = statements.low / scale, statements.high / scale
    rows = np.concatenate([counts[used], differences])
    lows = np.concatenate([low[used], lower[second] - upper[first]])
    highs = np.concatenate([high[used], upper[second] - lower[first]])
    return _scaled(rows, lows, highs)


def _distinct(statements: Statements) -> Integers:
    """Return the places of statements, the same one told twice once."""
    columns = (statements.noise, statements.low, statements.high, statements.draw)
    seen: dict[bytes, int] = {}
    for number, row in enumerate(
        np.column_stack([statements.parts, statements.features, *columns])
    ):
        seen.setdefault(row.tobytes(), number)
    return np.array(list(seen.values()), dtype=np.int64)


def _pairs(statements: Statements, used: Integers) -> Iterator[tuple[int, int]]:
    """Yield statements that share their noise."""
    by_draw: dict[int, list[int]] = {}
    for number in used[statements.noise[used] > 0].tolist():
        by_draw.setdefault(int(statements.draw[number]), []).append(number)
    for members in by_draw.values():
        yield from combinations(members, 2)


def _scaled(counts: Floats, low: Floats, high: Floats) -> Rows:
    """Return rows with a largest count of 1, without those that bound nothing or count nobody."""
    size = np.abs(counts).max(axis=(1, 2), initial=0)
    kept = (np.isfinite(low) | np.isfinite(high)) & (size > 0)
    size = size[kept]
    return Rows(counts[kept] / size[:, None, None], low[kept] / size, high[kept] / size)


def attack(
    statements: Statements,
    states: Integers,
    about: Mask | None = None,
    *,
    only_true: bool = False,
    coalition: int = 0,
    limits: Limits | None = None,
) -> Verdict:
    """Return what is certain about each respondent, and to whom.

    Args:
        statements: everything that is published of a question.
        states: ``n``, the true states, which only the holder has. An attacker has no use of them:
            they are the first example that fits, and the states that a coalition knows.
        about: facts x K: the states in which a fact is true. Left out, each state is a fact, and
            a respondent's own is certain only where no other state is left.
        only_true: leave out what a respondent is certain not to be, which may be no secret.
        coalition: the most others whose states an attacker may know.
        limits: how long to look.

    Raises:
        QueryError: the true states do not fit what is published, so that it was misread.
    """
    facts = np.eye(statements.features.shape[1], dtype=bool) if about is None else about
    search = _Search(without_noise(statements), states, limits or Limits())
    fewest = np.full((len(states), len(facts)), coalition + 1, dtype=np.int64)
    for fact, true in enumerate(facts):
        # what would be otherwise: in another state than those on the true one's side of the fact
        wanted = np.where(true[states][:, None], ~true, true)
        looked_at = true[states] | (not only_true)
        for target in np.flatnonzero(looked_at & ~(search.alone & wanted).any(axis=1)).tolist():
            finder = _OtherState(search, target, wanted[target])
            fewest[target, fact] = smallest_coalition(finder, coalition)
    return Verdict(fewest, search.unsolved)


def smallest_coalition(finder: Finder, largest: int) -> int:
    """Return of how few others one must know the truth to be certain; one more where nobody is."""
    for size in range(largest + 1):
        if not _is_safe(finder, _NOBODY, size):
            return size
    return largest + 1


def _is_safe(finder: Finder, known: Others, more: int) -> bool:
    """Return whether all is open to who knows some, and ``more`` others whoever they are.

    A way in which none of the coalition changes is open to it as well. So only those need be
    looked at that hold one of those who change, and for them the next way that leaves it alone.
    """
    others = finder.others(known)
    if others is None:
        return False
    return more == 0 or all(_is_safe(finder, known | {one}, more - 1) for one in sorted(others))


class _OtherState:
    """Other states of one respondent, with who changes along; looked for when asked."""

    def __init__(self, search: _Search, target: int, wanted: Mask) -> None:
        """Look for ``target`` in any of the states ``wanted``."""
        self._search, self._target, self._wanted = search, target, wanted
        self._partners = search.partners(target, wanted)
        self._found: list[Others] = []

    def others(self, known: Others) -> Others | None:
        """Return who else changes, none of them in ``known``; None where there is no way."""
        for one in self._partners:
            if one not in known:
                return frozenset([one])
        for found in self._found:
            if not found & known:
                return found
        solved = self._search.solved(self._target, self._wanted, known)
        if solved is not None:
            self._found.append(solved)
        return solved


class _Search:
    """All respondents of a question, and what happens to the rows when some of them change."""

    def __init__(self, rows: Rows, states: Integers, limits: Limits) -> None:
        """Begin at the true states."""
        self._rows, self._states, self._limits = rows, states, limits
        everyone = np.arange(len(states))
        own = rows.counts[:, everyone, states]
        total = own.sum(axis=1)
        self._room = rows.low - total - _LAST_BITS, rows.high - total + _LAST_BITS
        if (self._room[0] > 0).any() or (self._room[1] < 0).any():
            raise QueryError(
                "De echte antwoorden passen niet bij wat er is gepubliceerd.",
                "ga na of de release anders is gemaakt dan de aanval haar leest.",
            )
        self._shift = rows.counts - own[:, :, None]
        self._moves: Mask = (self._shift != 0).any(axis=2)
        self.alone = self._fits(self._shift)
        self.unsolved = 0
        self._left = limits.programs
        self._solutions: list[Integers] = []

    def _fits(self, shift: Floats) -> Mask:
        """Return which shifts of all rows leave every row within its limits."""
        room = [side.reshape(-1, *[1] * (shift.ndim - 1)) for side in self._room]
        fits: Mask = ((shift >= room[0]) & (shift <= room[1])).all(axis=0)
        return fits

    def partners(self, target: int, wanted: Mask) -> list[int]:
        """Return who can change together with a respondent so that everything fits."""
        found: set[int] = set()
        for state in np.flatnonzero(wanted).tolist():
            moved = self._shift[:, target, state]
            broken = (moved < self._room[0]) | (moved > self._room[1])
            able = self._moves[broken].all(axis=0)
            able[target] = False
            places = np.flatnonzero(able)
            # what is broken goes first: few pairs mend it, and those few are tried in full
            mending = self._mended(broken, moved, places)
            found.update(places[mending].tolist())
        return sorted(found)

    def _mended(self, broken: Mask, moved: Floats, places: Integers) -> Mask:
        """Return which of some others mend all rows when they change along."""
        room = [side[broken, None, None] for side in self._room]
        mends = self._shift[broken][:, places] + moved[broken, None, None]
        near = ((mends >= room[0]) & (mends <= room[1])).all(axis=0)
        whole = self._shift[:, places[near.any(axis=1)]] + moved[:, None, None]
        near[near.any(axis=1)] &= self._fits(whole)
        mended: Mask = near.any(axis=1)
        return mended

    def solved(self, target: int, wanted: Mask, known: Others) -> Others | None:
        """Return who else changes in a solution of the integer program; None without one."""
        for states in self._solutions:
            changed = frozenset(np.flatnonzero(states != self._states).tolist())
            if wanted[states[target]] and not changed & known:
                return changed - {target}
        near = self._moves[:, target] & (self._moves.sum(axis=1) <= _FEW)
        for rows in ([self._rows.only(near)] if near.any() else []) + [self._rows]:
            found, decided = self._tried(Program(rows, self._states, target, wanted, known))
            if decided and found is None:
                return None
        if found is None or not self._holds(found):
            self.unsolved += 1
            return None
        self._solutions.append(found)
        return frozenset(np.flatnonzero(found != self._states).tolist()) - {target}

    def _tried(self, program: Program) -> tuple[Integers | None, bool]:
        """Return the solution of a program, and whether it was decided; too many are not tried."""
        if self._left == 0:
            return None, False
        self._left -= 1
        return program.solution(self._limits)

    def _holds(self, states: Integers) -> bool:
        """Return whether states fit every row, worked out anew."""
        shift = self._shift[:, np.arange(len(states)), states].sum(axis=1)
        return bool(self._fits(shift))
