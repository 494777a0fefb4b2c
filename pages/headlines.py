"""The headlines: what the survey is, three findings, what changed, and what that asks for."""

import streamlit as st

from pages.cards.response import response_line
from pages.screen import card_view, session
from pages.screen.headlines_view import (
    own_municipality,
    take_along,
    theme_headline,
    what_changed,
    what_differs,
)
from pages.words.texts import plain
from queries.words import numbers

view = session.view()
words, book, language = view.words, view.book, view.language
# Themes beside each other; the first row is what the survey is asked for most.
ROW = 3

st.title(words("headlines.title", year=view.selection.edition), anchor=False)
with card_view.guarded(view):
    st.markdown(
        plain(
            words(
                "headlines.lead",
                name=book.survey.name.of(language),
                year=view.selection.edition,
                response=response_line(view),
                version=view.facts.version,
                day=numbers.day(view.facts.release.manifest.created, language),
            )
        )
    )
    take_along(view)
for first in range(0, len(book.themes), ROW):
    if first <= ROW:
        st.header(words(f"headlines.{'first' if first == 0 else 'other'}_themes"), anchor=False)
    row = book.themes[first : first + ROW]
    for theme, column in zip(row, st.columns(ROW, gap="medium"), strict=False):
        with column:
            theme_headline(view, theme, chart=first == 0)
    if first == 0:
        st.caption(words("legend.interval"))
for part in (what_differs, what_changed):
    with card_view.guarded(view):
        part(view)
card_view.agenda(view)
with card_view.guarded(view):
    own_municipality(view)
