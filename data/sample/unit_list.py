"""A register from a list of units: their codes, names, sizes and groups."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from data.errors import DataError
from data.files.schema import Register
from data.spelling import fold_name
from data.survey.languages import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

# What a column of the list of units may be called; every other column is a division into groups.
_CODE, _NAME, _SIZE = {"code", "id"}, {"naam", "name"}, {"omvang", "grootte", "size", "inwoners"}
# More groups than this are no division that figures can be given for.
_MOST = 40


def register_of(units: Path, year: int) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    """Return the register that a list of units makes, and its divisions into groups.

    Args:
        units: the CSV with who is asked, one row each.
        year: of the edition.

    Raises:
        DataError: the list cannot be used; says which row or column, and what to do.
    """
    table = _read(units)
    code, name, size = (_column(table, names) for names in (_CODE, _NAME, _SIZE))
    if code is None or name is None:
        raise DataError(
            f"{units} heeft geen kolommen ‘code’ en ‘naam’ (er staat: {', '.join(table.columns)}).",
            "noem de kolom met een korte eigen code ‘code’, en die met de naam ‘naam’.",
        )
    _refuse_unclear(units, table, code, name)
    sizes = _sizes(units, table, size)
    frame = table.select(
        pl.lit(year, pl.Int32).alias("year"),
        pl.col(code).alias("municipality_code"),
        pl.col(name).alias("name"),
        sizes.alias("inhabitants"),
    )
    dimensions = []
    if size is not None:
        dimension, classes = _classes(sizes)
        dimensions.append(dimension)
        frame = frame.with_columns(classes.alias(dimension["id"]))
    for place, column in enumerate(c for c in table.columns if c not in {code, name, size}):
        dimension, groups = _division(units, table[column], place)
        dimensions.append(dimension)
        frame = frame.with_columns(groups.alias(dimension["id"]))
    if not dimensions:
        raise DataError(
            f"{units} heeft geen kolom met groepen of met de omvang.",
            "voeg een kolom toe waarin staat bij welke groep elke rij hoort, zoals ‘regio’.",
        )
    return Register.validate(frame.select(*Register.column_names()), cast=True).with_columns(
        frame.select(d["id"] for d in dimensions)
    ), dimensions


def _read(units: Path) -> pl.DataFrame:
    """Return a list of units as text, whatever separates its columns."""
    try:
        text = units.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{units} is er niet.", "noem het CSV-bestand met de lijst.") from None
    except UnicodeDecodeError:
        text = units.read_bytes().decode("cp1252")
    head = text.partition("\n")[0]
    separator = max(";,\t", key=head.count)
    try:
        table = pl.read_csv(BytesIO(text.encode()), separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{units} is geen CSV ({error}).", "bewaar de lijst als CSV.") from None
    filled = pl.all().fill_null("").str.strip_chars()
    return table.select(filled).filter(pl.any_horizontal(pl.all() != ""))


def _column(table: pl.DataFrame, names: set[str]) -> str | None:
    """Return the column that is called one of these."""
    return next((column for column in table.columns if fold_name(column) in names), None)


def _refuse_unclear(units: Path, table: pl.DataFrame, code: str, name: str) -> None:
    """Refuse units without code or name, and codes that are there twice."""
    rows = table.with_row_index("row", 2)
    empty = rows.filter((pl.col(code) == "") | (pl.col(name) == ""))
    twice = rows.filter(pl.col(code).is_duplicated())
    for found, what in ((empty, "geen code of geen naam"), (twice, "een code die er twee keer is")):
        if found.height:
            raise DataError(
                f"{units}, rij {found['row'][0]}: {what}.",
                "geef elke rij een naam en een eigen code.",
            )


def _sizes(units: Path, table: pl.DataFrame, size: str | None) -> pl.Series:
    """Return how large each unit is; all alike where the list does not say."""
    if size is None:
        return pl.Series([1] * table.height, dtype=pl.Int64)
    sizes = table[size].str.replace_all(r"[.\s]", "").cast(pl.Int64, strict=False)
    if sizes.null_count():
        row = sizes.is_null().arg_true()[0]
        raise DataError(
            f"{units}, rij {row + 2}, kolom {size}: ‘{table[size][row]}’ is geen heel getal.",
            "vul de omvang in als heel getal.",
        )
    return sizes


def _classes(sizes: pl.Series) -> tuple[dict[str, Any], pl.Series]:
    """Return a division in three by size, at round bounds, and the class of each unit."""
    cuts = sorted({_round(sizes.quantile(part) or 0) for part in (1 / 3, 2 / 3)} - {0})
    bounds = [None, *cuts, None]
    groups = [
        {"code": f"k{n}", "lower": low, "upper": high, "label": _size_label(low, high)}
        for n, (low, high) in enumerate(pairwise(bounds), 1)
    ]
    found = [f"k{1 + sum(size >= cut for cut in cuts)}" for size in sizes]
    dimension = {"id": "size_class", "kind": "class", "default": True, "parameter": "kl"}
    label = {"nl": "Grootteklasse", "en": "Size class"}
    return dimension | {"label": label, "groups": groups}, pl.Series(found)


def _round(size: float) -> int:
    """Return a number with one digit that is not nought."""
    step = int(10 ** (len(str(int(size))) - 1))
    return int(size) // step * step


def _size_label(low: int | None, high: int | None) -> dict[str, str]:
    """Return the name of a class: from one size to another, as each language writes numbers."""
    first, last = f"{low or 0:,}", f"{high or 0:,}"
    if low is None and high is None:
        english, dutch = "any size", "elke omvang"
    elif low is None:
        english, dutch = f"size up to {last}", f"omvang tot {last}"
    elif high is None:
        english, dutch = f"size {first} and more", f"omvang {first} en meer"
    else:
        english, dutch = f"size {first} to {last}", f"omvang {first} tot {last}"
    return {"nl": dutch.replace(",", "."), "en": english}


def _division(units: Path, column: pl.Series, place: int) -> tuple[dict[str, Any], pl.Series]:
    """Return a division by what a column says, and the group of each unit."""
    names = sorted(set(column) - {""})
    if not 1 < len(names) <= _MOST:
        raise DataError(
            f"{units}, kolom {column.name}: {len(names)} verschillende groepen.",
            f"een indeling heeft er 2 tot {_MOST}; haal de kolom weg of voeg groepen samen.",
        )
    codes = {name: f"g{n:02}" for n, name in enumerate(names, 1)}
    groups = [
        {"code": codes[n], "label": dict.fromkeys(LANGUAGES, n), "lower": None, "upper": None}
        for n in names
    ]
    folded = fold_name(column.name).replace(" ", "_")
    dimension = {
        "id": f"d{place + 1}_{folded}"[:40],
        "kind": "other" if place else "region",
        "default": not place,
        "parameter": f"ind{place + 1}",
        "label": dict.fromkeys(LANGUAGES, column.name[:1].upper() + column.name[1:]),
        "groups": groups,
    }
    return dimension, pl.Series([codes.get(name) for name in column], dtype=pl.String)
