"""Respondents as an attacker sees them: cells of who counts alike, in overlapping groups.

What must stay uncertain is defined here once, for the gate that withholds and for the attack that
tries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from queries.programs import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from data.codebook import Indicator
    from queries.programs import Mask, Vector


@dataclass(frozen=True)
class Cells:
    """The respondents of one question, those that count alike taken together.

    ``count`` (of cells) says how many answered; ``members`` (groups x cells) which published
    groups they are in; ``totals`` what the answers of a cell add up to, by item, each answer
    between 0 and 1.
    """

    count: Vector
    weight: Vector
    inhabitants: Vector | None
    members: Mask
    totals: Mapping[str, Vector]

    @cached_property
    def sizes(self) -> Vector:
        """How many respondents each group has."""
        return self.members @ self.count

    def coefficients(self, group: int, weighting: str) -> Vector:
        """Return what a cell's total counts for in the mean of a group."""
        size = self.weight * self.members[group]
        if weighting == "inhabitant" and self.inhabitants is not None:
            size = size * self.inhabitants
        part: Vector = size / (size @ self.count)
        return part


def small_sets(cells: Cells, minimum: int) -> Vector:
    """Return sums that nobody may know: each cell, and small overlaps and differences of groups.

    One row per set of fewer than ``minimum`` respondents, with 1 for the cells that are in it.
    """
    everyone = np.ones((1, len(cells.count)), dtype=bool)
    found = [np.eye(len(cells.count), dtype=bool)[cells.count < minimum]]
    for others in (everyone, cells.members, ~cells.members):
        # how many respondents each pair shares, before any pair is written out
        sizes = (cells.members * cells.count) @ others.T
        one, other = np.nonzero((sizes > TOLERANCE) & (sizes < minimum - TOLERANCE))
        found.append(cells.members[one] & others[other])
    return _distinct(np.concatenate(found)).astype(np.float64)


def singled_out(cells: Cells, minimum: int) -> Vector:
    """Return the small sets that are left when two groups are added to or taken from a third.

    One row per set of fewer than ``minimum`` respondents, as in ``small_sets``. Found from how
    many respondents two and three groups share.
    """
    members = cells.members.astype(np.float64)
    size = cells.sizes
    two = (members * cells.count) @ members.T
    found = [np.zeros((0, len(cells.count)), dtype=bool)]
    for first in range(len(members)):
        three = (members * members[first] * cells.count) @ members.T
        within = two[first] == size
        apart = within[:, None] & within[None, :] & (two == 0)
        left = size[first] - size[:, None] - size[None, :]
        second, third = np.nonzero(apart & (left > 0) & (left < minimum))
        found.append(members[first] - members[second] - members[third] > 0)
        # first and second together, without third, which lies in them and holds what they share
        holds = (two[first][:, None] == three) & (size == two[first] + two - three)
        rest = size[first] + size[:, None] - size[None, :]
        second, third = np.nonzero(holds & (rest > 0) & (rest < minimum))
        found.append(members[first] + members[second] - members[third] > 0)
    return _distinct(np.concatenate(found)).astype(np.float64)


def _distinct(sets: Mask) -> Mask:
    """Return each set once, in order. Eight cells to a byte, for there may be many sets."""
    last = {packed.tobytes(): number for number, packed in enumerate(np.packbits(sets, axis=1))}
    distinct: Mask = sets[[last[packed] for packed in sorted(last)]]
    return distinct


def scale_parts(indicator: Indicator) -> list[list[str]]:
    """Return the answers of a scale as two parts whose sums are published; none for others."""
    items = indicator.items()
    if "top" not in items:
        return []
    codes = [item for item in items if item != "top"]
    first = codes.index(str(indicator.top_from))
    return [codes[:first], codes[first:]]


def categories(indicator: Indicator) -> list[str]:
    """Return the single answers of a scale."""
    return [item for part in scale_parts(indicator) for item in part]


def tied(indicator: Indicator, item: str) -> bool:
    """Return whether a single answer of a scale is all that the sum of its top leaves, or is it."""
    return [item] in scale_parts(indicator)


def span_of(indicator: Indicator, sums: pl.DataFrame) -> tuple[float, float]:
    """Return between which values an answer is known to lie."""
    if indicator.type != "number":
        return 0.0, 1.0
    means = sums["amount_sum"] / sums["answer_count"]
    seen = (float(means.min() or 0), float(means.max() or 0))  # type: ignore[arg-type]
    wide = max(seen[1] - seen[0], 1.0)
    lower, upper = indicator.valid or (seen[0] - wide, seen[1] + wide)
    return min(lower, seen[0]), max(upper, seen[1])


def cells_of(
    sums: pl.DataFrame,
    cell_groups: pl.DataFrame,
    groups: Sequence[tuple[str, str]],
    span: tuple[float, float],
) -> Cells:
    """Return the cells of a question from its sums."""
    first = sums.unique("cell", keep="first", maintain_order=True).sort("cell")
    names = first["cell"].to_list()
    place = {name: number for number, name in enumerate(names)}
    rows = {group: number for number, group in enumerate(groups)}
    members = np.zeros((len(groups), len(names)), dtype=bool)
    for cell, dimension, code in cell_groups.select("cell", "dimension", "group_code").iter_rows():
        if cell in place and (dimension, code) in rows:
            members[rows[dimension, code], place[cell]] = True
    count = first["answer_count"].to_numpy().astype(float)
    totals = {}
    for (item,), frame in sums.partition_by("item", as_dict=True).items():
        if item == "no":
            continue
        total = np.zeros(len(names))
        for cell, amount, answers in frame.select("cell", "amount_sum", "answer_count").iter_rows():
            total[place[cell]] = (amount - answers * span[0]) / (span[1] - span[0])
        totals[str(item)] = total
    inhabitants = first["inhabitants"]
    return Cells(
        count=count,
        weight=first["weight"].to_numpy(),
        inhabitants=None if inhabitants.has_nulls() else inhabitants.to_numpy().astype(float),
        members=members,
        totals=totals,
    )
