"""Tested differences in words: the verb is the test's, never ours.

What a difference is called was decided at the release, together with the other groups of the
dimension; nothing is judged here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.card import Row, word_table
from pages.cards.rows import (
    class_panel,
    further_panel,
    headline_item,
    headline_statistic,
    region_panel,
)
from queries.ask.questions import Comparison, Question
from queries.vocabulary import Against, Outcome
from queries.words import numbers
from queries.words.texts import capital, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.design import Dimension
    from data.survey.indicators import Indicator
    from pages.state.view import View

# A side is too uncertain to compare, or is not published.
UNTOLD = (Outcome.TOO_LITTLE, Outcome.NOT_PUBLISHED)
# So many groups of which nothing can be said are named; more are counted.
_NAMED = 4


def measure_of(view: View, indicator: Indicator) -> tuple[str, str, str]:
    """Return the followed figure of an indicator: its id, item and statistic."""
    return (
        indicator.id,
        headline_item(view, indicator),
        headline_statistic(view, indicator),
    )


def page_differences(view: View, indicator: Indicator) -> pl.DataFrame:
    """Return every tested difference that a theme page shows of its question.

    Each size class, region and group of a further dimension against the rest, and the chosen
    group against the edition before. One row per difference, shares in percentage points.
    """
    further = view.book.further_dimensions()
    panels = [
        class_panel(view, indicator),
        region_panel(view, indicator),
        *(further_panel(view, indicator, dimension) for dimension in further),
    ]
    shown = {
        (Against.REST, row["dimension"], row["group_code"])
        for p in panels
        if p is not None
        for row in p.rows
    }
    place = view.place()
    return view.compare(
        Comparison(
            measures=(measure_of(view, indicator),),
            edition=view.selection.edition,
            weighting=view.selection.weighting,
            subjects=(*sorted(shown), (Against.EDITION, place.dimension, place.group)),
        )
    )


def headline_differences(view: View, level: Dimension | None = None) -> pl.DataFrame:
    """Return every tested difference of the themes' headline questions.

    Each size class and each region of a level, else of the first, against the rest, and the whole
    against the edition before.
    """
    book = view.book
    asked = [book.by_id[theme.headline] for theme in book.themes]
    year = view.selection.edition
    dimensions = [*book.of_kind("class")[:1], *([level] if level else book.of_kind("region")[:1])]
    return view.compare(
        Comparison(
            measures=tuple(measure_of(view, i) for i in asked if i.asked_in(year)),
            edition=year,
            subjects=(
                *((Against.REST, d.id, code) for d in dimensions for code in d.codes()),
                (Against.EDITION, WHOLE, WHOLE),
            ),
        )
    )


def sentence(view: View, row: Row) -> str:
    """Return one difference as a sentence, with both figures, its margin and its verb."""
    words, indicator = view.words, view.book.by_id[row["indicator"]]
    said = {
        "subject": capital(view.group(row["dimension"], row["group_code"])),
        "whole": view.book.survey.whole.of(view.language),
        "other_subject": _other(view, row),
        "year": row["other_edition"],
    }
    if row["outcome"] not in UNTOLD:
        said |= {
            "value": view.value(row["estimate"], indicator),
            "other": view.value(row["other_estimate"], indicator),
            "difference": numbers.difference(row["difference"], indicator, words),
            "margin": numbers.difference_span(row["low"], row["high"], indicator, words),
            "detectable": numbers.difference(row["detectable"], indicator, words),
        }
    return words(f"difference.{row['against']}_{row['outcome']}", **said)


def in_short(view: View, row: Row) -> str:
    """Return a tested difference with the rest in a few words: both figures, and of whom."""
    indicator = view.book.by_id[row["indicator"]]
    return view.words(
        "difference.short",
        subject=capital(view.group(row["dimension"], row["group_code"])),
        whole=view.book.survey.whole.of(view.language),
        value=view.value(row["estimate"], indicator),
        other=view.value(row["other_estimate"], indicator),
    )


def _other(view: View, row: Row) -> str:
    """Return the name of the other group of a pair; nothing where there is none."""
    if row["other_group"] is None:
        return ""
    return view.group(row["other_dimension"], row["other_group"])


def summary(view: View, differences: pl.DataFrame, dimension: str) -> str:
    """Return which groups of a dimension differ from the rest, in one or two sentences."""
    rows = differences.filter(
        pl.col("against") == Against.REST, pl.col("dimension") == dimension
    ).to_dicts()
    if not rows:
        return ""
    words = view.words
    whole = view.book.survey.whole.of(view.language)
    by_outcome = {
        outcome: [row for row in rows if row["outcome"] == outcome]
        for outcome in (Outcome.HIGHER, Outcome.LOWER, Outcome.NO_DIFFERENCE, *UNTOLD)
    }
    said = [
        words(f"difference.list_{outcome}", whole=whole, groups=_listed(view, by_outcome[outcome]))
        for outcome in (Outcome.HIGHER, Outcome.LOWER)
        if by_outcome[outcome]
    ]
    said += [
        words(f"difference.list_{outcome}", groups=_named(view, by_outcome[outcome]))
        for outcome in UNTOLD
        if by_outcome[outcome]
    ]
    if by_outcome[Outcome.NO_DIFFERENCE]:
        said.append(words(f"difference.list_{'others' if said else 'none'}", whole=whole))
    return " ".join(said)


def _named(view: View, rows: Sequence[Row]) -> str:
    """Return groups by name, or how many they are where those are too many to read."""
    if len(rows) > _NAMED:
        return view.words("difference.groups", count=view.number(len(rows)))
    return join([_name(view, row) for row in rows], view.words("join.and"))


def _listed(view: View, rows: Sequence[Row]) -> str:
    """Return groups with their figure and that of the rest, as a list in words."""
    named = [
        view.words(
            "difference.listed",
            group=_name(view, row),
            value=view.value(row["estimate"], view.book.by_id[row["indicator"]]),
            other=view.value(row["other_estimate"], view.book.by_id[row["indicator"]]),
        )
        for row in rows
    ]
    return join(named, view.words("join.and"))


def _name(view: View, row: Row) -> str:
    """Return the short name of a difference's group."""
    return view.group(row["dimension"], row["group_code"], short=True)


def difference_table(view: View, differences: pl.DataFrame) -> pl.DataFrame:
    """Return differences in words, one row each: what, outcome, difference, margin, from when."""
    words, book = view.words, view.book

    def said(row: Row, column: str) -> str:
        if row[column] is None or row["outcome"] in UNTOLD:
            return ""
        return numbers.difference(row[column], book.by_id[row["indicator"]], words)

    def margin(row: Row) -> str:
        if row["outcome"] in UNTOLD:
            return ""
        return numbers.difference_span(row["low"], row["high"], book.by_id[row["indicator"]], words)

    return word_table(
        view,
        differences.to_dicts(),
        [
            ("compared", lambda row: _compared(view, row)),
            ("outcome", lambda row: words(f"outcome.{row['outcome']}")),
            ("difference", lambda row: said(row, "difference")),
            ("difference_margin", margin),
            ("detectable", lambda row: said(row, "detectable")),
        ],
    )


def _compared(view: View, row: Row) -> str:
    """Return what a difference is between."""
    return view.words(
        f"difference.against_{row['against']}",
        subject=capital(view.group(row["dimension"], row["group_code"])),
        whole=view.book.survey.whole.of(view.language),
        other_subject=_other(view, row),
        later=row["edition"],
        year=row["other_edition"],
    )


# What a file says of a tested difference, in place of the columns of figures.
DIFFERENCE_COLUMNS = (
    "kind",
    "is_synthetic",
    "edition",
    "other_edition",
    "basis",
    "indicator",
    "indicator_label",
    "item",
    "item_label",
    "statistic",
    "weighting",
    "against",
    "dimension",
    "group_code",
    "group_label",
    "other_dimension",
    "other_group",
    "other_group_label",
    "answer_count",
    "other_answer_count",
    "estimate",
    "other_estimate",
    "difference",
    "low",
    "high",
    "unit",
    "detectable",
    "p_value",
    "outcome",
)


def as_figures(view: View, differences: pl.DataFrame) -> pl.DataFrame:
    """Return differences for files; what is too uncertain to say keeps its row, without figures.

    With the number of answers of both figures; of the rest of a group none is published.
    """
    told = ~pl.col("outcome").is_in(UNTOLD)
    figures = ("estimate", "other_estimate", "difference", "low", "high", "detectable", "p_value")
    others = pl.Series([_other(view, row) for row in differences.to_dicts()], dtype=pl.String)
    place = ["dimension", "group_code", "edition"]
    counts = _answer_counts(view, differences, place)
    other_place = ["other_dimension", "other_group", "other_edition"]
    of_others = counts.rename(
        dict(zip(place, other_place, strict=True)) | {"answer_count": "other_answer_count"}
    )
    return (
        differences.join(counts, on=[*_MEASURE, *place], how="left", maintain_order="left")
        .join(of_others, on=[*_MEASURE, *other_place], how="left", maintain_order="left")
        .with_columns(
            *(pl.when(told).then(c).alias(c) for c in figures),
            kind=pl.lit("survey"),
            basis=pl.lit("enquete"),
            other_group_label=others,
        )
    )


_MEASURE = ["indicator", "item", "statistic", "weighting"]


def _answer_counts(view: View, differences: pl.DataFrame, place: list[str]) -> pl.DataFrame:
    """Return how many answered, of every group that differences are between."""
    indicators, items, statistics, weightings = (
        tuple(differences[column].unique(maintain_order=True)) for column in _MEASURE
    )
    found = [
        view.ask(
            Question(
                indicators=indicators,
                by=dimension,
                items=items,
                statistics=statistics,
                weightings=weightings,
            )
        )
        for dimension in differences["dimension"].unique(maintain_order=True)
    ]
    return pl.concat(found).select(*_MEASURE, *place, "answer_count")
