"""One theme: what municipalities answer, per class, region and edition; and official figures."""

import streamlit as st

from pages.screen import card_view, session
from pages.screen.filters.official import official_filters
from pages.screen.filters.survey import theme_filters
from pages.words.texts import plain

context = session.context()
theme = session.theme(context)
words, language = context.words, context.language

st.title(theme.title.of(language), anchor=False)
st.markdown(f"*{plain(theme.motto.of(language))}.* {plain(theme.about.of(language))}")

st.header(words("theme.survey"), anchor=False)
indicator = theme_filters(context, theme)
st.caption(plain(words("theme.wording", question=indicator.question.of(language))))
if not indicator.asked_in(context.selection.edition):
    st.info(words("note.not_asked_now", year=context.selection.edition))
card_view.show(context, "kern", theme)
# The style sheet sets these beside each other; columns took longer to draw.
with st.container(key="pairs"):
    for name in ("klassen", "regios", "kruising", "schaal", "edities"):
        card_view.show(context, name, theme)
    card_view.levels(context, indicator)
card_view.show(context, "verschillen", theme)
card_view.in_depth(context, theme)

if context.book.of_theme(theme.id, "official"):
    st.header(words("theme.official"), anchor=False)
    st.markdown(words("theme.official_lead"))
    official_filters(context, theme)
    card_view.municipality(context, theme)
    card_view.show(context, "officieel-klassen", theme)
    card_view.show(context, "officieel-regios", theme)
    card_view.show(context, "gemeenten", theme)
if context.book.of_theme(theme.id, "published"):
    st.header(words("theme.quotations"), anchor=False)
    card_view.show(context, "aangehaald", theme)
