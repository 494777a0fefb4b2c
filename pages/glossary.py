"""What the terms mean; the one that was asked for first."""

import streamlit as st

from pages.screen import session
from pages.screen.glossary_view import entry, index
from pages.words.glossary import glossary, in_order

view = session.view()
words, terms = view.words, glossary(view.book)
asked = terms.get(view.selection.term or "")

st.title(words("page.glossary"), anchor=False)
if asked is not None:
    with st.container(border=True, key="asked"):
        entry(view, asked)
st.markdown(words("glossary.lead"))
st.html(index(view, in_order(view.book, view.language)))
