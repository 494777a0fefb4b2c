"""A page of one chart, made of the same parts as the real pages."""

import streamlit as st

from pages.cards.registry import theme_question
from pages.screen import card_view, session
from pages.screen.filters.survey import group_filters

context = session.arrive()
theme = context.book.themes[0]
group_filters(context, theme_question(context, theme))
card_view.show(context, "regios", theme)
st.divider()
