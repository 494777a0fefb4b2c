"""The action agenda: who does what, the figures that speak to it, and whether they changed."""

import streamlit as st

from pages.cards import agenda
from pages.screen import card_view, session
from pages.screen.agenda_view import action_shown
from pages.screen.filters.agenda import owner_filter
from pages.screen.filters.survey import edition_filter
from pages.words.texts import plain

view = session.view()
words = view.words

st.title(words("page.agenda"), anchor=False)
st.markdown(words("agenda.lead", count=len(agenda.all_actions(view))))
st.info(words("agenda.caution"), icon=":material/info:")
first, second = st.columns([3, 1])
with first:
    owner_filter(view)
with second:
    edition_filter(view)
st.caption(words("legend.interval"))
for action in agenda.actions(view):
    action_shown(view, action)
st.caption(plain(agenda.agenda_source(view)))
st.header(words("agenda.table"), anchor=False)
card_view.show(view, "acties", view.book.themes[0], level=None)
