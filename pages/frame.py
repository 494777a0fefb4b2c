"""The frame around every page: title, navigation, language, and what was wrong with the link."""

import logging

import streamlit as st

from data.errors import ReleaseBrokenError
from pages.screen import card_view, session
from pages.screen.layout import footer, head, navigation, version_notice
from pages.screen.search_box import search_box
from pages.words.texts import Words

try:
    context = session.arrive()
except ReleaseBrokenError:
    logging.getLogger("stand.pages").exception("de release is onbruikbaar")
    st.set_page_config(page_title="Stand van de Uitvoering")
    st.error(Words("nl")("error.release"))
    st.error(Words("en")("error.release"))
    st.stop()

pages = navigation(context)
session.keep_pages(pages.every)
session.arrive_at(pages.current.url_path)
head(context, pages)
search_box(context)
version_notice(context, pages)
for sentence in session.dropped_in_words(context):
    st.warning(sentence)
with card_view.guarded(context):
    pages.current.run()
footer(context)
