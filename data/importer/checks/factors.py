"""Numbers of another size than before, or than can be: a factor of 10, 100 or 1,000."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

import polars as pl

from data.errors import Problem
from data.importer.convert import COLUMN
from data.importer.table_detection import ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.importer.mapping import Mapping
    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator

# So many answers it takes to say something of a column, and so near a power of ten must lie.
_FEW, _NEAR = 5, 0.2
_POWERS = (1, 2, 3)
# The share of the answers that must fit the other reading, and that may fit the one as it stands.
_MOST, _HARDLY = 0.8, 0.2
# A value this much smaller than the others may be a fraction among percentages; hardly any value
# of a column lies below this quantile.
_SMALLER, _LOW = 10, 0.1


def sizes(
    sheet: Sheet, answers: pl.DataFrame, before: pl.DataFrame, mapping: Mapping, codebook: Codebook
) -> Iterable[Problem]:
    """Find columns of a number whose size is off; those with a ``factor`` were looked at.

    ``before`` holds the answers of another edition, in the shape of the vault.
    """
    looked_at = [column.column for column in mapping.columns if column.factor is not None]
    numbers = answers.filter(pl.col("value").is_not_null(), ~pl.col(COLUMN).is_in(looked_at))
    former = before.filter(pl.col("answer").is_not_null(), pl.col("choice") == "").select(
        "municipality_code", "indicator", before="answer"
    )
    for (column, name), rows in numbers.group_by([COLUMN, "indicator"], maintain_order=True):
        indicator = codebook.by_id[str(name)]
        if indicator.type != "number":
            continue
        pairs = rows.join(former, on=["municipality_code", "indicator"])
        power = _moved(pairs) or _against_range(rows["value"], indicator)
        if power:
            yield _problem(sheet, str(column), rows, pairs, power)


def fractions(
    sheet: Sheet, answers: pl.DataFrame, before: pl.DataFrame, codebook: Codebook
) -> Iterable[Problem]:
    """Find single fractions in a column of percentages: 0,07 among values such as 7,1.

    A hundred times a fraction is near what the municipality answered before; who did not answer
    then is far below nearly all others.
    """
    of_pct = [i.id for i in codebook.indicators if i.type == "number" and i.unit == "pct"]
    former = before.select("municipality_code", "indicator", before="answer")
    numbers = answers.filter(pl.col("indicator").is_in(of_pct), pl.col("value").is_not_null()).join(
        former, on=["municipality_code", "indicator"], how="left", maintain_order="left"
    )
    for (column, _), rows in numbers.group_by([COLUMN, "indicator"], maintain_order=True):
        middle, low = rows["value"].median(), rows["value"].quantile(_LOW) or 0
        if rows.height < 2 * _FEW or not isinstance(middle, float):
            continue
        near = (pl.col("value") * 100 / pl.col("before")).is_between(0.5, 2)
        alone = pl.col("before").is_null() & (pl.col("value") < low / _SMALLER)
        few = rows.filter(
            pl.col("value").is_between(0, 1.5, closed="none"),
            # percentages have a decimal at most, fractions of them two or more
            (pl.col("value") * 10).round(6) % 1 != 0,
            pl.col("value") < middle / _SMALLER,
            near.fill_null(value=False) | alone,
        )
        kind = "dit lijkt een breuk tussen percentages"
        for row in few.to_dicts():
            yield Problem(
                sheet.file,
                row[ROW],
                str(column),
                row["text"],
                f"{kind} (het midden is {_written(middle)})",
                'Zet unit = "mixed" bij deze kolom: dan is 0,07 zeven procent. Klopt de waarde, '
                "bevestig het dan met --accept.",
                kind,
            )


def _moved(pairs: pl.DataFrame) -> int:
    """Return by which power of ten answers moved since another edition; 0 when they did not."""
    both = pairs.filter(pl.col("before") != 0, pl.col("value") != 0)
    ratio = (both["value"] / both["before"]).median()
    if both.height < _FEW or not isinstance(ratio, float) or ratio <= 0:
        return 0
    power = round(log10(ratio))
    return power if abs(power) in _POWERS and abs(log10(ratio) - power) < _NEAR else 0


def _against_range(values: pl.Series, indicator: Indicator) -> int:
    """Return by which power of ten answers lie outside what is possible, or far within it."""
    low, high = indicator.valid or (float("-inf"), float("inf"))
    filled = values.filter(values != 0)
    if len(filled) < _FEW:
        return 0

    def fits(series: pl.Series) -> float:
        return int(series.is_between(low, high).sum()) / len(series)

    if fits(filled) <= _HARDLY:
        return next((n for n in _POWERS if fits(filled / 10**n) >= _MOST), 0)
    fraction = indicator.unit == "pct" and high >= 10 and bool((filled % 1 != 0).any())
    return -2 if fraction and filled.is_between(-high / 100, high / 100).all() else 0


def _problem(
    sheet: Sheet, column: str, rows: pl.DataFrame, pairs: pl.DataFrame, power: int
) -> Problem:
    """Return both readings of a column, and how to choose between them."""
    middle = float(rows["value"].quantile(0.5, "linear") or 0)
    factor = f"{10.0**-power:g}"
    former = pairs["before"].median()
    known = f", in de vorige editie {_written(former)}" if isinstance(former, float) else ""
    size = f"{10 ** abs(power)} keer zo {'groot' if power > 0 else 'klein'} als verwacht"
    kind = "de hele kolom is een factor te groot of te klein"
    first = rows.row(0, named=True)
    return Problem(
        sheet.file,
        first[ROW],
        column,
        first["text"],
        f"de hele kolom is {size}: de middelste waarde is {_written(middle)}{known}; "
        f"maal {_comma(factor)} is het {_written(middle * float(factor))}",
        f"Zet bij deze kolom factor = {factor}. Klopt het zoals het er staat, zet dan factor = 1.",
        kind,
    )


def _written(number: float) -> str:
    """Return a number as a Dutch reader expects it."""
    return _comma(f"{number:.4g}")


def _comma(text: str) -> str:
    """Return digits with a decimal comma."""
    return text.replace(".", ",")
