"""The frame around every page: title, navigation, language, and what was wrong with the link."""

import logging

import streamlit as st

from data.errors import ReleaseBrokenError
from pages.parts import here, show
from pages.parts.frame_parts import footer, head, navigation, version_notice
from pages.parts.search_box import search_box
from pages.parts.texts import Words

try:
    context = here.arrive()
except ReleaseBrokenError:
    logging.getLogger("stand.pages").exception("de release is onbruikbaar")
    st.set_page_config(page_title="Stand van de Uitvoering")
    st.error(Words("nl")("error.release"))
    st.error(Words("en")("error.release"))
    st.stop()

pages = navigation(context)
here.keep_pages(pages.every)
here.arrive_at(pages.current.url_path)
head(context, pages)
search_box(context)
version_notice(context, pages)
for sentence in here.dropped_in_words(context):
    st.warning(sentence)
with show.guarded(context):
    pages.current.run()
footer(context)
