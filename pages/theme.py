"""One theme: what municipalities answer, per class, region and edition; and official figures."""

import streamlit as st

from pages.cards.registry import FURTHER, theme_question
from pages.cards.survey.lead import lead
from pages.files.parts import part
from pages.screen import card_view, session
from pages.screen.agenda_view import deep_dive
from pages.screen.filters.official import official_filters
from pages.screen.filters.survey import theme_filters
from pages.words.texts import plain

view = session.view()
theme = session.theme(view)
words, language = view.words, view.language
indicator = theme_question(view, theme)
found = lead(view, indicator) if indicator.asked_in(view.selection.edition) else None

named = theme.motto if theme.steps else theme.title
st.html(part("kicker", named.of(language)))
title = found.title if found else words("note.not_asked_now", year=view.selection.edition)
st.title(plain(title), anchor=False)
theme_filters(view, theme)
if found is not None:
    card_view.show_lead(view, theme, found)
if theme.steps:
    deep_dive(view, theme)
st.caption(plain(words("theme.wording", question=indicator.question.of(language))))
# The style sheet sets these beside each other; columns took longer to draw.
with st.container(key="pairs"):
    further = [f"{FURTHER}-{dimension.parameter}" for dimension in view.book.further_dimensions()]
    # Of yes and no there is nothing to spread: it says the same as the size classes.
    spread = () if indicator.type == "yes_no" else ("schaal",)
    names = ("klassen", "regios", "kruising", *further, *spread, "edities")
    drawn = [card_view.show(view, name, theme, level=2, bare=True) for name in names]
    card_view.levels(view, indicator)
drawn.append(card_view.show(view, "verschillen", theme, level=2, bare=True))
card_view.reading(view, drawn)
card_view.in_depth(view, theme)

if view.book.of_theme(theme.id, "official"):
    with st.container(key="official"):
        st.header(words("theme.official"), anchor=False)
        st.markdown(words("theme.official_lead"))
        official_filters(view, theme)
        card_view.municipality(view, theme)
        shown = ("officieel-klassen", "officieel-regios", "officieel-verloop", "gemeenten")
        card_view.reading(view, [card_view.show(view, n, theme, bare=True) for n in shown])
if view.book.of_theme(theme.id, "published"):
    st.header(words("theme.quotations"), anchor=False)
    card_view.show(view, "aangehaald", theme)
