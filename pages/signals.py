"""The open answers: what municipalities put in their own words, counted and quoted."""

import streamlit as st

from pages.cards import open_answers
from pages.files.parts import part
from pages.screen import card_view, session
from pages.screen.filters.agenda import signal_filters
from pages.screen.open_answers_view import quotes
from pages.words.texts import plain

view = session.view()
words, theme = view.words, view.book.themes[0]

st.html(part("kicker", words("page.signals")))
st.title(plain(open_answers.title(view)), anchor=False)
st.markdown(words("signals.lead"))
signal_filters(view)
for name, column in zip(("signalen-themas", "signalen-partners"), st.columns(2), strict=True):
    with column:
        card_view.show(view, name, theme, level=2)
card_view.show(view, "signalen", theme, level=2)
st.header(words("signals.quotes"), anchor=False)
with card_view.guarded(view):
    quotes(view)
