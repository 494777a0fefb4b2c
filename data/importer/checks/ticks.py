"""A multiple choice of which a file only writes what was ticked: the rest of it is a no.

Beside a tick, an option that was left blank, or that a long table does not name, was not chosen.
Who ticked nothing, or also said no to something, left the blank ones open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.errors import Problem
from data.files.schema import NOT_ANSWERED
from data.importer.convert import COLUMN, MOMENT, PART, Gathered
from data.importer.table_detection import ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.importer.mapping import Mapping
    from data.survey.codebook import Codebook

_ENTRY = ["indicator", "municipality_code", PART, "role", MOMENT]
_BOTH = "leeg naast een kruisje gelezen als nee, terwijl elders in het bestand nee staat"


def ticked(sheet: Sheet, mapping: Mapping, codebook: Codebook, found: Gathered) -> pl.DataFrame:
    """Return the answers with a no for each option that was not ticked beside one that was."""
    entry = _ENTRY if mapping.question is not None else [*_ENTRY, ROW]
    value, of_option = pl.col("value"), pl.col("option") != ""
    only_ticks = (value == 1).any().over(entry) & ~(value == 0).any().over(entry)
    marked = found.answers.with_columns(only_ticks=of_option & only_ticks)
    if mapping.question is not None:
        marked = pl.concat([marked, _unnamed(marked, entry, codebook)])
    blank = pl.col("only_ticks") & pl.col("text").is_null() & value.is_null()
    blanks = marked.filter(blank)
    if blanks.height:
        names = ", ".join(sorted(blanks["indicator"].unique()))
        found.notes.append(f"niet aangekruist gelezen als nee: {names}")
    nos = marked.filter(of_option, value == 0)["indicator"].unique().to_list()
    found.warnings += _both(sheet, blanks.filter(pl.col("indicator").is_in(nos)))
    return marked.with_columns(
        value=pl.when(blank).then(0.0).otherwise("value"),
        reason=pl.when(blank).then(None).otherwise("reason"),
    ).drop("only_ticks")


def _unnamed(marked: pl.DataFrame, entry: list[str], codebook: Codebook) -> pl.DataFrame:
    """Return a blank answer for each option that an entry with ticks does not name."""
    options = [(i.id, o.code) for i in codebook.indicators if i.type == "multi" for o in i.options]
    schema = {"indicator": pl.String, "option": pl.String}
    every = (
        marked.filter("only_ticks")
        .unique(entry, keep="first", maintain_order=True)
        .drop("option")
        .join(pl.DataFrame(options, schema, orient="row"), on="indicator", maintain_order="left")
    )
    return (
        every.join(marked, on=[*entry, "option"], how="anti", nulls_equal=True)
        .with_columns(
            text=pl.lit(None, pl.String),
            value=pl.lit(None, pl.Float64),
            reason=pl.lit(NOT_ANSWERED),
        )
        .select(marked.columns)
    )


def _both(sheet: Sheet, blanks: pl.DataFrame) -> Iterable[Problem]:
    """Find blanks beside a tick in a question that others answered with yes and no."""
    for row in blanks.unique(["indicator", ROW], maintain_order=True).to_dicts():
        remedy = "Is leeg hier geen antwoord, vul dat dan in als ‘niet ingevuld’."
        yield Problem(sheet.file, row[ROW], row[COLUMN], None, _BOTH, remedy, _BOTH)
