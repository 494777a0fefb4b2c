"""Figures as the terminal prints and writes them."""

from __future__ import annotations

import io
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from queries.errors import QueryError

if TYPE_CHECKING:
    from queries.release.manifest import Release


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def conditions(pairs: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return ``dimension=code`` pairs as codes by dimension.

    Raises:
        QueryError: a pair has no equals sign.
    """
    conditions: dict[str, list[str]] = {}
    for pair in pairs:
        dimension, separator, code = pair.partition("=")
        if not separator:
            raise QueryError(
                f"--where ‘{pair}’ is onvolledig.", "schrijf bijvoorbeeld landsdeel=LD01."
            )
        conditions.setdefault(dimension, []).append(code)
    return tuple((dimension, tuple(codes)) for dimension, codes in conditions.items())


def described(published: Release, figures: pl.DataFrame) -> pl.DataFrame:
    """Return figures with unit, label, version and mark, without the columns used for sorting."""
    book = published.codebook
    labels = [
        book.group_label(d, g, "nl")
        for d, g in figures.select("dimension", "group_code").iter_rows()
    ]
    units = {i.id: "pct" if i.is_share else i.unit for i in book.indicators}
    sources = {i.id: book.source_of(i).label.dutch for i in book.indicators}
    name = pl.col("indicator")
    return figures.drop("group_rank", "item_rank").with_columns(
        group_label=pl.Series(labels, dtype=pl.String),
        unit=name.replace_strict(units, return_dtype=pl.String),
        source=name.replace_strict(sources, return_dtype=pl.String),
        is_synthetic=(pl.col("kind") == "survey") & published.manifest.synthetic,
        data_version=pl.lit(published.manifest.version),
    )


def write(figures: pl.DataFrame, output: Format) -> None:
    """Write figures to the standard output in a form that other programs read."""
    buffer = io.BytesIO()
    if output is Format.csv:
        figures.write_csv(buffer)
    elif output is Format.json:
        figures.write_json(buffer)
    else:
        figures.write_parquet(buffer)
    sys.stdout.buffer.write(buffer.getvalue())
    if output is Format.json:
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def print_table(published: Release, question: str, figures: pl.DataFrame) -> None:
    """Print figures for people, in Dutch."""
    newest = max(figures["edition"], default=published.manifest.editions[-1])
    indicator = published.codebook.in_edition(newest).by_id[question]
    synthetic = published.manifest.synthetic and indicator.kind == "survey"
    mark = " — FICTIEVE VOORBEELDDATA" if synthetic else ""
    table = Table(title=f"{indicator.label.dutch}{mark}", caption=indicator.question.dutch)
    for heading in ("jaar", "basis", "groep", "maat", "weging", "n van N", "waarde", "marge"):
        table.add_column(heading)
    for row in figures.iter_rows(named=True):
        measure = f"{row['statistic']} {row['item']}".strip()
        table.add_row(
            str(row["edition"]),
            row["basis"],
            row["group_label"],
            measure,
            row["weighting"],
            _counted(row),
            row["status"] if row["estimate"] is None else f"{row['estimate']:.2f}",
            "" if row["low"] is None else f"{row['low']:.2f} – {row['high']:.2f}",
        )
    Console().print(table)
    typer.echo(f"Bron: {published.codebook.source_of(indicator).label.dutch}. ", nl=False)
    typer.echo(f"Versie {published.manifest.version}.")


def _counted(row: dict[str, Any]) -> str:
    """Return n of N; that of a survey is told in steps only."""
    about = "ca. " if row["kind"] == "survey" and row["answer_count"] is not None else ""
    return f"{about}{_whole(row['answer_count'])} van {_whole(row['population_count'])}"


def _whole(number: int | None) -> str:
    """Return a count, or a dash where there is none."""
    return "–" if number is None else str(number)


def list_indicators(published: Release) -> None:
    """Print which questions, dimensions and codes there are."""
    book = published.codebook
    questions = Table(title="Vragen")
    for heading in ("vraag", "soort", "wat"):
        questions.add_column(heading)
    for indicator in book.indicators:
        questions.add_row(indicator.id, indicator.kind, indicator.label.dutch)
    dimensions = Table(title="Indelingen (--by) en groepen (--where)")
    for heading in ("indeling", "groepen"):
        dimensions.add_column(heading)
    for dimension in published.dimensions:
        known = book.dimension_by_id.get(dimension)
        dimensions.add_row(dimension, ", ".join(known.codes()) if known else "")
    console = Console()
    console.print(questions)
    console.print(dimensions)
