"""One action on screen: its owner, what it asks, and the figures that speak to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.cards import agenda
from pages.cards.registry import build
from pages.screen import card_view, session
from pages.state.address import shared, write
from pages.words.texts import plain

if TYPE_CHECKING:
    from data.survey.agenda import Action
    from data.survey.indicators import Indicator
    from pages.state.view import View


def action_shown(view: View, action: Action) -> None:
    """Draw an action with its figures side by side."""
    whole = view.national()
    indicators = agenda.indicators_of(view, action)
    with st.container(border=True, key=f"action-{action.id}"):
        st.header(plain(action.title.of(view.language)), anchor=False)
        owner = view.words("agenda.owner", owner=view.words(f"owner.{action.owner}"))
        st.markdown(f"**{plain(owner)}** {plain(action.text.of(view.language))}")
        for indicator, column in zip(indicators, st.columns(len(indicators) or 1), strict=False):
            with column, card_view.guarded(view):
                _figure(whole, indicator)


def _figure(view: View, indicator: Indicator) -> None:
    """Draw one figure: what it says, per edition, whether it changed, and the way to more."""
    theme = next(t for t in view.book.themes if t.id == indicator.theme)
    asked = replace(view, selection=replace(view.selection, question=indicator.id))
    st.subheader(plain(indicator.label.of(view.language)), anchor=False)
    headline = build("kern", asked, theme)
    if headline is None:
        st.markdown(view.words("note.not_asked_now", year=view.selection.edition))
    else:
        st.markdown(plain(headline.sentence))
    card = build("edities", asked, theme)
    if card is not None and card.chart is not None:
        card_view.chart_and_table(view, card, card.chart, "action")
    change = agenda.changes(view).get(indicator.id)
    st.markdown(plain(agenda.change_in_words(view, change)))
    page = session.page_of(theme.slug)
    if page is not None:
        going = replace(shared(view.selection), question=indicator.id)
        st.page_link(
            page,
            label=view.words("agenda.more", question=indicator.label.of(view.language)),
            query_params=write(going, view.book),
        )
