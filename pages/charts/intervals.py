"""A dot per row on a band as wide as its margin."""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from pages.charts.spec import (
    BLUE,
    CHOICE,
    FIGURE,
    GREY,
    HAND,
    INK,
    ORANGE,
    PAPER,
    Spec,
    Style,
    finished,
    row_height,
    rows_axis,
    value_axis,
)

# A figure rather than the words in its place.
_IS_FIGURE = f"test(/^[−€0-9]/, {FIGURE})"


@lru_cache(maxsize=256)
def interval_chart(style: Style) -> Spec:
    """Return a dot per row on a band as wide as its margin; figures stand in a column at the end.

    Rows: ``estimate``, ``low``, ``high`` (null where not drawn), ``said`` (all of it in words, for
    the mouse), ``chosen``, ``is_good`` (filled dot), ``stands_out`` (a test tells it apart, or
    there is none), ``whole`` (what all are compared with, null where nothing is) and ``choice``.
    Behind the second bar of a key stands the figure, or the words in its place.
    """
    colour = (
        alt.when("datum.chosen")
        .then(alt.value(ORANGE))
        .when("datum.stands_out")
        .then(alt.value(BLUE))
        .otherwise(alt.value(GREY))
    )
    fill = (
        alt.when("!datum.is_good")
        .then(alt.value(PAPER))
        .when("datum.chosen")
        .then(alt.value(ORANGE))
        .when("datum.stands_out")
        .then(alt.value(BLUE))
        .otherwise(alt.value(GREY))
    )
    shape = alt.when("datum.chosen").then(alt.value("diamond")).otherwise(alt.value("circle"))
    rows = alt.Chart(alt.InlineData(values=[]))
    # One layer bears the names of the rows, one their figures, and the dots neither.
    named, base = rows.encode(y=rows_axis()), rows.encode(y=_by_rank(axis=None))
    whole = (
        rows.transform_filter("isValid(datum.whole)")
        .mark_rule(strokeWidth=1, strokeDash=[4, 3], color=GREY)
        .encode(x=value_axis("whole", style.axis))
    )
    band = named.mark_bar(height=12, opacity=0.28, cornerRadius=6, cursor=HAND).encode(
        x=value_axis("low", style.axis),
        x2="high:Q",
        color=colour,
        tooltip="said:N",
        href=CHOICE,
    )
    dot = base.mark_point(size=110, strokeWidth=2.2, opacity=1, cursor=HAND).encode(
        x="estimate:Q", color=colour, fill=fill, shape=shape, tooltip="said:N", href=CHOICE
    )
    figures = rows.mark_point(opacity=0, size=0).encode(y=_by_rank(_figures_axis()), x="estimate:Q")
    layers = alt.layer(whole, band, dot, figures).resolve_axis(y="independent")
    return finished(layers.properties(height=row_height()), style)


def _by_rank(axis: alt.Axis | None) -> alt.Y:
    """Return the rows in drawing order, with an axis or none."""
    order = alt.EncodingSortField(field="rank", op="min", order="ascending")
    return alt.Y("key:N", title=None, sort=order, axis=axis)


def _figures_axis() -> alt.Axis:
    """Return the axis at the end of the rows: the figure of each, or the words in its place."""
    return alt.Axis(
        orient="right",
        labelExpr=FIGURE,
        domain=False,
        ticks=False,
        labelPadding=8,
        labelFontSize=_if_figure(17, 13),
        labelFontWeight=_if_figure(600, 400),
        labelFontStyle=_if_figure("normal", "italic"),
        labelColor=_if_figure(INK, GREY),
    )


def _if_figure(figure: object, words: object) -> Spec:
    """Return what an axis takes for figures and for the words in their place."""
    return {"condition": {"test": _IS_FIGURE, "value": figure}, "value": words}
