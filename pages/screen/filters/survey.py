"""What a page offers to choose: editions, questions, groups, and what a table holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.cards import rows, tables
from pages.cards.places import regions
from pages.cards.registry import theme_question
from pages.cards.rows import has_figure
from pages.files.parts import part
from pages.screen.filters.controls import NONE, buttons, choices, several
from queries.vocabulary import Weighting

if TYPE_CHECKING:
    from data.survey.design import Dimension, Theme
    from data.survey.indicators import Indicator
    from pages.state.selection import Selection
    from pages.state.view import View


def theme_filters(view: View, theme: Theme) -> Indicator:
    """Offer question, edition, region, size class and weighting; return the question chosen."""
    words, book, language = view.words, view.book, view.language
    indicator = theme_question(view, theme)
    offered = [i.id for i in book.of_theme(theme.id, "survey")]
    with st.container(key="filters"):
        # what a phone shows of them until it is pressed
        made = _number_of_choices(view)
        st.html(part("choices", words("choose.chosen" if made else "choose.button", count=made)))
        choices(
            words("choose.question"),
            "w-vr",
            offered,
            indicator.id,
            lambda code: book.by_id[code].label.of(language),
            lambda s, v: replace(s, question=v, item=None),
        )
        if indicator.type in {"multi", "ordinal"}:
            choices(
                words("choose.item"),
                "w-an",
                indicator.items(),
                rows.headline_item(view, indicator),
                lambda code: view.item(indicator, code),
                lambda s, v: replace(s, question=indicator.id, item=v),
            )
        group_filters(view, indicator)
    return indicator


def _number_of_choices(view: View) -> int:
    """Return how much differs from what a page shows by itself."""
    chosen = view.selection
    groups = [chosen.region, chosen.size_class, *chosen.further]
    others = [chosen.edition != view.facts.editions[-1], chosen.weighting != Weighting.MUNICIPALITY]
    return sum(group is not None for group in groups) + sum(others)


def edition_filter(view: View) -> None:
    """Offer the editions."""
    buttons(
        view.words("choose.edition"),
        "w-ed",
        [str(year) for year in view.facts.editions],
        str(view.selection.edition),
        str,
        lambda s, v: replace(s, edition=int(v)),
    )


def _named(view: View, indicator: Indicator, dimension: str, code: str, name: str) -> str:
    """Return the name of a group to choose; said to have no figure with the others, if so."""
    wanted = view.with_group(view.selection, dimension, code)
    if has_figure(replace(view, selection=wanted), indicator):
        return name
    return view.words("choose.without_figure", name=name)


def group_filters(view: View, indicator: Indicator) -> None:
    """Offer where, size class, further groups and edition; the rest behind a button."""
    words = view.words
    if view.book.of_kind("region"):
        _where(view, indicator)
    if view.classes is not None:
        _classes(view, indicator, view.classes)
    for dimension in view.book.further_dimensions():
        _further_groups(view, indicator, dimension)
    edition_filter(view)
    with st.popover(words("choose.more"), key="more"):
        _level_filter(view, indicator)
        buttons(
            words("choose.weighting"),
            "w-wg",
            list(Weighting),
            view.selection.weighting,
            lambda code: words(f"weighting.{code}"),
            lambda s, v: replace(s, weighting=Weighting(v)),
        )
        buttons(
            words("choose.margins"),
            "w-mg",
            ["on", "off"],
            "on" if view.selection.margins else "off",
            lambda code: words(f"margins.{code}"),
            lambda s, v: replace(s, margins=v == "on"),
        )


def _where(view: View, indicator: Indicator) -> None:
    """Offer every region of every level in one list, each with its kind; or everywhere."""
    book, chosen = view.book, view.selection.region
    regions = {
        f"{level.id}={code}": (level, code)
        for level in book.of_kind("region")
        for code in level.codes()
    }

    def name(key: str) -> str:
        if not key:
            return (view.level.all if view.level else book.survey.whole).of(view.language)
        level, code = regions[key]
        of_kind = view.words(
            "choose.of_kind", name=view.group(level.id, code), kind=view.name(level)
        )
        return _named(view, indicator, level.id, code, of_kind)

    def change(selection: Selection, key: str) -> Selection:
        if not key:
            return replace(selection, region=None)
        level, code = regions[key]
        return replace(selection, level=level.id, region=code)

    choices(
        view.words("choose.where"),
        "w-region",
        [NONE, *regions],
        f"{view.level.id}={chosen}" if view.level is not None and chosen else NONE,
        name,
        change,
    )


def _level_filter(view: View, indicator: Indicator) -> None:
    """Offer the divisions into regions, each with how many of its figures are shown."""
    book, level = view.book, view.level
    if level is None:
        return

    def name(dimension: str) -> str:
        codes = book.dimension_by_id[dimension].codes()
        each = (view.with_group(view.selection, dimension, code) for code in codes)
        shown = [one for one in each if has_figure(replace(view, selection=one), indicator)]
        return view.words(
            "choose.figures",
            name=book.dimension_by_id[dimension].label.of(view.language),
            shown=view.number(len(shown)),
            groups=view.number(len(codes)),
        )

    buttons(
        view.words("choose.level"),
        "w-gi",
        [d.id for d in book.of_kind("region")],
        level.id,
        name,
        lambda s, v: replace(s, level=v, region=None),
    )


def _classes(view: View, indicator: Indicator, dimension: Dimension) -> None:
    """Offer the size classes."""

    def name(code: str) -> str:
        if code:
            short = view.group(dimension.id, code, short=True)
            return _named(view, indicator, dimension.id, code, short)
        return dimension.all.of(view.language)

    choices(
        view.words("choose.size_class"),
        "w-kl",
        [NONE, *dimension.codes()],
        view.selection.size_class or NONE,
        name,
        lambda s, v: replace(s, size_class=v or None),
    )


def _further_groups(view: View, indicator: Indicator, dimension: Dimension) -> None:
    """Offer the groups of a further dimension."""

    def name(code: str) -> str:
        if code:
            short = view.group(dimension.id, code, short=True)
            return _named(view, indicator, dimension.id, code, short)
        return dimension.all.of(view.language)

    buttons(
        dimension.label.of(view.language),
        f"w-{dimension.parameter}",
        [NONE, *dimension.codes()],
        dict(view.selection.further).get(dimension.id, NONE),
        name,
        lambda s, v: view.with_group(s, dimension.id, v or None),
    )


def region_filters(view: View) -> None:
    """Offer the theme, the edition, a division into regions, and a region of it."""
    words, book, language = view.words, view.book, view.language
    buttons(
        words("choose.theme"),
        "w-th",
        [t.id for t in book.themes],
        rows.table_theme(view).id,
        lambda code: next(t for t in book.themes if t.id == code).title.of(language),
        lambda s, v: replace(s, table=replace(s.table, theme=v)),
    )
    if view.level is None:
        return
    first, second = st.columns([3, 1])
    with first:
        _level_filter(view, regions.theme_question(view))
    with second:
        edition_filter(view)


def region_list(view: View) -> None:
    """Offer the regions of the level as a list, for those who rather choose by name."""
    level = view.level
    if level is None:
        return

    def name(code: str) -> str:
        if not code:
            return level.all.of(view.language)
        return _named(
            view, regions.theme_question(view), level.id, code, view.group(level.id, code)
        )

    choices(
        view.words("choose.region"),
        "w-region",
        [NONE, *level.codes()],
        view.selection.region or NONE,
        name,
        lambda s, v: replace(s, level=level.id, region=v or None),
    )


def table_filters(view: View) -> None:
    """Offer theme, questions, rows and years of the table."""
    words, book, language = view.words, view.book, view.language
    theme = rows.table_theme(view)
    first, second = st.columns(2)
    with first:
        choices(
            words("choose.theme"),
            "w-th",
            [t.id for t in book.themes],
            theme.id,
            lambda code: next(t for t in book.themes if t.id == code).title.of(language),
            lambda s, v: replace(s, table=replace(s.table, theme=v, questions=())),
        )
        choices(
            words("choose.rows"),
            "w-rij",
            view.facts.dimensions,
            tables.table_rows(view),
            lambda code: book.dimension_label(code, language),
            lambda s, v: replace(s, table=replace(s.table, rows=v)),
        )
    with second:
        several(
            (words("choose.questions"), words("choose.questions_none")),
            "w-vs",
            [i.id for i in book.of_theme(theme.id)],
            view.selection.table.questions,
            lambda code: book.by_id[code].label.of(language),
            lambda s, v: replace(s, table=replace(s.table, theme=theme.id, questions=tuple(v))),
        )
        several(
            (words("choose.editions"), words("choose.editions_none")),
            "w-eds",
            view.facts.all_years(),
            view.selection.table.editions,
            str,
            lambda s, v: replace(s, table=replace(s.table, editions=tuple(sorted(v)))),
        )
