"""A line per municipality, with middle half and median of each row."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from pages.charts.spec import (
    BAND,
    BLUE,
    CHOICE,
    GREY,
    HAND,
    INK,
    ORANGE,
    ROW_HEIGHT,
    Spec,
    Style,
    finished,
    rows_axis,
    value_axis,
)


@lru_cache(maxsize=128)
def strip_chart(style: Style) -> Spec:
    """Return a line per municipality, with middle half and median of each row; official only.

    Rows of two kinds: ``amount`` and ``name`` per municipality, ``chosen`` for the one asked
    for; and ``quartile_low``, ``median``, ``quartile_high`` and ``value`` per row.
    """
    base = alt.Chart(alt.InlineData(values=[])).encode(y=rows_axis())
    # Each mark is made of the few rows it draws: there are hundreds of municipalities.
    group = base.transform_filter("isValid(datum.median)")
    municipality = base.transform_filter("isValid(datum.amount)")
    chosen = base.transform_filter("datum.chosen")
    without = base.transform_filter("datum.state")
    band = group.mark_bar(height=24, color=BAND).encode(
        x=value_axis("quartile_low", style.axis), x2="quartile_high:Q"
    )
    ticks = municipality.mark_tick(
        thickness=1, height=20, opacity=0.45, color=BLUE, clip=True, cursor=HAND
    ).encode(x="amount:Q", tooltip="said:N", href=CHOICE)
    median = group.mark_tick(thickness=3, height=30, color=INK, opacity=1).encode(x="median:Q")
    figure = group.mark_text(dy=-23, fontWeight=600).encode(x="median:Q", text="value:N")
    own = chosen.mark_point(shape="diamond", size=170, filled=True, opacity=1).encode(
        x="amount:Q", color=alt.value(ORANGE)
    )
    name = chosen.mark_text(dy=20, color=ORANGE, fontWeight=600).encode(x="amount:Q", text="name:N")
    words = without.mark_text(align="left", fontStyle="italic", color=GREY, dx=4).encode(
        x=alt.datum(style.axis.low), text="state:N"
    )
    layers = alt.layer(band, ticks, median, figure, own, name, words)
    return finished(layers.properties(height=alt.Step(ROW_HEIGHT + 14)), style)
