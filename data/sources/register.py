"""The public register: which municipalities there were in which year, and where they belong.

Built from the CSV tables in ``data/register/source`` (CBS, adapted) into ``data/register``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from pydantic import BaseModel, ConfigDict

from data.errors import DataError
from data.files import store
from data.files.config_files import load_model, read_toml
from data.files.schema import Mergers, Names, Register
from data.survey.codebook import Codebook, load_codebook

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = store.REGISTER / "source"
ATTRIBUTION = "CBS, Gebieden in Nederland, bewerkt; CC BY 4.0"

# CBS codes for the number of inhabitants, 1 (fewest) to 8 (most), and the classes readers see.
CLASS_OF_CBS_CODE = {1: "k1", 2: "k1", 3: "k1", 4: "k2", 5: "k3", 6: "k4", 7: "k4", 8: "k4"}


class Checks(BaseModel):
    """What the register must add up to."""

    model_config = ConfigDict(extra="forbid")

    provinces: int
    municipalities: dict[int, int]
    inhabitants: dict[int, int]


def build_register(
    source: Path = SOURCE, target: Path = store.REGISTER, book: Codebook | None = None
) -> pl.DataFrame:
    """Write ``register``, ``mergers`` and ``names`` as Parquet; return the register.

    Args:
        source: the folder of CSV tables.
        target: where the Parquet tables go.
        book: says which groups there are; the shipped codebook where none is given.

    Raises:
        DataError: a table is missing, or the register does not add up. Nothing is written then.
    """
    codebook = book or load_codebook(store.SURVEY / "codebook.toml")
    register = _read(source / "municipalities.csv").with_columns(
        pl.col("cbs_size_code").replace_strict(CLASS_OF_CBS_CODE, default=None).alias("size_class"),
        pl.col("year").cast(pl.Int32),
    )
    mergers = _read(source / "mergers.csv").with_columns(pl.col("effective_date").str.to_date())
    names = _names(_read(source / "name_variants.csv"), register, mergers)
    checks = load_model(Checks, source / "checks.toml", read_toml(source / "checks.toml"))
    problems = [
        *_contract_problems(register),
        *_sum_problems(register, checks),
        *_class_problems(register, codebook),
        *_group_problems(register, codebook),
        *_merger_problems(register, mergers),
    ]
    if problems:
        raise DataError(
            f"Het register in {source} klopt niet:\n- " + "\n- ".join(problems),
            "vergelijk de CSV-bestanden met het register van CBS. Er is niets veranderd.",
        )
    metadata = {"source": ATTRIBUTION}
    store.write_parquet(register, target / "register.parquet", metadata)
    store.write_parquet(Mergers.validate(mergers, cast=True), target / "mergers.parquet", metadata)
    store.write_parquet(Names.validate(names, cast=True), target / "names.parquet", metadata)
    return register


def _read(path: Path) -> pl.DataFrame:
    """Return a CSV table of the project's own source folder."""
    if not path.is_file():
        raise DataError(f"{path} ontbreekt.", "haal het bestand terug uit het project.")
    return pl.read_csv(path, infer_schema_length=None)


def _names(variants: pl.DataFrame, register: pl.DataFrame, mergers: pl.DataFrame) -> pl.DataFrame:
    """Return every name by which a municipality, former ones included, may be looked up."""
    return (
        pl.concat(
            [
                variants.select("municipality_code", "variant"),
                register.select("municipality_code", variant="name"),
                mergers.select(municipality_code="old_code", variant="old_name"),
            ]
        )
        .unique()
        .sort("municipality_code", "variant")
    )


def _contract_problems(register: pl.DataFrame) -> list[str]:
    """Return what breaks the contract of the table: types, keys, negative numbers."""
    _, failures = Register.filter(register, cast=True)
    return [f"regel {rule} geldt niet voor {n} rijen" for rule, n in failures.counts().items()]


def _sum_problems(register: pl.DataFrame, checks: Checks) -> list[str]:
    """Return what does not add up to the numbers CBS published."""
    found = []
    counted = dict(register.group_by("year").len().iter_rows())
    for year, expected in checks.municipalities.items():
        if counted.get(year, 0) != expected:
            found.append(f"{year}: {counted.get(year, 0)} gemeenten, verwacht {expected}")
    for year, expected in checks.inhabitants.items():
        total = register.filter(pl.col("year") == year)["inhabitants"].sum()
        if total != expected:
            found.append(f"{year}: {total} inwoners, verwacht {expected}")
    for year, provinces in register.group_by("year").agg(pl.col("province").n_unique()).iter_rows():
        if provinces != checks.provinces:
            found.append(f"{year}: {provinces} provincies, verwacht {checks.provinces}")
    return found


def _class_problems(register: pl.DataFrame, codebook: Codebook) -> list[str]:
    """Return municipalities whose CBS size code and number of inhabitants disagree."""
    unknown = register.filter(pl.col("size_class").is_null())
    found = [
        f"{row['year']} {row['name']}: onbekende grootteklasse {row['cbs_size_code']}"
        for row in unknown.to_dicts()
    ]
    for group in codebook.dimension_by_id["size_class"].groups:
        outside = register.filter(
            pl.col("size_class") == group.code,
            (pl.col("inhabitants") < (group.lower or 0))
            | (pl.col("inhabitants") >= (group.upper or 10**9)),
        )
        found += [
            f"{row['year']} {row['name']}: {row['inhabitants']} inwoners past niet bij {group.code}"
            for row in outside.to_dicts()
        ]
    return found


def _group_problems(register: pl.DataFrame, codebook: Codebook) -> list[str]:
    """Return codes of groups that the codebook does not know."""
    found = []
    for dimension in codebook.dimensions:
        seen = set(register[dimension.id].cast(pl.String).drop_nulls().unique())
        if unknown := seen - set(dimension.codes()):
            found.append(f"{dimension.id}: onbekende codes {sorted(unknown)}")
    return found


def _merger_problems(register: pl.DataFrame, mergers: pl.DataFrame) -> list[str]:
    """Return successors that are not in the register of the year they came into being.

    Of those from before the register begins, some had gone by then themselves.
    """
    found = []
    present = set(register.select("year", "municipality_code").iter_rows())
    first_year = register["year"].min()
    gone = set(mergers["old_code"])
    for row in mergers.to_dicts():
        year = max(row["effective_date"].year, first_year)
        early = row["effective_date"].year < first_year and row["new_code"] in gone
        if (year, row["new_code"]) not in present and not early:
            found.append(f"{row['old_name']} ging op in {row['new_code']}, maar die is er niet")
    return found
