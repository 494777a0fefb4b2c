"""A table of the reader's own making, and how to take figures away."""

import streamlit as st

from pages.screen import card_view, session
from pages.screen.filters.survey import edition_filter, table_filters

context = session.context()
words = context.words

st.title(words("page.tables"), anchor=False)
st.markdown(words("tables.lead"))
edition_filter(context)
table_filters(context)
card_view.show(context, "tabel", context.book.themes[0], level=2)
st.header(words("tables.terminal"), anchor=False)
st.code(card_view.command(context), language="bash", wrap_lines=True)
