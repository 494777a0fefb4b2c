"""My municipality: its official figures among its peers, their answers, and what to talk about."""

import streamlit as st

from pages.cards.places.peers import home
from pages.screen import card_view, session
from pages.screen.filters.official import municipality_search, peer_filters
from pages.screen.municipality_view import about, conversation, sheet_links
from pages.screen.own_answers_view import own_answers
from pages.words.texts import plain

view = session.view()
words = view.words

st.title(words("page.municipality"), anchor=False)
st.markdown(plain(words("municipality.lead")))
municipality_search(view)
with card_view.guarded(view):
    municipality = home(view)
    if municipality is not None:
        st.header(plain(municipality.name), anchor=False)
        about(view, municipality)
        peer_filters(view, municipality)
        sheet_links(view, municipality)
        st.header(words("municipality.answers"), anchor=False)
        card_view.each_theme(view, "groep")
        own_answers(view, municipality)
        st.header(words("municipality.official"), anchor=False)
        st.markdown(words("theme.official_lead"))
        card_view.each_position(view)
        conversation(view)
