"""Between which places groups certainly lie, when they are put in order. Pure.

A place by estimate alone pretends to know more than a survey does. Here every group keeps the
places that its margin leaves open, all of them together with 95% confidence.

Source: Klein, Wright and Wieczorek, A joint confidence region for an overall ranking of
populations, Journal of the Royal Statistical Society C (2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

LEVEL = 0.95


@dataclass(frozen=True)
class Places:
    """The best and the worst place that a group can have, the highest figure first."""

    best: int
    worst: int
    of: int


def places(figures: pl.DataFrame) -> dict[str, Places]:
    """Return the places that each group can have.

    Args:
        figures: one row per group that has a margin: ``group_code``, ``estimate``, ``low``,
            ``high`` (95%).

    Returns:
        By group; the margins are widened so that all of them hold together.
    """
    known = figures.drop_nulls(["estimate", "low", "high"])
    low, high = _together(known)
    return {
        code: Places(1 + int((low > high[n]).sum()), int((high >= low[n]).sum()), known.height)
        for n, code in enumerate(known["group_code"])
    }


def _together(figures: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return margins that hold for all groups at once, by Šidák's correction."""
    each = 0.5 + LEVEL ** (1 / max(figures.height, 1)) / 2
    normal = NormalDist()
    factor = normal.inv_cdf(each) / normal.inv_cdf(0.5 + LEVEL / 2)
    estimate = figures["estimate"].to_numpy()
    return (
        estimate - factor * (estimate - figures["low"].to_numpy()),
        estimate + factor * (figures["high"].to_numpy() - estimate),
    )
