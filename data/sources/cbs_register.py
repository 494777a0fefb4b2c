"""The municipalities of a year from ‘Gebieden in Nederland’, in the shape of the register."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from data.sources.cbs_mapping import number_in, wrong

if TYPE_CHECKING:
    from data.sources.cbs_mapping import Regions
    from data.sources.cbs_odata import Row

_CODE = re.compile(r"^GM\d{4}$")
_SUFFIX = re.compile(r"\s*\((gemeente|[A-Z]{1,2}\.?)\)$")
_NUMBERS = ("inhabitants", "cbs_size_code", "urbanity")


def columns_of(table: str, named: dict[str, str], regions: Regions) -> dict[str, str]:
    """Return the column of CBS for each column of ours."""
    found = {}
    for ours, known in regions.columns.items():
        key = next((named[title] for title in known if title in named), None)
        if key is None:
            like = ", ".join(sorted(title for title in named if "/" in title)[:12])
            raise wrong(table, None, known[0], f"die titel is er niet voor {ours}; wel {like}")
        found[ours] = key
    return found


def towns_in(table: str, year: int, rows: list[Row], columns: dict[str, str]) -> pl.DataFrame:
    """Return the municipalities in a table, with our columns as far as CBS has them."""
    found: list[dict[str, object]] = []
    for number, row in enumerate(rows, start=1):
        code = str(row.get(columns["municipality_code"]))
        if not _CODE.match(code):
            continue
        town: dict[str, object] = {"year": year}
        for ours, key in columns.items():
            cell = row.get(key)
            if cell is None:
                raise wrong(table, number, key, f"{code} heeft geen {ours}")
            value = number_in(table, number, key, cell) if ours in _NUMBERS else cell
            town[ours] = int(value) if isinstance(value, float) else value
        found.append(town)
    if not found:
        raise wrong(table, None, columns["municipality_code"], "er staan geen gemeenten in")
    return pl.DataFrame(found)


def placed(towns: pl.DataFrame, known: pl.DataFrame, regions: Regions) -> pl.DataFrame:
    """Return towns with what CBS does not say: place on the map, G4, and our spelling of a name."""
    latest = known.sort("year").unique("municipality_code", keep="last")
    joined = towns.join(
        latest.select("municipality_code", "g4", "longitude", "latitude", spelled=pl.col("name")),
        on="municipality_code",
        how="left",
    )
    rows = []
    for row in joined.to_dicts():
        code, spelled = row["municipality_code"], row.pop("spelled")
        bare = _SUFFIX.sub("", row["name"])
        if code in regions.places:
            row["longitude"], row["latitude"] = regions.places[code]
        if row["longitude"] is None:
            raise DataError(
                f"{code} ({bare}) is nieuw; haar plaats op de kaart is niet bekend.",
                f"zet onder [regions.places] in cbs.toml: {code} = [lengtegraad, breedtegraad].",
            )
        row["name"] = spelled if spelled and _SUFFIX.sub("", spelled) == bare else bare
        rows.append(row)
    return pl.DataFrame(rows, schema={**known.schema, "year": pl.Int64}, strict=False)


def without_loss(year: int, towns: pl.DataFrame, former: pl.DataFrame, mergers: set[str]) -> None:
    """Refuse a register that lacks municipalities nobody has said the successor of."""
    before = former.filter(pl.col("year") == year - 1)["municipality_code"]
    lost = sorted(set(before) - set(towns["municipality_code"]) - mergers)
    if lost:
        raise DataError(
            f"In {year} zijn er niet meer: {', '.join(lost[:8])}.",
            "zet in data/register/source/mergers.csv waarin zij opgingen, of haal de tabel "
            "opnieuw op. Er is niets veranderd.",
        )
