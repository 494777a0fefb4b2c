"""The parts of a merged municipality into one answer: its own row, their sum, or their mean.

A part is never taken for the whole. People and euros add up (``adds_up`` in the codebook), other
numbers are averaged by inhabitants, and of other answers all parts must have given the same one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.errors import Problem
from data.files.schema import NOT_ANSWERED
from data.importer.convert import COLUMN, PART, Gathered, blank
from data.importer.table_detection import ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.importer.municipalities import Municipalities
    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator

_KEY = ["municipality_code", "indicator", "option"]
_OWN = "heeft een eigen rij: die telt, die van haar delen niet"


def joined(sheet: Sheet, codebook: Codebook, who: Municipalities, found: Gathered) -> pl.DataFrame:
    """Return one answer per municipality and question, where some answered as their parts."""
    own = found.answers.filter(pl.col(PART).is_null())
    parts = found.answers.filter(pl.col(PART).is_not_null())
    # a row of its own that was left open says nothing
    open_ = own.filter(blank()).join(parts, on=_KEY, how="semi")
    own = own.join(open_, on=_KEY, how="anti", maintain_order="left")
    beside = parts.join(own.select(_KEY), on=_KEY, how="semi", maintain_order="left")
    for row in beside.unique(PART, maintain_order=True).to_dicts():
        what = f"{who.named(row['municipality_code'])} {_OWN} ({_former(row[PART], who)})"
        remedy = "Horen de delen bij het geheel, tel ze dan in het bestand op en laat ze weg."
        found.warnings.append(Problem(sheet.file, row[ROW], None, None, what, remedy, _OWN))
    rest = parts.join(own.select(_KEY), on=_KEY, how="anti", maintain_order="left")
    whole = [own]
    for key, rows in rest.group_by(_KEY, maintain_order=True):
        indicator = codebook.by_id[str(key[1])]
        weights = who.wholes.get(str(key[0]), {})
        problem = _problem(rows, indicator, weights, who)
        if problem is not None:
            first = rows.row(0, named=True)
            found.problems.append(
                Problem(sheet.file, first[ROW], first[COLUMN], first["text"], *problem)
            )
            continue
        whole.append(_one(rows, indicator, weights))
    return pl.concat(whole)


def _problem(
    rows: pl.DataFrame, indicator: Indicator, weights: Mapping[str, int], who: Municipalities
) -> tuple[str, str, str] | None:
    """Return why parts cannot be made into a whole and what to do, with its kind; or None."""
    whole = who.named(rows["municipality_code"][0])
    remedy = f"Zet het antwoord van {whole} zelf in het bestand, of laat deze rijen weg."
    given = rows[PART].to_list()
    missing = [part for part in weights if part not in given]
    earlier = [part for part in given if part not in weights]
    there = ", ".join(_former(part, who) for part in given)
    if missing or not weights:
        kind = "een deel van een samengevoegde gemeente is niet het geheel"
        lacking = ", ".join(_former(part, who) for part in missing) or "de andere delen"
        return f"{kind}: {whole} heeft {there}, maar niet {lacking}", remedy, kind
    if earlier:
        kind = "van deze delen weet het register niet hoe zij samen het geheel zijn"
        return f"{kind}: {whole} heeft {there}", remedy, kind
    if indicator.type != "number" and rows.select("value", "reason").n_unique() > 1:
        kind = "de delen van een samengevoegde gemeente antwoorden verschillend"
        return f"{kind}: {whole} uit {there}", remedy, kind
    return None


def _one(rows: pl.DataFrame, indicator: Indicator, weights: Mapping[str, int]) -> pl.DataFrame:
    """Return the one answer that all parts make together; none where a part has none."""
    one = rows.head(1)
    if indicator.type != "number" or (
        rows["reason"].n_unique() == 1 and rows["value"].is_null().all()
    ):
        return one
    values, people = rows["value"], pl.Series([weights[part] for part in rows[PART]])
    total = (
        values.sum()
        if indicator.adds_up
        else round(float((values * people).sum()) / float(people.sum()), 10)
    )
    missing = values.null_count() > 0
    return one.with_columns(
        value=pl.lit(None if missing else total, pl.Float64),
        reason=pl.lit(NOT_ANSWERED if missing else None, pl.String),
    )


def _former(code: str, who: Municipalities) -> str:
    """Return the name of a municipality of before."""
    return who.named(code)
