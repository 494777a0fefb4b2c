"""Groups and the dimensions they are groups of, crossed ones included.

A crossed dimension names the dimensions it is made of with a colon between them, in an order that
its codes keep: ``landsdeel:size_class`` has the group ``LD01:k2``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

# The dimension of everything there is, and its one group.
WHOLE = "nl"
# Between the dimensions and the codes of a crossed group.
CROSS = ":"


def is_crossed(dimension: str) -> bool:
    """Whether a dimension is made of several."""
    return CROSS in dimension


def dimensions_of(dimension: str) -> list[str]:
    """Return the dimensions that a dimension is made of: itself, or those that are crossed."""
    return dimension.split(CROSS)


def parts_of(dimension: str, group: str) -> dict[str, str]:
    """Return the code of a group in each of the dimensions it is made of."""
    return dict(zip(dimension.split(CROSS), group.split(CROSS), strict=True))


def group_of(dimension: str, parts: Mapping[str, str]) -> str:
    """Return the code of the group of a dimension that is made of ``parts``."""
    return CROSS.join(parts[part] for part in dimension.split(CROSS))


def groups_of(dimension: str, codes: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the codes of every group of a dimension, from those of what it is made of."""
    found = [""]
    for part in dimension.split(CROSS):
        found = [
            f"{begun}{CROSS}{code}" if begun else code for begun in found for code in codes[part]
        ]
    return found


def crossing_of(dimensions: Iterable[str], parts: Collection[str]) -> str | None:
    """Return which of some dimensions is made of ``parts``, in any order; None where none is."""
    return next((d for d in dimensions if set(d.split(CROSS)) == set(parts)), None)
