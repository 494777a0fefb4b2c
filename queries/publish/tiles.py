"""Where each place stands on a map on which all places are as large. Pure: points in, tiles out.

Worked out from one point per municipality: no boundaries are needed, so there is no file of them.
Regions become squares, municipalities hexagons; each comes as near to where it lies as the others
allow. The same points give the same map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Points: TypeAlias = "NDArray[Any]"

MUNICIPALITY = "municipality"
SCHEMA: dict[str, pl.DataType] = {
    "year": pl.Int32(),
    "dimension": pl.String(),
    "group_code": pl.String(),
    "tile_row": pl.Int64(),
    "tile_column": pl.Float64(),
}
NEEDED = ("longitude", "latitude")
# Room left open around squares, so that the outline of the country shows.
_SQUARE_ROOM = 1.2
# Hexagons kept in reserve beyond one for each municipality, and how far they are spread first.
_HEX_ROOM = 1.06
_FILLED = 0.55
_ROUNDS = 60
_ROW_HEIGHT = np.sqrt(3) / 2


def layout(register: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """Return a place on the map for every municipality and every group, year by year.

    Args:
        register: one row per year and municipality, with longitude and latitude.
        dimensions: columns of the register that divide it into regions.

    Returns:
        Rows of ``SCHEMA``: ``tile_row`` from 0 in the north; ``tile_column`` from 0 in the west,
        with halves in every other row of hexagons.
    """
    parts = [pl.DataFrame(schema=SCHEMA)]
    for (year,), places in register.drop_nulls(NEEDED).group_by("year", maintain_order=True):
        one = places.sort("municipality_code")
        cells = hexagons(_flat(one))
        parts.append(_rows(year, MUNICIPALITY, one["municipality_code"], cells))
        for dimension in dimensions:
            groups = one.drop_nulls(dimension).group_by(dimension).agg(pl.col(NEEDED).mean())
            groups = groups.sort(dimension)
            parts.append(_rows(year, dimension, groups[dimension], squares(_flat(groups))))
    return pl.concat(parts)


def _rows(year: object, dimension: str, codes: pl.Series, cells: Points) -> pl.DataFrame:
    """Return the places of one map as rows of ``SCHEMA``."""
    return pl.DataFrame(
        {
            "year": [year] * codes.len(),
            "dimension": [dimension] * codes.len(),
            "group_code": codes,
            "tile_row": cells[:, 1].astype(int),
            "tile_column": cells[:, 0].astype(float),
        },
        schema=SCHEMA,
    )


def _flat(places: pl.DataFrame) -> Points:
    """Return longitude and latitude as east and south on a flat map."""
    east, north = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    return np.column_stack([east * np.cos(np.radians(north.mean())), -north])


def squares(points: Points) -> Points:
    """Return column and row of a square for each point."""
    side = int(np.ceil(np.sqrt(len(points) * _SQUARE_ROOM)))
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    spread = (points - low) / np.where(extent > 0, extent, 1) * (side - 1)
    cells = np.array([(column, row) for row in range(side) for column in range(side)])
    return _from_zero(cells[_nearest(spread, cells)])


def hexagons(points: Points) -> Points:
    """Return column and row of a hexagon for each point; odd rows lie half a column further."""
    width, height = np.ptp(points, axis=0)
    # As far apart as the centres of so many hexagons that fill the country.
    step = float(np.sqrt(max(width * height, 1e-9) * _FILLED / len(points) * 2 / np.sqrt(3)))
    spread = _apart(points, step)
    cells = _honeycomb(spread, step)
    centres = cells * (step, step * _ROW_HEIGHT)
    near = np.argsort(cKDTree(spread).query(centres)[0], kind="stable")
    near = near[: int(np.ceil(len(points) * _HEX_ROOM))]
    chosen = cells[near[_nearest(spread, centres[near])]]
    return _from_zero(chosen, even_rows=True)


def _apart(points: Points, step: float) -> Points:
    """Return the points pushed off each other until few are nearer than ``step``."""
    moved = points.copy()
    for _ in range(_ROUNDS):
        pairs = cKDTree(moved).query_pairs(step, output_type="ndarray")
        between = moved[pairs[:, 0]] - moved[pairs[:, 1]]
        distance = np.linalg.norm(between, axis=1, keepdims=True) + 1e-9
        push = between / distance * (step - distance) / 4
        np.add.at(moved, pairs[:, 0], push)
        np.add.at(moved, pairs[:, 1], -push)
        moved += 0.02 * (points - moved)
    return moved


def _honeycomb(points: Points, step: float) -> Points:
    """Return columns and rows of hexagons that cover the points, with some around them."""
    low = np.floor(points.min(axis=0) / (step, step * _ROW_HEIGHT)).astype(int) - 2
    high = np.ceil(points.max(axis=0) / (step, step * _ROW_HEIGHT)).astype(int) + 2
    return np.array(
        [
            (column + row % 2 / 2, row)
            for row in range(low[1], high[1] + 1)
            for column in range(low[0], high[0] + 1)
        ]
    )


def _nearest(points: Points, cells: Points) -> Points:
    """Return a cell of its own for each point, the squared distances together the smallest."""
    cost = ((points[:, None] - cells[None]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(cost)
    return np.asarray(chosen)


def _from_zero(cells: Points, *, even_rows: bool = False) -> Points:
    """Return columns and rows counted from the first that is used."""
    first = np.floor(cells.min(axis=0))
    if even_rows:
        first[1] -= first[1] % 2
    return np.asarray(cells - first)
