"""The card of a region against the rest of the country, one for each theme."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from pages.cards.card import Card, Chart, axis_of, chart_frame, chart_row, dot, style_of
from pages.cards.differences import measure_of, sentence
from pages.cards.findings import finding
from pages.cards.parts import card_of, drawn_statistics
from pages.cards.places.regions import named, regional, stepped_up, theme_question
from pages.cards.rows import table_theme
from pages.charts.intervals import interval_chart
from queries.ask.questions import Comparison
from queries.vocabulary import Against, Status

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View


# What the figure of a region and that of the rest have in common.
_SAME = ("kind", "edition", "basis", "indicator", "item", "statistic", "weighting")


def rest_card(view: View) -> Card | None:
    """Return a theme's headline figure of the chosen region and of the rest, and the test."""
    view, level, region = regional(view), view.level, view.selection.region
    indicator = theme_question(view)
    if level is None or region is None or not indicator.asked_in(view.selection.edition):
        return None
    rows, notes = stepped_up(view, indicator, level.id, region)
    row = rows[0]
    tested = _tested_here(view).filter(pl.col("indicator") == indicator.id).to_dicts()
    said = [finding(view, indicator, row, named(view, row))]
    said += [sentence(view, difference) for difference in tested[:1]]
    theme = table_theme(view)
    card = card_of(
        view,
        indicator,
        f"rest-{theme.slug}",
        " ".join(said),
        rows,
        heading=theme.title.of(view.language),
        notes=notes,
    )
    if row["status"] != Status.SHOWN:
        return card
    card = replace(card, chart=_rest_chart(view, indicator, row, tested))
    if not tested or tested[0]["other_estimate"] is None:
        return card
    return _with_rest(view, indicator, card, tested[0])


def _with_rest(view: View, indicator: Indicator, card: Card, difference: Row) -> Card:
    """Return a card with everyone outside the region in its table and files as well."""
    name = _rest_name(view)
    figure = pl.DataFrame(
        [
            {
                **{key: card.figures.row(0, named=True)[key] for key in _SAME},
                "dimension": Against.REST,
                "group_code": Against.REST,
                "group_label": name,
                "estimate": difference["other_estimate"],
                "status": Status.SHOWN,
            }
        ]
    )
    said = dict.fromkeys(card.table.columns, "") | {
        card.table.columns[0]: name,
        view.words("column.value"): view.value(difference["other_estimate"], indicator),
    }
    return replace(
        card,
        figures=pl.concat([card.figures, figure], how="diagonal_relaxed"),
        table=pl.concat([card.table, pl.DataFrame([said], schema=card.table.schema)]),
    )


def _rest_name(view: View) -> str:
    """Return the name of everyone outside a region."""
    return view.words("region.rest", whole=view.book.survey.whole.of(view.language))


def _tested_here(view: View) -> pl.DataFrame:
    """Return the chosen region against the rest on every theme's headline.

    Where a figure is withheld, the wider group that is shown instead is what is tested.
    """
    level, region = view.level, view.selection.region
    book, year = view.book, view.selection.edition
    asked = [book.by_id[t.headline] for t in book.themes if book.by_id[t.headline].asked_in(year)]
    if level is None or region is None or not asked:
        return pl.DataFrame(schema={"indicator": pl.String})
    groups = {}
    for indicator in asked:
        row = stepped_up(view, indicator, level.id, region)[0][0]
        groups[indicator.id] = (row["dimension"], row["group_code"])
    tested = view.compare(
        Comparison(
            measures=tuple(measure_of(view, i) for i in asked),
            edition=year,
            weighting=view.selection.weighting,
            subjects=tuple(sorted({(Against.REST, *group) for group in groups.values()})),
        )
    )
    own = pl.col("indicator").replace_strict(
        {i: "=".join(group) for i, group in groups.items()}, return_dtype=pl.String
    )
    return tested.filter(pl.concat_str(["dimension", "group_code"], separator="=") == own)


def _rest_chart(view: View, indicator: Indicator, row: Row, tested: list[Row]) -> Chart:
    """Return the region with its margin, and the rest of the country as a dot without one."""
    name = view.group(row["dimension"], row["group_code"])
    drawn = [chart_row(view, indicator, row, name) | {"chosen": True}]
    if tested and tested[0]["other_estimate"] is not None:
        drawn.append(_rest_row(view, indicator, tested[0]))
    axis = axis_of(view, indicator, drawn_statistics(view, indicator))
    spec = interval_chart(style_of(view, axis))
    return Chart(spec, chart_frame(drawn), f"rest-{indicator.id}")


def _rest_row(view: View, indicator: Indicator, difference: Row) -> Row:
    """Return what the chart draws of everyone outside the region."""
    name, value = _rest_name(view), view.value(difference["other_estimate"], indicator)
    row = dot(Against.REST, name, value, f"{name}: {value}")
    return row | {"estimate": difference["other_estimate"], "stands_out": False}
