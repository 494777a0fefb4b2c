"""Cards of one municipality: its official figures by name, and the answers of its peers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.card import Card, Chart, style_of
from pages.cards.findings import finding
from pages.cards.official_figures import (
    axis_of_values,
    municipal_figures,
    official_source,
    official_when,
    position,
    statistics_of,
    strip_rows,
    strips_of,
)
from pages.cards.parts import figure_table, interval_card
from pages.cards.places.own_figures import FEWEST, where
from pages.cards.places.peers import Peers, home, peers
from pages.cards.places.regions import named, regional, stepped_up, theme_question
from pages.cards.rows import rows_of, table_theme
from pages.charts.strips import strip_chart
from queries.vocabulary import Status

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View
    from queries.sheets.subjects import Subject


def peers_card(view: View) -> Card | None:
    """Return a theme's headline figure of the municipality's peers, and of everyone."""
    view, of = regional(view), home(view)
    indicator = theme_question(view)
    if of is None or not indicator.asked_in(view.selection.edition):
        return None
    group = peers(view, of)
    rows, notes = stepped_up(view, indicator, group.dimension, group.group)
    first = rows[0]
    if first["dimension"] != WHOLE:
        rows = [*rows, *rows_of(view, indicator, WHOLE, WHOLE)]
    theme = table_theme(view)
    card = interval_card(
        view,
        indicator,
        (f"groep-{theme.slug}", theme.title.of(view.language)),
        rows,
        lambda row: view.group(row["dimension"], row["group_code"], short=True),
        chosen=lambda row: row["dimension"] == first["dimension"],
        notes=notes,
    )
    said = [finding(view, indicator, row, named(view, row)) for row in rows]
    return replace(card, sentence=" ".join(said), count="")


def position_card(view: View, indicator: Indicator) -> Card | None:
    """Return where a municipality's official figure lies among its peers and all others."""
    of = home(view)
    when = official_when(view, indicator)
    if of is None or when is None:
        return None
    basis, year = when
    near = peers(view, of)
    groups = list(dict.fromkeys([near, Peers(WHOLE, WHOLE)]))
    found = {group: position(view, indicator, when, group.parts, of.code) for group in groups}
    own = found[near]
    if own is None or own["amount"] is None or own["answer_count"] < FEWEST:
        return None
    figures = pl.concat(
        [
            statistics_of(indicator, when, (group.dimension, group.group), row)
            for group, row in found.items()
            if row
        ]
    )
    mine = {"municipality_code": of.code, "name": of.name, "amount": own["amount"]}
    figure = municipal_figures(indicator, when, pl.DataFrame([mine | {"status": Status.SHOWN}]))
    heading = view.words(
        "municipality.position",
        label=indicator.label.of(view.language),
        year=year,
        basis=view.words(f"basis.{basis}"),
    )
    return Card(
        id=f"positie-{indicator.id.replace('_', '-')}",
        heading=heading,
        sentence=_sentence(view, indicator, of, near, own),
        figures=pl.concat([figure, figures], how="diagonal_relaxed"),
        table=_table(view, indicator, of, own, figures),
        indicators=(indicator,),
        filters=f"{of.name}; {indicator.question.of(view.language)}; {heading}",
        chart=_strips(view, indicator, when, groups, figures),
        legend=view.words("legend.strip"),
        notes=tuple(
            text.of(view.language) for text in (indicator.coverage, indicator.note) if text
        ),
        source=official_source(view, indicator, year, basis),
    )


def _strips(
    view: View,
    indicator: Indicator,
    when: tuple[str, int],
    groups: list[Peers],
    figures: pl.DataFrame,
) -> Chart:
    """Return a strip for the peers and one for everyone, the municipality marked."""
    values = {group.dimension: _members(view, indicator, when, group) for group in groups}
    axis = axis_of_values(view, indicator, values[WHOLE])
    spec = strip_chart(style_of(view, axis))
    strips = strips_of(view, figures, lambda dimension, _: values[dimension])
    rows = strip_rows(view, indicator, strips, axis)
    return Chart(spec, rows, f"positie-{indicator.id}")


def _members(view: View, indicator: Indicator, when: tuple[str, int], group: Peers) -> pl.DataFrame:
    """Return the official figure of every municipality in a group."""
    basis, year = when
    kinds = {d.id: d.kind for d in view.book.dimensions}
    of_kind = {kinds.get(d): (d, code) for d, code in group.parts.items()}
    classes, region = of_kind.get("class"), of_kind.get("region")
    return view.query(
        "official_values",
        indicator=indicator.id,
        basis=basis,
        edition=year,
        class_dimension=classes[0] if classes else WHOLE,
        region_dimension=region[0] if region else WHOLE,
        classes=(classes[1],) if classes else None,
        regions=(region[1],) if region else None,
    ).with_columns(group_code=pl.lit(group.group))


def _sentence(view: View, indicator: Indicator, of: Subject, near: Peers, row: Row) -> str:
    """Return where a figure lies: inside, above or below the middle half of the peers."""
    low, high = row["quartile_low"], row["quartile_high"]
    return view.words(
        f"municipality.{where(row)}",
        name=of.name,
        value=view.value(row["amount"], indicator),
        peers=view.group(near.dimension, near.group),
        median=view.value(row["median"], indicator),
        low=view.value(low, indicator),
        high=view.value(high, indicator),
    )


def _table(
    view: View, indicator: Indicator, of: Subject, row: Row, figures: pl.DataFrame
) -> pl.DataFrame:
    """Return the municipality's figure above those of the groups, in words."""
    groups = figure_table(view, figures.to_dicts())
    own = dict.fromkeys(groups.columns, "") | {
        groups.columns[0]: of.name,
        view.words("column.value"): view.value(row["amount"], indicator),
    }
    return pl.concat([pl.DataFrame([own], schema=groups.schema), groups])
