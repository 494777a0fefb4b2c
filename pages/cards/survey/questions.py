"""Cards about a survey question: per class, per region, crossed, per edition, and what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import CROSS, WHOLE, parts_of
from pages.cards.card import Card, Chart, choice, choice_of, said_of, short_bound, shown, style_of
from pages.cards.differences import (
    DIFFERENCE_COLUMNS,
    UNTOLD,
    as_figures,
    difference_table,
    page_differences,
    sentence,
    summary,
)
from pages.cards.findings import finding
from pages.cards.parts import card_of, interval_card
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
from pages.charts.matrices import matrix_chart
from pages.charts.spec import Axis
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
        choose=lambda row: choice_of(view, by, part_of(row, by)),
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
    is_tested = not tested.filter(~pl.col("outcome").is_in(UNTOLD)).is_empty()
    card = card_of(view, indicator, "verschillen", "", [], heading=view.words("difference.card"))
    return replace(
        card,
        sentence=said or view.words(f"difference.{'none' if is_tested else 'untested'}"),
        figures=as_figures(view, tested),
        columns=DIFFERENCE_COLUMNS,
        table=difference_table(view, tested),
        legend=view.words("difference.legend"),
    )


def cross_card(view: View, indicator: Indicator) -> Card | None:
    """Return the figures per region and size class together, with both of their totals."""
    classes = view.classes
    regions = [d for d in view.book.of_kind("region") if crosses_classes(view, d.id)]
    if classes is None or not regions:
        return None
    region = regions[0]
    by = (f"{region.id}{CROSS}{classes.id}", region.id, classes.id, WHOLE)
    asked = question_of(view, indicator)
    rows = [row for one in by for row in view.ask(replace(asked, by=one)).to_dicts()]
    heading = view.words(
        "card.cross",
        level=region.label.of(view.language),
        classes=view.name(classes),
    )
    card = card_of(view, indicator, "kruising", "", rows, heading=heading)
    return replace(
        card,
        chart=_matrix(view, indicator, rows, region, classes),
        legend=view.words("legend.matrix"),
    )


def _matrix(
    view: View, indicator: Indicator, rows: list[Row], region: Dimension, classes: Dimension
) -> Chart:
    """Return a cell for each figure; what is not divided stands at the end of its row or column."""
    everyone = view.words("card.everyone")

    def name(row: Row, dimension: Dimension) -> str:
        code = _part(row, dimension)
        return view.group(dimension.id, code, short=True) if code else everyone

    drawn = []
    for row in rows:
        figure = shown(view, indicator, row)
        is_bound = row["status"] == Status.BOUND
        sign = short_bound(view, indicator, row) if is_bound else _SIGN
        groups = [name(row, d) for d in (region, classes) if _part(row, d)]
        place = ", ".join(groups) or view.groups({})
        drawn.append(
            {
                "row": name(row, region),
                "column": name(row, classes),
                "value": figure.value or sign,
                "count": _answered(view, row),
                "is_figure": bool(figure.value),
                "chosen": _is_chosen(view, row, region, classes),
                "choice": _cell_choice(view, row, region, classes),
                "said": said_of(view, figure, place),
            }
        )
    columns = [*(view.group(classes.id, c, short=True) for c in classes.codes()), everyone]
    names = [*(view.group(region.id, c, short=True) for c in region.codes()), everyone]
    spec = matrix_chart(style_of(view, Axis("", 0, 1)), tuple(columns), tuple(names))
    return Chart(spec, pl.DataFrame(drawn), f"kruising-{indicator.id}")


def _answered(view: View, row: Row) -> str:
    """Return about how many answered, of how many; nothing where that is not told."""
    if row["answer_count"] is None:
        return ""
    counts = (view.number(row[column]) for column in ("answer_count", "population_count"))
    return view.words("count.of", **dict(zip(("answers", "population"), counts, strict=True)))


# In the place of a figure that is not shown.
_SIGN = "·"


def _part(row: Row, dimension: Dimension) -> str | None:
    """Return the group of a figure in one dimension; None where it is about all of them."""
    if row["dimension"] == WHOLE:
        return None
    return parts_of(row["dimension"], row["group_code"]).get(dimension.id)


def _is_chosen(view: View, row: Row, region: Dimension, classes: Dimension) -> bool:
    """Whether a figure is that of the groups chosen, where any are."""
    selection = view.selection
    chosen = selection.region if selection.level == region.id else None
    if chosen is None and selection.size_class is None:
        return False
    return (_part(row, region), _part(row, classes)) == (chosen, selection.size_class)


def _cell_choice(view: View, row: Row, region: Dimension, classes: Dimension) -> str:
    """Return what a click on a cell changes in the address: both groups, or neither any longer."""
    is_chosen = _is_chosen(view, row, region, classes)
    wanted = view.selection
    for dimension in (region, classes):
        code = None if is_chosen else _part(row, dimension)
        wanted = view.with_group(wanted, dimension.id, code)
    return choice(view, wanted)


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
        choose=lambda row: choice(view, replace(view.selection, edition=row["edition"])),
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
    for year in (y for y in view.facts.editions if indicator.asked_in(y)):
        question = view.asked(indicator.id, year).question
        if question != indicator.question:
            worded = question.of(view.language)
            notes.append(view.words("note.asked_as", year=year, question=worded))
    missing = [y for y in view.facts.editions if not indicator.asked_in(y)]
    notes += [view.words("note.not_asked", year=year) for year in missing]
    return notes
