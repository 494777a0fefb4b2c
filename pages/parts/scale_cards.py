"""Cards on how the answers to a survey question are spread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.codebook import CROSS, WHOLE
from pages.parts import charts
from pages.parts.cards import (
    SHOWN,
    Card,
    Chart,
    axis_of,
    chart_frame,
    chart_row,
    shown,
    style_of,
)
from pages.parts.charts import Axis
from pages.parts.figures import Question, ask
from pages.parts.survey_parts import card_of, interval_card
from pages.parts.survey_rows import fixed_region, headline_item, part_of, question_of, where_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.codebook import Indicator
    from pages.parts.cards import Row
    from pages.parts.context import Context


def scale_card(context: Context, indicator: Indicator) -> Card:
    """Return how the answers are spread, for the chosen region and its size classes."""
    if indicator.type == "multi":
        return _options_card(context, indicator)
    if indicator.type == "number":
        return _spread_card(context, indicator)
    return _stacked_card(context, indicator)


def _place_and_classes(context: Context, question: Question) -> list[Row]:
    """Return the figures of the chosen region, and of the size classes within it."""
    classes = context.classes
    if classes is None:
        return ask(replace(question, by=WHOLE)).to_dicts()
    fixed, _ = fixed_region(context, classes.id, classes.codes()[0])
    where = tuple((dimension, (code,)) for dimension, code in fixed.items())
    whole = ask(replace(question, by=WHOLE, where=where))
    inside = ask(replace(question, by=classes.id, where=where))
    return pl.concat([whole, inside]).to_dicts()


def _row_name(context: Context, row: Row) -> str:
    """Return the name of a row in a chart of a region and its classes."""
    classes = context.classes
    parts = row["dimension"].split(CROSS)
    if classes is not None and classes.id in parts:
        return context.group(classes.id, part_of(row, classes.id), short=True)
    return context.group(row["dimension"], row["group_code"])


def _stacked_card(context: Context, indicator: Indicator) -> Card:
    """Return bars divided over the answers of a scale."""
    items = [item for item in indicator.items() if item != "top"]
    if indicator.type == "yes_no":
        items = ["yes", "no"]
    question = replace(question_of(context, indicator), items=tuple(items), statistics=("share",))
    rows = _place_and_classes(context, question)
    legend = tuple(context.item(indicator, item) for item in items)
    drawn = _stacked_rows(context, indicator, rows, items)
    style = charts.Style(
        context.language,
        Axis(context.words("axis.share"), 0, 100, suffix="%"),
        context.mark(indicator),
        legend,
    )
    chart = Chart(charts.scale_chart(style), drawn, f"schaal-{indicator.id}")
    card = card_of(context, indicator, "schaal", "", rows, heading=context.words("card.scale"))
    return replace(card, chart=chart, legend=context.words("legend.stacked"))


_STACKED: dict[str, pl.DataType] = {
    "key": pl.String(),
    "answer": pl.Int64(),
    "label": pl.String(),
    "start": pl.Float64(),
    "end": pl.Float64(),
    "middle": pl.Float64(),
    "value": pl.String(),
    "state": pl.String(),
}


def _stacked_rows(
    context: Context, indicator: Indicator, rows: Sequence[Row], items: list[str]
) -> pl.DataFrame:
    """Return the pieces of each bar, one after the other; a withheld bar says why it is empty."""
    drawn: list[Row] = []
    groups = dict.fromkeys((row["dimension"], row["group_code"]) for row in rows)
    for group in groups:
        pieces = {r["item"]: r for r in rows if (r["dimension"], r["group_code"]) == group}
        sizes = [p["estimate"] if p["status"] == SHOWN else None for p in pieces.values()]
        drawn_any = any(size is not None for size in sizes)
        # rounded shares may add up to a little more than everything
        scale = 100 / max(100, sum(size or 0 for size in sizes))
        start = 0.0
        for place, item in enumerate(items):
            row = pieces[item]
            figure = shown(context, indicator, row)
            share = row["estimate"] if row["status"] == SHOWN else None
            size = None if share is None else share * scale
            drawn.append(
                {
                    "key": f"{group}|{_row_name(context, row)}\n{figure.count}",
                    "answer": place,
                    "label": context.item(indicator, item),
                    "start": None if size is None else start,
                    "end": None if size is None else start + size,
                    "middle": None if size is None else start + size / 2,
                    "value": context.value(share, indicator) if share and share >= 8 else "",
                    "state": "" if drawn_any or place else figure.state,
                }
            )
            start += size or 0.0
    return pl.DataFrame(drawn, schema=_STACKED, orient="row").with_row_index("rank")


def _options_card(context: Context, indicator: Indicator) -> Card:
    """Return a dot for each answer of a multiple choice, in the chosen groups."""
    place = context.place()
    where = () if place.dimension == WHOLE else where_of(place.dimension, place.group)
    question = replace(question_of(context, indicator), items=None, by=WHOLE, where=where)
    rows = sorted(ask(question).to_dicts(), key=lambda row: -(row["estimate"] or -1.0))
    name = context.group(place.dimension, place.group)
    return interval_card(
        context,
        indicator,
        ("schaal", context.words("card.options", place=name)),
        rows,
        lambda row: context.item(indicator, row["item"]),
        chosen=lambda row: row["item"] == headline_item(context, indicator),
    )


def _spread_card(context: Context, indicator: Indicator) -> Card:
    """Return the middle half of municipalities: median between quartiles."""
    names = ("quartile_low", "median", "quartile_high")
    question = replace(
        question_of(context, indicator),
        items=None,
        statistics=names,
        weightings=("municipality",),
    )
    rows = _place_and_classes(context, question)
    drawn = []
    groups = dict.fromkeys((row["dimension"], row["group_code"]) for row in rows)
    for group in groups:
        by_name = {r["statistic"]: r for r in rows if (r["dimension"], r["group_code"]) == group}
        middle = by_name["median"]
        row = chart_row(context, indicator, middle, _row_name(context, middle))
        if row["estimate"] is not None:
            row["low"] = by_name["quartile_low"]["estimate"]
            row["high"] = by_name["quartile_high"]["estimate"]
        drawn.append(row)
    axis = axis_of(context, indicator, names)
    chart = Chart(
        charts.interval_chart(style_of(context, indicator, axis)),
        chart_frame(drawn),
        f"schaal-{indicator.id}",
    )
    card = card_of(context, indicator, "schaal", "", rows, heading=context.words("card.spread"))
    return replace(card, chart=chart, legend=context.words("legend.spread"))
