"""The action agenda: who does what, the figures that speak to it, and whether they changed."""

import streamlit as st

from pages.cards import agenda
from pages.files.parts import part
from pages.screen import card_view, session
from pages.screen.agenda_view import action_shown, beside
from pages.screen.filters.agenda import owner_filter
from pages.screen.filters.survey import edition_filter
from pages.words.texts import plain

view = session.view()
words = view.words

st.html(part("kicker", words("page.agenda")))
st.title(plain(agenda.title(view)), anchor=False)
st.markdown(words("agenda.lead", count=len(agenda.all_actions(view))))
st.caption(words("agenda.caution"))
first, second = st.columns([3, 1])
with first:
    owner_filter(view)
with second:
    edition_filter(view)
for place, action in enumerate(agenda.actions(view)):
    action_shown(view, action, place)
st.caption(plain(agenda.agenda_source(view)))
st.header(words("agenda.table"), anchor=False)
card_view.show(view, "acties", view.book.themes[0], level=None)
beside(view)
