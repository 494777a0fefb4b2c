"""Cards of one municipality: its official figures by name, and the answers of its peers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.codebook import WHOLE
from pages.cards.card import SHOWN, Card, Chart, style_of
from pages.cards.findings import finding
from pages.cards.official_figures import (
    axis_of_values,
    official_basis,
    official_source,
    official_year,
    strip_rows,
)
from pages.cards.parts import figure_table, interval_card
from pages.cards.places.peers import Peers, home, peers
from pages.cards.places.regions import named, regional, stepped_up, theme_question
from pages.cards.rows import rows_of, table_theme
from pages.charts import charts

if TYPE_CHECKING:
    from data.survey.codebook import Indicator
    from pages.cards.card import Row
    from pages.state.view import Context
    from queries.sheets.subjects import Subject

# Fewer figures than this among peers say nothing of a middle half.
FEWEST = 4
_MIDDLE = ("median", "quartile_low", "quartile_high")


def peers_card(context: Context) -> Card | None:
    """Return a theme's headline figure of the municipality's peers, and of everyone."""
    context, of = regional(context), home(context)
    indicator = theme_question(context)
    if of is None or not indicator.asked_in(context.selection.edition):
        return None
    group = peers(context, of)
    rows, notes = stepped_up(context, indicator, group.dimension, group.group)
    first = rows[0]
    if first["dimension"] != WHOLE:
        rows = [*rows, *rows_of(context, indicator, WHOLE, WHOLE)]
    theme = table_theme(context)
    card = interval_card(
        context,
        indicator,
        (f"groep-{theme.slug}", theme.title.of(context.language)),
        rows,
        lambda row: context.group(row["dimension"], row["group_code"], short=True),
        chosen=lambda row: row["dimension"] == first["dimension"],
        notes=notes,
    )
    said = [finding(context, indicator, row, named(context, row)) for row in rows]
    return replace(card, sentence=" ".join(said), count="")


def position_card(context: Context, indicator: Indicator) -> Card | None:
    """Return where a municipality's official figure lies among its peers and all others."""
    of = home(context)
    basis = official_basis(context, indicator)
    year = official_year(context, indicator, basis)
    if of is None or year is None:
        return None
    when = (basis, year)
    near = peers(context, of)
    groups = list(dict.fromkeys([near, Peers(WHOLE, WHOLE)]))
    found = {group: _position(context, indicator, when, of, group) for group in groups}
    own = found[near]
    if own is None or own["amount"] is None or own["answer_count"] < FEWEST:
        return None
    figures = pl.concat(
        [_statistics(indicator, when, group, row) for group, row in found.items() if row]
    )
    heading = context.words(
        "municipality.position",
        label=indicator.label.of(context.language),
        year=year,
        basis=context.words(f"basis.{basis}"),
    )
    return Card(
        id=f"positie-{indicator.id.replace('_', '-')}",
        heading=heading,
        sentence=_sentence(context, indicator, of, near, own),
        figures=pl.concat([_own_figure(indicator, when, of, own), figures], how="diagonal_relaxed"),
        table=_table(context, indicator, of, own, figures),
        indicators=(indicator,),
        filters=f"{of.name}; {indicator.question.of(context.language)}; {heading}",
        chart=_strips(context, indicator, when, groups, figures),
        legend=context.words("legend.strip"),
        notes=tuple(
            text.of(context.language) for text in (indicator.coverage, indicator.note) if text
        ),
        source=official_source(context, indicator, year, basis),
    )


def _position(
    context: Context, indicator: Indicator, when: tuple[str, int], of: Subject, group: Peers
) -> Row | None:
    """Return a municipality's figure with median and middle half of one group."""
    basis, year = when
    found = context.query(
        "official_position",
        indicators=(indicator.id,),
        edition=year,
        municipality=of.code,
        groups=tuple(f"{dimension}={code}" for dimension, code in group.parts.items()),
    )
    return next(iter(found.filter(pl.col("basis") == basis).to_dicts()), None)


def _statistics(
    indicator: Indicator, when: tuple[str, int], group: Peers, row: Row
) -> pl.DataFrame:
    """Return median and quartiles of one group in the one shape of figures."""
    basis, year = when
    return pl.DataFrame(
        {
            "kind": "official",
            "edition": year,
            "basis": basis,
            "indicator": indicator.id,
            "item": "",
            "statistic": [*_MIDDLE],
            "weighting": "municipality",
            "dimension": group.dimension,
            "group_code": group.group,
            "group_rank": 0,
            "population_count": row["population_count"],
            "respondent_count": row["answer_count"],
            "answer_count": row["answer_count"],
            "estimate": [row[name] for name in _MIDDLE],
            "low": pl.Series([None] * len(_MIDDLE), dtype=pl.Float64),
            "high": pl.Series([None] * len(_MIDDLE), dtype=pl.Float64),
            "grade": "",
            "status": SHOWN,
        }
    )


def _own_figure(indicator: Indicator, when: tuple[str, int], of: Subject, row: Row) -> pl.DataFrame:
    """Return the municipality's own figure in the one shape of figures."""
    basis, year = when
    return pl.DataFrame(
        {
            "kind": "official",
            "edition": year,
            "basis": basis,
            "indicator": indicator.id,
            "item": "",
            "statistic": "value",
            "weighting": "",
            "dimension": "municipality",
            "group_code": of.code,
            "group_label": of.name,
            "population_count": [1],
            "respondent_count": [1],
            "answer_count": [1],
            "estimate": [row["amount"]],
            "status": SHOWN,
        }
    )


def _strips(
    context: Context,
    indicator: Indicator,
    when: tuple[str, int],
    groups: list[Peers],
    figures: pl.DataFrame,
) -> Chart:
    """Return a strip for the peers and one for everyone, the municipality marked."""
    values = {group.dimension: _members(context, indicator, when, group) for group in groups}
    axis = axis_of_values(context, indicator, values[WHOLE])
    spec = charts.strip_chart(style_of(context, indicator, axis))
    return Chart(spec, strip_rows(context, indicator, figures, values), f"positie-{indicator.id}")


def _members(
    context: Context, indicator: Indicator, when: tuple[str, int], group: Peers
) -> pl.DataFrame:
    """Return the official figure of every municipality in a group."""
    basis, year = when
    kinds = {d.id: d.kind for d in context.book.dimensions}
    of_kind = {kinds.get(d): (d, code) for d, code in group.parts.items()}
    classes, region = of_kind.get("class"), of_kind.get("region")
    return context.query(
        "official_values",
        indicator=indicator.id,
        basis=basis,
        edition=year,
        class_dimension=classes[0] if classes else WHOLE,
        region_dimension=region[0] if region else WHOLE,
        classes=(classes[1],) if classes else None,
        regions=(region[1],) if region else None,
    ).with_columns(group_code=pl.lit(group.group))


def _sentence(context: Context, indicator: Indicator, of: Subject, near: Peers, row: Row) -> str:
    """Return where a figure lies: inside, above or below the middle half of the peers."""
    low, high = row["quartile_low"], row["quartile_high"]
    where = "above" if row["amount"] > high else "below" if row["amount"] < low else "inside"
    return context.words(
        f"municipality.{where}",
        name=of.name,
        value=context.value(row["amount"], indicator),
        peers=context.group(near.dimension, near.group),
        median=context.value(row["median"], indicator),
        low=context.value(low, indicator),
        high=context.value(high, indicator),
    )


def _table(
    context: Context, indicator: Indicator, of: Subject, row: Row, figures: pl.DataFrame
) -> pl.DataFrame:
    """Return the municipality's figure above those of the groups, in words."""
    groups = figure_table(context, figures.to_dicts())
    own = dict.fromkeys(groups.columns, "") | {
        groups.columns[0]: of.name,
        context.words("column.value"): context.value(row["amount"], indicator),
    }
    return pl.concat([pl.DataFrame([own], schema=groups.schema), groups])
