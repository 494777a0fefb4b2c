"""Official figures: which one is looked at, its values, and how a strip shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.card import Row, axis_of
from pages.state.parameters import MUNICIPALITY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.survey.design import Dimension
    from data.survey.indicators import Indicator
    from pages.charts.spec import Axis
    from pages.state.view import View


def official_indicator(view: View, theme: str) -> Indicator | None:
    """Return the official figure looked at: the chosen one, else the first of the theme."""
    offered = view.book.of_theme(theme, "official")
    chosen = view.selection.official.indicator
    return next((i for i in offered if i.id == chosen), offered[0] if offered else None)


def official_basis(view: View, indicator: Indicator) -> str:
    """Return budget or accounts: the chosen one if the figure has it, else its first."""
    known = [basis for basis in indicator.bases if view.facts.years_of(indicator.id).get(basis)]
    chosen = view.selection.official.basis
    return chosen if chosen in known else known[0] if known else indicator.bases[0]


def official_year(view: View, indicator: Indicator, basis: str) -> int | None:
    """Return the year: the chosen one, else that of the edition, else the latest there is."""
    years = view.facts.years_of(indicator.id).get(basis, [])
    for wanted in (view.selection.official.year, view.selection.edition):
        if wanted in years:
            return wanted
    return years[-1] if years else None


def municipal_values(
    view: View, indicator: Indicator, basis: str, year: int, by: Dimension
) -> pl.DataFrame:
    """Return the official figure of each municipality, with the groups it is in.

    One row per municipality: ``municipality_code``, ``name``, ``class_code``, ``region_code``,
    ``status``, ``amount`` (null where nothing was filed) and ``group_code`` in ``by``.
    """
    classes, level = view.classes, view.level
    selection = view.selection
    frame = view.query(
        "official_values",
        indicator=indicator.id,
        basis=basis,
        edition=year,
        class_dimension=by.id if by.kind == "class" else classes.id if classes else WHOLE,
        region_dimension=level.id if level else WHOLE,
        classes=(selection.size_class,) if selection.size_class and by == classes else None,
        regions=(selection.region,) if selection.region else None,
    )
    return frame.with_columns(
        group_code=pl.col("class_code" if by.kind == "class" else "region_code")
    )


def everywhere(view: View) -> View:
    """Return the view without a chosen region or size class."""
    return replace(view, selection=replace(view.selection, region=None, size_class=None))


def axis_of_values(view: View, indicator: Indicator, values: pl.DataFrame) -> Axis:
    """Return an axis over nearly all municipalities; the few far out are clipped and counted.

    Of all there are, whatever was chosen: so panels compare, and a chart need not be made anew.
    """
    known = values["amount"].drop_nulls()
    axis = axis_of(view, indicator, ("median", "quartile_low", "quartile_high"))
    if not known.len():
        return axis
    low, high = known.quantile(0.01), known.quantile(0.99)
    lowest = min(axis.low, float(low if low is not None else axis.low))
    highest = max(axis.high, float(high if high is not None else axis.high))
    return replace(axis, low=lowest, high=highest)


def municipality_choice(view: View, code: str) -> str:
    """Return what a click on a municipality changes in the address: it is chosen, or no longer."""
    chosen = code == view.selection.official.municipality
    return f"?{MUNICIPALITY}={'' if chosen else code}"


_STRIP: dict[str, pl.DataType] = {
    "key": pl.String(),
    "name": pl.String(),
    "said": pl.String(),
    "amount": pl.Float64(),
    "value": pl.String(),
    "chosen": pl.Boolean(),
    "quartile_low": pl.Float64(),
    "median": pl.Float64(),
    "quartile_high": pl.Float64(),
    "state": pl.String(),
    "choice": pl.String(),
}


def strip_rows(
    view: View,
    indicator: Indicator,
    figures: pl.DataFrame,
    values: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """Return what a strip chart draws: a row per group, and one per municipality in it."""
    drawn: list[Row] = []
    groups = figures.select("dimension", "group_code", "group_rank").unique(maintain_order=True)
    for dimension, code, _ in groups.iter_rows():
        rows = figures.filter(
            pl.col("dimension") == dimension, pl.col("group_code") == code
        ).to_dicts()
        by_name = {row["statistic"]: row for row in rows}
        key = _strip_key(view, by_name["median"])
        drawn.append(_summary_row(view, indicator, key, by_name))
        inside = values[dimension]
        if dimension != WHOLE:
            inside = inside.filter(pl.col("group_code") == code)
        drawn += [
            _municipal_row(view, indicator, key, row)
            for row in inside.drop_nulls("amount").iter_rows(named=True)
        ]
    return pl.DataFrame(drawn, schema=_STRIP, orient="row").with_row_index("rank")


def _strip_key(view: View, row: Row) -> str:
    """Return the name of a strip with how many municipalities filed a figure."""
    name = view.group(row["dimension"], row["group_code"], short=True)
    count = view.words(
        "count.of",
        answers=view.number(row["answer_count"]),
        population=view.number(row["population_count"]),
    )
    return f"{row['dimension']}{row['group_code']}|{name}\n{count}"


def _summary_row(view: View, indicator: Indicator, key: str, by_name: dict[str, Row]) -> Row:
    """Return the middle half and the median of a group."""
    median = by_name["median"]["estimate"]
    return {
        "key": key,
        "name": None,
        "said": None,
        "amount": None,
        "value": "" if median is None else view.value(median, indicator),
        "chosen": False,
        "quartile_low": by_name["quartile_low"]["estimate"],
        "median": median,
        "quartile_high": by_name["quartile_high"]["estimate"],
        "state": view.words("state.no_data") if median is None else "",
        "choice": "",
    }


def _municipal_row(view: View, indicator: Indicator, key: str, row: Row) -> Row:
    """Return one municipality in a strip."""
    return {
        "key": key,
        "name": row["name"],
        "said": f"{row['name']}: {view.value(row['amount'], indicator)}",
        "amount": row["amount"],
        "value": "",
        "chosen": row["municipality_code"] == view.selection.official.municipality,
        "quartile_low": None,
        "median": None,
        "quartile_high": None,
        "state": "",
        "choice": municipality_choice(view, row["municipality_code"]),
    }


def official_source(view: View, indicator: Indicator, year: int, basis: str) -> str:
    """Return source, year, basis and version of an official figure."""
    words = view.words
    parts = [
        words("source.from", source=view.source(indicator)),
        words(f"basis.{basis}"),
        str(year),
        words("source.version", version=view.facts.version),
    ]
    return " · ".join(parts)
