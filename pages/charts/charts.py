"""Charts as finished Vega-Lite specifications. Pure: no Streamlit, no figures, no words of its own.

A specification holds no data and nothing that changes with a filter, so that a browser that has
drawn it once only takes in new rows. Building one costs more than any query, so each is kept.

Every chart takes rows with ``key`` (unique, in drawing order by ``rank``; what stands behind the
last ``|`` is shown), and the columns named at each function.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import altair as alt

from pages.charts.palette import colour
from queries.words.numbers import decimal_mark, group_mark

if TYPE_CHECKING:
    from data.survey.languages import Language

Spec: TypeAlias = dict[str, Any]

BLUE, ORANGE, GREY, INK = map(colour, ("blue", "orange", "soft", "ink"))
PAPER, GRID, BAND = map(colour, ("paper", "grid", "band"))
# From low to high, told apart without colour too.
SCALE = tuple(colour(f"scale-{step}") for step in range(1, 6))
FONT = "IBM Plex Sans, Arial, sans-serif"
ROW_HEIGHT = 46
# Shown of a key: what stands behind the last bar. A leading # marks a heading.
_LABEL = "split(datum.value, '|')[length(split(datum.value, '|')) - 1]"
_IS_HEADING = "indexof(datum.value, '#') === 0"

# A screen reader hears the finding that stands for the chart, and reads the table; not each mark,
# in English.
_UNSAID = {"aria": False}


@dataclass(frozen=True)
class Axis:
    """The value axis: its title, bounds and how numbers on it are written."""

    title: str
    low: float
    high: float
    pattern: str = ",~f"
    suffix: str = ""


@dataclass(frozen=True)
class Style:
    """What a chart needs to know beside its data."""

    language: Language
    axis: Axis
    mark: str | None = None
    legend: tuple[str, ...] = ()


def _finished(chart: alt.LayerChart | alt.FacetChart, style: Style) -> Spec:
    """Return the chart as a specification without data, numbers in the reader's notation."""
    subtitle = alt.TitleParams(
        text=style.mark or "",
        anchor="end",
        orient="bottom",
        fontSize=11,
        fontWeight="normal",
        color=GREY,
        offset=4,
        aria=False,
    )
    spec: Spec = chart.properties(width="container", title=subtitle).to_dict(validate=True)
    spec.pop("data", None)
    spec.pop("datasets", None)
    # Width follows the page; height follows the number of rows.
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["padding"] = {"bottom": 4}
    spec["config"] = {
        "locale": {"number": _notation(style.language)},
        "background": "transparent",
        "font": FONT,
        "axis": _UNSAID
        | {
            "labelFontSize": 13,
            "labelLimit": 240,
            "labelColor": INK,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titleColor": GREY,
        },
        "legend": _UNSAID | {"labelColor": INK, "labelFontSize": 13},
        "text": {"fontSize": 13, "color": INK},
        "view": {"stroke": None},
        "lineBreak": "\n",
        "mark": _UNSAID,
    }
    # Variables for colours work in SVG only, and a drawn chart then prints sharp as well.
    spec["usermeta"] = {"embedOptions": {"renderer": "svg"}}
    return spec


def _notation(language: Language) -> Spec:
    """Return how numbers on an axis are written."""
    marks = {"decimal": decimal_mark(language), "thousands": group_mark(language)}
    return marks | {"grouping": [3], "currency": ["", ""]}


def _rows_axis() -> alt.Y:
    """Return the axis of rows: as ordered by the data, headings in bold."""
    return alt.Y(
        "key:N",
        title=None,
        sort=alt.EncodingSortField(field="rank", op="min", order="ascending"),
        axis=alt.Axis(
            labelExpr=f"replace({_LABEL}, '#', '')",
            domain=False,
            ticks=False,
            labelPadding=8,
            # A label has two lines; their middle belongs beside the dot.
            labelOffset=-7,
            labelFlush=False,
            labelFontWeight={"condition": {"test": _IS_HEADING, "value": 700}, "value": 400},
        ),
    )


def _value_axis(field: str, axis: Axis) -> alt.X:
    """Return the value axis with fixed bounds, so that panels can be compared."""
    suffix = f" + '{axis.suffix}'" if axis.suffix else ""
    return alt.X(
        f"{field}:Q",
        title=axis.title,
        scale=alt.Scale(domain=[axis.low, axis.high], nice=True, zero=False),
        axis=alt.Axis(
            tickCount=6,
            labelSeparation=6,
            gridColor=GRID,
            domain=False,
            ticks=False,
            labelExpr=f"format(datum.value, '{axis.pattern}'){suffix}",
        ),
    )


def _height() -> alt.Step:
    """Return room for two lines of label per row."""
    return alt.Step(ROW_HEIGHT)


@lru_cache(maxsize=256)
def interval_chart(style: Style) -> Spec:
    """Return a dot per row with its margin.

    Rows: ``estimate``, ``low``, ``high`` (null where not drawn), ``value`` (the figure in words),
    ``chosen``, ``is_good`` (filled dot) and ``state`` (words in the place of a dot).
    """
    colour = alt.when("datum.chosen").then(alt.value(ORANGE)).otherwise(alt.value(BLUE))
    fill = (
        alt.when("datum.is_good && datum.chosen")
        .then(alt.value(ORANGE))
        .when("datum.is_good")
        .then(alt.value(BLUE))
        .otherwise(alt.value(PAPER))
    )
    shape = alt.when("datum.chosen").then(alt.value("diamond")).otherwise(alt.value("circle"))
    base = alt.Chart(alt.InlineData(values=[])).encode(y=_rows_axis())
    rule = base.mark_rule(strokeWidth=3, opacity=0.55, strokeCap="round").encode(
        x=_value_axis("low", style.axis), x2="high:Q", color=colour
    )
    dot = base.mark_point(size=110, strokeWidth=2.2, opacity=1).encode(
        x="estimate:Q", color=colour, fill=fill, shape=shape
    )
    figure = base.mark_text(dy=-14, fontWeight=600).encode(x="estimate:Q", text="value:N")
    words = base.mark_text(align="left", fontStyle="italic", color=GREY, dx=4).encode(
        x=alt.datum(style.axis.low), text="state:N"
    )
    chart = alt.layer(rule, dot, figure, words).properties(height=_height())
    return _finished(chart, style)


@lru_cache(maxsize=64)
def scale_chart(style: Style) -> Spec:
    """Return a bar per row, divided over the answers of a scale; ``legend`` names them in order.

    Rows: one per row and answer, with ``answer`` (its place from 0), ``label`` (its name),
    ``start`` and ``end`` (percentages), ``value`` (in words, empty where too small to fit),
    ``said`` (name and value, for the mouse), ``is_bound`` (pale and dashed: as wide as is left)
    and ``state`` (words in the place of a bar, on the first answer only).
    """
    colours = _spread(len(style.legend))
    middle = (len(style.legend) + 1) // 2
    dark = (
        alt.when(f"datum.answer >= {middle} && !datum.is_bound")
        .then(alt.value(PAPER))
        .otherwise(alt.value(INK))
    )
    base = alt.Chart(alt.InlineData(values=[])).encode(y=_rows_axis())
    bar = base.mark_bar(height=26, strokeWidth=1).encode(
        fillOpacity=alt.when("datum.is_bound").then(alt.value(0.3)).otherwise(alt.value(1)),
        stroke=alt.when("datum.is_bound").then(alt.value(GREY)).otherwise(alt.value(PAPER)),
        strokeDash=alt.when("datum.is_bound").then(alt.value([3, 2])).otherwise(alt.value([1, 0])),
        tooltip=alt.Tooltip("said:N", title=" "),
        x=_value_axis("start", style.axis),
        x2="end:Q",
        color=_labelled(style, colours, 140),
    )
    figure = base.mark_text().encode(x=alt.X("middle:Q"), text="value:N", color=dark)
    words = base.mark_text(align="left", fontStyle="italic", color=GREY, dx=4).encode(
        x=alt.datum(0), text="state:N"
    )
    chart = alt.layer(bar, figure, words).properties(height=_height())
    return _finished(chart, style)


def _labelled(
    style: Style,
    colours: list[str],
    room: int,
    **symbols: Any,  # noqa: ANN401 - as altair takes them
) -> alt.Color:
    """Return a colour for each label, in a legend of as many columns as fit: one on a phone.

    ``room`` is how wide a column is, in pixels; ``symbols`` is how marks look in the legend.
    """
    return alt.Color(
        "label:N",
        title=None,
        scale=alt.Scale(domain=list(style.legend), range=colours),
        legend=alt.Legend(
            orient="top",
            direction="horizontal",
            columns=alt.ExprRef(f"max(1, floor(width / {room}))"),
            labelLimit=260,
            **symbols,
        ),
    )


def _spread(count: int) -> list[str]:
    """Return so many colours, as far apart on the scale as they can be."""
    if count < 2:
        return [SCALE[-2]]
    return [SCALE[round(n * (len(SCALE) - 1) / (count - 1))] for n in range(count)]


@lru_cache(maxsize=128)
def strip_chart(style: Style) -> Spec:
    """Return a line per municipality, with middle half and median of each row; official only.

    Rows of two kinds: ``amount`` and ``name`` per municipality, ``chosen`` for the one asked
    for; and ``quartile_low``, ``median``, ``quartile_high`` and ``value`` per row.
    """
    base = alt.Chart(alt.InlineData(values=[])).encode(y=_rows_axis())
    # Each mark is made of the few rows it draws: there are hundreds of municipalities.
    group = base.transform_filter("isValid(datum.median)")
    municipality = base.transform_filter("isValid(datum.amount)")
    chosen = base.transform_filter("datum.chosen")
    without = base.transform_filter("datum.state")
    band = group.mark_bar(height=24, color=BAND).encode(
        x=_value_axis("quartile_low", style.axis), x2="quartile_high:Q"
    )
    ticks = municipality.mark_tick(
        thickness=1, height=20, opacity=0.45, color=BLUE, clip=True
    ).encode(
        x="amount:Q", tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("value:N", title=" ")]
    )
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
    return _finished(layers.properties(height=alt.Step(ROW_HEIGHT + 14)), style)


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
    colours = [*_spread(len(style.legend) - 1), PAPER]
    base = alt.Chart(alt.InlineData(values=[]))
    tile = base.mark_point(
        shape=_HEXAGON, filled=True, size=size, stroke=GREY, strokeWidth=0.5, **place
    ).encode(
        color=_labelled(
            style,
            colours,
            170,
            symbolStrokeColor=GREY,
            symbolStrokeWidth=0.5,
            symbolType=_HEXAGON,
        ),
        opacity=alt.when("datum.inside").then(alt.value(1)).otherwise(alt.value(0.3)),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("value:N", title=" ")],
    )
    chosen = base.transform_filter("datum.chosen")
    own = chosen.mark_point(
        shape=_HEXAGON, filled=False, size=size, stroke=ORANGE, strokeWidth=3.5, opacity=1, **place
    )
    text = {"dy": -18, "fontWeight": 600, "fontSize": 14, **place}
    # A rim in the colour of the paper keeps the name apart from what it stands on.
    rim = chosen.mark_text(color=PAPER, stroke=PAPER, strokeWidth=5, **text).encode(text="name:N")
    name = chosen.mark_text(color=INK, **text).encode(text="name:N")
    return _finished(alt.layer(tile, own, rim, name).properties(height=MAP_HEIGHT), style)
