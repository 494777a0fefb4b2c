"""Strata thick enough to estimate from: cells of the design, joined where too few answered.

Source: Cochran, Sampling Techniques (1977), section 5A.12, on collapsed strata. The rule is the
data holder's, in ``policy.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEPARATOR = ":"
JOINED = "+"


@dataclass
class Stratum:
    """Cells that are taken together: their names, members and respondents."""

    cells: list[str]
    population: int
    respondents: int

    def needs_more(self, minimum: int) -> bool:
        """Whether too few answered to see how they differ; a complete count needs no more."""
        return self.respondents < minimum and self.respondents < self.population

    def absorb(self, other: Stratum) -> None:
        """Take in the cells of another stratum."""
        self.cells += other.cells
        self.population += other.population
        self.respondents += other.respondents


def join_thin_cells(
    cells: pl.DataFrame, *, along: int | None, order: Sequence[str], minimum: int
) -> pl.DataFrame:
    """Return which stratum each cell of the design belongs to.

    Args:
        cells: one row per ``edition`` and ``cell``, with ``population_count`` and
            ``respondent_count``. A cell is named by its groups, joined by a colon.
        along: which part of a cell's name runs along ``order``; None when there is none.
        order: codes of that dimension, in their own order.
        minimum: fewest respondents of a stratum.

    Returns:
        One row per edition and cell: ``stratum``, and its ``population_count`` and
        ``respondent_count``. Strata are named after their cells.
    """
    rows = []
    for (edition,), frame in cells.group_by("edition", maintain_order=True):
        for stratum in _join(frame, along, order, minimum):
            name = JOINED.join(sorted(stratum.cells))
            rows += [
                (edition, cell, name, stratum.population, stratum.respondents)
                for cell in stratum.cells
            ]
    schema: dict[str, pl.DataType] = {
        "edition": cells.schema["edition"],
        "cell": pl.String(),
        "stratum": pl.String(),
        "population_count": pl.Int64(),
        "respondent_count": pl.Int64(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row").sort("edition", "cell")


def _join(
    frame: pl.DataFrame, along: int | None, order: Sequence[str], minimum: int
) -> list[Stratum]:
    """Return the strata of one edition: first within a region, then across the country."""
    strata = [
        Stratum([row["cell"]], row["population_count"], row["respondent_count"])
        for row in frame.to_dicts()
    ]
    if along is not None:
        position = {code: place for place, code in enumerate(order)}
        strata = _join_neighbours(strata, along, position, minimum)
        strata = _join_same_class(strata, along, minimum)
    return _join_rest(strata, minimum)


def _region(stratum: Stratum, along: int) -> str:
    """Return the name of a stratum's cells without the class."""
    parts = stratum.cells[0].split(SEPARATOR)
    return SEPARATOR.join(part for place, part in enumerate(parts) if place != along)


def _classes(stratum: Stratum, along: int) -> set[str]:
    """Return the classes that a stratum covers."""
    return {cell.split(SEPARATOR)[along] for cell in stratum.cells}


def _join_neighbours(
    strata: list[Stratum], along: int, position: dict[str, int], minimum: int
) -> list[Stratum]:
    """Join a thin stratum with the next class of its region: the smaller one if there is one."""
    joined: list[Stratum] = []
    for region in dict.fromkeys(_region(stratum, along) for stratum in strata):
        inside = [s for s in strata if _region(s, along) == region]
        inside.sort(key=lambda s: position.get(s.cells[0].split(SEPARATOR)[along], len(position)))
        while len(inside) > 1 and (thin := _first_thin(inside, minimum)) is not None:
            lower = max(thin - 1, 0)
            inside[lower].absorb(inside.pop(lower + 1))
        joined += inside
    return joined


def _join_same_class(strata: list[Stratum], along: int, minimum: int) -> list[Stratum]:
    """Join what is still thin with the strata of the same classes in the rest of the country."""
    while (thin := _first_thin(strata, minimum)) is not None:
        classes = _classes(strata[thin], along)
        others = [s for s in strata if s is not strata[thin] and _classes(s, along) & classes]
        if not others:
            break
        strata = _merged(strata, [strata[thin], *others])
    return strata


def _join_rest(strata: list[Stratum], minimum: int) -> list[Stratum]:
    """Join what is thin even then with the stratum that has most respondents."""
    while len(strata) > 1 and (thin := _first_thin(strata, minimum)) is not None:
        others = [s for s in strata if s is not strata[thin]]
        fullest = max(others, key=lambda s: s.respondents)
        strata = _merged(strata, [fullest, strata[thin]])
    return strata


def _first_thin(strata: Sequence[Stratum], minimum: int) -> int | None:
    """Return the place of the first stratum that cannot stand alone."""
    return next((n for n, s in enumerate(strata) if s.needs_more(minimum)), None)


def _merged(strata: list[Stratum], together: Iterable[Stratum]) -> list[Stratum]:
    """Return the strata with some of them made into one."""
    first, *rest = together
    for stratum in rest:
        first.absorb(stratum)
    gone = {id(stratum) for stratum in rest}
    return [stratum for stratum in strata if id(stratum) not in gone]
