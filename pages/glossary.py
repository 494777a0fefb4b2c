"""What the terms mean; the one that was asked for first."""

import streamlit as st

from pages.parts import here
from pages.parts.terms import glossary, in_order
from pages.parts.terms_shown import entry, index

context = here.context()
words, terms = context.words, glossary(context.book)
asked = terms.get(context.selection.term or "")

st.title(words("page.glossary"), anchor=False)
if asked is not None:
    with st.container(border=True, key="asked"):
        entry(context, asked)
st.markdown(words("glossary.lead"))
st.html(index(context, in_order(context.book, context.language)))
