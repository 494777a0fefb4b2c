"""The frame around every page: title, navigation, language, and what was wrong with the link."""

import logging

import streamlit as st

from data.errors import ReleaseBrokenError
from data.survey.languages import LANGUAGES
from pages.screen import card_view, session
from pages.screen.layout import footer, head, making, navigation, version_notice
from pages.screen.search_box import search_box
from pages.server.first_release import MAKING
from pages.words.texts import Words

try:
    view = session.arrive()
except ReleaseBrokenError:
    if MAKING.is_running:
        making(MAKING.said)
    logging.getLogger("stand.pages").exception("the release is unusable")
    st.set_page_config(page_title="Stand van de Uitvoering")
    for language in LANGUAGES:
        st.error(Words(language)("error.release"))
    st.stop()

pages = navigation(view)
session.keep_pages(pages.every)
session.arrive_at(pages.current.url_path)
head(view, pages)
search_box(view)
version_notice(view, pages)
for sentence in session.dropped_in_words(view):
    st.warning(sentence)
with card_view.guarded(view):
    pages.current.run()
footer(view)
