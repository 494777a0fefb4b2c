"""Official figures per municipality: from the Iv3 reports, the BBV ratios, and quoted figures.

Built from the CSV tables in ``data/official/source`` into ``data/official``. Which sums of money
make which ratio is said by ``amounts`` in the codebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from data.files import store
from data.files.schema import STATUS_NO_DATA, STATUS_OK, STATUS_UNCLEAR, Official, Published
from data.survey.codebook import load_codebook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.survey.indicators import Indicator

SOURCE = store.OFFICIAL / "source"
ATTRIBUTION = "CBS, Iv3, bewerkt; CC BY 4.0"


def build_official(
    source: Path = SOURCE, target: Path = store.OFFICIAL, registers: Path = store.REGISTER
) -> pl.DataFrame:
    """Write ``official`` and ``published`` as Parquet; return the official figures.

    ``registers`` is the folder of the register.

    Raises:
        DataError: a table is missing or breaks its contract. Nothing is written then.
    """
    codebook = load_codebook(store.SURVEY / "codebook.toml")
    iv3 = _read(source / "iv3.csv")
    bbv = _read(source / "bbv_ratios.csv")
    published = _read(source / "published.csv")
    register = store.read_parquet(registers / "register.parquet")
    computed = [
        _computed(iv3, indicator)
        for indicator in codebook.indicators
        if indicator.kind == "official" and indicator.amounts
    ]
    official = pl.concat([*computed, _reported(bbv, register)]).sort(
        "indicator", "basis", "year", "municipality_code"
    )
    known = {i.id for i in codebook.indicators}
    for name, frame in (("officiële", official), ("aangehaalde", published)):
        if unknown := set(frame["indicator"]) - known:
            raise DataError(
                f"Onbekende {name} cijfers: {', '.join(sorted(unknown))}.",
                "voeg ze toe aan codebook.toml of verbeter de naam in de brontabel.",
            )
    checked = Official.validate(official, cast=True)
    quoted = Published.validate(published, cast=True)
    store.write_parquet(checked, target / "official.parquet", {"source": ATTRIBUTION})
    store.write_parquet(quoted, target / "published.parquet", {"source": "zie kolom url"})
    return checked


def _read(path: Path) -> pl.DataFrame:
    """Return a CSV table of the project's own source folder."""
    if not path.is_file():
        raise DataError(f"{path} ontbreekt.", "haal het bestand terug uit het project.")
    return pl.read_csv(path, infer_schema_length=None)


def _sum_of(columns: Sequence[str]) -> pl.Expr:
    """Return the sum of columns, those with a leading minus subtracted; null if one is."""
    total = pl.lit(0.0)
    for column in columns:
        term = pl.col(column.removeprefix("-")).cast(pl.Float64)
        total = total - term if column.startswith("-") else total + term
    return total


def _computed(iv3: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    """Return one indicator worked out from the sums of money that municipalities filed."""
    amounts = indicator.amounts
    if amounts is None:
        raise DataError(f"{indicator.id} heeft geen amounts.", "vul ze in codebook.toml in.")
    filed = pl.col("status") == STATUS_OK
    numerator = _sum_of(amounts.numerator) * amounts.factor
    denominator = _sum_of(amounts.denominator)
    present = filed & numerator.is_not_null() & denominator.is_not_null() & (denominator != 0)
    return iv3.filter(pl.col("basis").is_in(indicator.bases)).select(
        indicator=pl.lit(indicator.id),
        basis="basis",
        year=pl.col("year").cast(pl.Int32),
        municipality_code="municipality_code",
        name="name",
        inhabitants="inhabitants",
        status=pl.when(present).then(pl.lit(STATUS_OK)).otherwise(pl.lit(STATUS_NO_DATA)),
        amount=pl.when(present).then(numerator / denominator),
        numerator=pl.when(present).then(numerator),
        denominator=pl.when(present).then(denominator),
    )


def _reported(bbv: pl.DataFrame, register: pl.DataFrame) -> pl.DataFrame:
    """Return the ratios that municipalities stated themselves.

    In these statements an exact zero may mean that nothing was filled in, so a zero is kept as
    unclear rather than shown as a value.
    """
    clear = pl.col("amount").is_not_null() & (pl.col("amount") != 0)
    return bbv.join(
        register.select("year", "municipality_code", "name", "inhabitants"),
        on=["year", "municipality_code"],
        how="left",
    ).select(
        indicator="indicator",
        basis="basis",
        year=pl.col("year").cast(pl.Int32),
        municipality_code="municipality_code",
        name="name",
        inhabitants="inhabitants",
        status=pl.when(clear)
        .then(pl.lit(STATUS_OK))
        .when(pl.col("amount") == 0)
        .then(pl.lit(STATUS_UNCLEAR))
        .otherwise(pl.lit(STATUS_NO_DATA)),
        amount=pl.when(clear).then("amount"),
        numerator=pl.lit(None, pl.Float64),
        denominator=pl.lit(None, pl.Float64),
    )
