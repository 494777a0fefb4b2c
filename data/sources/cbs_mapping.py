"""How to get from the tables of CBS to ours: ``cbs.toml``, and what goes wrong with a table."""

from __future__ import annotations

import polars as pl
from pydantic import BaseModel, ConfigDict, field_validator

from data.errors import DataError


class _Entry(BaseModel):
    """A table of the mapping; a field it does not know is a spelling mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sum(_Entry):
    """A column of ours: the sum of the amounts on posts and categories that match."""

    column: str
    post: str
    category: str
    without: list[str] = []
    bases: list[str] = ["begroting", "jaarrekening"]
    zero_when_absent: bool = False

    @field_validator("post", "category")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        """Refuse a pattern that cannot be matched."""
        try:
            pl.Series([""]).str.contains(pattern)
        except pl.exceptions.ComputeError:
            raise ValueError(f"‘{pattern}’ is geen patroon") from None
        return pattern


class Iv3(_Entry):
    """Where the amounts stand in the Iv3 tables of CBS, and which make which sum."""

    municipality: str
    report: str
    post: str
    category: str
    amount: list[str]
    no_figure: list[float]
    filter: str
    least_filed: float
    reports: dict[str, str]
    tables: dict[int, str]
    sums: list[Sum]


class Regions(_Entry):
    """Under which titles ‘Gebieden in Nederland’ has the columns of the register."""

    tables: dict[int, str]
    columns: dict[str, list[str]]
    places: dict[str, tuple[float, float]] = {}


class Mapping(_Entry):
    """How to get from the tables of CBS to ours."""

    iv3: Iv3
    regions: Regions


def wrong(table: str, number: int | None, column: str, what: str) -> DataError:
    """Return what is wrong with one place in a table of CBS."""
    row = "" if number is None else f", rij {number}"
    return DataError(
        f"Tabel {table}{row}, kolom {column}: {what}.",
        "haal de tabel opnieuw op. Klopt zij wel, dan heeft CBS haar anders ingedeeld: verbeter "
        "data/official/source/cbs.toml. Er is niets veranderd.",
    )


def number_in(table: str, number: int, name: str, cell: object) -> float | None:
    """Return a cell as a number."""
    if cell is None:
        return None
    try:
        return float(str(cell))
    except ValueError:
        raise wrong(table, number, name, f"‘{cell}’ is geen getal") from None
