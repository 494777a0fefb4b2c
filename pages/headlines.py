"""The first page: the finding that leads, a number for each theme, what differs, what it asks."""

import streamlit as st

from pages.cards.survey.headlines import headlines
from pages.files.parts import part
from pages.screen import card_view, session
from pages.screen.headlines_view import (
    agenda,
    lead,
    own_municipality,
    take_along,
    what_differs,
)

view = session.view()
words = view.words

st.html(part("kicker", words("headlines.title", year=view.selection.edition)))
with card_view.guarded(view):
    found = headlines(view)
    lead(view, found)
    own_municipality(view)
    st.header(words("headlines.themes"), anchor=False)
    st.html(part("numbers", found.numbers))
    what_differs(view)
agenda(view)
with card_view.guarded(view):
    take_along(view)
