"""My municipality: its official figures among its peers, their answers, and what to talk about."""

import streamlit as st

from pages.parts import here, show
from pages.parts.municipality_parts import about, conversation, sheet_links
from pages.parts.official_filters import municipality_search, peer_filters
from pages.parts.own_answers import own_answers
from pages.parts.peers import home
from pages.parts.texts import plain

context = here.context()
words = context.words

st.title(words("page.municipality"), anchor=False)
st.markdown(plain(words("municipality.lead")))
municipality_search(context)
with show.guarded(context):
    municipality = home(context)
    if municipality is not None:
        st.header(plain(municipality.name), anchor=False)
        about(context, municipality)
        peer_filters(context, municipality)
        sheet_links(context, municipality)
        st.header(words("municipality.answers"), anchor=False)
        show.each_theme(context, "groep")
        own_answers(context, municipality)
        st.header(words("municipality.official"), anchor=False)
        st.markdown(words("theme.official_lead"))
        show.each_position(context)
        conversation(context)
