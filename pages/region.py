"""Regions: each against the rest of the country, one up close, and official figures on a map."""

import streamlit as st

from pages.parts import here, show
from pages.parts.filters import map_filters, region_filters, region_list
from pages.parts.region_parts import one_region, selector
from pages.parts.texts import plain

context = here.context()
words, theme = context.words, context.book.themes[0]

st.title(words("page.region"), anchor=False)
st.markdown(plain(words("region.lead")))
region_filters(context)
left, right = st.columns([3, 2], gap="medium")
with left, show.guarded(context):
    selector(context)
with right:
    region_list(context)
    with show.guarded(context):
        one_region(context)
show.show(context, "regio-alle", theme)
if context.selection.region is not None:
    st.header(words("region.themes"), anchor=False)
    show.show(context, "regio-respons", theme)
    show.each_theme(context, "rest")
st.header(words("map.title"), anchor=False)
st.markdown(plain(words("map.lead")))
map_filters(context)
show.show(context, "kaart", theme)
