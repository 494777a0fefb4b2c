"""The Iv3 reports that municipalities file, in the shape of iv3.csv."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from data.files.schema import STATUS_NO_DATA, STATUS_OK
from data.sources.cbs_mapping import number_in, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from data.sources.cbs_mapping import Iv3, Sum
    from data.sources.cbs_odata import Row


def members(year: int, towns: pl.DataFrame, former: pl.DataFrame) -> pl.DataFrame:
    """Return code, name and inhabitants of the municipalities of a year."""
    columns = ["municipality_code", "name", "inhabitants"]
    of_year = towns.filter(pl.col("year") == year).select(columns)
    if of_year.is_empty():
        of_year = former.filter(pl.col("year") == year).select(columns).unique()
    if of_year.is_empty():
        raise DataError(
            f"Het register kent geen gemeenten van {year}, dus de Iv3 van {year} kan niet worden "
            "gelezen.",
            f"ververs eerst ‘Gebieden in Nederland’ van {year}, of kies met --year een ander jaar.",
        )
    return of_year


def amounts(table: str, rows: list[Row], iv3: Iv3) -> pl.DataFrame:
    """Return the amounts in the rows of one report: municipality, post, category, amount."""
    names = (iv3.municipality, iv3.post, iv3.category)
    cells: list[tuple[str, str, str, float]] = []
    for number, row in enumerate(rows, start=1):
        lacking = [name for name in names if not row.get(name)]
        if lacking:
            raise wrong(table, number, lacking[0], "deze kolom ontbreekt of is leeg")
        amount = _amount(table, number, row, iv3)
        if amount is not None:
            code, post, category = (str(row[name]) for name in names)
            cells.append((code, post, category, amount))
    shape = {"code": pl.String, "post": pl.String, "category": pl.String, "amount": pl.Float64}
    frame = pl.DataFrame(cells, schema=shape, orient="row")
    twice = frame.filter(frame.select("code", "post", "category").is_duplicated())
    if twice.height:
        code, post, category, _ = twice.row(0)
        raise wrong(table, None, iv3.post, f"{code} heeft {post}, {category} meer dan één keer")
    return frame


def _amount(table: str, number: int, row: Row, iv3: Iv3) -> float | None:
    """Return the amount in a row, None where none was filed."""
    there = [name for name in iv3.amount if name in row]
    if not there:
        seen = ", ".join(list(row)[:8])
        raise wrong(table, number, iv3.amount[0], f"deze kolom ontbreekt; er staan {seen}")
    for name in there:
        amount = number_in(table, number, name, row[name])
        if amount is not None:
            return None if amount in iv3.no_figure else amount
    return None


def sums(cells: pl.DataFrame, iv3: Iv3, basis: str, columns: Iterable[str]) -> pl.DataFrame:
    """Return one row per municipality that filed, with our sums."""
    unknown = {one.column for one in iv3.sums} - set(columns)
    if unknown:
        raise DataError(
            f"cbs.toml maakt kolommen die iv3.csv niet heeft: {', '.join(sorted(unknown))}.",
            "verbeter column in cbs.toml.",
        )
    return cells.group_by("code").agg(
        _sum(one, basis).round().cast(pl.Int64).alias(one.column) for one in iv3.sums
    )


def _sum(one: Sum, basis: str) -> pl.Expr:
    """Return the sum of the amounts that make one column; null where there are none."""
    posts = pl.col("post").str.contains(one.post) & ~pl.col("post").is_in(one.without)
    matches = posts & pl.col("category").str.contains(one.category)
    total = pl.col("amount").filter(matches).sum()
    if basis not in one.bases:
        return pl.lit(None, pl.Float64)
    return total if one.zero_when_absent else pl.when(matches.any()).then(total)


def only_known(table: str, filed: pl.DataFrame, members: pl.DataFrame) -> None:
    """Refuse a table with municipalities that the register of its year does not have."""
    strange = set(filed["code"]) - set(members["municipality_code"])
    if strange:
        raise DataError(
            f"Tabel {table}: onbekende gemeenten {', '.join(sorted(strange)[:5])}.",
            "ververs eerst ‘Gebieden in Nederland’ van dat jaar. Er is niets veranderd.",
        )


def whole_report(
    filed: pl.DataFrame, members: pl.DataFrame, year: int, basis: str, columns: Sequence[str]
) -> pl.DataFrame:
    """Return one report of all municipalities in the shape of iv3.csv."""
    joined = members.join(
        filed.with_columns(status=pl.lit(STATUS_OK)),
        left_on="municipality_code",
        right_on="code",
        how="left",
    )
    return joined.with_columns(
        pl.col("status").fill_null(STATUS_NO_DATA),
        year=pl.lit(year, pl.Int64),
        basis=pl.lit(basis),
    ).select(columns)
