"""Which figures of a survey question a selection asks for, as rows; without charts or words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.survey.groups import WHOLE, crossing_of, dimensions_of, group_of, parts_of
from queries.ask.questions import Question
from queries.vocabulary import Weighting

if TYPE_CHECKING:
    from data.survey.design import Dimension, Theme
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.releases import Facts
    from pages.state.view import View


@dataclass(frozen=True)
class Panel:
    """Figures of the groups of one dimension, within some other groups, and what is noted."""

    rows: list[Row]
    by: Dimension
    within: dict[str, str]
    notes: tuple[str, ...] = ()


def headline_item(view: View, indicator: Indicator) -> str:
    """Return the answer that is followed: the chosen one, else the indicator's own."""
    chosen = view.selection.item
    if indicator.type in {"multi", "ordinal"} and chosen in indicator.items():
        return chosen
    return "" if indicator.type == "number" else indicator.headline


def headline_statistic(view: View, indicator: Indicator) -> str:
    """Return the statistic that is followed: a share, or the mean or median of amounts."""
    if indicator.is_share:
        return "share"
    return "mean" if view.selection.weighting == Weighting.INHABITANT else indicator.headline


def question_of(view: View, indicator: Indicator) -> Question:
    """Return the question behind the followed answer, in the chosen edition."""
    return Question(
        indicators=(indicator.id,),
        editions=(view.selection.edition,),
        items=(headline_item(view, indicator),),
        statistics=(headline_statistic(view, indicator),),
        weightings=(view.selection.weighting,),
    )


def rows_of(view: View, indicator: Indicator, dimension: str, group: str) -> list[Row]:
    """Return the followed figure of one group."""
    where = () if dimension == WHOLE else where_of(dimension, group)
    return view.ask(replace(question_of(view, indicator), by=WHOLE, where=where)).to_dicts()


def where_of(dimension: str, group: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return a group as conditions, one for each dimension it is made of."""
    return tuple((d, (g,)) for d, g in parts_of(dimension, group).items())


def fixed_region(view: View, class_id: str, any_class: str) -> tuple[dict[str, str], list[str]]:
    """Return the region to look within, widened where its classes are not published."""
    level, region = view.level, view.selection.region
    if level is None or region is None:
        return {}, []
    place = view.place({level.id: region, class_id: any_class})
    parts = parts_of(place.dimension, place.group)
    parts.pop(class_id, None)
    if place.exact:
        return parts, []
    note = view.words(
        "note.classes_not_published",
        asked=view.group(level.id, region),
        given=view.groups(parts),
    )
    return parts, [note]


def part_of(row: Row, dimension: str) -> str:
    """Return the code of one of the dimensions that a figure's group is made of."""
    return parts_of(row["dimension"], row["group_code"])[dimension]


def crosses_classes(view: View, region_dimension: str) -> bool:
    """Whether a region dimension is published crossed with the size classes."""
    classes = view.classes
    wanted = {region_dimension, classes.id} if classes else set()
    return crossing_of(view.facts.dimensions, wanted) is not None


def class_panel(view: View, indicator: Indicator) -> Panel | None:
    """Return the figures per size class, within the chosen region where that is published."""
    classes = view.classes
    if classes is None:
        return None
    within, notes = fixed_region(view, classes.id, classes.codes()[0])
    where = tuple((dimension, (code,)) for dimension, code in within.items())
    rows = view.ask(replace(question_of(view, indicator), by=classes.id, where=where)).to_dicts()
    return Panel(rows, classes, within, tuple(notes))


def further_panel(view: View, indicator: Indicator, dimension: Dimension) -> Panel:
    """Return the figures per group of a further dimension, of the whole country."""
    rows = view.ask(replace(question_of(view, indicator), by=dimension.id)).to_dicts()
    return Panel(rows, dimension, {}, ())


def region_panel(view: View, indicator: Indicator) -> Panel | None:
    """Return the figures per region, within the chosen size class where that is published."""
    level = view.level
    if level is None:
        return None
    by, within, notes = _regions_within_class(view, level)
    where = tuple((dimension, (code,)) for dimension, code in within.items())
    rows = view.ask(replace(question_of(view, indicator), by=by.id, where=where)).to_dicts()
    return Panel(rows, by, within, tuple(notes))


def _regions_within_class(
    view: View, level: Dimension
) -> tuple[Dimension, dict[str, str], list[str]]:
    """Return the regions published within the chosen class: the level, or a coarser one."""
    classes, size_class = view.classes, view.selection.size_class
    if classes is None or size_class is None:
        return level, {}, []
    offered = [level, *view.book.of_kind("region")]
    crossed = next((d for d in offered if crosses_classes(view, d.id)), None)
    if crossed is None:
        return level, {}, []
    if crossed == level:
        return level, {classes.id: size_class}, []
    note = view.words(
        "note.regions_not_published",
        asked=level.label.of(view.language),
        given=view.name(crossed),
    )
    return crossed, {classes.id: size_class}, [note]


def has_figure(view: View, indicator: Indicator) -> bool:
    """Whether there is a figure of the chosen groups together, or a bound."""
    groups = view.chosen_groups()
    dimension = crossing_of(view.facts.dimensions, groups) if groups else WHOLE
    if dimension is None:
        return False
    asked = {
        "indicator": indicator.id,
        "edition": view.selection.edition,
        "item": headline_item(view, indicator),
        "statistic": headline_statistic(view, indicator),
        "weighting": str(view.selection.weighting),
    }
    known = view.facts.made(_groups_with_figure, tuple(sorted(asked.items())))
    return (dimension, group_of(dimension, groups) if groups else WHOLE) in known


def _groups_with_figure(
    known: Facts, asked: tuple[tuple[str, object], ...]
) -> frozenset[tuple[str, ...]]:
    """Return the groups that have a figure, as dimension and code."""
    return frozenset(known.views("groups_with_figure", asked).iter_rows())


def table_theme(view: View) -> Theme:
    """Return the theme of the table: the chosen one, else the first."""
    chosen = view.selection.table.theme
    return next((t for t in view.book.themes if t.id == chosen), view.book.themes[0])


def dimension_name(view: View, dimension: str) -> str:
    """Return what a dimension, crossed or not, is called."""
    if dimension == WHOLE:
        return view.group(WHOLE, WHOLE)
    parts = dimensions_of(dimension)
    return " × ".join(view.name(view.book.dimension_by_id[part]) for part in parts)
