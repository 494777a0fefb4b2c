"""A page of one chart, made of the same parts as the real pages."""

import streamlit as st

from pages.screen import card_view, session
from pages.screen.filters.survey import group_filters

context = session.arrive()
group_filters(context)
card_view.show(context, "regios", context.book.themes[0])
st.divider()
