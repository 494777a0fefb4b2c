"""What a page offers to choose: editions, questions, groups, and what a table holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.cards import rows, tables
from pages.cards.registry import theme_question
from pages.screen.filters.controls import NONE, buttons, choices, several

if TYPE_CHECKING:
    from data.survey.codebook import Dimension, Indicator, Theme
    from pages.state.view import Context


def theme_filters(context: Context, theme: Theme) -> Indicator:
    """Offer question, edition, region, size class and weighting; return the question chosen."""
    words, book, language = context.words, context.book, context.language
    indicator = theme_question(context, theme)
    offered = [i.id for i in book.of_theme(theme.id, "survey")]
    with st.container(key="filters"):
        choices(
            words("choose.question"),
            "w-vr",
            offered,
            indicator.id,
            lambda code: book.by_id[code].label.of(language),
            lambda s, v: replace(s, question=v, item=None),
        )
        edition_filter(context)
        if indicator.type in {"multi", "ordinal"}:
            choices(
                words("choose.item"),
                "w-an",
                indicator.items(),
                rows.headline_item(context, indicator),
                lambda code: context.item(indicator, code),
                lambda s, v: replace(s, question=indicator.id, item=v),
            )
        group_filters(context)
    return indicator


def edition_filter(context: Context) -> None:
    """Offer the editions."""
    buttons(
        context.words("choose.edition"),
        "w-ed",
        [str(year) for year in context.facts.editions],
        str(context.selection.edition),
        str,
        lambda s, v: replace(s, edition=int(v)),
    )


def group_filters(context: Context) -> None:
    """Offer a division into regions, a region of it, a size class, a weighting and margins."""
    words = context.words
    if context.level is not None:
        level_filter(context)
        _groups(context, context.level, "region")
    if context.classes is not None:
        _groups(context, context.classes, "size_class")
    buttons(
        words("choose.weighting"),
        "w-wg",
        ["municipality", "inhabitant"],
        context.selection.weighting,
        lambda code: words(f"weighting.{code}"),
        lambda s, v: replace(s, weighting=v),
    )
    buttons(
        words("choose.margins"),
        "w-mg",
        ["on", "off"],
        "on" if context.selection.margins else "off",
        lambda code: words(f"margins.{code}"),
        lambda s, v: replace(s, margins=v == "on"),
    )


def level_filter(context: Context) -> None:
    """Offer the divisions into regions."""
    book, level = context.book, context.level
    if level is None:
        return
    buttons(
        context.words("choose.level"),
        "w-gi",
        [d.id for d in book.of_kind("region")],
        level.id,
        lambda code: book.dimension_by_id[code].label.of(context.language),
        lambda s, v: replace(s, level=v, region=None),
    )


def _groups(context: Context, dimension: Dimension, kind: str) -> None:
    """Offer the groups of a dimension: the regions of the level, or the size classes."""
    is_region = kind == "region"
    chosen = context.selection.region if is_region else context.selection.size_class

    def name(code: str) -> str:
        if code:
            return context.group(dimension.id, code, short=True)
        return dimension.all.of(context.language)

    buttons(
        context.words(f"choose.{kind}"),
        "w-region" if is_region else "w-kl",
        [NONE, *dimension.codes()],
        chosen or NONE,
        name,
        lambda s, v: (
            replace(s, level=dimension.id, region=v or None)
            if is_region
            else replace(s, size_class=v or None)
        ),
    )


def region_filters(context: Context) -> None:
    """Offer the theme, the edition, a division into regions, and a region of it."""
    words, book, language = context.words, context.book, context.language
    buttons(
        words("choose.theme"),
        "w-th",
        [t.id for t in book.themes],
        rows.table_theme(context).id,
        lambda code: next(t for t in book.themes if t.id == code).title.of(language),
        lambda s, v: replace(s, table=replace(s.table, theme=v)),
    )
    if context.level is None:
        return
    first, second = st.columns([3, 1])
    with first:
        level_filter(context)
    with second:
        edition_filter(context)


def region_list(context: Context) -> None:
    """Offer the regions of the level as a list, for those who rather choose by name."""
    level = context.level
    if level is None:
        return
    choices(
        context.words("choose.region"),
        "w-region",
        [NONE, *level.codes()],
        context.selection.region or NONE,
        lambda code: context.group(level.id, code) if code else level.all.of(context.language),
        lambda s, v: replace(s, level=level.id, region=v or None),
    )


def table_filters(context: Context) -> None:
    """Offer theme, questions, rows and years of the table."""
    words, book, language = context.words, context.book, context.language
    theme = rows.table_theme(context)
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
            context.facts.dimensions,
            tables.table_rows(context),
            lambda code: book.dimension_label(code, language),
            lambda s, v: replace(s, table=replace(s.table, rows=v)),
        )
    with second:
        several(
            (words("choose.questions"), words("choose.questions_none")),
            "w-vs",
            [i.id for i in book.of_theme(theme.id)],
            context.selection.table.questions,
            lambda code: book.by_id[code].label.of(language),
            lambda s, v: replace(s, table=replace(s.table, theme=theme.id, questions=tuple(v))),
        )
        several(
            (words("choose.editions"), words("choose.editions_none")),
            "w-eds",
            context.facts.all_years(),
            context.selection.table.editions,
            str,
            lambda s, v: replace(s, table=replace(s.table, editions=tuple(sorted(v)))),
        )
