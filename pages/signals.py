"""The open answers: what municipalities put in their own words, counted and quoted."""

import streamlit as st

from pages.parts import here, show
from pages.parts.agenda_filters import signal_filters
from pages.parts.quotes import quotes

context = here.context()
words, theme = context.words, context.book.themes[0]

st.title(words("page.signals"), anchor=False)
st.markdown(words("signals.lead"))
signal_filters(context)
for name, column in zip(("signalen-themas", "signalen-partners"), st.columns(2), strict=True):
    with column:
        show.show(context, name, theme, level=2)
show.show(context, "signalen", theme, level=2)
st.header(words("signals.quotes"), anchor=False)
with show.guarded(context):
    quotes(context)
