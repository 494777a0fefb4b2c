"""Differences of published groups: who is left when one or two groups are taken from another.

Needs the public register and the published numbers of answers only.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from queries.programs import Mask, Vector


@dataclass(frozen=True)
class Combinations:
    """Groups added to and taken from each other, so that a set is left: a row each.

    ``groups`` are places of three groups and ``signs`` what each counts for; in a pair the third
    counts for nothing.
    """

    groups: NDArray[np.int_]
    signs: NDArray[np.int_]

    def left_of(self, amounts: Vector) -> Vector:
        """Return what each leaves of amounts of the groups; NaN where one of them is not known."""
        parts = np.where(self.signs == 0, 0.0, amounts[self.groups] * self.signs)
        left: Vector = parts.sum(axis=1)
        return left

    def named(self, number: int, names: Sequence[str]) -> str:
        """Return one of them in names of groups."""
        parts = [
            f"{'+' if sign > 0 else '-'} {names[group]}"
            for group, sign in zip(self.groups[number], self.signs[number], strict=True)
            if sign
        ]
        return " ".join(parts).removeprefix("+ ")


def combinations_of(members: Mask) -> Combinations:
    """Return every pair and triple of groups that leaves a set of municipalities.

    Args:
        members: groups x municipalities. A combination counts when each municipality is left
            once or not at all, and some are left.
    """
    found = []
    whole = members.astype(np.int8)
    for first in range(len(whole)):
        found += [(first, second, second, 1, -1, 0) for second in _within(whole, first)]
        found += _triples(whole, first)
    rows = np.array(found, dtype=np.int_).reshape(-1, 6)
    return Combinations(rows[:, :3], rows[:, 3:])


def _within(whole: NDArray[np.int8], first: int) -> NDArray[np.int_]:
    """Return the groups that lie in another one and are not all of it."""
    left = whole[first] - whole
    return np.flatnonzero((left >= 0).all(axis=1) & left.any(axis=1))


def _triples(whole: NDArray[np.int8], first: int) -> Iterator[tuple[int, int, int, int, int, int]]:
    """Yield the triples that begin with a group, each set of groups once: groups, then signs."""
    for second, sign in product(range(len(whole)), (1, -1)):
        if second == first or (sign > 0 and second < first):
            continue
        pair = whole[first] + sign * whole[second]
        left = pair - whole
        fits = (left >= 0).all(axis=1) & (left <= 1).all(axis=1) & left.any(axis=1)
        fits[[first, second]] = False
        if sign < 0:
            fits[:second] = False
        for third in np.flatnonzero(fits):
            yield first, second, int(third), 1, sign, -1
