"""What can be worked out from linear programs: targets, and how far each is seen to lie.

A search collects answers that fit what is published as well as the real ones. A target that has
other values in some of them is safe; for the rest the solver is asked.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from queries.programs import FIRM, TOLERANCE, agreeing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scipy.sparse import csr_array

    from queries.programs import Mask, Places, Program, Statement, Vector

_ROUNDS = 24
_PATIENCE = 2
# What changing one answer costs, next to moving a target by as much.
_HOMING = 0.02
# So many solutions are mixed for participants whose answer is an amount.
_MIXED = 96
# A target of fewer respondents than this is one about a few.
_SMALL = 10
# So few targets are better pushed one by one.
_FEW = 4


@dataclass(frozen=True)
class Targets:
    """What must stay uncertain: sums over cells, and from where to where they must still reach.

    Counts must leave ``values`` whole numbers open; amounts must reach ``low`` and ``high``.
    ``sizes`` says how many respondents each target is about; ``rows`` is sparse.
    """

    rows: csr_array
    sizes: Vector
    values: Vector | None = None
    low: Vector | None = None
    high: Vector | None = None

    def row(self, target: int) -> Vector:
        """Return what one target is a sum of."""
        within = slice(*self.rows.indptr[target : target + 2])
        row = np.zeros(self.rows.shape[1])
        row[self.rows.indices[within]] = self.rows.data[within]
        return row

    def small(self) -> csr_array:
        """Return the targets about a few respondents, of which several may change together."""
        return self.rows[np.flatnonzero((self.sizes > 1) & (self.sizes < _SMALL))]

    def known_to(self, people: Sequence[Places]) -> Mask:
        """Return which targets each person knows a part of: a row per person."""
        theirs = np.zeros((self.rows.shape[1], len(people)))
        for person, known in enumerate(people):
            theirs[known, person] = 1
        return np.asarray((self.rows @ theirs).T > 0)

    def beside(self, own: Mask) -> Targets:
        """Return what must stay uncertain for somebody who knows a part of some targets.

        Of somebody else's single answer both values must, or how far the amount reaches; what a
        participant can tell about several others together is left to those who know nobody's
        answer.
        """
        if self.values is not None:
            asked = (self.values > 0) & (self.sizes - own == 1)
            return replace(self, values=np.where(asked, 2, 0))
        several = np.diff(self.rows.indptr) != 1
        known = own | several
        low, high = np.array(self.low), np.array(self.high)
        return replace(self, low=np.where(known, np.inf, low), high=np.where(known, -np.inf, high))

    def ends(self, truth: Vector) -> tuple[Vector, Vector]:
        """Return from where to where each single answer must reach, either or both."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        return truth - 1, truth + 1

    def is_safe(self, low: Vector, high: Vector) -> Mask:
        """Return which targets are uncertain enough when they can lie from low to high."""
        if self.low is not None and self.high is not None:
            return np.asarray((low <= self.low + TOLERANCE) & (high >= self.high - TOLERANCE))
        left = np.floor(high + TOLERANCE) - np.ceil(low - TOLERANCE) + 1
        return np.asarray(left >= self.values)


@dataclass(frozen=True)
class Opened:
    """A target that can be worked out, and how hard each statement holds it."""

    target: int
    grip: Vector


@dataclass
class Search:
    """What is known of how far each target can lie; grows with every solution seen.

    Solutions stay valid when statements are taken away, so one search serves until all is safe;
    those that fit a statement that comes back serve on as well.
    """

    targets: Targets
    generator: np.random.Generator
    # answers that fit what is published, a row each; the first are the answers as they are
    solutions: Vector

    def __post_init__(self) -> None:
        """Begin with the solutions that are known."""
        self.solutions = np.atleast_2d(np.array(self.solutions, dtype=np.float64))
        self.home = np.zeros(self.solutions.shape[1])
        if self.targets.values is not None:
            self.home += _HOMING * np.sign(2 * self.solutions[0] - 1)
        self._begin(self.solutions, (self.targets.rows @ self.solutions.T).T)

    def _begin(self, solutions: Vector, seen: Vector) -> None:
        """Take solutions and what the targets are in each for all that is known."""
        # copies of its own, which may grow
        self.solutions, self.seen = np.array(solutions, order="C"), np.array(seen, order="C")
        self.truth = seen[0]
        self.low, self.high = seen.min(axis=0), seen.max(axis=0)

    def _of(self, targets: Targets, chosen: Mask) -> Search:
        """Return a search that begins with some of the solutions."""
        part = copy(self)
        part.targets = targets
        part._begin(self.solutions[chosen], self.seen[chosen])  # noqa: SLF001 - its own kind
        return part

    def fitting(self, statements: Sequence[Statement]) -> Search:
        """Return a search that begins with the solutions that fit the statements."""
        coefficients = np.array([s.coefficients for s in statements])
        bounds = np.array([(s.low, s.high) for s in statements])
        chosen = agreeing(self.solutions, coefficients, bounds)
        chosen[0] = True
        return self._of(self.targets, chosen)

    def participants(
        self, program: Program, people: Sequence[Places]
    ) -> Iterator[tuple[int, Search, Opened]]:
        """Yield what each participant can work out, who knows its own answers.

        While one is looked at, its answers are fixed in ``program``.
        """
        if not people:
            return
        if self.targets.values is not None:
            self.learn(self._turned(program, people))
        own = self.targets.known_to(people)
        low, high = self._reach(people)
        doubtful = ~self.targets.beside(own).is_safe(low, high).all(axis=1)
        start = len(self.solutions)
        for person in map(int, np.flatnonzero(doubtful)):
            known = people[person]
            limits = self._wider((low[person], high[person]), known, start)
            beside = self._beside(known, own[person], limits)
            if not beside.unsafe().any():
                continue
            program.fix(known, self.solutions[0][known])
            for opened in beside.openings(program):
                yield person, beside, opened
            program.free(known)
            if len(beside.solutions) > 1:
                self._take(beside.solutions[1:], beside.seen[1:])

    def _turned(self, program: Program, people: Sequence[Places]) -> Iterator[Vector]:
        """Yield answers in which one is turned and most participants' own are as they are.

        Each serves all participants who could not rule it out by anything seen so far, which is
        faster than to look on behalf of one after the other.
        """
        truth = self.solutions[0]
        owner = np.full(len(truth), -1)
        for person, known in enumerate(people):
            owner[known] = person
        # a single answer of a single respondent
        alone = (np.diff(self.targets.rows.indptr) == 1) & (self.targets.sizes == 1)
        chosen = np.flatnonzero(alone)
        unknowns = self.targets.rows.indices[self.targets.rows.indptr[chosen]]
        beside = self.targets.beside(self.targets.known_to(people))
        doubtful = ~beside.is_safe(*self._reach(people))[:, chosen]
        if not doubtful.any():
            return
        near = program.near(truth, self.generator.uniform(0.5, 1.5, len(truth)))
        for number in np.flatnonzero(doubtful.any(axis=0)):
            for firm in (False, True):
                doubting = np.flatnonzero(doubtful[:, number])
                if not len(doubting):
                    break
                spared = np.flatnonzero(np.isin(owner, doubting))
                found = near.turned(int(unknowns[number]), spared, firm=firm)
                if found is None:
                    break
                yield found
                moved = np.abs(found - truth)
                kept = np.ones(len(people), dtype=bool)
                kept[owner[(moved > TOLERANCE) & (owner >= 0)]] = False
                ends = moved[unknowns] > 1 - TOLERANCE
                doubtful[:, ends] &= ~kept[:, None]

    def _reach(self, people: Sequence[Places], start: int = 0) -> tuple[Vector, Vector]:
        """Return from where to where targets lie beside each person, at least: a row per person.

        Looks at the solutions from ``start`` on that leave a person's answers as they are, and
        only whether a target lies as far as a single answer must.
        """
        solutions, answers = self.solutions[start:], self.solutions[0]
        moved = (np.abs(solutions - answers) >= TOLERANCE).astype(np.float32)
        owner = np.zeros((len(answers), len(people)), dtype=np.float32)
        for person, known in enumerate(people):
            owner[known, person] = 1
        kept = ((moved @ owner).T == 0).astype(np.float32)
        low, high = self.targets.ends(self.truth)
        is_low = kept @ (self.seen[start:] <= low + TOLERANCE).astype(np.float32) > 0
        is_high = kept @ (self.seen[start:] >= high - TOLERANCE).astype(np.float32) > 0
        return np.where(is_low, low, self.truth), np.where(is_high, high, self.truth)

    def _wider(
        self, limits: tuple[Vector, Vector], known: Places, start: int
    ) -> tuple[Vector, Vector]:
        """Return limits of who knows some answers, widened by the solutions from ``start`` on."""
        if len(self.solutions) == start:
            return limits
        low, high = self._reach([known], start)
        return np.minimum(limits[0], low[0]), np.maximum(limits[1], high[0])

    def _beside(self, known: Places, own: Mask, limits: tuple[Vector, Vector]) -> Search:
        """Return a search for somebody who knows some answers, and how far targets lie at least."""
        part = copy(self)
        part.targets = self.targets.beside(own)
        part.solutions, part.seen = self.solutions[:1].copy(), self.seen[:1].copy()
        part.low, part.high = limits
        if self.targets.values is None and len(known) == 1:
            self._mix(part, int(known[0]))
        return part

    def _mix(self, part: Search, own: int) -> None:
        """Let a search for who knows an amount learn from mixtures of solutions that keep it."""
        latest = np.r_[0, max(1, len(self.solutions) - _MIXED) : len(self.solutions)]
        mixed = _kept(self.solutions[latest, own], self.seen[latest])
        part.low = np.minimum(part.low, mixed.min(axis=0))
        part.high = np.maximum(part.high, mixed.max(axis=0))
        if len(unsafe := np.flatnonzero(part.unsafe())):
            theirs, seen = self.solutions[:, own], self.seen[:, unsafe]
            part.high[unsafe] = np.maximum(part.high[unsafe], _mixed(theirs, seen))
            part.low[unsafe] = np.minimum(part.low[unsafe], -_mixed(theirs, -seen))

    def unsafe(self) -> Mask:
        """Return which targets are not yet known to be uncertain enough."""
        return ~self.targets.is_safe(self.low, self.high)

    def learn(self, solutions: Iterable[Vector]) -> None:
        """Take in solutions that were found otherwise."""
        found = np.array(list(solutions))
        if len(found):
            self._take(found, (self.targets.rows @ found.T).T)

    def _take(self, totals: Vector, seen: Vector) -> None:
        """Take in solutions with what the targets are in each."""
        self.solutions = _longer(self.solutions, totals)
        self.seen = _longer(self.seen, seen)
        self.low = np.minimum(self.low, seen.min(axis=0))
        self.high = np.maximum(self.high, seen.max(axis=0))

    def _see(self, totals: Vector) -> bool:
        """Take in a solution; return whether it shows anything new."""
        seen = self.targets.rows @ totals
        new = (seen < self.low - TOLERANCE) | (seen > self.high + TOLERANCE)
        self._take(totals[None], seen[None])
        return bool(new.any())

    def sweep(self, program: Program) -> None:
        """Clear many targets at once: each solution shows other answers that fit as well."""
        idle = _PATIENCE if self.unsafe().sum() <= _FEW else 0
        for _ in range(_ROUNDS):
            unsafe = self.unsafe()
            if not unsafe.any() or idle == _PATIENCE:
                return
            weights = self.generator.uniform(0.5, 1.5, len(unsafe)) * self._direction(unsafe)
            totals, _ = program.highest(weights @ self.targets.rows + self.home)
            idle = 0 if self._see(totals) else idle + 1

    def _direction(self, unsafe: Mask) -> Vector:
        """Return which way to push each target: where it lies nearer to the answers as they are."""
        up = self.high - self.truth <= self.truth - self.low
        up &= self.high < self.targets.sizes - TOLERANCE
        up |= self.low <= TOLERANCE
        return np.where(unsafe, np.where(up, 1.0, -1.0), 0.0)

    def openings(self, program: Program) -> Iterator[Opened]:
        """Yield each target that can be worked out, and how hard each statement holds it."""
        self.sweep(program)
        for target in np.flatnonzero(self.unsafe()):
            grip = self._stretch(program, int(target))
            if self.unsafe()[target]:
                yield Opened(int(target), grip)

    def opened(self, program: Program) -> Opened | None:
        """Return the first target that can be worked out; None when there is none."""
        return next(self.openings(program), None)

    def _stretch(self, program: Program, target: int) -> Vector:
        """Push one target as far as is needed, either way; return what holds it."""
        grips = np.zeros(len(program.statements))
        for sign in (1.0, -1.0):
            most = self.targets.sizes[target] - TOLERANCE
            at_end = self.high[target] >= most if sign > 0 else self.low[target] <= TOLERANCE
            if at_end or not self.unsafe()[target]:
                continue
            row = sign * self.targets.row(target)
            # first with as few others changed as can be, which serves participants too
            self._see(program.highest(row + self.home)[0])
            if not self.unsafe()[target]:
                continue
            totals, grip = program.highest(row)
            if grip.max(initial=0) < FIRM:
                # nothing seems to hold it, and yet it stops short: begin afresh
                program.forget()
                totals, grip = program.highest(row)
            self._see(totals)
            grips += grip
        return grips

    def is_freed(self, program: Program, target: int, without: Sequence[int]) -> bool:
        """Return whether a target is safe once some statements are taken away."""
        program.loosen(without)
        before = self.low, self.high, len(self.solutions)
        self._stretch(program, target)
        freed = not self.unsafe()[target]
        if not freed:
            self.low, self.high, known = before
            self.solutions, self.seen = self.solutions[:known], self.seen[:known]
            program.tighten(without)
        return freed


def _longer(matrix: Vector, rows: Vector) -> Vector:
    """Return a matrix with rows beneath it, in the room behind it where there is some.

    A matrix grows row by row; to copy it each time would take longer than to solve.
    """
    count = len(matrix) + len(rows)
    room = matrix.base
    if room is None or len(room) < count:
        room = np.empty((2 * count, matrix.shape[1]))
        room[: len(matrix)] = matrix
    room[len(matrix) : count] = rows
    longer: Vector = room[:count]
    return longer


def _kept(own: Vector, seen: Vector) -> Vector:
    """Return targets in mixtures of solutions that keep the first one's ``own``, a row for each.

    Each is mixed with the one that lies farthest to the other side, of which the least is needed.
    """
    away = own - own[0]
    other = np.where(away > 0, away.argmin(), away.argmax())
    opposite = away * away[other] < 0
    part = away / np.where(opposite, away - away[other], 1.0)
    mixed: Vector = seen + part[:, None] * (seen[other] - seen)
    return np.where((opposite | (away == 0))[:, None], mixed, seen[0])


def _mixed(own: Vector, seen: Vector) -> Vector:
    """Return how high targets come in mixtures of two solutions that keep the first one's ``own``.

    For each target the solution that is highest is mixed with each one on the other side.
    """
    away = own - own[0]
    best = seen.argmax(axis=0)
    lean = away[best]
    opposite = away[:, None] * lean[None, :] < 0
    part = away[:, None] / np.where(opposite, away[:, None] - lean[None, :], 1.0)
    mixed = part * seen[best, np.arange(seen.shape[1])] + (1 - part) * seen
    highest: Vector = np.where(opposite, mixed, seen[0]).max(axis=0)
    return highest
