"""The table a reader puts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.card import Card, Row, shown, word_table
from pages.cards.parts import measure
from pages.cards.rows import dimension_name, headline_statistic, table_theme
from queries.ask.questions import Question
from queries.words.texts import join

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.survey.indicators import Indicator
    from pages.state.view import View

# Named in a title before the rest is counted.
NAMED = 3


def table_questions(view: View) -> list[Indicator]:
    """Return the questions of the table: the chosen ones, else those the survey asked."""
    theme = table_theme(view)
    offered = view.book.of_theme(theme.id)
    chosen = [i for i in offered if i.id in view.selection.table.questions]
    return chosen or [i for i in offered if i.kind == "survey" and i.part_of is None]


def table_rows(view: View) -> str:
    """Return the dimension of the rows: the chosen one, else the size classes."""
    chosen = view.selection.table.rows
    if chosen in view.facts.dimensions:
        return chosen
    return view.classes.id if view.classes else WHOLE


def table_editions(view: View) -> tuple[int, ...]:
    """Return the years of the table: the chosen ones, else the edition looked at."""
    return view.selection.table.editions or (view.selection.edition,)


def table_card(view: View) -> Card:
    """Return the figures a reader asked for, one row each."""
    indicators = table_questions(view)
    dimension = table_rows(view)
    years = table_editions(view)
    parts = [_figures_of(view, i, dimension, years) for i in indicators]
    figures = pl.concat(parts) if parts else pl.DataFrame()
    rows = figures.to_dicts()
    by_id = view.book.by_id
    bases = list(dict.fromkeys(row["basis"] for row in rows))
    columns: list[tuple[str, Callable[[Row], str]]] = [
        ("question", lambda row: by_id[row["indicator"]].label.of(view.language)),
        ("answer", lambda row: measure(view, row)),
        ("edition", lambda row: str(row["edition"])),
        ("basis", lambda row: view.words(f"basis.{row['basis']}")),
        ("group", lambda row: view.group(row["dimension"], row["group_code"], short=True)),
        ("value", lambda row: _value(view, by_id[row["indicator"]], row)),
        ("margin", lambda row: shown(view, by_id[row["indicator"]], row).margin),
        ("count", lambda row: shown(view, by_id[row["indicator"]], row).count),
        ("grade", lambda row: shown(view, by_id[row["indicator"]], row).grade),
    ]
    # What is the same in every row is said above the table; a phone has no room to repeat it.
    several = {"question": len(indicators) > 1, "edition": len(years) > 1, "basis": len(bases) > 1}
    columns = [column for column in columns if several.get(column[0], True)]
    survey = [i for i in indicators if i.kind == "survey"]
    return Card(
        id="tabel",
        heading=_title(view, indicators, dimension, years),
        sentence="",
        figures=figures,
        table=word_table(view, rows, columns),
        indicators=tuple(indicators),
        filters=_title(view, indicators, dimension, years),
        notes=tuple(_notes(view, indicators, dimension, bases)),
        mark=view.mark(survey[0]) if survey else None,
        source=_sources(view, indicators),
    )


def _figures_of(
    view: View, indicator: Indicator, dimension: str, years: tuple[int, ...]
) -> pl.DataFrame:
    """Return the figures of one question: every answer of a scale, or one statistic."""
    if indicator.kind == "survey":
        statistics: tuple[str, ...] = (headline_statistic(view, indicator),)
        weightings: tuple[str, ...] | None = (view.selection.weighting,)
    else:
        statistics, weightings = ("median", "pooled", "quoted"), None
    question = Question(
        indicators=(indicator.id,),
        by=dimension,
        editions=years,
        statistics=statistics,
        weightings=weightings,
    )
    return view.ask(question)


def _value(view: View, indicator: Indicator, row: Row) -> str:
    """Return a figure, or why there is none."""
    figure = shown(view, indicator, row)
    return figure.value or figure.state


def _title(view: View, indicators: list[Indicator], dimension: str, years: tuple[int, ...]) -> str:
    """Return in words what the table holds."""
    words = view.words
    labels = [i.label.of(view.language) for i in indicators]
    named = labels[:NAMED]
    if len(labels) > NAMED:
        named.append(words.count("table.others", len(labels) - NAMED, count=len(labels) - NAMED))
    return words(
        "table.title",
        questions=join(named, words("join.and")),
        rows=dimension_name(view, dimension),
        years=join([str(year) for year in years], words("join.and")),
    )


def _notes(view: View, indicators: list[Indicator], dimension: str, bases: list[str]) -> list[str]:
    """Return what a reader must know of this table."""
    words = view.words
    notes = []
    if any(i.kind == "survey" for i in indicators):
        notes.append(words(f"weighting.{view.selection.weighting}"))
    if len(bases) == 1 and not any(i.kind == "survey" for i in indicators):
        notes.append(words(f"basis.{bases[0]}"))
    unpublished = [
        i.label.of(view.language) for i in indicators if not _has_rows(view, i, dimension)
    ]
    if unpublished:
        notes.append(words("table.no_rows", questions=join(unpublished, words("join.and"))))
    return notes


def _has_rows(view: View, indicator: Indicator, dimension: str) -> bool:
    """Whether a question has figures along a dimension at all."""
    return not _figures_of(view, indicator, dimension, tuple(view.facts.all_years())).is_empty()


def _sources(view: View, indicators: list[Indicator]) -> str:
    """Return the sources of a table, each once, and the version."""
    sources = dict.fromkeys(view.source(i) for i in indicators)
    words = view.words
    said = words("source.from", source="; ".join(sources))
    return f"{said} · {words('source.version', version=view.facts.version)}"
