"""A card: one answer with everything that belongs to it, in the reader's words.

The same card is drawn on a page, read by a screen reader, downloaded and linked to, so that all
of them hold the same figures. Building one needs no Streamlit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from pages.charts.spec import Axis, Spec, Style
from pages.state.address import difference
from pages.state.pages import FILES
from queries.vocabulary import Grade
from queries.words import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from data.survey.indicators import Indicator
    from pages.state.selection import Selection
    from pages.state.view import View
    from queries.words.figures import Shown

Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A finished chart: its specification and the rows it draws."""

    spec: Spec
    rows: pl.DataFrame
    key: str

    @cached_property
    def sent(self) -> pa.Table:
        """The rows as they go to a browser."""
        return self.rows.to_arrow()


@dataclass(frozen=True)
class Card:
    """One answer, ready to be shown."""

    id: str
    heading: str
    sentence: str
    figures: pl.DataFrame
    table: pl.DataFrame
    indicators: tuple[Indicator, ...]
    filters: str
    chart: Chart | None = None
    legend: str = ""
    notes: tuple[str, ...] = ()
    mark: str | None = None
    source: str = ""
    count: str = ""
    # Columns of a file, where the rows are no figures in the one shape.
    columns: tuple[str, ...] = ()
    # The page that shows the card, and the parameters that show it as it is here.
    page: str = ""
    query: str = ""

    @property
    def alternative(self) -> str:
        """What a screen reader says in the place of the chart."""
        said = [self.heading, self.sentence, *self.notes, self.count, self.mark or ""]
        return " ".join(f"{part.rstrip('.')}." for part in said if part)


def shown(view: View, indicator: Indicator, row: Row) -> Shown:
    """Return one figure in words; withheld, missing and too uncertain ones without value."""
    return figures.shown(view.words, view.facts.policy, indicator, row)


def short_bound(view: View, indicator: Indicator, row: Row) -> str:
    """Return a bound as short as it can be."""
    return figures.bound(view.words, indicator, row, short=True)


def chart_row(view: View, indicator: Indicator, row: Row, label: str) -> Row:
    """Return what an interval chart draws of one figure."""
    figure = shown(view, indicator, row)
    has_line = figure.drawn and view.selection.margins
    return dot(
        f"{row['group_code']}/{row['item']}/{row['edition']}",
        f"{label}\n{figure.count}",
        figure.value or figure.state,
        said_of(view, figure, label),
    ) | {
        "estimate": row["estimate"] if figure.drawn else None,
        "low": row["low"] if has_line else None,
        "high": row["high"] if has_line else None,
        "is_good": row["grade"] != Grade.CAUTION,
    }


def said_of(view: View, figure: Shown, label: str) -> str:
    """Return a figure and what it is of in one sentence, for the mouse."""
    return view.words(
        "said.figure" if figure.drawn else "said.state",
        label=label,
        value=figure.value or figure.state,
        margin=figure.margin,
        count=figure.count,
    )


def choice(view: View, wanted: Selection) -> str:
    """Return what a click on a mark changes in the address, so that ``wanted`` is chosen."""
    return difference(view.selection, wanted, view.book)


def choice_of(view: View, dimension: str, code: str) -> str:
    """Return what a click on the mark of a group changes: it is chosen, or no longer."""
    chosen = view.chosen_groups().get(dimension)
    return choice(
        view, view.with_group(view.selection, dimension, None if code == chosen else code)
    )


def dot(code: str, label: str, figure: str, said: str) -> Row:
    """Return a row of an interval chart without a dot as yet.

    Args:
        code: tells rows apart.
        label: what stands before the row; a second line behind a line break.
        figure: what stands at its end.
        said: all of it in words, for the mouse.
    """
    return {
        "key": f"{code}|{label}|{figure}",
        "estimate": None,
        "low": None,
        "high": None,
        "said": said,
        "is_good": True,
        "stands_out": True,
        "whole": None,
        "chosen": False,
        "choice": "",
    }


def interval_legend(view: View) -> str:
    """Return how to read an interval chart."""
    return view.words("legend.interval" if view.selection.margins else "legend.no_margins")


def chart_frame(rows: Sequence[Row]) -> pl.DataFrame:
    """Return rows of an interval chart as a frame, in drawing order."""
    schema: dict[str, pl.DataType] = {
        "key": pl.String(),
        "estimate": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "said": pl.String(),
        "is_good": pl.Boolean(),
        "stands_out": pl.Boolean(),
        "whole": pl.Float64(),
        "chosen": pl.Boolean(),
        "choice": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index("rank")


def axis_of(view: View, indicator: Indicator, statistics: tuple[str, ...]) -> Axis:
    """Return the value axis of an indicator: the same for every group, edition and page.

    Shares run from 0 to 100%. Amounts run between the lowest and highest figure published.
    """
    words = view.words
    if indicator.is_share:
        return share_axis(view)
    row = view.query("axis_range", indicator=indicator.id, statistics=statistics).row(0)
    low, high = (float(bound) for bound in (row if None not in row else indicator.valid or (0, 1)))
    room = (high - low) * 0.08 or 1.0
    label = indicator.label.of(view.language)
    title = words(f"axis.{indicator.unit}", label=label)
    return Axis(title, low - room, high + room, suffix="%" if indicator.unit == "pct" else "")


def share_axis(view: View) -> Axis:
    """Return the axis of shares: of the municipalities, or of the inhabitants."""
    return Axis(view.words(f"axis.share_{view.selection.weighting}"), 0, 100, suffix="%")


def style_of(view: View, axis: Axis) -> Style:
    """Return what a chart needs to know beside its rows."""
    return Style(view.language, axis)


def word_table(
    view: View,
    rows: Sequence[Row],
    columns: Sequence[tuple[str, Callable[[Row], str]]],
) -> pl.DataFrame:
    """Return rows in words: a column of text for each heading and what to say under it."""
    named = {view.words(f"column.{heading}"): say for heading, say in columns}
    content = {name: [say(row) for row in rows] for name, say in named.items()}
    return pl.DataFrame(content, schema=dict.fromkeys(named, pl.String))


COLUMNS = (
    "kind",
    "is_synthetic",
    "edition",
    "basis",
    "indicator",
    "indicator_label",
    "item",
    "item_label",
    "statistic",
    "weighting",
    "dimension",
    "group_code",
    "group_label",
    "population_count",
    "respondent_count",
    "answer_count",
    "dont_know_share",
    "skipped_share",
    "estimate",
    "low",
    "high",
    "unit",
    "grade",
    "status",
)


def page_link(card: Card, origin: str = "") -> str:
    """Return the address of the view that a card stands in."""
    return f"{origin}/{card.page}?{card.query}"


def download_link(card: Card, ending: str) -> str:
    """Return the address of a card as a file, relative to any page."""
    return f"{FILES}/{card.page}/{card.id}.{ending}?{card.query}"
