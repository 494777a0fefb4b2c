"""What cards about a survey question share: their parts, and a dot with its margin per row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.card import (
    Card,
    Chart,
    axis_of,
    chart_frame,
    chart_row,
    interval_legend,
    shown,
    style_of,
    word_table,
)
from pages.cards.rows import headline_statistic
from pages.charts.intervals import interval_chart
from queries.vocabulary import PUBLISHED, Outcome
from queries.words.figures import counted
from queries.words.texts import join

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View


def drawn_statistics(view: View, indicator: Indicator) -> tuple[str, ...]:
    """Return the statistics that share an axis."""
    return (headline_statistic(view, indicator),)


def interval_card(  # noqa: PLR0913 - what differs between cards of one kind
    view: View,
    indicator: Indicator,
    named: tuple[str, str],
    rows: list[Row],
    label: Callable[[Row], str],
    *,
    chosen: Callable[[Row], bool],
    choose: Callable[[Row], str] = lambda _row: "",
    whole: float | None = None,
    outcome: Callable[[Row], str | None] = lambda _row: None,
    notes: Sequence[str] = (),
) -> Card:
    """Return a card with a dot and margin for each row.

    Args:
        view: release, selection and words.
        indicator: what the rows are figures of.
        named: id and heading of the card.
        rows: the figures.
        label: the name of a row.
        chosen: whether the reader chose it.
        choose: what a click on it changes in the address.
        whole: what all rows are compared with, drawn as a line.
        outcome: what a test calls a row; None where nothing is tested.
        notes: what has to be said of the choice.
    """
    card_id, heading = named
    drawn = [
        _told_apart(view, chart_row(view, indicator, row, label(row)), outcome(row))
        | {"chosen": chosen(row), "choice": choose(row), "whole": whole}
        for row in rows
    ]
    axis = axis_of(view, indicator, drawn_statistics(view, indicator))
    chart = Chart(
        interval_chart(style_of(view, axis)),
        chart_frame(drawn),
        f"{card_id}-{indicator.id}",
    )
    card = card_of(view, indicator, card_id, "", rows, heading=heading, notes=notes)
    return drawn_card(view, card, chart, rows)


def drawn_card(view: View, card: Card, chart: Chart, rows: Sequence[Row]) -> Card:
    """Return a card with its chart; where no row has a figure, with a sentence that says so."""
    if any(row["status"] in PUBLISHED for row in rows):
        return replace(card, chart=chart, legend=interval_legend(view))
    reasons = dict.fromkeys(value_or_state(view, view.book.by_id[r["indicator"]], r) for r in rows)
    said = view.words("card.no_figures", reasons=join(list(reasons), view.words("join.or")))
    return replace(card, sentence=said if rows else "")


def _told_apart(view: View, drawn: Row, outcome: str | None) -> Row:
    """Return a row of a chart with what a test calls it behind its figure; else pale."""
    if outcome not in {Outcome.HIGHER, Outcome.LOWER}:
        return drawn | {"stands_out": outcome is None}
    called = view.words(f"outcome.{outcome}")
    return drawn | {"key": f"{drawn['key']} {called}", "said": f"{drawn['said']}: {called}"}


def card_of(  # noqa: PLR0913 - a card has this many parts
    view: View,
    indicator: Indicator,
    card_id: str,
    sentence: str,
    rows: Sequence[Row],
    *,
    heading: str = "",
    notes: Sequence[str] = (),
) -> Card:
    """Return a card with its figures, their table in words, and where they come from."""
    return Card(
        id=card_id,
        heading=heading or indicator.label.of(view.language),
        sentence=sentence,
        figures=pl.DataFrame(list(rows), infer_schema_length=None),
        table=figure_table(view, rows),
        indicators=(indicator,),
        filters=filters_in_words(view, indicator),
        notes=tuple(notes),
        mark=view.mark(indicator),
        source=source_line(view, indicator),
        count=count_line(view, rows),
    )


def figure_table(view: View, rows: Sequence[Row]) -> pl.DataFrame:
    """Return figures in words, one row each: group, answer, year, value, margin, n of N."""
    by_id = view.book.by_id
    several_items = len({(row["item"], row["statistic"]) for row in rows}) > 1
    several_years = len({row["edition"] for row in rows}) > 1
    columns: list[tuple[str, Callable[[Row], str]]] = [
        (
            "group",
            lambda row: view.group(
                row["dimension"], row["group_code"], short=row["dimension"] == WHOLE
            ),
        )
    ]
    if several_items:
        columns.append(("answer", lambda row: measure(view, row)))
    if several_years:
        columns.append(("edition", lambda row: str(row["edition"])))
    columns += [
        ("value", lambda row: value_or_state(view, by_id[row["indicator"]], row)),
        ("margin", lambda row: shown(view, by_id[row["indicator"]], row).margin),
        ("count", lambda row: shown(view, by_id[row["indicator"]], row).count),
        ("grade", lambda row: shown(view, by_id[row["indicator"]], row).grade),
    ]
    return word_table(view, rows, columns)


def value_or_state(view: View, indicator: Indicator, row: Row) -> str:
    """Return a figure, or why there is none."""
    figure = shown(view, indicator, row)
    return figure.value or figure.state


def measure(view: View, row: Row) -> str:
    """Return which answer or statistic a figure is about."""
    if row["item"]:
        return view.item(view.asked(row["indicator"], row["edition"]), row["item"])
    return view.words(f"statistic.{row['statistic']}")


def count_line(view: View, rows: Sequence[Row]) -> str:
    """Return how many answered in all, and what part of who took part did not, in words.

    When the rows are about one question in one group, or in parts of one group.
    """
    keys = ("dimension", "group_code", "edition", "indicator")
    groups = {tuple(r[key] for key in keys): r for r in rows}
    whole = [row for row in groups.values() if row["dimension"] == WHOLE] or list(groups.values())
    if len(whole) != 1:
        return ""
    row = whole[0]
    count = counted(view.words, row)
    if row["answer_count"] is None:
        return count
    line = view.words("count.line", count=count)
    if row["dont_know_share"] is None:
        return line
    shares = {
        name: view.words("unit.pct", number=view.number(round(row[f"{name}_share"])))
        for name in ("dont_know", "skipped")
    }
    return view.words("count.line_shares", line=line, **shares)


def source_line(view: View, indicator: Indicator) -> str:
    """Return source, edition, weighting and version."""
    words = view.words
    parts = [
        words("source.from", source=view.source(indicator)),
        words("source.edition", year=view.selection.edition),
        words(f"weighting.{view.selection.weighting}"),
        words("source.version", version=view.facts.version),
    ]
    return " · ".join(parts)


def filters_in_words(view: View, indicator: Indicator) -> str:
    """Return question, edition, groups and weighting as one line, for files."""
    words = view.words
    parts = [
        indicator.question.of(view.language),
        words("source.edition", year=view.selection.edition),
        view.groups(view.chosen_groups()),
        words(f"weighting.{view.selection.weighting}"),
    ]
    return "; ".join(parts)
