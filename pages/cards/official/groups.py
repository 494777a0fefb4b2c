"""Cards of an official figure by group: a swarm of municipalities per size class or region."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import CROSS, WHOLE, group_of, parts_of
from pages.cards.card import Card, Chart, style_of
from pages.cards.official.figures import filed_count
from pages.cards.official_figures import (
    STATISTICS,
    axis_of_values,
    everywhere,
    municipal_values,
    official_indicator,
    official_source,
    official_when,
    position,
    statistics_of,
    strip_rows,
    strips_of,
)
from pages.cards.parts import figure_table
from pages.charts.strips import strip_chart
from queries.ask.questions import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.design import Dimension
    from data.survey.indicators import Indicator
    from pages.state.selection import Selection
    from pages.state.view import View


def official_classes_card(view: View, theme: str) -> Card | None:
    """Return an official figure over the size classes, each municipality a dot."""
    classes = view.classes
    if classes is None:
        return None
    extra = view.book.of_kind("class", for_figures="official")
    return _strip_card(view, theme, "officieel-klassen", extra or [classes])


def official_regions_card(view: View, theme: str) -> Card | None:
    """Return an official figure over the regions, each municipality a dot."""
    level = view.level
    if level is None:
        return None
    return _strip_card(view, theme, "officieel-regios", [level])


def _strip_card(
    view: View, theme: str, card_id: str, dimensions: Sequence[Dimension]
) -> Card | None:
    """Return a strip per group of some dimensions, with the whole country first."""
    indicator = official_indicator(view, theme)
    if indicator is None:
        return None
    when = official_when(view, indicator)
    if when is None:
        return None
    basis, year = when
    main = dimensions[0]
    within = _within(view, main)
    whole, groups = _statistics(view, indicator, when, dimensions, within)
    figures = pl.concat([whole, *groups])

    members = replace(view, selection=_of_groups(view, within))
    everyone = municipal_values(members, indicator, basis, year, main)

    def inside(dimension: str, code: str) -> pl.DataFrame:
        parts = parts_of(dimension, code)
        own = next((d for d in dimensions if d.id in parts), None)
        if own is None:
            return everyone
        values = municipal_values(members, indicator, basis, year, own)
        return values.filter(pl.col("group_code") == parts[own.id])

    axis = axis_of_values(
        view, indicator, municipal_values(everywhere(view), indicator, basis, year, main)
    )
    heading = view.words(
        "card.official",
        label=indicator.label.of(view.language),
        by=", ".join([view.name(main), *([view.groups(within)] if within else [])]),
        year=year,
        basis=view.words(f"basis.{basis}"),
    )
    strips = strips_of(view, figures, inside, main.id)
    chart = Chart(
        strip_chart(style_of(view, axis)),
        strip_rows(view, indicator, strips, axis),
        f"{card_id}-{indicator.id}-{main.id}",
    )
    summary = whole.filter(pl.col("statistic") == "median").to_dicts()
    return Card(
        id=card_id,
        heading=heading,
        sentence=_sentence(view, indicator, whole) if main == view.classes else "",
        figures=figures,
        table=figure_table(view, figures.to_dicts()),
        indicators=(indicator,),
        filters=f"{indicator.question.of(view.language)}; {heading}",
        chart=chart,
        legend=view.words("legend.strip"),
        notes=tuple(_notes(view, indicator, everyone)) if main == view.classes else (),
        source=official_source(view, indicator, year, basis),
        count=filed_count(view, summary),
    )


def _within(view: View, by: Dimension) -> dict[str, str]:
    """Return the chosen group that the groups of a dimension are looked at within, if any."""
    chosen = view.chosen_groups()
    others = [view.level] if by.kind == "class" else [view.classes]
    return {d.id: chosen[d.id] for d in others if d is not None and d.id in chosen}


def _of_groups(view: View, groups: dict[str, str]) -> Selection:
    """Return the selection with some groups chosen and no others; the level stays."""
    selection = replace(view.selection, region=None, size_class=None)
    for dimension, code in groups.items():
        selection = view.with_group(selection, dimension, code)
    return selection


def _statistics(
    view: View,
    indicator: Indicator,
    when: tuple[str, int],
    dimensions: Sequence[Dimension],
    within: dict[str, str],
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Return the statistics of everyone, or of who is in a group; and of each group of dimensions.

    Those of the whole country as published; those within a group are worked out when asked.
    """
    basis, year = when
    if not within:
        question = Question(
            indicators=(indicator.id,), editions=(year,), bases=(basis,), statistics=STATISTICS
        )
        whole = view.ask(replace(question, by=WHOLE))
        return whole, [view.ask(replace(question, by=dimension.id)) for dimension in dimensions]
    asked = [within, *(within | {d.id: code} for d in dimensions for code in d.codes())]
    found = []
    for parts in asked:
        row = position(view, indicator, when, parts)
        dimension = CROSS.join(parts)
        if row is not None and row["answer_count"]:
            group = (dimension, group_of(dimension, parts))
            found.append(statistics_of(indicator, when, group, row))
    return found[0], found[1:]


def _sentence(view: View, indicator: Indicator, whole: pl.DataFrame) -> str:
    """Return the national median and pooled figure in a sentence."""
    rows = {row["statistic"]: row for row in whole.to_dicts()}
    median, pooled = rows["median"]["estimate"], rows["pooled"]["estimate"]
    if median is None:
        return view.words("state.no_data")
    said = view.words(
        "finding.official",
        label=indicator.label.of(view.language),
        value=view.value(median, indicator),
        low=view.value(rows["quartile_low"]["estimate"], indicator),
        high=view.value(rows["quartile_high"]["estimate"], indicator),
    )
    if pooled is None:
        return said
    return f"{said} {view.words('finding.pooled', value=view.value(pooled, indicator))}"


def _notes(view: View, indicator: Indicator, values: pl.DataFrame) -> list[str]:
    """Return what a reader must know of an official figure."""
    language = view.language
    notes = [text.of(language) for text in (indicator.coverage, indicator.note) if text]
    if indicator.signals and view.book.survey.signals_are:
        notes.append(signals_in_words(view, indicator))
        notes.append(view.book.survey.signals_are.of(language))
    missing = values["amount"].null_count()
    if missing and not indicator.coverage:
        notes.append(view.words.count("note.missing", missing, count=view.number(missing)))
    return notes


def signals_in_words(view: View, indicator: Indicator) -> str:
    """Return the signal values of an indicator in words: A below 90%, B ..."""
    said = []
    for signal in indicator.signals:
        bounds = {
            "above": signal.above,
            "below": signal.below,
            "from": signal.from_,
            "to": signal.to,
        }
        known = {k: view.value(v, indicator) for k, v in bounds.items() if v is not None}
        if signal.from_ is not None and signal.from_ == signal.to:
            form = "signal.equal"
        else:
            form = f"signal.{'_'.join(sorted(known))}"
        said.append(f"{signal.level}: {view.words(form, **known)}")
    return view.words("signal.line", signals="; ".join(said))
