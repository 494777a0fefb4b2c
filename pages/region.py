"""Regions: each against the rest of the country, one up close, and official figures on a map."""

import streamlit as st

from pages.cards.places.regions import regional
from pages.screen import card_view, session
from pages.screen.filters.official import map_filters
from pages.screen.filters.survey import region_filters, region_list
from pages.screen.region_view import map_and_list, one_region, selector
from pages.words.texts import plain

context = regional(session.context())
words, theme = context.words, context.book.themes[0]

st.title(words("page.region"), anchor=False)
st.markdown(plain(words("region.lead")))
region_filters(context)
the_map, the_list = map_and_list(context)
with the_map, card_view.guarded(context):
    selector(context)
with the_list:
    region_list(context)
    with card_view.guarded(context):
        one_region(context)
card_view.show(context, "regio-alle", theme, level=2)
if context.level is not None and context.selection.region is not None:
    name = context.group(context.level.id, context.selection.region)
    st.header(plain(words("region.one", region=name)), anchor=False)
    st.caption(plain(words("region.judged")))
    card_view.show(context, "regio-respons", theme)
    card_view.each_theme(context, "rest")
st.header(words("map.title"), anchor=False)
st.markdown(plain(words("map.lead")))
map_filters(context)
card_view.show(context, "kaart", theme)
