"""A bar per row, divided over the answers of a scale."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from pages.charts.spec import (
    CHOICE,
    GREY,
    HAND,
    INK,
    PAPER,
    Spec,
    Style,
    finished,
    labelled,
    row_height,
    rows_axis,
    spread_of,
    value_axis,
)


@lru_cache(maxsize=64)
def scale_chart(style: Style) -> Spec:
    """Return a bar per row, divided over the answers of a scale; ``legend`` names them in order.

    Rows: one per row and answer, with ``answer`` (its place from 0), ``label`` (its name),
    ``start`` and ``end`` (percentages), ``value`` (in words, empty where too small to fit),
    ``said`` (name and value, for the mouse), ``is_bound`` (pale and dashed: as wide as is left)
    ``state`` (words in the place of a bar, on the first answer only) and ``choice``.
    """
    colours = spread_of(len(style.legend))
    middle = (len(style.legend) + 1) // 2
    dark = (
        alt.when(f"datum.answer >= {middle} && !datum.is_bound")
        .then(alt.value(PAPER))
        .otherwise(alt.value(INK))
    )
    base = alt.Chart(alt.InlineData(values=[])).encode(y=rows_axis())
    bar = base.mark_bar(height=26, strokeWidth=1, cursor=HAND).encode(
        fillOpacity=alt.when("datum.is_bound").then(alt.value(0.3)).otherwise(alt.value(1)),
        stroke=alt.when("datum.is_bound").then(alt.value(GREY)).otherwise(alt.value(PAPER)),
        strokeDash=alt.when("datum.is_bound").then(alt.value([3, 2])).otherwise(alt.value([1, 0])),
        tooltip="said:N",
        href=CHOICE,
        x=value_axis("start", style.axis),
        x2="end:Q",
        color=labelled(style, colours, 140),
    )
    figure = base.mark_text().encode(x=alt.X("middle:Q"), text="value:N", color=dark)
    words = base.mark_text(align="left", fontStyle="italic", color=GREY, dx=4).encode(
        x=alt.datum(0), text="state:N"
    )
    chart = alt.layer(bar, figure, words).properties(height=row_height())
    return finished(chart, style)
