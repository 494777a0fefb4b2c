"""What the page of regions draws beside its cards: the map to choose from, and the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.cards.places.regions import FEW, theme_question, tiles
from pages.charts.tile_map import SIGNS, TileMap
from pages.files.parts import part
from pages.words.texts import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from pages.state.view import View


def map_and_list(view: View) -> list[DeltaGenerator]:
    """Return room for the map and for the list: side by side while names fit on the map."""
    level = view.level
    if level is not None and len(level.groups) > FEW:
        return [st.container(), st.container()]
    return st.columns([3, 2], gap="medium")


def selector(view: View) -> None:
    """Draw the regions as tiles that lead to themselves, with what their colours mean."""
    drawn, level, words = tiles(view), view.level, view.words
    if not drawn or level is None:
        return
    label = theme_question(view).label.of(view.language)
    name = words("region.map", label=label, level=view.name(level))
    st.markdown(f"**{plain(name)}**")
    st.html(part("tile_map", TileMap(drawn), name))
    outcomes = [(outcome, sign, words(f"outcome.{outcome}")) for outcome, sign in SIGNS.items()]
    st.html(part("tile_key", outcomes))
    st.caption(plain(words("region.tested")))
