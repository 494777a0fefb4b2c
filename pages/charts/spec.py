"""Charts as finished Vega-Lite specifications. Pure: no Streamlit, no figures, no words of its own.

A specification holds no data and nothing that changes with a filter, so that a browser that has
drawn it once only takes in new rows. Building one costs more than any query, so each is kept.

Every chart takes rows with ``key`` (unique, in drawing order by ``rank``; what stands behind the
first ``|`` is shown), and the columns named at each function. In ``choice`` stands what a click on
a mark chooses, as the part of the address that changes (``?gm=GM0363``), or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import altair as alt

from pages.charts.palette import colour
from queries.words.numbers import decimal_mark, group_mark

if TYPE_CHECKING:
    from data.survey.languages import Language

Spec: TypeAlias = dict[str, Any]

BLUE, ORANGE, GREY, INK = map(colour, ("blue", "orange", "soft", "ink"))
PAPER, GRID, BAND, SHADE = map(colour, ("paper", "grid", "band", "shade"))
# From low to high, told apart without colour too.
SCALE = tuple(colour(f"scale-{step}") for step in range(1, 6))
FONT = "IBM Plex Sans, Arial, sans-serif"
ROW_HEIGHT = 40
# Shown of a key: what stands behind the first bar, and behind the second at the end of the row. A
# leading # marks a heading.
_LABEL, FIGURE = (f"split(datum.value, '|')[{part}]" for part in (1, 2))
_IS_HEADING = "indexof(datum.value, '#') === 0"
_HAS_TWO_LINES = "indexof(datum.value, '\\n') >= 0"

# What a click chooses, and the hand of the mouse where it chooses anything.
CHOICE = "choice:N"
HAND = alt.ExprRef("datum.choice ? 'pointer' : 'default'")

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
    legend: tuple[str, ...] = ()


def finished(chart: alt.LayerChart | alt.FacetChart, style: Style) -> Spec:
    """Return the chart as a specification without data, numbers in the reader's notation."""
    spec: Spec = chart.properties(width="container").to_dict(validate=True)
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
        # A mark says what its rows hold for it, and nothing by itself.
        "mark": _UNSAID | {"tooltip": None},
    }
    # Variables for colours work in SVG only, and a drawn chart then prints sharp as well.
    spec["usermeta"] = {"embedOptions": {"renderer": "svg"}}
    return spec


def _notation(language: Language) -> Spec:
    """Return how numbers on an axis are written."""
    marks = {"decimal": decimal_mark(language), "thousands": group_mark(language)}
    return marks | {"grouping": [3], "currency": ["", ""]}


def rows_axis() -> alt.Y:
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
            # The middle of a label belongs beside the dot, also of one with two lines.
            labelOffset={"condition": {"test": _HAS_TWO_LINES, "value": -7}, "value": 0},
            labelFlush=False,
            labelFontWeight={"condition": {"test": _IS_HEADING, "value": 700}, "value": 400},
        ),
    )


def value_axis(field: str, axis: Axis) -> alt.X:
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


def row_height() -> alt.Step:
    """Return room for two lines of label per row."""
    return alt.Step(ROW_HEIGHT)


def labelled(
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


def spread_of(count: int) -> list[str]:
    """Return so many colours, as far apart on the scale as they can be."""
    if count < 2:
        return [SCALE[-2]]
    return [SCALE[round(n * (len(SCALE) - 1) / (count - 1))] for n in range(count)]
