"""Managing the figures: bring in a file, look at its mapping, publish, take back."""

import streamlit as st

from pages.parts import desk, here, stewarding

context = here.context()
words = context.words

st.title(words("page.steward"), anchor=False)
if not stewarding.allowed():
    desk.door(words)
    st.stop()
st.markdown(words("steward.lead"))
st.header(words("steward.import"), anchor=False)
desk.bring_in(words, context.book.years()[-1])
st.header(words("steward.publish"), anchor=False)
desk.publish(words, context.book.years()[-1])
st.header(words("steward.versions"), anchor=False)
desk.take_back(words)
