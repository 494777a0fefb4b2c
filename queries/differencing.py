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

    from queries.programs import Mask


@dataclass(frozen=True)
class Combination:
    """Groups added to and taken from each other, by their place, so that a set is left."""

    groups: tuple[int, ...]
    signs: tuple[int, ...]

    def of(self, amounts: Sequence[float]) -> float:
        """Return what is left of amounts of the groups."""
        return sum(s * amounts[g] for g, s in zip(self.groups, self.signs, strict=True))

    def named(self, names: Sequence[str]) -> str:
        """Return the combination in names of groups."""
        parts = [
            f"{'+' if sign > 0 else '-'} {names[group]}"
            for group, sign in zip(self.groups, self.signs, strict=True)
        ]
        return " ".join(parts).removeprefix("+ ")


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
