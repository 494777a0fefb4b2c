"""My municipality: its official figures among its peers, their answers, and what to talk about."""

import streamlit as st

from pages.cards.places.own_figures import own_figures
from pages.cards.places.peers import home
from pages.files.parts import part
from pages.screen import card_view, session
from pages.screen.filters.official import municipality_search, peer_filters, set_filter
from pages.screen.municipality_view import about, conversation, sheet_links
from pages.screen.own_answers_view import own_answers
from pages.words.texts import plain

view = session.view()
words = view.words
municipality = home(view)

st.html(part("kicker", words("page.municipality")))
name = municipality.name if municipality is not None else words("municipality.title")
st.title(plain(name), anchor=False)
municipality_search(view)
if municipality is None:
    st.markdown(plain(words("municipality.lead")))
else:
    with card_view.guarded(view):
        about(view, municipality)
        with st.container(key="official"):
            st.header(words("municipality.official"), anchor=False)
            st.html(part("own_figures", own_figures(view), words("municipality.years")))
        peer_filters(view, municipality)
        sheet_links(view, municipality)
        st.header(words("municipality.positions"), anchor=False)
        card_view.each_position(view)
        st.header(words("municipality.answers"), anchor=False)
        card_view.each_theme(view, "groep")
        own_answers(view, municipality)
        conversation(view)
if view.facts.has("members"):
    st.header(words("municipality.set"), anchor=False)
    st.markdown(plain(words("municipality.set_lead")))
    set_filter(view)
    card_view.show(view, "eigen-groep", view.book.themes[0])
