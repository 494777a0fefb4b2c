"""Regions: each against the rest of the country, one up close, and official figures on a map."""

import streamlit as st

from pages.parts import here, show
from pages.parts.filters import region_filters, region_list
from pages.parts.official_filters import map_filters
from pages.parts.region_cards import regional
from pages.parts.region_parts import map_and_list, one_region, selector
from pages.parts.texts import plain

context = regional(here.context())
words, theme = context.words, context.book.themes[0]

st.title(words("page.region"), anchor=False)
st.markdown(plain(words("region.lead")))
region_filters(context)
the_map, the_list = map_and_list(context)
with the_map, show.guarded(context):
    selector(context)
with the_list:
    region_list(context)
    with show.guarded(context):
        one_region(context)
show.show(context, "regio-alle", theme, level=2)
if context.level is not None and context.selection.region is not None:
    name = context.group(context.level.id, context.selection.region)
    st.header(plain(words("region.one", region=name)), anchor=False)
    st.caption(plain(words("region.judged")))
    show.show(context, "regio-respons", theme)
    show.each_theme(context, "rest")
st.header(words("map.title"), anchor=False)
st.markdown(plain(words("map.lead")))
map_filters(context)
show.show(context, "kaart", theme)
