"""What a page offers to choose of official figures and municipalities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.cards import official_figures
from pages.cards.official import hexmap
from pages.cards.places import peers
from pages.screen.filters.controls import NONE, buttons, choices
from pages.screen.filters.survey import edition_filter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.codebook import Indicator, Theme
    from pages.state.view import Context
    from queries.sheets.subjects import Subject


def official_filters(context: Context, theme: Theme) -> None:
    """Offer an official figure of the theme, its basis, year, and a municipality by name."""
    indicator = official_figures.official_indicator(context, theme.id)
    if indicator is None:
        return
    basis = official_figures.official_basis(context, indicator)
    years = context.facts.years_of(indicator.id).get(basis, [])
    year = official_figures.official_year(context, indicator, basis)
    _offer(context, context.book.of_theme(theme.id, "official"), indicator, years, year)


def map_filters(context: Context) -> None:
    """Offer the official figure of the map, its basis and year, and a municipality by name."""
    indicator = hexmap.map_indicator(context)
    if indicator is None:
        return
    basis = official_figures.official_basis(context, indicator)
    years = hexmap.map_years(context, indicator, basis)
    year = hexmap.map_year(context, indicator, basis)
    _offer(context, hexmap.map_indicators(context), indicator, years, year)


def _offer(
    context: Context,
    offered: Sequence[Indicator],
    indicator: Indicator,
    years: Sequence[int],
    year: int | None,
) -> None:
    """Offer official figures, the basis and years of one of them, and the municipalities."""
    words, book = context.words, context.book
    with st.container(key="official-filters"):
        choices(
            words("choose.official"),
            "w-of",
            [i.id for i in offered],
            indicator.id,
            lambda code: book.by_id[code].label.of(context.language),
            lambda s, v: replace(s, official=replace(s.official, indicator=v)),
        )
        buttons(
            words("choose.basis"),
            "w-bs",
            [b for b in indicator.bases if context.facts.years_of(indicator.id).get(b)],
            official_figures.official_basis(context, indicator),
            lambda code: words(f"basis.{code}"),
            lambda s, v: replace(s, official=replace(s.official, basis=v)),
        )
        choices(
            words("choose.year"),
            "w-jr",
            [str(y) for y in reversed(years)],
            str(year),
            str,
            lambda s, v: replace(s, official=replace(s.official, year=int(v))),
        )
        _municipalities(context)


def _municipalities(context: Context) -> None:
    """Offer the municipalities of today, to point one out."""
    names = context.facts.municipalities
    choices(
        context.words("choose.municipality"),
        "w-gm",
        [NONE, *names],
        context.selection.official.municipality or NONE,
        lambda code: names[code] if code else context.words("choose.municipality_none"),
        lambda s, v: replace(s, official=replace(s.official, municipality=v or None)),
    )


def municipality_search(context: Context) -> None:
    """Offer every municipality by its name; a former name leads to what it became part of."""
    names = peers.search_names(context)
    choices(
        context.words("municipality.search"),
        "w-gm",
        [NONE, *names],
        context.selection.official.municipality or NONE,
        lambda code: names[code] if code else context.words("municipality.search_none"),
        lambda s, v: replace(s, official=replace(s.official, municipality=v or None)),
    )


def peer_filters(context: Context, of: Subject) -> None:
    """Offer the groups that a municipality can be compared with, and the edition."""
    offered = {p.dimension: p for p in peers.choices(context, of)}
    first, second = st.columns([4, 1])
    with first:
        choices(
            context.words("municipality.peers"),
            "w-vg",
            list(offered),
            peers.peers(context, of).dimension,
            lambda code: context.group(offered[code].dimension, offered[code].group),
            lambda s, v: replace(s, peers=v),
        )
    with second:
        edition_filter(context)
