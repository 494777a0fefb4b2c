"""A line per group over the years."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from pages.charts.spec import BLUE, GREY, GRID, ORANGE, PAPER, Spec, Style, finished, labelled

# By the column of the history: what the reader chose, its group, and everyone.
LINE_COLOURS = {"amount": ORANGE, "group_median": BLUE, "median": GREY}
HEIGHT = 260


@lru_cache(maxsize=64)
def line_chart(style: Style, colours: tuple[str, ...]) -> Spec:
    """Return a line per group over the years; ``legend`` names the groups in order.

    Rows: one per group and year, with ``year`` (as text), ``label`` (the name of the group),
    ``amount`` and ``said`` (all of it in words, for the mouse).
    """
    suffix = f" + '{style.axis.suffix}'" if style.axis.suffix else ""
    base = alt.Chart(alt.InlineData(values=[])).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, domain=False, ticks=False)),
        y=alt.Y(
            "amount:Q",
            title=style.axis.title,
            scale=alt.Scale(zero=False, nice=True),
            axis=alt.Axis(
                tickCount=5,
                gridColor=GRID,
                domain=False,
                ticks=False,
                labelExpr=f"format(datum.value, '{style.axis.pattern}'){suffix}",
            ),
        ),
        color=labelled(style, list(colours), 240, symbolType="circle"),
    )
    line = base.mark_line(strokeWidth=2.5)
    dot = base.mark_point(filled=True, size=60, opacity=1, stroke=PAPER, strokeWidth=1).encode(
        tooltip="said:N"
    )
    return finished(alt.layer(line, dot).properties(height=HEIGHT), style)
