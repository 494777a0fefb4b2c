"""The action agenda: who does what, the figures that speak to it, and whether they changed."""

import streamlit as st

from pages.parts import agenda_cards, here, show
from pages.parts.agenda_filters import owner_filter
from pages.parts.agenda_shown import action_shown
from pages.parts.filters import edition_filter
from pages.parts.texts import plain

context = here.context()
words = context.words

st.title(words("page.agenda"), anchor=False)
st.markdown(words("agenda.lead", count=len(agenda_cards.all_actions(context))))
st.info(words("agenda.caution"), icon=":material/info:")
first, second = st.columns([3, 1])
with first:
    owner_filter(context)
with second:
    edition_filter(context)
st.caption(words("legend.interval"))
for action in agenda_cards.actions(context):
    action_shown(context, action)
st.caption(plain(agenda_cards.agenda_source(context)))
st.header(words("agenda.table"), anchor=False)
show.show(context, "acties", context.book.themes[0], level=None)
