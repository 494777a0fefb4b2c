"""Cards about a survey question: per class, per region, crossed, per edition, and what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.codebook import CROSS, WHOLE
from pages.cards.card import (
    BOUND,
    SHOWN,
    Card,
    Chart,
    axis_of,
    chart_frame,
    chart_row,
    interval_legend,
    style_of,
)
from pages.cards.differences import (
    EDITION,
    HIGHER,
    LOWER,
    as_figures,
    difference_table,
    page_differences,
    sentence,
    summary,
)
from pages.cards.findings import finding
from pages.cards.parts import card_of, drawn_statistics, interval_card
from pages.cards.rows import (
    Panel,
    class_panel,
    is_crossed,
    part_of,
    question_of,
    region_panel,
    rows_of,
    where_of,
)
from pages.charts import charts

if TYPE_CHECKING:
    from data.survey.codebook import Indicator
    from pages.cards.card import Row
    from pages.state.view import Context


def headline_card(context: Context, indicator: Indicator) -> Card:
    """Return the figure of the chosen groups, or of the nearest published group around them."""
    chosen = context.chosen_groups()
    place = context.place()
    rows = rows_of(context, indicator, place.dimension, place.group)
    notes = []
    if not place.exact:
        notes.append(_not_published(context, chosen, place.dimension, place.group))
    first = rows[0] if rows else None
    if first is not None and first["status"] not in {SHOWN, BOUND} and first["step_up_group"]:
        notes.append(_withheld(context, first))
        rows = [
            *rows,
            *rows_of(context, indicator, first["step_up_dimension"], first["step_up_group"]),
        ]
    sentence = " ".join(
        finding(context, indicator, row, _name(context, row)) for row in reversed(rows)
    )
    return card_of(context, indicator, "kern", sentence, rows, notes=notes)


def _name(context: Context, row: Row) -> str:
    """Return the name of a figure's group; nothing for the whole."""
    if row["dimension"] == WHOLE:
        return ""
    return context.group(row["dimension"], row["group_code"])


def _not_published(context: Context, chosen: dict[str, str], dimension: str, group: str) -> str:
    """Return why a choice is answered with a wider group."""
    return context.words(
        "note.not_published",
        asked=context.groups(chosen),
        given=context.group(dimension, group),
    )


def _withheld(context: Context, row: Row) -> str:
    """Return why a figure is replaced by that of a wider group."""
    return context.words(
        "note.step_up",
        asked=context.group(row["dimension"], row["group_code"]),
        given=context.group(row["step_up_dimension"], row["step_up_group"]),
    )


def classes_card(context: Context, indicator: Indicator) -> Card | None:
    """Return the figures per size class, within the chosen region where that is published."""
    panel = class_panel(context, indicator)
    if panel is None:
        return None
    place = context.groups(panel.within)
    heading = context.words("card.classes", place=place)
    return _panel_card(
        context, indicator, ("klassen", heading), panel, context.selection.size_class
    )


def regions_card(context: Context, indicator: Indicator) -> Card | None:
    """Return the figures per region, within the chosen size class where that is published."""
    panel = region_panel(context, indicator)
    if panel is None:
        return None
    heading = context.words(
        "card.regions", level=context.name(panel.by), place=context.groups(panel.within)
    )
    selection = context.selection
    chosen = selection.region if selection.level == panel.by.id else None
    return _panel_card(context, indicator, ("regios", heading), panel, chosen)


def _panel_card(
    context: Context,
    indicator: Indicator,
    named: tuple[str, str],
    panel: Panel,
    chosen: str | None,
) -> Card:
    """Return a card with a dot per group of a panel, and what the tests say of them."""
    by = panel.by.id
    card = interval_card(
        context,
        indicator,
        named,
        panel.rows,
        lambda row: context.group(by, part_of(row, by), short=True),
        chosen=lambda row: part_of(row, by) == chosen,
        notes=panel.notes,
    )
    tested = page_differences(context, indicator)
    dimension = panel.rows[0]["dimension"] if panel.rows else by
    return replace(card, sentence=summary(context, tested, dimension))


def differences_card(context: Context, indicator: Indicator) -> Card | None:
    """Return every tested difference of the question that the page shows, with its margin."""
    tested = page_differences(context, indicator)
    if tested.is_empty():
        return None
    called = tested.filter(pl.col("outcome").is_in([HIGHER, LOWER])).to_dicts()
    said = " ".join(sentence(context, row) for row in called)
    card = card_of(
        context, indicator, "verschillen", "", [], heading=context.words("difference.card")
    )
    return replace(
        card,
        sentence=said or context.words("difference.none"),
        figures=as_figures(tested),
        table=difference_table(context, tested),
        legend=context.words("difference.legend"),
    )


def cross_card(context: Context, indicator: Indicator) -> Card | None:
    """Return the figures per region and size class together."""
    classes = context.classes
    regions = [d for d in context.book.of_kind("region") if is_crossed(context, d.id)]
    if classes is None or not regions:
        return None
    region = regions[0]
    rows = context.ask(
        replace(question_of(context, indicator), by=f"{region.id}{CROSS}{classes.id}")
    ).to_dicts()
    drawn: list[Row] = []
    for code in region.codes():
        inside = [row for row in rows if part_of(row, region.id) == code]
        heading = f"#{code}|{context.group(region.id, code)}\n "
        drawn.append(_heading_row(heading))
        for row in inside:
            label = context.group(classes.id, part_of(row, classes.id), short=True)
            drawn.append(
                chart_row(context, indicator, row, label)
                | {"chosen": _is_chosen(context, row, region.id, classes.id)}
            )
    axis = axis_of(context, indicator, drawn_statistics(context, indicator))
    chart = Chart(
        charts.interval_chart(style_of(context, indicator, axis)),
        chart_frame(drawn),
        f"kruising-{indicator.id}",
    )
    heading = context.words(
        "card.cross",
        level=region.label.of(context.language),
        classes=context.name(classes),
    )
    card = card_of(context, indicator, "kruising", "", rows, heading=heading)
    return replace(card, chart=chart, legend=interval_legend(context))


def _heading_row(key: str) -> Row:
    """Return a row of a chart that only says which rows follow."""
    empty = dict.fromkeys(("estimate", "low", "high"))
    return {"key": key, **empty, "value": "", "state": "", "is_good": True, "chosen": False}


def _is_chosen(context: Context, row: Row, region: str, classes: str) -> bool:
    """Whether a crossed figure is the one chosen."""
    selection = context.selection
    return (
        selection.level == region
        and part_of(row, region) == selection.region
        and selection.size_class in {None, part_of(row, classes)}
    )


def editions_card(context: Context, indicator: Indicator) -> Card:
    """Return the figure of the chosen groups in every edition that asked the question."""
    place = context.place()
    where = () if place.dimension == WHOLE else where_of(place.dimension, place.group)
    rows = context.ask(
        replace(question_of(context, indicator), editions=None, by=WHOLE, where=where)
    ).to_dicts()
    name = context.group(place.dimension, place.group)
    card = interval_card(
        context,
        indicator,
        ("edities", context.words("card.editions", place=name)),
        rows,
        lambda row: str(row["edition"]),
        chosen=lambda row: row["edition"] == context.selection.edition,
        notes=_comparability(context, indicator),
    )
    tested = page_differences(context, indicator).filter(pl.col("against") == EDITION)
    return replace(card, sentence=" ".join(sentence(context, row) for row in tested.to_dicts()))


def _comparability(context: Context, indicator: Indicator) -> list[str]:
    """Return what stands in the way of comparing editions."""
    notes = [
        context.words("note.wording_changed", year=year)
        for year, state in sorted(indicator.comparability.items())
        if state == "changed"
    ]
    missing = [y for y in context.facts.editions if not indicator.asked_in(y)]
    notes += [context.words("note.not_asked", year=year) for year in missing]
    return notes
