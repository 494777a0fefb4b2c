"""Regions: each against the rest of the country, one up close, and official figures on a map."""

import streamlit as st

from pages.cards.places.regions import regional
from pages.screen import card_view, session
from pages.screen.filters.official import map_filters
from pages.screen.filters.survey import region_filters, region_list
from pages.screen.region_view import map_and_list, one_region, selector
from pages.words.texts import plain

view = regional(session.view())
words, theme = view.words, view.book.themes[0]

st.title(words("page.region"), anchor=False)
st.markdown(plain(words("region.lead")))
region_filters(view)
the_map, the_list = map_and_list(view)
with the_map, card_view.guarded(view):
    selector(view)
with the_list:
    region_list(view)
    with card_view.guarded(view):
        one_region(view)
card_view.show(view, "regio-alle", theme, level=2)
if view.level is not None and view.selection.region is not None:
    name = view.group(view.level.id, view.selection.region)
    st.header(plain(words("region.one", region=name)), anchor=False)
    st.caption(plain(words("region.judged")))
    card_view.show(view, "regio-respons", theme)
    card_view.each_theme(view, "rest")
st.header(words("map.title"), anchor=False)
st.markdown(plain(words("map.lead")))
map_filters(view)
card_view.show(view, "kaart", theme)
