"""Which figures of a survey question a selection asks for, as rows; without charts or words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.survey.codebook import CROSS, WHOLE, Theme
from queries.ask.questions import Question

if TYPE_CHECKING:
    from data.survey.codebook import Dimension, Indicator
    from pages.cards.card import Row
    from pages.state.view import Context


@dataclass(frozen=True)
class Panel:
    """Figures of the groups of one dimension, within some other groups, and what is noted."""

    rows: list[Row]
    by: Dimension
    within: dict[str, str]
    notes: tuple[str, ...] = ()


def headline_item(context: Context, indicator: Indicator) -> str:
    """Return the answer that is followed: the chosen one, else the indicator's own."""
    chosen = context.selection.item
    if indicator.type in {"multi", "ordinal"} and chosen in indicator.items():
        return chosen
    return "" if indicator.type == "number" else indicator.headline


def headline_statistic(context: Context, indicator: Indicator) -> str:
    """Return the statistic that is followed: a share, or the mean or median of amounts."""
    if indicator.is_share:
        return "share"
    return "mean" if context.selection.weighting == "inhabitant" else indicator.headline


def question_of(context: Context, indicator: Indicator) -> Question:
    """Return the question behind the followed answer, in the chosen edition."""
    return Question(
        indicators=(indicator.id,),
        editions=(context.selection.edition,),
        items=(headline_item(context, indicator),),
        statistics=(headline_statistic(context, indicator),),
        weightings=(context.selection.weighting,),
    )


def rows_of(context: Context, indicator: Indicator, dimension: str, group: str) -> list[Row]:
    """Return the followed figure of one group."""
    where = () if dimension == WHOLE else where_of(dimension, group)
    return context.ask(replace(question_of(context, indicator), by=WHOLE, where=where)).to_dicts()


def where_of(dimension: str, group: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return a group as conditions, one for each dimension it is made of."""
    pairs = zip(dimension.split(CROSS), group.split(CROSS), strict=True)
    return tuple((d, (g,)) for d, g in pairs)


def fixed_region(
    context: Context, class_id: str, any_class: str
) -> tuple[dict[str, str], list[str]]:
    """Return the region to look within, widened where its classes are not published."""
    level, region = context.level, context.selection.region
    if level is None or region is None:
        return {}, []
    place = context.place({level.id: region, class_id: any_class})
    parts = dict(zip(place.dimension.split(CROSS), place.group.split(CROSS), strict=True))
    parts.pop(class_id, None)
    if place.exact:
        return parts, []
    note = context.words(
        "note.classes_not_published",
        asked=context.group(level.id, region),
        given=context.groups(parts),
    )
    return parts, [note]


def part_of(row: Row, dimension: str) -> str:
    """Return the code of one of the dimensions that a figure's group is made of."""
    pairs = zip(row["dimension"].split(CROSS), row["group_code"].split(CROSS), strict=True)
    codes: dict[str, str] = dict(pairs)
    return codes[dimension]


def is_crossed(context: Context, region_dimension: str) -> bool:
    """Whether a region dimension is published crossed with the size classes."""
    classes = context.classes
    wanted = {region_dimension, classes.id} if classes else set()
    return any(set(d.split(CROSS)) == wanted for d in context.facts.dimensions)


def class_panel(context: Context, indicator: Indicator) -> Panel | None:
    """Return the figures per size class, within the chosen region where that is published."""
    classes = context.classes
    if classes is None:
        return None
    within, notes = fixed_region(context, classes.id, classes.codes()[0])
    where = tuple((dimension, (code,)) for dimension, code in within.items())
    rows = context.ask(
        replace(question_of(context, indicator), by=classes.id, where=where)
    ).to_dicts()
    return Panel(rows, classes, within, tuple(notes))


def region_panel(context: Context, indicator: Indicator) -> Panel | None:
    """Return the figures per region, within the chosen size class where that is published."""
    level = context.level
    if level is None:
        return None
    by, within, notes = _regions_within_class(context, level)
    where = tuple((dimension, (code,)) for dimension, code in within.items())
    rows = context.ask(replace(question_of(context, indicator), by=by.id, where=where)).to_dicts()
    return Panel(rows, by, within, tuple(notes))


def _regions_within_class(
    context: Context, level: Dimension
) -> tuple[Dimension, dict[str, str], list[str]]:
    """Return the regions published within the chosen class: the level, or a coarser one."""
    classes, size_class = context.classes, context.selection.size_class
    if classes is None or size_class is None:
        return level, {}, []
    offered = [level, *context.book.of_kind("region")]
    crossed = next((d for d in offered if is_crossed(context, d.id)), None)
    if crossed is None:
        return level, {}, []
    if crossed == level:
        return level, {classes.id: size_class}, []
    note = context.words(
        "note.regions_not_published",
        asked=level.label.of(context.language),
        given=context.name(crossed),
    )
    return crossed, {classes.id: size_class}, [note]


def table_theme(context: Context) -> Theme:
    """Return the theme of the table: the chosen one, else the first."""
    chosen = context.selection.table.theme
    return next((t for t in context.book.themes if t.id == chosen), context.book.themes[0])


def dimension_name(context: Context, dimension: str) -> str:
    """Return what a dimension, crossed or not, is called."""
    if dimension == WHOLE:
        return context.group(WHOLE, WHOLE)
    parts = dimension.split(CROSS)
    return " × ".join(context.name(context.book.dimension_by_id[part]) for part in parts)
