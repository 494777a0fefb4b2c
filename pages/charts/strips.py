"""A dot per municipality in a swarm, with middle half and median of each row."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from pages.charts.spec import (
    BAND,
    BLUE,
    CHOICE,
    GREY,
    GRID,
    HAND,
    INK,
    ORANGE,
    PAPER,
    SHADE,
    Spec,
    Style,
    finished,
    rows_axis,
    value_axis,
)

# Room for a swarm between the figure above it and the names below it.
_STEP = 84
# How high a swarm is at most, above and below its row; and how far its dots lie apart at most.
SWARM_ROOM, DOT_STEP = 22.0, 4.5


@lru_cache(maxsize=128)
def strip_chart(style: Style) -> Spec:
    """Return a dot per municipality, with middle half and median of each row; official only.

    Rows of three kinds: ``amount`` (where on the axis it is drawn), ``offset`` (above or below its
    row), ``said``, ``choice``, and ``name`` (with its value; of the lowest, the highest and the
    chosen) per municipality, ``chosen`` for the one asked for; ``quartile_low``, ``median``,
    ``quartile_high`` and ``value`` per row; and ``signal`` (a letter) from ``start`` to ``end``.
    """
    everything = alt.Chart(alt.InlineData(values=[]))
    base = everything.encode(y=rows_axis())
    # Each mark is made of the few rows it draws: there are hundreds of municipalities.
    group = base.transform_filter("isValid(datum.median)")
    municipality = base.transform_filter("isValid(datum.amount)")
    chosen = base.transform_filter("datum.chosen")
    without = base.transform_filter("datum.state")
    band = group.mark_bar(height=52, color=BAND, opacity=0.55).encode(
        x=value_axis("quartile_low", style.axis), x2="quartile_high:Q"
    )
    dots = municipality.mark_point(
        filled=True,
        size=16,
        opacity=0.75,
        color=BLUE,
        yOffset=alt.ExprRef("datum.offset"),
        cursor=HAND,
    ).encode(x="amount:Q", tooltip="said:N", href=CHOICE)
    median = group.mark_tick(thickness=3, height=52, color=INK, opacity=1).encode(x="median:Q")
    figure = group.mark_text(dy=-34, fontWeight=600).encode(x="median:Q", text="value:N")
    own = chosen.mark_point(
        shape="diamond",
        size=170,
        filled=True,
        opacity=1,
        color=ORANGE,
        stroke=PAPER,
        strokeWidth=1,
        yOffset=alt.ExprRef("datum.offset"),
        cursor=HAND,
    ).encode(x="amount:Q", tooltip="said:N", href=CHOICE)
    # Named towards the middle, so that no name runs out of the chart.
    at = f"(datum.amount - {style.axis.low}) / {style.axis.high - style.axis.low}"
    towards = alt.ExprRef(f"{at} < 0.35 ? 'left' : {at} > 0.65 ? 'right' : 'center'")
    # On a phone there is no room for more names than that of the chosen.
    where_wide = alt.ExprRef("width < 420 ? 0 : 1")
    name = chosen.mark_text(dy=33, color=ORANGE, fontWeight=600, align=towards).encode(
        x="amount:Q", text="name:N"
    )
    ending = municipality.transform_filter("datum.name && !datum.chosen").mark_text(
        dy=33, fontSize=12, color=GREY, align=towards, opacity=where_wide
    )
    words = without.mark_text(align="left", fontStyle="italic", color=GREY, dx=4).encode(
        x=alt.datum(style.axis.low), text="state:N"
    )
    layers = alt.layer(
        *_signals(everything, style),
        band,
        dots,
        median,
        figure,
        own,
        name,
        ending.encode(x="amount:Q", text="name:N"),
        words,
    )
    return finished(layers.properties(height=alt.Step(_STEP)), style)


def _signals(everything: alt.Chart, style: Style) -> tuple[alt.Chart, alt.Chart]:
    """Return what lies behind all rows: bands of signal values, with their letters above."""
    signal = everything.transform_filter("datum.signal")
    band = signal.mark_rect(clip=True, stroke=GRID, strokeWidth=1).encode(
        x=value_axis("start", style.axis),
        x2="end:Q",
        fill=alt.when("datum.signal === 'B'").then(alt.value(PAPER)).otherwise(alt.value(SHADE)),
    )
    low, high = style.axis.low, style.axis.high
    middle = f"(max(datum.start, {low}) + min(datum.end, {high})) / 2"
    letter = (
        signal.transform_calculate(middle=middle)
        .transform_filter(f"datum.end > {low} && datum.start < {high}")
        .mark_text(y=-9, fontWeight=600, color=GREY)
        .encode(x=alt.X("middle:Q"), text="signal:N")
    )
    return band, letter
