"""An official figure over the years: of a municipality, of a group, and of everyone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import CROSS, WHOLE, group_of
from pages.cards.card import Card, Chart, axis_of, style_of, word_table
from pages.cards.official_figures import official_basis, official_indicator
from pages.charts.lines import LINE_COLOURS, line_chart
from queries.vocabulary import Status
from queries.words.texts import join

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View


@dataclass(frozen=True)
class Line:
    """A line: the column of the history it is made of, its name, and the group it is of."""

    column: str
    name: str
    dimension: str
    group: str


def history_card(view: View, theme: str) -> Card | None:
    """Return an official figure of every year there is, where there are several."""
    indicator = official_indicator(view, theme)
    if indicator is None:
        return None
    basis = official_basis(view, indicator)
    code, groups = view.selection.official.municipality, _groups(view)
    history = view.query(
        "official_history",
        indicators=(indicator.id,),
        municipality=code,
        groups=tuple(f"{dimension}={group}" for dimension, group in groups.items()),
    ).filter(pl.col("basis") == basis)
    lines = [line for line in _lines(view, groups) if history[line.column].count()]
    if history.height < 2 or not lines:
        return None
    rows = [
        {"line": line, "year": row["year"], "amount": row[line.column]}
        for line in lines
        for row in history.iter_rows(named=True)
        if row[line.column] is not None
    ]
    years = history["year"].to_list()
    heading = view.words(
        "card.history",
        label=indicator.label.of(view.language),
        first=years[0],
        last=years[-1],
        basis=view.words(f"basis.{basis}"),
    )
    return Card(
        id="officieel-verloop",
        heading=heading,
        sentence=_sentence(view, indicator, rows),
        figures=_figures(indicator, basis, rows),
        table=word_table(
            view,
            rows,
            [
                ("group", lambda row: row["line"].name),
                ("edition", lambda row: str(row["year"])),
                ("value", lambda row: view.value(row["amount"], indicator)),
            ],
        ),
        indicators=(indicator,),
        filters=f"{indicator.question.of(view.language)}; {heading}",
        chart=_chart(view, indicator, rows, lines),
        legend=view.words("legend.history"),
        source=" · ".join(
            [
                view.words("source.from", source=view.source(indicator)),
                view.words(f"basis.{basis}"),
                view.words("source.version", version=view.facts.version),
            ]
        ),
    )


def _groups(view: View) -> dict[str, str]:
    """Return the groups of the middle line: those chosen, else the size class of the chosen."""
    chosen, classes = view.chosen_groups(), view.classes
    code = view.selection.official.municipality
    if chosen or code is None or classes is None:
        return chosen
    found = view.query("memberships", municipality=code).filter(pl.col("dimension") == classes.id)
    return {classes.id: found["group_code"][-1]} if found.height else {}


def _lines(view: View, groups: dict[str, str]) -> list[Line]:
    """Return what may be drawn: the chosen municipality, the group, and everyone."""
    code = view.selection.official.municipality
    lines = [Line("median", view.groups({}), WHOLE, WHOLE)]
    if groups:
        dimension = CROSS.join(groups)
        group = group_of(dimension, groups)
        lines.insert(0, Line("group_median", view.groups(groups), dimension, group))
    if code is not None:
        name = view.facts.municipalities.get(code, code)
        lines.insert(0, Line("amount", name, "municipality", code))
    return lines


def _sentence(view: View, indicator: Indicator, rows: list[Row]) -> str:
    """Return for each line from what to what it went."""
    lines = list(dict.fromkeys(row["line"] for row in rows))
    said = []
    for line in lines:
        own = [row for row in rows if row["line"] == line]
        said.append(
            view.words(
                "finding.history",
                name=line.name,
                first=own[0]["year"],
                last=own[-1]["year"],
                former=view.value(own[0]["amount"], indicator),
                now=view.value(own[-1]["amount"], indicator),
            )
        )
    return f"{join(said, view.words('join.and'))}."


def _figures(indicator: Indicator, basis: str, rows: list[Row]) -> pl.DataFrame:
    """Return the points of the lines in the one shape of figures."""
    return pl.DataFrame(
        [
            {
                "kind": "official",
                "edition": row["year"],
                "basis": basis,
                "indicator": indicator.id,
                "item": "",
                "statistic": "value" if row["line"].column == "amount" else "median",
                "weighting": "" if row["line"].column == "amount" else "municipality",
                "dimension": row["line"].dimension,
                "group_code": row["line"].group,
                "group_label": row["line"].name,
                "estimate": row["amount"],
                "status": Status.SHOWN,
            }
            for row in rows
        ]
    )


def _chart(view: View, indicator: Indicator, rows: list[Row], lines: list[Line]) -> Chart:
    """Return the lines, what is chosen on top in the colour of a choice."""
    drawn = pl.DataFrame(
        [
            {
                "year": str(row["year"]),
                "label": row["line"].name,
                "amount": row["amount"],
                "said": f"{row['line'].name}, {row['year']}: "
                f"{view.value(row['amount'], indicator)}",
            }
            for row in rows
        ]
    )
    axis = axis_of(view, indicator, ("median",))
    style = replace(style_of(view, axis), legend=tuple(line.name for line in lines))
    colours = tuple(LINE_COLOURS[line.column] for line in lines)
    return Chart(line_chart(style, colours), drawn, f"officieel-verloop-{indicator.id}")
