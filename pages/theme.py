"""One theme: what municipalities answer, per class, region and edition; and official figures."""

import streamlit as st

from pages.parts import here, show
from pages.parts.filters import theme_filters
from pages.parts.official_filters import official_filters
from pages.parts.texts import plain

context = here.context()
theme = here.theme(context)
words, language = context.words, context.language

st.title(theme.title.of(language), anchor=False)
st.markdown(f"*{plain(theme.motto.of(language))}.* {plain(theme.about.of(language))}")

st.header(words("theme.survey"), anchor=False)
indicator = theme_filters(context, theme)
st.caption(plain(words("theme.wording", question=indicator.question.of(language))))
if not indicator.asked_in(context.selection.edition):
    st.info(words("note.not_asked_now", year=context.selection.edition))
show.show(context, "kern", theme)
# The style sheet sets these beside each other; columns took longer to draw.
with st.container(key="pairs"):
    for name in ("klassen", "regios", "kruising", "schaal", "edities"):
        show.show(context, name, theme)
    show.levels(context, indicator)
show.show(context, "verschillen", theme)
show.in_depth(context, theme)

if context.book.of_theme(theme.id, "official"):
    st.header(words("theme.official"), anchor=False)
    st.markdown(words("theme.official_lead"))
    official_filters(context, theme)
    show.municipality(context, theme)
    show.show(context, "officieel-klassen", theme)
    show.show(context, "officieel-regios", theme)
    show.show(context, "gemeenten", theme)
if context.book.of_theme(theme.id, "published"):
    st.header(words("theme.quotations"), anchor=False)
    show.show(context, "aangehaald", theme)
