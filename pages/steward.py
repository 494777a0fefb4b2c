"""Managing the figures: bring in a file, look at its mapping, publish, take back."""

import streamlit as st

from pages.screen import session, steward_access, steward_view

view = session.view()
words = view.words

st.title(words("page.steward"), anchor=False)
if not steward_access.allowed():
    steward_view.door(words)
else:
    st.markdown(words("steward.lead"))
    st.header(words("steward.import"), anchor=False)
    steward_view.bring_in(words, view.book.years()[-1])
    st.header(words("steward.publish"), anchor=False)
    steward_view.publish(words, view.book.years()[-1])
    st.header(words("steward.versions"), anchor=False)
    steward_view.take_back(words)
