"""A page of one chart, made of the same parts as the real pages."""

import streamlit as st

from pages.parts import here, show
from pages.parts.filters import group_filters

context = here.arrive()
group_filters(context)
show.show(context, "regios", context.book.themes[0])
st.divider()
