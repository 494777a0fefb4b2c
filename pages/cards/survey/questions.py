"""Cards about a survey question: per class, per region, crossed, per edition, and what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import CROSS, WHOLE
from pages.cards.card import (
    Card,
    Chart,
    axis_of,
    chart_frame,
    chart_row,
    dot,
    style_of,
)
from pages.cards.differences import (
    as_figures,
    difference_table,
    page_differences,
    sentence,
    summary,
)
from pages.cards.findings import finding
from pages.cards.parts import card_of, drawn_card, drawn_statistics, interval_card
from pages.cards.rows import (
    Panel,
    class_panel,
    crosses_classes,
    further_panel,
    part_of,
    question_of,
    region_panel,
    rows_of,
    where_of,
)
from pages.charts.intervals import interval_chart
from queries.ask.step_up import wider_group
from queries.vocabulary import Against, Outcome, Status

if TYPE_CHECKING:
    from data.survey.design import Dimension
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View


def headline_card(view: View, indicator: Indicator) -> Card:
    """Return the figure of the chosen groups, or of the nearest published group around them."""
    chosen = view.chosen_groups()
    place = view.place()
    rows = rows_of(view, indicator, place.dimension, place.group)
    notes = []
    if not place.exact:
        notes.append(_not_published(view, chosen, place.dimension, place.group))
    wider = wider_group(rows[0]) if rows else None
    if wider is not None:
        asked = view.group(rows[0]["dimension"], rows[0]["group_code"])
        notes.append(view.words("note.step_up", asked=asked, given=view.group(*wider)))
        rows = [*rows, *rows_of(view, indicator, *wider)]
    sentence = " ".join(finding(view, indicator, row, _name(view, row)) for row in reversed(rows))
    return card_of(view, indicator, "kern", sentence, rows, notes=notes)


def _name(view: View, row: Row) -> str:
    """Return the name of a figure's group; nothing for the whole."""
    if row["dimension"] == WHOLE:
        return ""
    return view.group(row["dimension"], row["group_code"])


def _not_published(view: View, chosen: dict[str, str], dimension: str, group: str) -> str:
    """Return why a choice is answered with a wider group."""
    return view.words(
        "note.not_published",
        asked=view.groups(chosen),
        given=view.group(dimension, group),
    )


def classes_card(view: View, indicator: Indicator) -> Card | None:
    """Return the figures per size class, within the chosen region where that is published."""
    panel = class_panel(view, indicator)
    if panel is None:
        return None
    place = view.groups(panel.within)
    heading = view.words("card.classes", place=place)
    return _panel_card(view, indicator, ("klassen", heading), panel, view.selection.size_class)


def regions_card(view: View, indicator: Indicator) -> Card | None:
    """Return the figures per region, within the chosen size class where that is published."""
    panel = region_panel(view, indicator)
    if panel is None:
        return None
    heading = view.words("card.regions", level=view.name(panel.by), place=view.groups(panel.within))
    selection = view.selection
    chosen = selection.region if selection.level == panel.by.id else None
    return _panel_card(view, indicator, ("regios", heading), panel, chosen)


def further_card(view: View, indicator: Indicator, dimension: Dimension) -> Card | None:
    """Return the figures per group of a dimension that is neither region nor the size classes."""
    panel = further_panel(view, indicator, dimension)
    if not panel.rows:
        return None
    heading = view.words("card.regions", level=view.name(dimension), place=view.groups({}))
    chosen = dict(view.selection.further).get(dimension.id)
    return _panel_card(view, indicator, (f"per-{dimension.parameter}", heading), panel, chosen)


def _panel_card(
    view: View,
    indicator: Indicator,
    named: tuple[str, str],
    panel: Panel,
    chosen: str | None,
) -> Card:
    """Return a card with a dot per group of a panel, and what the tests say of them."""
    by = panel.by.id
    tested = page_differences(view, indicator)
    dimension = panel.rows[0]["dimension"] if panel.rows else by
    outcomes = {
        row["group_code"]: row["outcome"]
        for row in tested.to_dicts()
        if row["against"] == Against.REST and row["dimension"] == dimension
    }
    card = interval_card(
        view,
        indicator,
        named,
        panel.rows,
        lambda row: view.group(by, part_of(row, by), short=True),
        chosen=lambda row: part_of(row, by) == chosen,
        whole=_whole(view, indicator),
        outcome=lambda row: outcomes.get(row["group_code"]),
        notes=panel.notes,
    )
    legend = card.legend
    if outcomes:
        whole = view.book.survey.whole.of(view.language)
        legend = f"{legend}\n{view.words('legend.told_apart', whole=whole)}"
    if card.chart is None:
        return card
    return replace(card, sentence=summary(view, tested, dimension), legend=legend)


def _whole(view: View, indicator: Indicator) -> float | None:
    """Return the figure of everyone, if it is shown."""
    rows = rows_of(view, indicator, WHOLE, WHOLE)
    return next((row["estimate"] for row in rows if row["status"] == Status.SHOWN), None)


def differences_card(view: View, indicator: Indicator) -> Card | None:
    """Return every tested difference of the question that the page shows, with its margin."""
    tested = page_differences(view, indicator)
    if tested.is_empty():
        return None
    called = tested.filter(pl.col("outcome").is_in([Outcome.HIGHER, Outcome.LOWER])).to_dicts()
    said = " ".join(sentence(view, row) for row in called)
    card = card_of(view, indicator, "verschillen", "", [], heading=view.words("difference.card"))
    return replace(
        card,
        sentence=said or view.words("difference.none"),
        figures=as_figures(tested),
        table=difference_table(view, tested),
        legend=view.words("difference.legend"),
    )


def cross_card(view: View, indicator: Indicator) -> Card | None:
    """Return the figures per region and size class together."""
    classes = view.classes
    regions = [d for d in view.book.of_kind("region") if crosses_classes(view, d.id)]
    if classes is None or not regions:
        return None
    region = regions[0]
    rows = view.ask(
        replace(question_of(view, indicator), by=f"{region.id}{CROSS}{classes.id}")
    ).to_dicts()
    drawn: list[Row] = []
    for code in region.codes():
        inside = [row for row in rows if part_of(row, region.id) == code]
        heading = f"#{code}|{view.group(region.id, code)}\n "
        drawn.append(_heading_row(heading))
        for row in inside:
            label = view.group(classes.id, part_of(row, classes.id), short=True)
            drawn.append(
                chart_row(view, indicator, row, label)
                | {"chosen": _is_chosen(view, row, region.id, classes.id)}
            )
    axis = axis_of(view, indicator, drawn_statistics(view, indicator))
    chart = Chart(
        interval_chart(style_of(view, axis)),
        chart_frame(drawn),
        f"kruising-{indicator.id}",
    )
    heading = view.words(
        "card.cross",
        level=region.label.of(view.language),
        classes=view.name(classes),
    )
    card = card_of(view, indicator, "kruising", "", rows, heading=heading)
    return drawn_card(view, card, chart, rows)


def _heading_row(key: str) -> Row:
    """Return a row of a chart that only says which rows follow."""
    code, label = key.split("|")
    return dot(code, label, "", label)


def _is_chosen(view: View, row: Row, region: str, classes: str) -> bool:
    """Whether a crossed figure is the one chosen."""
    selection = view.selection
    return (
        selection.level == region
        and part_of(row, region) == selection.region
        and selection.size_class in {None, part_of(row, classes)}
    )


def editions_card(view: View, indicator: Indicator) -> Card:
    """Return the figure of the chosen groups in every edition that asked the question."""
    place = view.place()
    where = () if place.dimension == WHOLE else where_of(place.dimension, place.group)
    rows = view.ask(
        replace(question_of(view, indicator), editions=None, by=WHOLE, where=where)
    ).to_dicts()
    name = view.group(place.dimension, place.group)
    card = interval_card(
        view,
        indicator,
        ("edities", view.words("card.editions", place=name)),
        rows,
        lambda row: str(row["edition"]),
        chosen=lambda row: row["edition"] == view.selection.edition,
        notes=_comparability(view, indicator),
    )
    if card.chart is None:
        return card
    tested = page_differences(view, indicator).filter(pl.col("against") == Against.EDITION)
    return replace(card, sentence=" ".join(sentence(view, row) for row in tested.to_dicts()))


def _comparability(view: View, indicator: Indicator) -> list[str]:
    """Return what stands in the way of comparing editions."""
    notes = [
        view.words("note.wording_changed", year=year)
        for year, state in sorted(indicator.comparability.items())
        if state == "changed"
    ]
    missing = [y for y in view.facts.editions if not indicator.asked_in(y)]
    notes += [view.words("note.not_asked", year=year) for year in missing]
    return notes
