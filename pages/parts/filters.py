"""The controls of a page. Each writes codes to the address; the address is read on every run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from data.codebook import CROSS, WHOLE
from pages.parts import (
    agenda_cards,
    here,
    map_cards,
    official_cards,
    signal_cards,
    survey_rows,
    table_cards,
)
from pages.parts.catalogue import theme_question
from pages.parts.peers import choices, peers, search_names
from pages.parts.terms import explained

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.codebook import Indicator, Theme
    from pages.parts.context import Context
    from pages.parts.selection import Selection
    from queries.sheets.subjects import Subject

# More choices than this and a list is easier than a row of buttons.
BUTTONS = 6
NONE = ""
T = TypeVar("T")


def _applied(key: str, change: Callable[[Selection, Any], Selection]) -> None:
    """Take over what a control was set to, into the address."""
    here.go(change(here.context().selection, st.session_state[key]))


def _help(label: str) -> str | None:
    """Return what the terms in the name of a control mean."""
    context = here.context()
    return explained(context.book, label, context.language)


def _buttons(
    label: str,
    key: str,
    options: Sequence[str],
    value: str,
    names: Callable[[str], str],
    change: Callable[[Selection, Any], Selection],
) -> None:
    """Offer a few choices as buttons, or more as a list."""
    if value not in options:
        value = options[0]
    st.session_state[key] = value
    shared: dict[str, Any] = {
        "key": key,
        "format_func": names,
        "help": _help(label),
        "on_change": _applied,
        "args": (key, change),
    }
    if len(options) <= BUTTONS:
        st.pills(label, options, required=True, wrap=True, **shared)
    else:
        st.selectbox(label, options, **shared)


def _list(
    label: str,
    key: str,
    options: Sequence[str],
    value: str,
    names: Callable[[str], str],
    change: Callable[[Selection, Any], Selection],
) -> None:
    """Offer choices as a list."""
    st.session_state[key] = value if value in options else options[0]
    st.selectbox(
        label,
        options,
        key=key,
        format_func=names,
        help=_help(label),
        on_change=_applied,
        args=(key, change),
    )


def _several(
    label: tuple[str, str],
    key: str,
    options: Sequence[T],
    values: Sequence[T],
    names: Callable[[T], str],
    change: Callable[[Selection, Any], Selection],
) -> None:
    """Offer choices of which several can be taken; the label comes with what none stands for."""
    st.session_state[key] = [v for v in values if v in options]
    name, placeholder = label
    st.multiselect(
        name,
        options,
        key=key,
        format_func=names,
        help=_help(name),
        on_change=_applied,
        args=(key, change),
        placeholder=placeholder,
    )


def theme_filters(context: Context, theme: Theme) -> Indicator:
    """Offer question, edition, region, size class and weighting; return the question chosen."""
    words, book, language = context.words, context.book, context.language
    indicator = theme_question(context, theme)
    offered = [i.id for i in book.of_theme(theme.id, "survey")]
    first, second = st.columns([3, 1])
    with first:
        _list(
            words("choose.question"),
            "w-vr",
            offered,
            indicator.id,
            lambda code: book.by_id[code].label.of(language),
            lambda s, v: replace(s, question=v, item=None),
        )
    with second:
        edition_filter(context)
    if indicator.type in {"multi", "ordinal"}:
        _list(
            words("choose.item"),
            "w-an",
            indicator.items(),
            survey_rows.headline_item(context, indicator),
            lambda code: context.item(indicator, code),
            lambda s, v: replace(s, question=indicator.id, item=v),
        )
    group_filters(context)
    return indicator


def edition_filter(context: Context) -> None:
    """Offer the editions."""
    _buttons(
        context.words("choose.edition"),
        "w-ed",
        [str(year) for year in context.facts.editions],
        str(context.selection.edition),
        str,
        lambda s, v: replace(s, edition=int(v)),
    )


def group_filters(context: Context) -> None:
    """Offer a division into regions, a region of it, a size class and a weighting."""
    words, book = context.words, context.book
    regions = book.of_kind("region")
    level, classes = context.level, context.classes
    first, second = st.columns(2)
    if level is not None:
        known = level
        with first:
            _buttons(
                words("choose.level"),
                "w-gi",
                [d.id for d in regions],
                level.id,
                lambda code: book.dimension_by_id[code].label.of(context.language),
                lambda s, v: replace(s, level=v, region=None),
            )
        with second:
            _buttons(
                words("choose.region"),
                "w-region",
                [NONE, *level.codes()],
                context.selection.region or NONE,
                lambda code: (
                    context.group(known.id, code, short=True)
                    if code
                    else known.all.of(context.language)
                ),
                lambda s, v: replace(s, level=known.id, region=v or None),
            )
    if classes is not None:
        sizes = classes
        with first:
            _buttons(
                words("choose.size_class"),
                "w-kl",
                [NONE, *classes.codes()],
                context.selection.size_class or NONE,
                lambda code: (
                    context.group(sizes.id, code, short=True)
                    if code
                    else sizes.all.of(context.language)
                ),
                lambda s, v: replace(s, size_class=v or None),
            )
    with second:
        _buttons(
            words("choose.weighting"),
            "w-wg",
            ["municipality", "inhabitant"],
            context.selection.weighting,
            lambda code: words(f"weighting.{code}"),
            lambda s, v: replace(s, weighting=v),
        )


def official_filters(context: Context, theme: Theme) -> None:
    """Offer an official figure of the theme, its basis, year, and a municipality by name."""
    words, book, language = context.words, context.book, context.language
    indicator = official_cards.official_indicator(context, theme.id)
    if indicator is None:
        return
    basis = official_cards.official_basis(context, indicator)
    years = context.facts.years_of(indicator.id).get(basis, [])
    year = official_cards.official_year(context, indicator, basis)
    first, second = st.columns([3, 2])
    with first:
        _list(
            words("choose.official"),
            "w-of",
            [i.id for i in book.of_theme(theme.id, "official")],
            indicator.id,
            lambda code: book.by_id[code].label.of(language),
            lambda s, v: replace(s, official=replace(s.official, indicator=v)),
        )
        _municipality_list(context)
    with second:
        _buttons(
            words("choose.basis"),
            "w-bs",
            [b for b in indicator.bases if context.facts.years_of(indicator.id).get(b)],
            basis,
            lambda code: words(f"basis.{code}"),
            lambda s, v: replace(s, official=replace(s.official, basis=v)),
        )
        _list(
            words("choose.year"),
            "w-jr",
            [str(y) for y in reversed(years)],
            str(year),
            str,
            lambda s, v: replace(s, official=replace(s.official, year=int(v))),
        )


def _municipality_list(context: Context) -> None:
    """Offer the municipalities of today, to point one out."""
    names = context.facts.municipalities
    _list(
        context.words("choose.municipality"),
        "w-gm",
        [NONE, *names],
        context.selection.official.municipality or NONE,
        lambda code: names[code] if code else context.words("choose.municipality_none"),
        lambda s, v: replace(s, official=replace(s.official, municipality=v or None)),
    )


def table_filters(context: Context) -> None:
    """Offer theme, questions, rows and years of the table."""
    words, book, language = context.words, context.book, context.language
    theme = table_cards.table_theme(context)
    first, second = st.columns(2)
    with first:
        _list(
            words("choose.theme"),
            "w-th",
            [t.id for t in book.themes],
            theme.id,
            lambda code: next(t for t in book.themes if t.id == code).title.of(language),
            lambda s, v: replace(s, table=replace(s.table, theme=v, questions=())),
        )
        _list(
            words("choose.rows"),
            "w-rij",
            context.facts.dimensions,
            table_cards.table_rows(context),
            lambda code: book.dimension_label(code, language),
            lambda s, v: replace(s, table=replace(s.table, rows=v)),
        )
    with second:
        _several(
            (words("choose.questions"), words("choose.questions_none")),
            "w-vs",
            [i.id for i in book.of_theme(theme.id)],
            context.selection.table.questions,
            lambda code: book.by_id[code].label.of(language),
            lambda s, v: replace(s, table=replace(s.table, theme=theme.id, questions=tuple(v))),
        )
        _several(
            (words("choose.editions"), words("choose.editions_none")),
            "w-eds",
            context.facts.all_years(),
            context.selection.table.editions,
            str,
            lambda s, v: replace(s, table=replace(s.table, editions=tuple(sorted(v)))),
        )


def owner_filter(context: Context) -> None:
    """Offer who owns the actions."""
    words = context.words
    _buttons(
        words("choose.owner"),
        "w-wie",
        [NONE, *agenda_cards.owners(context)],
        context.selection.owner or NONE,
        lambda code: words(f"owner.{code}") if code else words("choose.owner_all"),
        lambda s, v: replace(s, owner=v or None),
    )


def signal_filters(context: Context) -> None:
    """Offer edition, theme, partner, group and words to search the open answers by."""
    words, chosen = context.words, context.selection.signals
    titles = signal_cards.theme_titles(context)
    first, second = st.columns(2)
    with first:
        edition_filter(context)
        _list(
            words("choose.theme"),
            "w-ond",
            [NONE, *titles],
            chosen.theme or NONE,
            lambda code: titles[code] if code else words("choose.all_themes"),
            lambda s, v: replace(s, signals=replace(s.signals, theme=v or None)),
        )
    with second:
        _search(context)
        _list(
            words("choose.partner"),
            "w-kp",
            [NONE, *context.facts.signal_partners],
            chosen.partner or NONE,
            lambda name: name or words("choose.all_partners"),
            lambda s, v: replace(s, signals=replace(s.signals, partner=v or None)),
        )
    _signal_group_filter(context)


def _search(context: Context) -> None:
    """Offer to search in the words of the open answers."""
    st.session_state["w-zoek"] = context.selection.signals.words
    st.text_input(
        context.words("choose.words"),
        key="w-zoek",
        type="search",
        placeholder=context.words("choose.words_example"),
        on_change=_applied,
        args=("w-zoek", lambda s, v: replace(s, signals=replace(s.signals, words=v or ""))),
    )


def _signal_group_filter(context: Context) -> None:
    """Offer the groups that open answers are told of."""
    groups = {f"{d}{CROSS}{code}": (d, code) for d, code in signal_cards.signal_groups(context)}
    used = signal_cards.signal_group(context)
    _list(
        context.words("choose.signal_group"),
        "w-groep",
        [NONE, *groups],
        CROSS.join(used) if used else NONE,
        lambda key: context.group(*groups.get(key, (WHOLE, WHOLE))),
        lambda s, v: _in_group(context, s, groups.get(v)),
    )


def _in_group(context: Context, selection: Selection, group: tuple[str, str] | None) -> Selection:
    """Return the selection with one group chosen: a class or a region, not both."""
    bare = replace(selection, level=None, region=None, size_class=None)
    if group is None:
        return bare
    dimension, code = group
    if context.classes is not None and dimension == context.classes.id:
        return replace(bare, size_class=code)
    return replace(bare, level=dimension, region=code)


def region_filters(context: Context) -> None:
    """Offer the theme, the edition, a division into regions, and a region of it."""
    words, book, language = context.words, context.book, context.language
    _buttons(
        words("choose.theme"),
        "w-th",
        [t.id for t in book.themes],
        table_cards.table_theme(context).id,
        lambda code: next(t for t in book.themes if t.id == code).title.of(language),
        lambda s, v: replace(s, table=replace(s.table, theme=v)),
    )
    level = context.level
    if level is None:
        return
    first, second = st.columns([3, 1])
    with first:
        _buttons(
            words("choose.level"),
            "w-gi",
            [d.id for d in book.of_kind("region")],
            level.id,
            lambda code: book.dimension_by_id[code].label.of(language),
            lambda s, v: replace(s, level=v, region=None),
        )
    with second:
        edition_filter(context)


def region_list(context: Context) -> None:
    """Offer the regions of the level as a list, for those who rather choose by name."""
    level = context.level
    if level is None:
        return
    _list(
        context.words("choose.region"),
        "w-region",
        [NONE, *level.codes()],
        context.selection.region or NONE,
        lambda code: context.group(level.id, code) if code else level.all.of(context.language),
        lambda s, v: replace(s, level=level.id, region=v or None),
    )


def map_filters(context: Context) -> None:
    """Offer the official figure of the map, its basis and year, and a municipality by name."""
    indicator = map_cards.map_indicator(context)
    if indicator is None:
        return
    words, language = context.words, context.language
    basis = official_cards.official_basis(context, indicator)
    years = map_cards.map_years(context, indicator, basis)
    first, second = st.columns([3, 2])
    with first:
        _list(
            words("choose.official"),
            "w-of",
            [i.id for i in map_cards.map_indicators(context)],
            indicator.id,
            lambda code: context.book.by_id[code].label.of(language),
            lambda s, v: replace(s, official=replace(s.official, indicator=v)),
        )
        _municipality_list(context)
    with second:
        _buttons(
            words("choose.basis"),
            "w-bs",
            [b for b in indicator.bases if context.facts.years_of(indicator.id).get(b)],
            basis,
            lambda code: words(f"basis.{code}"),
            lambda s, v: replace(s, official=replace(s.official, basis=v)),
        )
        _list(
            words("choose.year"),
            "w-jr",
            [str(y) for y in reversed(years)],
            str(map_cards.map_year(context, indicator, basis)),
            str,
            lambda s, v: replace(s, official=replace(s.official, year=int(v))),
        )


def municipality_search(context: Context) -> None:
    """Offer every municipality by its name; a former name leads to what it became part of."""
    names = search_names(context)
    _list(
        context.words("municipality.search"),
        "w-gm",
        [NONE, *names],
        context.selection.official.municipality or NONE,
        lambda code: names[code] if code else context.words("municipality.search_none"),
        lambda s, v: replace(s, official=replace(s.official, municipality=v or None)),
    )


def peer_filters(context: Context, of: Subject) -> None:
    """Offer the groups that a municipality can be compared with, and the edition."""
    offered = {p.dimension: p for p in choices(context, of)}
    first, second = st.columns([4, 1])
    with first:
        _list(
            context.words("municipality.peers"),
            "w-vg",
            list(offered),
            peers(context, of).dimension,
            lambda code: context.group(offered[code].dimension, offered[code].group),
            lambda s, v: replace(s, peers=v),
        )
    with second:
        edition_filter(context)
