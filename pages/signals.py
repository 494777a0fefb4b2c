"""The open answers: what municipalities put in their own words, counted and quoted."""

import streamlit as st

from pages.screen import card_view, session
from pages.screen.filters.agenda import signal_filters
from pages.screen.open_answers_view import quotes

context = session.context()
words, theme = context.words, context.book.themes[0]

st.title(words("page.signals"), anchor=False)
st.markdown(words("signals.lead"))
signal_filters(context)
for name, column in zip(("signalen-themas", "signalen-partners"), st.columns(2), strict=True):
    with column:
        card_view.show(context, name, theme, level=2)
card_view.show(context, "signalen", theme, level=2)
st.header(words("signals.quotes"), anchor=False)
with card_view.guarded(context):
    quotes(context)
