"""The map of municipalities: official figures only, each municipality as large as the others."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from pages.cards.card import Card, Chart, style_of
from pages.cards.official.figures import municipalities_card
from pages.cards.official_figures import municipal_values, official_basis
from pages.charts import charts
from pages.charts.charts import Axis

if TYPE_CHECKING:
    from data.survey.codebook import Indicator
    from pages.cards.card import Row
    from pages.state.view import Context

# Classes of the map: as many municipalities in each.
CLASSES = 5
_MUNICIPALITY = "municipality"


def map_indicators(context: Context) -> list[Indicator]:
    """Return the official figures that are known of municipalities all over the country."""
    offered = [i for i in context.book.indicators if i.kind == "official"]
    return [i for i in offered if i.coverage is None]


def map_indicator(context: Context) -> Indicator | None:
    """Return the official figure of the map: the chosen one, else the first."""
    offered = map_indicators(context)
    chosen = context.selection.official.indicator
    return next((i for i in offered if i.id == chosen), offered[0] if offered else None)


def map_years(context: Context, indicator: Indicator, basis: str) -> list[int]:
    """Return the years of a figure for which it is known where municipalities lie."""
    years = context.facts.years_of(indicator.id).get(basis, [])
    return [
        y
        for y in years
        if not context.query("tiles", edition=y, dimension=_MUNICIPALITY).is_empty()
    ]


def map_year(context: Context, indicator: Indicator, basis: str) -> int | None:
    """Return the year of the map: the chosen one, else that of the edition, else the latest."""
    years = map_years(context, indicator, basis)
    for wanted in (context.selection.official.year, context.selection.edition):
        if wanted in years:
            return wanted
    return years[-1] if years else None


def map_card(context: Context) -> Card | None:
    """Return an official figure of every municipality as a map of hexagons."""
    indicator = map_indicator(context)
    level = context.level
    if indicator is None or level is None or not context.facts.has("tiles"):
        return None
    basis = official_basis(context, indicator)
    year = map_year(context, indicator, basis)
    if year is None:
        return None
    official = replace(context.selection.official, indicator=indicator.id, basis=basis, year=year)
    everyone = replace(context.selection, official=official, size_class=None, region=None)
    whole = replace(context, selection=everyone)
    card = municipalities_card(whole, indicator.theme)
    if card is None:
        return None
    values = municipal_values(whole, indicator, basis, year, level)
    return replace(
        card,
        id="kaart",
        heading=context.words(
            "map.heading",
            label=indicator.label.of(context.language),
            year=year,
            basis=context.words(f"basis.{basis}"),
        ),
        sentence=_sentence(context, indicator, values),
        chart=_chart(context, indicator, year, values),
        legend=context.words("map.legend"),
    )


def _bounds(values: pl.DataFrame) -> list[float]:
    """Return the values between which the classes of the map lie, lowest and highest too."""
    known = values["amount"].drop_nulls()
    cuts = [known.quantile(n / CLASSES, "linear") for n in range(CLASSES + 1)]
    return [float(cut) for cut in cuts if cut is not None]


def _sentence(context: Context, indicator: Indicator, values: pl.DataFrame) -> str:
    """Return how far apart municipalities lie, and the figure of the one that is marked."""
    bounds = _bounds(values)
    said = context.words(
        "map.sentence",
        label=indicator.label.of(context.language),
        low=context.value(bounds[1], indicator),
        high=context.value(bounds[-2], indicator),
    )
    own = values.filter(
        pl.col("municipality_code").is_in([context.selection.official.municipality or ""])
    )
    if own.is_empty() or own["amount"][0] is None:
        return said
    value = context.value(own["amount"][0], indicator)
    return f"{said} {context.words('map.own', name=own['name'][0], value=value)}"


def _chart(context: Context, indicator: Indicator, year: int, values: pl.DataFrame) -> Chart:
    """Return the hexagons, each in the class of its figure."""
    bounds = _bounds(values)
    labels = [context.margin(low, high, indicator) for low, high in pairwise(bounds)]
    missing = context.words("state.no_data")
    places = context.query("tiles", edition=year, dimension=_MUNICIPALITY)
    rows = places.join(values, left_on="group_code", right_on="municipality_code").to_dicts()
    drawn = pl.DataFrame(
        [_hexagon(context, indicator, row, bounds, [*labels, missing]) for row in rows],
        infer_schema_length=None,
    )
    style = style_of(context, indicator, Axis("", 0, 1))
    shape = (float(drawn["column"].max()) + 1, float(drawn["row"].max()) + 1)  # type: ignore[arg-type]
    spec = charts.hexagon_map(replace(style, legend=(*labels, missing)), shape)
    return Chart(spec, drawn, f"kaart-{indicator.id}")


def _hexagon(
    context: Context, indicator: Indicator, row: Row, bounds: list[float], labels: list[str]
) -> Row:
    """Return what the map draws of one municipality."""
    amount = row["amount"]
    place = CLASSES if amount is None else sum(amount > bound for bound in bounds[1:-1])
    selection = context.selection
    return {
        "row": row["tile_row"],
        "column": row["tile_column"],
        "name": row["name"],
        "value": labels[-1] if amount is None else context.value(amount, indicator),
        "label": labels[place],
        "inside": selection.region in {None, row["region_code"]},
        "chosen": row["group_code"] == selection.official.municipality,
    }
