"""How far answers can lie, given everything that is published about them: linear programming.

Each published figure is an inequality over unknown answers. A target that the inequalities leave
too little room can be worked out by anyone. Solved by HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, islice, product
from typing import TYPE_CHECKING

import numpy as np
from highspy import HighsModelStatus, kHighsInf

# the class beneath Highs: that one prints a banner before it can be silenced
from highspy._core import _Highs as Highs

from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Vector = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Places = NDArray[np.int_]
    # group, what of it is published or withheld as one, and weighting
    Label = tuple[int, str, str]

# The label of what is true beforehand.
EVERYBODY: Label = (-1, "", "")
# Rounding errors of sums and of the solver, well below any rounding step.
TOLERANCE = 1e-6
# Weaker than this a figure does not hold an answer.
FIRM = 1e-6
# With so many others each respondent changes places to begin with.
_EXCHANGES = 3
# So many changes of a small set are tried two by two.
_TRIED = 12
# The solver's numbers for simplex on the answers, and on what holds them.
_DUAL, _PRIMAL = 1, 4
# How much rather a participant's answer stays as it is than another's.
_RATHER = 8


@dataclass(frozen=True)
class Statement:
    """One published figure: ``low <= coefficients @ totals <= high``."""

    label: Label
    coefficients: Vector
    low: float
    high: float


@dataclass
class Program:
    """The inequalities of what is published, and the extremes that they leave open."""

    count: Vector
    statements: Sequence[Statement]
    solver: Highs = field(default_factory=Highs)
    # where only the objective changes, the last solution stays feasible
    strategy: int = _PRIMAL

    def __post_init__(self) -> None:
        """Hand the inequalities to the solver."""
        self.solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own form
        self.solver.setOptionValue("presolve", "off")
        self.solver.setOptionValue("simplex_strategy", self.strategy)
        width = len(self.count)
        self.solver.addVars(width, np.zeros(width), self.count)
        self.scales = [self._scale(statement) for statement in self.statements]
        for number, statement in enumerate(self.statements):
            where = np.flatnonzero(statement.coefficients).astype(np.int32)
            values = statement.coefficients[where] * self.scales[number]
            self.solver.addRow(*self._limits(number), len(where), where, values)
        self._all = np.arange(width, dtype=np.int32)
        self.matrix = np.array([s.coefficients for s in self.statements]).reshape(-1, width)
        self.bounds = np.array([(s.low, s.high) for s in self.statements]).reshape(-1, 2)
        # what is true beforehand, whoever changes places
        self.fixed = np.array([s.label == EVERYBODY for s in self.statements], dtype=bool)
        self.active = np.ones(len(self.statements), dtype=bool)

    @staticmethod
    def _scale(statement: Statement) -> float:
        """Return what makes a statement count answers rather than parts: one tolerance fits all."""
        return float(1 / statement.coefficients[statement.coefficients > 0].min())

    def _limits(self, number: int) -> tuple[float, float]:
        """Return between which values a statement keeps its sum of answers."""
        statement, scale = self.statements[number], self.scales[number]
        slack = TOLERANCE / 10
        return (statement.low - slack) * scale, (statement.high + slack) * scale

    def loosen(self, rows: Sequence[int]) -> None:
        """Take statements away."""
        self.active[list(rows)] = False
        for row in rows:
            self.solver.changeRowBounds(row, -kHighsInf, kHighsInf)

    def tighten(self, rows: Sequence[int]) -> None:
        """Put statements back."""
        self.active[list(rows)] = True
        for row in rows:
            self.solver.changeRowBounds(row, *self._limits(row))

    def exchanges(self, truth: Vector, blocks: int) -> Iterator[Vector]:
        """Yield answers that fit as well, in which two single respondents changed places.

        Each respondent changes places with up to a few others, so that for most a participant
        who is one of the two rules out nothing. Found without the solver.

        Args:
            truth: the answers as they are.
            blocks: how many items the unknowns are about; each respondent has one of each.
        """
        answers = truth.reshape(blocks, -1)
        rows = self.active & ~self.fixed
        parts = self.matrix[rows].reshape(-1, blocks, answers.shape[1])
        room = self.bounds[rows] - (self.matrix[rows] @ truth)[:, None]
        own = np.einsum("mbw,bw->mw", parts, answers)
        single = self.count.reshape(blocks, -1)[0] == 1
        used = np.zeros(answers.shape[1])
        for one in map(int, np.flatnonzero(single)):
            others = np.flatnonzero(single & (answers != answers[:, [one]]).any(axis=0))
            change = parts[:, :, one] @ answers[:, others] - own[:, [one]] - own[:, others]
            for block in np.flatnonzero(answers[:, one]):
                change += parts[:, block, others] * answers[block, one]
            fits = (change >= room[:, :1] - TOLERANCE) & (change <= room[:, 1:] + TOLERANCE)
            possible = others[fits.all(axis=0)]
            for other in possible[np.argsort(used[possible], kind="stable")][:_EXCHANGES]:
                used[other] += 1
                exchanged = answers.copy()
                exchanged[:, [one, other]] = answers[:, [other, one]]
                yield exchanged.reshape(-1)

    def doubles(self, truth: Vector, moves: Sequence[Vector], sets: csr_array) -> Iterator[Vector]:
        """Yield answers that fit as well, in which two of a small set changed in the same way.

        Args:
            truth: the answers as they are.
            moves: other answers that fit, in each of which a few changed.
            sets: a row each.
        """
        if not moves:
            return
        change = np.array(moves) - truth
        rows = self.active & ~self.fixed
        matrix = self.matrix[rows]
        room = self.bounds[rows] - (matrix @ truth)[:, None]
        low, high = room[:, 0] - TOLERANCE, room[:, 1] + TOLERANCE
        effect = change @ matrix.T
        touched = change != 0
        for push, sign in product(sets @ change.T, (1, -1)):
            helpful = np.flatnonzero(sign * push > TOLERANCE)[:_TRIED]
            pairs = (
                (one, other)
                for one, other in combinations(helpful, 2)
                if not (touched[one] & touched[other]).any()
                and ((both := effect[one] + effect[other]) >= low).all()
                and (both <= high).all()
            )
            for one, other in islice(pairs, 2):
                yield truth + change[one] + change[other]

    def fitting(self, solutions: Vector) -> Vector:
        """Return those of some answers, a row each, that agree with everything that is said."""
        rows = self.active
        fits = agreeing(solutions, self.matrix[rows], self.bounds[rows])
        fits &= (solutions >= -TOLERANCE).all(axis=1)
        fits &= (solutions <= self.count + TOLERANCE).all(axis=1)
        kept: Vector = solutions[fits]
        return kept

    def fix(self, unknowns: Places, values: Vector) -> None:
        """Give some unknowns the values that are known of them."""
        for unknown, known in zip(unknowns, values, strict=True):
            self.solver.changeColBounds(int(unknown), known, known)

    def free(self, unknowns: Places) -> None:
        """Forget what was known of some unknowns."""
        for unknown in unknowns:
            self.solver.changeColBounds(int(unknown), 0, self.count[int(unknown)])

    def forget(self) -> None:
        """Begin afresh, without the last solution."""
        self.solver.clearSolver()

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
        self.solver.setOptionValue("simplex_strategy", self.strategy)

    def near(self, truth: Vector, costs: Vector) -> Near:
        """Return a search for answers as near to the truth as can be, by what is said now."""
        said = [s for s, active in zip(self.statements, self.active, strict=True) if active]
        return Near(Program(self.count, said, strategy=_DUAL), truth, costs)


class Near:
    """Answers that fit as well, in which one is turned to its other end and few others change.

    Answers that are yes or no lie at an end, so that the truth is the best there is by itself; one
    that is turned takes a few steps from there.
    """

    def __init__(self, program: Program, truth: Vector, costs: Vector) -> None:
        """Take the truth for the best.

        Args:
            program: used for this alone.
            truth: the answers as they are.
            costs: of changing each.
        """
        self.program, self.truth = program, truth
        self.costs = np.where(2 * truth < program.count, costs, -costs)
        every = np.arange(len(truth), dtype=np.int32)
        self.program.solver.changeColsCost(len(truth), every, self.costs)

    def turned(self, unknown: int, spared: Places, *, firm: bool) -> Vector | None:
        """Return answers with one of them turned; None where there are none.

        Args:
            unknown: the answer to turn.
            spared: those that must stay as they are where that is ``firm``, or rather do.
            firm: whether they must.
        """
        solver, places = self.program.solver, spared.astype(np.int32)
        turned = self.program.count[unknown] - self.truth[unknown]
        self.program.fix(np.array([unknown]), np.array([turned]))
        if firm:
            self.program.fix(spared, self.truth[spared])
        else:
            solver.changeColsCost(len(places), places, self.costs[spared] * _RATHER)
        solver.run()
        found = None
        if solver.getModelStatus() == HighsModelStatus.kOptimal:
            found = np.array(solver.getSolution().col_value)
        self.program.free(np.append(spared, unknown) if firm else np.array([unknown]))
        if not firm:
            solver.changeColsCost(len(places), places, self.costs[spared])
        return found


def agreeing(solutions: Vector, coefficients: Vector, bounds: Vector) -> Mask:
    """Return which solutions, a row each, keep their sums within bounds."""
    sums = solutions @ coefficients.T
    within = (sums >= bounds[:, 0] - TOLERANCE) & (sums <= bounds[:, 1] + TOLERANCE)
    return np.asarray(within.all(axis=1))
