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
class Combination:
    """Groups added to and taken from each other, by their place, so that a set is left."""

    groups: tuple[int, ...]
    signs: tuple[int, ...]

    def named(self, names: Sequence[str]) -> str:
        """Return the combination in names of groups."""
        parts = [
            f"{'+' if sign > 0 else '-'} {names[group]}"
            for group, sign in zip(self.groups, self.signs, strict=True)
        ]
        return " ".join(parts).removeprefix("+ ")


def left_by(combinations: Sequence[Combination], amounts: Vector) -> Vector:
    """Return what each combination leaves of amounts of the groups; NaN where one is not known."""
    if not combinations:
        return np.zeros(0)
    # a third group that counts for nothing in pairs, so that all are triples
    amounts = np.append(amounts, 0.0)
    triples = np.array([(*c.groups, -1)[:3] for c in combinations])
    signs = np.array([(*c.signs, 0)[:3] for c in combinations])
    left: Vector = (amounts[triples] * signs).sum(axis=1)
    return left


def combinations_of(members: Mask) -> list[Combination]:
    """Return every pair and triple of groups that leaves a set of municipalities.

    Args:
        members: groups x municipalities. A combination counts when each municipality is left
            once or not at all, and some are left.
    """
    found = []
    whole = members.astype(np.int8)
    for first in range(len(whole)):
        found += [Combination((first, int(second)), (1, -1)) for second in _within(whole, first)]
        found += list(_triples(whole, first))
    return found


def _within(whole: NDArray[np.int8], first: int) -> NDArray[np.int_]:
    """Return the groups that lie in another one and are not all of it."""
    left = whole[first] - whole
    return np.flatnonzero((left >= 0).all(axis=1) & left.any(axis=1))


def _triples(whole: NDArray[np.int8], first: int) -> Iterator[Combination]:
    """Yield the triples that begin with a group, each set of groups once."""
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
            yield Combination((first, second, int(third)), (1, sign, -1))
