"""A hexagon per municipality, all as large."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt

from pages.charts.spec import (
    CHOICE,
    GREY,
    HAND,
    INK,
    ORANGE,
    PAPER,
    Spec,
    Style,
    finished,
    labelled,
    spread_of,
)

_HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
MAP_HEIGHT = 580


@lru_cache(maxsize=64)
def hexagon_map(style: Style, shape: tuple[float, float]) -> Spec:
    """Return a hexagon per municipality, all as large; ``shape`` is columns and rows in all.

    Rows: ``column`` and ``row`` (halves in every other row), ``label`` (the class; ``legend``
    names them in order, the last for no figure), ``name``, ``value``, ``inside`` (of the region
    that was chosen) and ``chosen`` (the municipality that is pointed out).
    """
    columns, rows = shape
    # As wide as the page allows, but never higher than the picture.
    step = f"min(width / {columns + 1}, {MAP_HEIGHT} / ({rows + 0.5} * 0.866))"
    place: dict[str, Any] = {
        "x": alt.ExprRef(f"width / 2 + (datum.column - {columns / 2 - 0.25}) * {step}"),
        "y": alt.ExprRef(f"(datum.row + 0.75) * 0.866 * {step}"),
    }
    size = alt.ExprRef(f"pow(2 * 0.57 * {step}, 2)")
    colours = [*spread_of(len(style.legend) - 1), PAPER]
    base = alt.Chart(alt.InlineData(values=[]))
    tile = base.mark_point(
        shape=_HEXAGON, filled=True, size=size, stroke=GREY, strokeWidth=0.5, cursor=HAND, **place
    ).encode(
        color=labelled(
            style,
            colours,
            170,
            symbolStrokeColor=GREY,
            symbolStrokeWidth=0.5,
            symbolType=_HEXAGON,
        ),
        opacity=alt.when("datum.inside").then(alt.value(1)).otherwise(alt.value(0.3)),
        tooltip="said:N",
        href=CHOICE,
    )
    chosen = base.transform_filter("datum.chosen")
    rim_of_own: dict[str, Any] = {"stroke": ORANGE, "strokeWidth": 3.5, "opacity": 1}
    own = chosen.mark_point(
        shape=_HEXAGON, filled=False, size=size, cursor=HAND, **rim_of_own, **place
    ).encode(tooltip="said:N", href=CHOICE)
    text = {"dy": -18, "fontWeight": 600, "fontSize": 14, **place}
    # A rim in the colour of the paper keeps the name apart from what it stands on.
    rim = chosen.mark_text(color=PAPER, stroke=PAPER, strokeWidth=5, **text).encode(text="name:N")
    name = chosen.mark_text(color=INK, **text).encode(text="name:N")
    return finished(alt.layer(tile, own, rim, name).properties(height=MAP_HEIGHT), style)
