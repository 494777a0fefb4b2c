"""What a page offers to choose of official figures and municipalities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.cards import official_figures
from pages.cards.official import hexmap
from pages.cards.places import peers
from pages.screen.filters.controls import NONE, buttons, choices, several
from pages.screen.filters.survey import edition_filter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.design import Theme
    from data.survey.indicators import Indicator
    from pages.state.view import View
    from queries.sheets.subjects import Subject


def official_filters(view: View, theme: Theme) -> None:
    """Offer an official figure of the theme, its basis, year, and a municipality by name."""
    indicator = official_figures.official_indicator(view, theme.id)
    if indicator is None:
        return
    basis = official_figures.official_basis(view, indicator)
    years = view.facts.years_of(indicator.id).get(basis, [])
    year = official_figures.official_year(view, indicator, basis)
    _offer(view, view.book.of_theme(theme.id, "official"), indicator, years, year)


def map_filters(view: View) -> None:
    """Offer the official figure of the map, its basis and year, and a municipality by name."""
    indicator = hexmap.map_indicator(view)
    if indicator is None:
        return
    basis = official_figures.official_basis(view, indicator)
    years = hexmap.map_years(view, indicator, basis)
    year = hexmap.map_year(view, indicator, basis)
    _offer(view, hexmap.map_indicators(view), indicator, years, year)


def _offer(
    view: View,
    offered: Sequence[Indicator],
    indicator: Indicator,
    years: Sequence[int],
    year: int | None,
) -> None:
    """Offer official figures, the basis and years of one of them, and the municipalities."""
    words, book = view.words, view.book
    with st.container(key="official-filters"):
        choices(
            words("choose.official"),
            "w-of",
            [i.id for i in offered],
            indicator.id,
            lambda code: book.by_id[code].label.of(view.language),
            lambda s, v: replace(s, official=replace(s.official, indicator=v)),
        )
        buttons(
            words("choose.basis"),
            "w-bs",
            [b for b in indicator.bases if view.facts.years_of(indicator.id).get(b)],
            official_figures.official_basis(view, indicator),
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
        _municipalities(view)


def _municipalities(view: View) -> None:
    """Offer the municipalities of today, to point one out."""
    names = view.facts.municipalities
    choices(
        view.words("choose.municipality"),
        "w-gm",
        [NONE, *names],
        view.selection.official.municipality or NONE,
        lambda code: names[code] if code else view.words("choose.municipality_none"),
        lambda s, v: replace(s, official=replace(s.official, municipality=v or None)),
    )


def municipality_search(view: View) -> None:
    """Offer every municipality by its name; a former name leads to what it became part of."""
    names = peers.search_names(view)
    choices(
        view.words("municipality.search"),
        "w-gm",
        [NONE, *names],
        view.selection.official.municipality or NONE,
        lambda code: names[code] if code else view.words("municipality.search_none"),
        lambda s, v: replace(s, official=replace(s.official, municipality=v or None)),
    )


def set_filter(view: View) -> None:
    """Offer the municipalities of today, to make a set of."""
    names = view.facts.municipalities
    several(
        (view.words("municipality.set_choose"), view.words("municipality.set_none")),
        "w-gms",
        list(names),
        view.selection.official.among,
        lambda code: names[code],
        lambda s, v: replace(s, official=replace(s.official, among=tuple(v))),
    )


def peer_filters(view: View, of: Subject) -> None:
    """Offer the groups that a municipality can be compared with, and the edition."""
    offered = {p.dimension: p for p in peers.choices(view, of)}
    first, second = st.columns([4, 1])
    with first:
        choices(
            view.words("municipality.peers"),
            "w-vg",
            list(offered),
            peers.peers(view, of).dimension,
            lambda code: view.group(offered[code].dimension, offered[code].group),
            lambda s, v: replace(s, peers=v),
        )
    with second:
        edition_filter(view)
