"""Maps of equal tiles, worked out from where places lie."""

import numpy as np
import polars as pl
import pytest

from data.files.store import REGISTER, read_parquet
from queries.publish.tiles import MUNICIPALITY, hexagons, layout, squares
from queries.release.manifest import Release


def test_four_corners_of_the_country_keep_their_corners() -> None:
    north, west, east, south = (1.0, 0.0), (0.0, 1.0), (2.0, 1.0), (1.0, 2.0)
    cells = squares(np.array([north, west, east, south]))
    assert cells.tolist() == [[1, 0], [0, 1], [2, 1], [1, 2]]


def test_places_on_one_spot_get_a_hexagon_each() -> None:
    cells = hexagons(np.array([(5.0, 5.0)] * 7 + [(6.0, 6.0)]))
    assert len({tuple(cell) for cell in cells.tolist()}) == 8


def test_the_provinces_lie_as_on_the_map(published: Release) -> None:
    found = published.ask("tiles", edition=2023, dimension="province")
    assert {code: (row, int(column)) for code, row, column in found.iter_rows()} == {
        "PV21": (0, 2),
        "PV20": (0, 3),
        "PV27": (1, 1),
        "PV24": (1, 2),
        "PV22": (1, 3),
        "PV28": (2, 0),
        "PV26": (2, 1),
        "PV25": (2, 2),
        "PV23": (2, 3),
        "PV29": (3, 0),
        "PV30": (3, 1),
        "PV31": (3, 2),
    }


def test_every_municipality_has_a_hexagon_of_its_own(published: Release) -> None:
    found = published.ask("tiles", edition=2023, dimension=MUNICIPALITY)
    assert found.height == 342
    assert found.select("tile_row", "tile_column").is_unique().all()
    halves = found.select(pl.col("tile_column") % 1, odd=pl.col("tile_row") % 2)
    assert (halves["tile_column"] == halves["odd"] / 2).all()


@pytest.mark.parametrize(
    ("one", "other", "column"),
    [
        ("GM0448", "GM1680", "tile_column"),  # Texel lies west of Aa en Hunze,
        ("GM0363", "GM0153", "tile_column"),  # Amsterdam of Enschede;
        ("GM0448", "GM0363", "tile_row"),  # and north of Amsterdam,
        ("GM0014", "GM0935", "tile_row"),  # as Groningen is of Maastricht.
    ],
)
def test_hexagons_keep_north_north_and_west_west(
    published: Release, one: str, other: str, column: str
) -> None:
    found = published.ask("tiles", edition=2023, dimension=MUNICIPALITY)
    places = dict(found.select("group_code", column).iter_rows())
    assert places[one] < places[other]


def test_the_same_register_gives_the_same_map_in_whatever_order_it_comes() -> None:
    register = read_parquet(REGISTER / "register.parquet").filter(pl.col("year") == 2023)
    mixed = register.sample(fraction=1.0, shuffle=True, seed=1)
    assert layout(register, ["province"]).equals(layout(mixed, ["province"]))
