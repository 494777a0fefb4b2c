"""Cards about official figures: real, per municipality, and never on one axis with answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pages.cards.card import Card, Row, word_table
from pages.cards.official_figures import (
    everywhere,
    municipal_figures,
    municipal_values,
    official_indicator,
    official_source,
    official_when,
)
from queries.ask.questions import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.indicators import Indicator
    from pages.state.view import View


def municipality_sentence(view: View, theme: str) -> str:
    """Return the figure of the municipality asked for by name, in a sentence."""
    indicator = official_indicator(view, theme)
    code = view.selection.official.municipality
    if indicator is None or code is None or view.classes is None:
        return ""
    when = official_when(view, indicator)
    if when is None:
        return ""
    basis, year = when
    values = municipal_values(everywhere(view), indicator, basis, year, view.classes)
    row = next(iter(values.filter(pl.col("municipality_code") == code).to_dicts()), None)
    name = view.facts.municipalities.get(code, code)
    if row is None or row["amount"] is None:
        return view.words("finding.municipality_none", name=name, year=year)
    return view.words(
        "finding.municipality",
        name=name,
        year=year,
        value=view.value(row["amount"], indicator),
        label=indicator.label.of(view.language),
        basis=view.words(f"basis.{basis}"),
    )


def municipalities_card(view: View, theme: str) -> Card | None:
    """Return an official figure of every municipality by name, for reading and download."""
    indicator = official_indicator(view, theme)
    classes = view.classes
    if indicator is None or classes is None:
        return None
    when = official_when(view, indicator)
    if when is None:
        return None
    basis, year = when
    values = municipal_values(view, indicator, basis, year, classes)
    heading = view.words("card.municipalities", label=indicator.label.of(view.language))
    level = view.level
    table = word_table(
        view,
        values.to_dicts(),
        [
            ("municipality", lambda row: row["name"]),
            ("code", lambda row: row["municipality_code"]),
            ("class", lambda row: view.group(classes.id, row["class_code"], short=True)),
            (
                "region",
                lambda row: (
                    view.group(level.id, row["region_code"]) if level and row["region_code"] else ""
                ),
            ),
            ("value", lambda row: _amount_or_state(view, indicator, row)),
        ],
    )
    return Card(
        id="gemeenten",
        heading=heading,
        sentence=view.words("card.municipalities_lead" if values.height else "table.empty"),
        figures=municipal_figures(indicator, when, values),
        table=table,
        indicators=(indicator,),
        filters="; ".join(
            [
                indicator.question.of(view.language),
                str(year),
                view.words(f"basis.{basis}"),
            ]
        ),
        source=official_source(view, indicator, year, basis),
        count=filed_count(
            view,
            [
                {
                    "answer_count": values["amount"].count(),
                    "population_count": values.height,
                }
            ],
        ),
    )


def _amount_or_state(view: View, indicator: Indicator, row: Row) -> str:
    """Return a municipality's figure, or that there is none."""
    if row["amount"] is None:
        unclear = row["status"] == "unclear"
        return view.words("state.unclear" if unclear else "state.no_data")
    return view.value(row["amount"], indicator)


def quotations_card(view: View, theme: str) -> Card | None:
    """Return figures quoted from publications, each with the page it was read on."""
    indicators = tuple(view.book.of_theme(theme, "published"))
    if not indicators:
        return None
    ids = tuple(i.id for i in indicators)
    figures = view.ask(Question(indicators=ids))
    by_id = view.book.by_id
    pages = {
        (row["indicator"], row["edition"]): row
        for row in view.query("quotations", indicators=ids).iter_rows(named=True)
    }
    table = word_table(
        view,
        figures.to_dicts(),
        [
            ("figure", lambda row: by_id[row["indicator"]].label.of(view.language)),
            ("edition", lambda row: str(row["edition"])),
            ("value", lambda row: _quoted(view, row, pages)),
            ("page", lambda row: pages[row["indicator"], row["edition"]]["url"]),
        ],
    )
    return Card(
        id="aangehaald",
        heading=view.words("card.quotations"),
        sentence="",
        figures=figures,
        table=table,
        indicators=indicators,
        filters=view.words("card.quotations"),
        notes=(view.words("note.quotations"),),
        source=view.words("source.from", source=view.source(indicators[0])),
    )


def _quoted(view: View, row: Row, pages: dict[tuple[str, int], Row]) -> str:
    """Return a quoted figure; a rounded one says so."""
    indicator = view.book.by_id[row["indicator"]]
    value = view.value(row["estimate"], indicator)
    rounded = pages[row["indicator"], row["edition"]]["is_rounded"]
    return view.words("value.rounded", value=value) if rounded else value


def filed_count(view: View, rows: Sequence[Row]) -> str:
    """Return how many municipalities filed a figure."""
    if not rows:
        return ""
    return view.words(
        "count.filed",
        answers=view.number(rows[0]["answer_count"]),
        population=view.number(rows[0]["population_count"]),
    )
