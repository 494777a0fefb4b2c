"""Integer programs: a state of all respondents that fits, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from queries.attack.statements import Floats, Integers

    Mask = NDArray[np.bool_]
    Others = frozenset[int]


# What HiGHS says of a program without a solution.
_IMPOSSIBLE = 2


@dataclass(frozen=True)
class Limits:
    """How long to look, so that an attack ends: what is not decided then counts as found out.

    Attributes:
        programs: integer programs in one question.
        nodes: of one program.
        seconds: of one program.
    """

    programs: int = 400
    nodes: int = 2_000
    seconds: float = 10.0


@dataclass(frozen=True)
class Rows:
    """Statements without noise: ``low <= sum over i of counts[r, i, state_i] <= high``.

    Scaled so that the largest count of a row is 1.
    """

    counts: Floats
    low: Floats
    high: Floats

    def only(self, which: Mask) -> Rows:
        """Return some of the rows."""
        return Rows(self.counts[which], self.low[which], self.high[which])


class Program:
    """An integer program: how many of the respondents that count alike are in each state."""

    def __init__(
        self, rows: Rows, states: Integers, target: int, wanted: Mask, known: Others
    ) -> None:
        """Let everybody but ``known`` change, and the target to one of the states wanted."""
        self._states, self._kinds = states, rows.counts.shape[2]
        self._cells = self._alike(rows, {target}, known)
        fixed = sorted(known)
        self._fixed = rows.counts[:, fixed, states[fixed]].sum(axis=1)
        self._rows = rows
        self._wanted = wanted

    def _alike(self, rows: Rows, single: set[int], known: Others) -> list[Integers]:
        """Return the respondents that count alike in everything; the target first, alone."""
        cells: dict[bytes, list[int]] = {}
        for number in range(len(self._states)):
            if number not in known and number not in single:
                cells.setdefault(rows.counts[:, number].tobytes(), []).append(number)
        return [np.array(cell, dtype=np.int64) for cell in ([*single], *cells.values())]

    def solution(self, limits: Limits) -> tuple[Integers | None, bool]:
        """Return states that fit, if any were found, and whether that was decided."""
        sizes = np.array([len(cell) for cell in self._cells])
        first = [cell[0] for cell in self._cells]
        matrix = self._rows.counts[:, first].reshape(len(self._fixed), -1)
        everybody = np.kron(np.eye(len(sizes)), np.ones(self._kinds))
        most = np.repeat(sizes, self._kinds)
        most[: self._kinds] *= self._wanted
        told = LinearConstraint(
            csr_array(matrix), self._rows.low - self._fixed, self._rows.high - self._fixed
        )
        everyone = LinearConstraint(csr_array(everybody), sizes, sizes)
        # what the presolve of HiGHS finds it cannot always translate back; then without
        for presolve in (True, False):
            solved = milp(
                self._costs(),
                integrality=np.ones(len(most)),
                bounds=Bounds(0, most),
                constraints=[told, everyone],
                options={
                    "presolve": presolve,
                    "node_limit": limits.nodes,
                    "time_limit": limits.seconds,
                    "mip_rel_gap": 1.0,  # the first that fits will do
                },
            )
            if solved.x is not None:
                return self._assigned(np.rint(solved.x).astype(np.int64)), True
            if solved.status == _IMPOSSIBLE:
                return None, True
        return None, False

    def _costs(self) -> Floats:
        """Return what makes a solution in which few change the better one."""
        costs = np.ones((len(self._cells), self._kinds))
        for number, cell in enumerate(self._cells):
            costs[number, self._states[cell]] = 0
        flat: Floats = costs.reshape(-1)
        return flat

    def _assigned(self, amounts: Integers) -> Integers:
        """Return states of all respondents, as few of them changed as the numbers allow."""
        states = self._states.copy()
        for cell, numbers in zip(self._cells, amounts.reshape(-1, self._kinds), strict=True):
            left, free = numbers.copy(), []
            for one in cell.tolist():
                own = states[one]
                if left[own] > 0:
                    left[own] -= 1
                else:
                    free.append(one)
            states[free] = np.repeat(np.arange(self._kinds), left)[: len(free)]
        return states
