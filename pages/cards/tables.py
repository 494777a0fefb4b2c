"""The table a reader puts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.survey.codebook import WHOLE
from pages.cards.card import Card, Row, shown, word_table
from pages.cards.parts import measure
from pages.cards.rows import dimension_name, headline_statistic, table_theme
from pages.words.texts import join
from queries.ask.questions import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.survey.codebook import Indicator
    from pages.state.view import Context

# Named in a title before the rest is counted.
NAMED = 3


def table_questions(context: Context) -> list[Indicator]:
    """Return the questions of the table: the chosen ones, else those the survey asked."""
    theme = table_theme(context)
    offered = context.book.of_theme(theme.id)
    chosen = [i for i in offered if i.id in context.selection.table.questions]
    return chosen or [i for i in offered if i.kind == "survey" and i.part_of is None]


def table_rows(context: Context) -> str:
    """Return the dimension of the rows: the chosen one, else the size classes."""
    chosen = context.selection.table.rows
    if chosen in context.facts.dimensions:
        return chosen
    return context.classes.id if context.classes else WHOLE


def table_editions(context: Context) -> tuple[int, ...]:
    """Return the years of the table: the chosen ones, else the edition looked at."""
    return context.selection.table.editions or (context.selection.edition,)


def table_card(context: Context) -> Card:
    """Return the figures a reader asked for, one row each."""
    indicators = table_questions(context)
    dimension = table_rows(context)
    years = table_editions(context)
    parts = [_figures_of(context, i, dimension, years) for i in indicators]
    figures = pl.concat(parts) if parts else pl.DataFrame()
    rows = figures.to_dicts()
    by_id = context.book.by_id
    bases = list(dict.fromkeys(row["basis"] for row in rows))
    columns: list[tuple[str, Callable[[Row], str]]] = [
        ("question", lambda row: by_id[row["indicator"]].label.of(context.language)),
        ("answer", lambda row: measure(context, row)),
        ("edition", lambda row: str(row["edition"])),
        ("basis", lambda row: context.words(f"basis.{row['basis']}")),
        ("group", lambda row: context.group(row["dimension"], row["group_code"], short=True)),
        ("value", lambda row: _value(context, by_id[row["indicator"]], row)),
        ("margin", lambda row: shown(context, by_id[row["indicator"]], row).margin),
        ("count", lambda row: shown(context, by_id[row["indicator"]], row).count),
        ("grade", lambda row: shown(context, by_id[row["indicator"]], row).grade),
    ]
    # What is the same in every row is said above the table; a phone has no room to repeat it.
    several = {"question": len(indicators) > 1, "edition": len(years) > 1, "basis": len(bases) > 1}
    columns = [column for column in columns if several.get(column[0], True)]
    survey = [i for i in indicators if i.kind == "survey"]
    return Card(
        id="tabel",
        heading=_title(context, indicators, dimension, years),
        sentence="",
        figures=figures,
        table=word_table(context, rows, columns),
        indicators=tuple(indicators),
        filters=_title(context, indicators, dimension, years),
        notes=tuple(_notes(context, indicators, dimension, bases)),
        mark=context.mark(survey[0]) if survey else None,
        source=_sources(context, indicators),
    )


def _figures_of(
    context: Context, indicator: Indicator, dimension: str, years: tuple[int, ...]
) -> pl.DataFrame:
    """Return the figures of one question: every answer of a scale, or one statistic."""
    if indicator.kind == "survey":
        statistics: tuple[str, ...] = (headline_statistic(context, indicator),)
        weightings: tuple[str, ...] | None = (context.selection.weighting,)
    else:
        statistics, weightings = ("median", "pooled", "quoted"), None
    question = Question(
        indicators=(indicator.id,),
        by=dimension,
        editions=years,
        statistics=statistics,
        weightings=weightings,
    )
    return context.ask(question)


def _value(context: Context, indicator: Indicator, row: Row) -> str:
    """Return a figure, or why there is none."""
    figure = shown(context, indicator, row)
    return figure.value or figure.state


def _title(
    context: Context, indicators: list[Indicator], dimension: str, years: tuple[int, ...]
) -> str:
    """Return in words what the table holds."""
    words = context.words
    labels = [i.label.of(context.language) for i in indicators]
    named = labels[:NAMED]
    if len(labels) > NAMED:
        named.append(words.count("table.others", len(labels) - NAMED, count=len(labels) - NAMED))
    return words(
        "table.title",
        questions=join(named, words("join.and")),
        rows=dimension_name(context, dimension),
        years=join([str(year) for year in years], words("join.and")),
    )


def _notes(
    context: Context, indicators: list[Indicator], dimension: str, bases: list[str]
) -> list[str]:
    """Return what a reader must know of this table."""
    words = context.words
    notes = []
    if any(i.kind == "survey" for i in indicators):
        notes.append(words(f"weighting.{context.selection.weighting}"))
    if len(bases) == 1 and not any(i.kind == "survey" for i in indicators):
        notes.append(words(f"basis.{bases[0]}"))
    unpublished = [
        i.label.of(context.language) for i in indicators if not _has_rows(context, i, dimension)
    ]
    if unpublished:
        notes.append(words("table.no_rows", questions=join(unpublished, words("join.and"))))
    return notes


def _has_rows(context: Context, indicator: Indicator, dimension: str) -> bool:
    """Whether a question has figures along a dimension at all."""
    return not _figures_of(
        context, indicator, dimension, tuple(context.facts.all_years())
    ).is_empty()


def _sources(context: Context, indicators: list[Indicator]) -> str:
    """Return the sources of a table, each once, and the version."""
    sources = dict.fromkeys(context.source(i) for i in indicators)
    words = context.words
    said = words("source.from", source="; ".join(sources))
    return f"{said} · {words('source.version', version=context.facts.version)}"
