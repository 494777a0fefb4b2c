"""A cell per pair of groups, with its figure; totals at the ends."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from pages.charts.spec import (
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
)

_CELL = 46


@lru_cache(maxsize=16)
def matrix_chart(style: Style, columns: tuple[str, ...], rows: tuple[str, ...]) -> Spec:
    """Return a table of cells, its columns and rows named in their order.

    Rows: one per cell, with ``column`` and ``row`` (their names), ``value`` (the figure, or a sign
    in its place), ``count`` (how many answered, of how many), ``is_figure``, ``chosen``,
    ``choice`` and ``said`` (all of it in words, for the mouse).
    """
    beside = alt.Axis(domain=False, ticks=False, labelPadding=8)
    above = alt.Axis(
        orient="top",
        domain=False,
        ticks=False,
        labelAngle=0,
        # room for the second of two lines, below the first
        labelPadding=24,
        # in two lines, so that five columns fit on a phone
        labelExpr="replace(replace(datum.label, '–', '–\\n'), ' ', '\\n')",
    )
    cells = alt.Chart(alt.InlineData(values=[])).encode(
        x=alt.X("column:N", sort=list(columns), title=None, axis=above),
        y=alt.Y("row:N", sort=list(rows), title=None, axis=beside),
        tooltip="said:N",
        href=CHOICE,
    )
    box = cells.mark_rect(stroke=GRID, strokeWidth=1, cursor=HAND).encode(
        fill=alt.when("datum.is_figure").then(alt.value(PAPER)).otherwise(alt.value(SHADE))
    )
    picked = cells.transform_filter("datum.chosen").mark_rect(
        filled=False, stroke=ORANGE, strokeWidth=3, cursor=HAND
    )
    figure = cells.mark_text(dy=-5, cursor=HAND).encode(
        text="value:N",
        size=alt.when("datum.is_figure").then(alt.value(17)).otherwise(alt.value(13)),
        color=alt.when("datum.is_figure").then(alt.value(INK)).otherwise(alt.value(GREY)),
    )
    count = cells.mark_text(size=11, dy=13, color=GREY, cursor=HAND).encode(text="count:N")
    chart = alt.layer(box, figure, count, picked).properties(height=alt.Step(_CELL))
    return finished(chart, style)
