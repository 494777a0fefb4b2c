"""The headlines: what the survey is, three findings, what changed, and what that asks for."""

import streamlit as st

from pages.parts import here, notation, show
from pages.parts.headline_parts import what_changed, what_differs
from pages.parts.table_cards import response_line
from pages.parts.texts import plain

context = here.context()
words, book, language = context.words, context.book, context.language
FIRST = 3

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
for theme, column in zip(book.themes[:FIRST], st.columns(FIRST, gap="medium"), strict=False):
    with column:
        show.theme_headline(context, theme, chart=True)
if book.themes[FIRST:]:
    st.header(words("headlines.other_themes"), anchor=False)
    for theme in book.themes[FIRST:]:
        show.theme_headline(context, theme, chart=False)
for part in (what_differs, what_changed):
    with show.guarded(context):
        part(context)
show.agenda(context)
