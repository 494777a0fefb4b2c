"""The map of municipalities: official figures only, each municipality as large as the others."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from pages.cards.card import Card, Chart, style_of
from pages.cards.official.figures import municipalities_card
from pages.cards.official_figures import municipal_values, municipality_choice, official_basis
from pages.charts.hexagons import hexagon_map
from pages.charts.spec import Axis

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View

# Classes of the map: as many municipalities in each.
CLASSES = 5
_MUNICIPALITY = "municipality"


def map_indicators(view: View) -> list[Indicator]:
    """Return the official figures that are known of municipalities all over the country."""
    offered = [i for i in view.book.indicators if i.kind == "official"]
    return [i for i in offered if i.coverage is None]


def map_indicator(view: View) -> Indicator | None:
    """Return the official figure of the map: the chosen one, else the first."""
    offered = map_indicators(view)
    chosen = view.selection.official.indicator
    return next((i for i in offered if i.id == chosen), offered[0] if offered else None)


def map_years(view: View, indicator: Indicator, basis: str) -> list[int]:
    """Return the years of a figure for which it is known where municipalities lie."""
    years = view.facts.years_of(indicator.id).get(basis, [])
    return [
        y for y in years if not view.query("tiles", edition=y, dimension=_MUNICIPALITY).is_empty()
    ]


def map_year(view: View, indicator: Indicator, basis: str) -> int | None:
    """Return the year of the map: the chosen one, else that of the edition, else the latest."""
    years = map_years(view, indicator, basis)
    for wanted in (view.selection.official.year, view.selection.edition):
        if wanted in years:
            return wanted
    return years[-1] if years else None


def map_card(view: View) -> Card | None:
    """Return an official figure of every municipality as a map of hexagons."""
    indicator = map_indicator(view)
    level = view.level
    if indicator is None or level is None or not view.facts.has("tiles"):
        return None
    basis = official_basis(view, indicator)
    year = map_year(view, indicator, basis)
    if year is None:
        return None
    official = replace(view.selection.official, indicator=indicator.id, basis=basis, year=year)
    everyone = replace(view.selection, official=official, size_class=None, region=None)
    whole = replace(view, selection=everyone)
    card = municipalities_card(whole, indicator.theme)
    if card is None:
        return None
    values = municipal_values(whole, indicator, basis, year, level)
    return replace(
        card,
        id="kaart",
        heading=view.words(
            "map.heading",
            label=indicator.label.of(view.language),
            year=year,
            basis=view.words(f"basis.{basis}"),
        ),
        sentence=_sentence(view, indicator, values),
        chart=_chart(view, indicator, year, values),
        legend=view.words("map.legend"),
    )


def _bounds(values: pl.DataFrame) -> list[float]:
    """Return the values between which the classes of the map lie, lowest and highest too."""
    known = values["amount"].drop_nulls()
    cuts = [known.quantile(n / CLASSES, "linear") for n in range(CLASSES + 1)]
    return [float(cut) for cut in cuts if cut is not None]


def _sentence(view: View, indicator: Indicator, values: pl.DataFrame) -> str:
    """Return how far apart municipalities lie, and the figure of the one that is marked."""
    bounds = _bounds(values)
    said = view.words(
        "map.sentence",
        label=indicator.label.of(view.language),
        low=view.value(bounds[1], indicator),
        high=view.value(bounds[-2], indicator),
    )
    own = values.filter(
        pl.col("municipality_code").is_in([view.selection.official.municipality or ""])
    )
    if own.is_empty() or own["amount"][0] is None:
        return said
    value = view.value(own["amount"][0], indicator)
    return f"{said} {view.words('map.own', name=own['name'][0], value=value)}"


def _chart(view: View, indicator: Indicator, year: int, values: pl.DataFrame) -> Chart:
    """Return the hexagons, each in the class of its figure."""
    bounds = _bounds(values)
    labels = [view.margin(low, high, indicator) for low, high in pairwise(bounds)]
    missing = view.words("state.no_data")
    places = view.query("tiles", edition=year, dimension=_MUNICIPALITY)
    rows = places.join(values, left_on="group_code", right_on="municipality_code").to_dicts()
    drawn = pl.DataFrame(
        [_hexagon(view, indicator, row, bounds, [*labels, missing]) for row in rows],
        infer_schema_length=None,
    )
    style = style_of(view, Axis("", 0, 1))
    shape = (float(drawn["column"].max()) + 1, float(drawn["row"].max()) + 1)  # type: ignore[arg-type]
    spec = hexagon_map(replace(style, legend=(*labels, missing)), shape)
    return Chart(spec, drawn, f"kaart-{indicator.id}")


def _hexagon(
    view: View, indicator: Indicator, row: Row, bounds: list[float], labels: list[str]
) -> Row:
    """Return what the map draws of one municipality."""
    amount = row["amount"]
    place = CLASSES if amount is None else sum(amount > bound for bound in bounds[1:-1])
    selection = view.selection
    return {
        "row": row["tile_row"],
        "column": row["tile_column"],
        "name": row["name"],
        "said": f"{row['name']}: {labels[-1] if amount is None else view.value(amount, indicator)}",
        "label": labels[place],
        "inside": selection.region in {None, row["region_code"]},
        "chosen": row["group_code"] == selection.official.municipality,
        "choice": municipality_choice(view, row["group_code"]),
    }
