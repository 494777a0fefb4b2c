"""My municipality: its official figures among its peers, their answers, and what to talk about."""

import streamlit as st

from pages.cards.places.peers import home
from pages.screen import card_view, session
from pages.screen.filters.official import municipality_search, peer_filters
from pages.screen.municipality_view import about, conversation, sheet_links
from pages.screen.own_answers_view import own_answers
from pages.words.texts import plain

context = session.context()
words = context.words

st.title(words("page.municipality"), anchor=False)
st.markdown(plain(words("municipality.lead")))
municipality_search(context)
with card_view.guarded(context):
    municipality = home(context)
    if municipality is not None:
        st.header(plain(municipality.name), anchor=False)
        about(context, municipality)
        peer_filters(context, municipality)
        sheet_links(context, municipality)
        st.header(words("municipality.answers"), anchor=False)
        card_view.each_theme(context, "groep")
        own_answers(context, municipality)
        st.header(words("municipality.official"), anchor=False)
        st.markdown(words("theme.official_lead"))
        card_view.each_position(context)
        conversation(context)
