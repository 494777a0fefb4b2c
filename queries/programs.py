"""How far answers can lie, given everything that is published about them: linear programming.

Each published figure is an inequality over unknown answers. A target that the inequalities leave
too little room can be worked out by anyone. Solved by HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from highspy import HighsModelStatus, kHighsInf

# the class beneath Highs: that one prints a banner before it can be silenced
from highspy._core import _Highs as Highs

from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    # group, what of it is published or withheld as one, and weighting
    Label = tuple[int, str, str]

# Rounding errors of sums and of the solver, well below any rounding step.
TOLERANCE = 1e-6
_ROUNDS = 24
_PATIENCE = 2
# The solver's number for primal simplex.
_PRIMAL = 4


@dataclass(frozen=True)
class Statement:
    """One published figure: ``low <= coefficients @ totals <= high``."""

    label: Label
    coefficients: Vector
    low: float
    high: float


@dataclass(frozen=True)
class Targets:
    """What must stay uncertain: sums over cells, and from where to where they must still reach.

    ``counts`` targets must leave ``values`` whole numbers open; amounts must reach ``low`` and
    ``high``.
    """

    rows: Vector
    values: Vector | None = None
    low: Vector | None = None
    high: Vector | None = None

    def is_safe(self, low: Vector, high: Vector) -> Mask:
        """Return which targets are uncertain enough when they can lie from low to high."""
        if self.low is not None and self.high is not None:
            return np.asarray((low <= self.low + TOLERANCE) & (high >= self.high - TOLERANCE))
        left = np.floor(high + TOLERANCE) - np.ceil(low - TOLERANCE) + 1
        return np.asarray(left >= self.values)


@dataclass
class Program:
    """The inequalities of what is published, and the extremes that they leave open."""

    count: Vector
    statements: Sequence[Statement]
    solver: Highs = field(default_factory=Highs)

    def __post_init__(self) -> None:
        """Hand the inequalities to the solver."""
        self.solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own form
        self.solver.setOptionValue("presolve", "off")
        # only the objective changes, so the last solution stays feasible: primal simplex
        self.solver.setOptionValue("simplex_strategy", _PRIMAL)
        width = len(self.count)
        self.solver.addVars(width, np.zeros(width), self.count)
        for statement in self.statements:
            where = np.flatnonzero(statement.coefficients).astype(np.int32)
            scale = self._scale(statement)
            values = statement.coefficients[where] * scale
            self.solver.addRow(*self._limits(statement), len(where), where, values)
        self._all = np.arange(width, dtype=np.int32)

    @staticmethod
    def _scale(statement: Statement) -> float:
        """Return what makes a statement count answers rather than parts: one tolerance fits all."""
        return float(1 / statement.coefficients[statement.coefficients > 0].min())

    def _limits(self, statement: Statement) -> tuple[float, float]:
        """Return between which values a statement keeps its sum of answers."""
        scale = self._scale(statement)
        slack = TOLERANCE / 10
        return (statement.low - slack) * scale, (statement.high + slack) * scale

    def loosen(self, rows: Sequence[int]) -> None:
        """Take statements away."""
        for row in rows:
            self.solver.changeRowBounds(row, -kHighsInf, kHighsInf)

    def tighten(self, rows: Sequence[int]) -> None:
        """Put statements back."""
        for row in rows:
            self.solver.changeRowBounds(row, *self._limits(self.statements[row]))

    def fix(self, unknowns: Vector, values: Vector) -> None:
        """Give some unknowns the values that are known of them."""
        for unknown, known in zip(unknowns, values, strict=True):
            self.solver.changeColBounds(int(unknown), known, known)

    def free(self, unknowns: Vector) -> None:
        """Forget what was known of some unknowns."""
        for unknown in unknowns:
            self.solver.changeColBounds(int(unknown), 0, self.count[int(unknown)])

    def highest(self, objective: Vector) -> tuple[Vector, Vector]:
        """Return totals that make the objective as high as it can be, and each figure's grip."""
        self.solver.changeColsCost(len(self._all), self._all, -objective)
        self.solver.run()
        if not self._is_solved():
            self._run_afresh()
        if not self._is_solved():
            raise DataError(
                "De gepubliceerde cijfers spreken elkaar tegen.",
                "dit is een fout in het programma; meld hem met de kluis erbij.",
            )
        solution = self.solver.getSolution()
        return np.array(solution.col_value), np.abs(np.array(solution.row_dual))

    def _is_solved(self) -> bool:
        """Return whether the last run found the best there is."""
        return bool(self.solver.getModelStatus() == HighsModelStatus.kOptimal)

    def _run_afresh(self) -> None:
        """Solve from nothing as the solver chooses: slower, but not stuck on rounding errors."""
        self.solver.clearSolver()
        self.solver.setOptionValue("simplex_strategy", 0)
        self.solver.run()
        self.solver.setOptionValue("simplex_strategy", _PRIMAL)


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
    # what each target would be if every answer were 1
    most: Vector
    generator: np.random.Generator
    # answers that fit what is published; the first are the answers as they are
    solutions: list[Vector]

    def __post_init__(self) -> None:
        """Begin with the solutions that are known."""
        seen = np.array(self.solutions) @ self.targets.rows.T
        self.truth = seen[0]
        self.low, self.high = seen.min(axis=0), seen.max(axis=0)

    def fitting(self, statements: Sequence[Statement]) -> Search:
        """Return a search that begins with the solutions that fit the statements."""
        totals = np.array(self.solutions)
        coefficients = np.array([s.coefficients for s in statements])
        sums = totals @ coefficients.T
        low, high = (
            np.array(limit) for limit in zip(*((s.low, s.high) for s in statements), strict=True)
        )
        fits = ((sums >= low - TOLERANCE) & (sums <= high + TOLERANCE)).all(axis=1)
        fits[0] = True
        known = [self.solutions[number] for number in np.flatnonzero(fits)]
        return Search(self.targets, self.most, self.generator, known)

    def unsafe(self) -> Mask:
        """Return which targets are not yet known to be uncertain enough."""
        return ~self.targets.is_safe(self.low, self.high)

    def _see(self, totals: Vector) -> bool:
        """Take in a solution; return whether it shows anything new."""
        self.solutions.append(totals)
        seen = self.targets.rows @ totals
        new = (seen < self.low - TOLERANCE) | (seen > self.high + TOLERANCE)
        self.low, self.high = np.minimum(self.low, seen), np.maximum(self.high, seen)
        return bool(new.any())

    def _sweep(self, program: Program) -> None:
        """Clear many targets at once: each solution shows other answers that fit as well."""
        idle = 0
        for _ in range(_ROUNDS):
            unsafe = self.unsafe()
            if not unsafe.any() or idle == _PATIENCE:
                return
            weights = self.generator.uniform(0.5, 1.5, len(unsafe)) * self._direction(unsafe)
            totals, _ = program.highest(weights @ self.targets.rows)
            idle = 0 if self._see(totals) else idle + 1

    def _direction(self, unsafe: Mask) -> Vector:
        """Return which way to push each target: where it lies nearer to the answers as they are."""
        up = self.high - self.truth <= self.truth - self.low
        up &= self.high < self.most - TOLERANCE
        up |= self.low <= TOLERANCE
        return np.where(unsafe, np.where(up, 1.0, -1.0), 0.0)

    def openings(self, program: Program) -> Iterator[Opened]:
        """Yield each target that can be worked out, and how hard each statement holds it."""
        self._sweep(program)
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
            at_end = self.high[target] >= self.most[target] if sign > 0 else self.low[target] <= 0
            if at_end or not self.unsafe()[target]:
                continue
            totals, grip = program.highest(sign * self.targets.rows[target])
            self._see(totals)
            grips += grip
        return grips

    def is_freed(self, program: Program, target: int, without: Sequence[int]) -> bool:
        """Return whether a target is safe once some statements are taken away."""
        program.loosen(without)
        before = self.low, self.high
        self._stretch(program, target)
        freed = not self.unsafe()[target]
        if not freed:
            self.low, self.high = before
            program.tighten(without)
        return freed
