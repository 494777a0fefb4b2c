"""Regions: each against the rest of the country, one up close, and official figures on a map."""

from dataclasses import replace

import streamlit as st

from pages.cards.places.regions import (
    largest_difference,
    no_difference,
    regional,
    telling_theme,
    theme_question,
)
from pages.cards.survey.headlines import difference_title
from pages.cards.survey.lead import lead
from pages.files.parts import part
from pages.screen import card_view, session
from pages.screen.filters.official import map_filters
from pages.screen.filters.survey import region_filters, region_list
from pages.screen.region_view import map_and_list, selector
from pages.words.texts import plain

view = session.view()
theme = telling_theme(view)
table = replace(view.selection.table, theme=theme.id)
view = regional(replace(view, selection=replace(view.selection, table=table)))
words, indicator = view.words, theme_question(view)
is_asked = indicator.asked_in(view.selection.edition)
found = lead(view, indicator) if is_asked and view.selection.region is not None else None

st.html(part("kicker", words("page.region")))
if not is_asked:
    title = words("note.not_asked_now", year=view.selection.edition)
elif found is not None:
    title = found.title
else:
    row = largest_difference(view)
    title = difference_title(view, row) if row is not None else no_difference(view)
st.title(plain(title), anchor=False)
region_filters(view)
the_map, the_list = map_and_list(view)
with the_map, card_view.guarded(view):
    selector(view)
with the_list:
    region_list(view)
    if found is not None:
        st.html(part("theme_lead", found))
    else:
        st.markdown(plain(words("region.choose")))
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
