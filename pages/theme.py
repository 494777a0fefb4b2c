"""One theme: what municipalities answer, per class, region and edition; and official figures."""

import streamlit as st

from pages.cards.registry import FURTHER
from pages.screen import card_view, session
from pages.screen.filters.official import official_filters
from pages.screen.filters.survey import theme_filters
from pages.words.texts import plain

view = session.view()
theme = session.theme(view)
words, language = view.words, view.language

st.title(theme.title.of(language), anchor=False)
st.markdown(f"*{plain(theme.motto.of(language))}.* {plain(theme.about.of(language))}")

st.header(words("theme.survey"), anchor=False)
indicator = theme_filters(view, theme)
st.caption(plain(words("theme.wording", question=indicator.question.of(language))))
if not indicator.asked_in(view.selection.edition):
    st.info(words("note.not_asked_now", year=view.selection.edition))
card_view.show(view, "kern", theme)
# The style sheet sets these beside each other; columns took longer to draw.
with st.container(key="pairs"):
    further = [f"{FURTHER}-{dimension.parameter}" for dimension in view.book.further_dimensions()]
    for name in ("klassen", "regios", "kruising", *further, "schaal", "edities"):
        card_view.show(view, name, theme)
    card_view.levels(view, indicator)
card_view.show(view, "verschillen", theme)
card_view.in_depth(view, theme)

if view.book.of_theme(theme.id, "official"):
    st.header(words("theme.official"), anchor=False)
    st.markdown(words("theme.official_lead"))
    official_filters(view, theme)
    card_view.municipality(view, theme)
    card_view.show(view, "officieel-klassen", theme)
    card_view.show(view, "officieel-regios", theme)
    card_view.show(view, "gemeenten", theme)
if view.book.of_theme(theme.id, "published"):
    st.header(words("theme.quotations"), anchor=False)
    card_view.show(view, "aangehaald", theme)
