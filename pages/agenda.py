"""The action agenda: who does what, the figures that speak to it, and whether they changed."""

import streamlit as st

from pages.cards import agenda
from pages.screen import card_view, session
from pages.screen.agenda_view import action_shown
from pages.screen.filters.agenda import owner_filter
from pages.screen.filters.survey import edition_filter
from pages.words.texts import plain

context = session.context()
words = context.words

st.title(words("page.agenda"), anchor=False)
st.markdown(words("agenda.lead", count=len(agenda.all_actions(context))))
st.info(words("agenda.caution"), icon=":material/info:")
first, second = st.columns([3, 1])
with first:
    owner_filter(context)
with second:
    edition_filter(context)
st.caption(words("legend.interval"))
for action in agenda.actions(context):
    action_shown(context, action)
st.caption(plain(agenda.agenda_source(context)))
st.header(words("agenda.table"), anchor=False)
card_view.show(context, "acties", context.book.themes[0], level=None)
