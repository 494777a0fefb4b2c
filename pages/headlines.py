"""The headlines: what the survey is, three findings, what changed, and what that asks for."""

import streamlit as st

from pages.parts import here, notation, show
from pages.parts.headline_parts import (
    own_municipality,
    take_along,
    theme_headline,
    what_changed,
    what_differs,
)
from pages.parts.table_cards import response_line
from pages.parts.texts import plain

context = here.context()
words, book, language = context.words, context.book, context.language
# Themes beside each other; the first row is what the survey is asked for most.
ROW = 3

st.title(words("headlines.title", year=context.selection.edition), anchor=False)
with show.guarded(context):
    st.markdown(
        plain(
            words(
                "headlines.lead",
                name=book.survey.name.of(language),
                year=context.selection.edition,
                response=response_line(context),
                version=context.facts.version,
                day=notation.day(context.facts.release.manifest.created, language),
            )
        )
    )
    take_along(context)
for first in range(0, len(book.themes), ROW):
    if first <= ROW:
        st.header(words(f"headlines.{'first' if first == 0 else 'other'}_themes"), anchor=False)
    row = book.themes[first : first + ROW]
    for theme, column in zip(row, st.columns(ROW, gap="medium"), strict=False):
        with column:
            theme_headline(context, theme, chart=first == 0)
    if first == 0:
        st.caption(words("legend.interval"))
for part in (what_differs, what_changed):
    with show.guarded(context):
        part(context)
show.agenda(context)
with show.guarded(context):
    own_municipality(context)
