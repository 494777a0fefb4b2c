"""What the terms mean; the one that was asked for first."""

import streamlit as st

from pages.screen import session
from pages.screen.glossary_view import entry, index
from pages.words.glossary import glossary, in_order

context = session.context()
words, terms = context.words, glossary(context.book)
asked = terms.get(context.selection.term or "")

st.title(words("page.glossary"), anchor=False)
if asked is not None:
    with st.container(border=True, key="asked"):
        entry(context, asked)
st.markdown(words("glossary.lead"))
st.html(index(context, in_order(context.book, context.language)))
