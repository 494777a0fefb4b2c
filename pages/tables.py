"""A table of the reader's own making, and how to take figures away."""

import streamlit as st

from data.settings import settings
from pages.files.package.links import own_link, package_links
from pages.files.parts import part
from pages.screen import card_view, session
from pages.screen.filters.survey import edition_filter, table_filters
from pages.state.address import link, shared
from pages.state.pages import ADDRESSES

view = session.view()
words = view.words

st.title(words("page.tables"), anchor=False)
st.markdown(words("tables.lead"))
edition_filter(view)
table_filters(view)
card_view.show(view, "tabel", view.book.themes[0], level=2)
st.header(words("tables.terminal"), anchor=False)
st.code(card_view.command(view), language="bash", wrap_lines=True)
described = link(ADDRESSES, shared(view.selection), view.book)
st.html(part("links", [(described, words("addresses.link"))]))
if settings().own_questions:
    st.header(words("sql.title"), anchor=False)
    st.html(own_link(view))
st.header(words("package.title"), anchor=False)
st.markdown(words("package.lead"))
st.html(package_links(view))
