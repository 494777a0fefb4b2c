"""Actions and what speaks to them: their figures, whether these changed, and open answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from data.survey.languages import DUTCH
from pages.cards import agenda
from pages.cards.open_answers import about
from pages.files.parts import part
from pages.screen import card_view
from pages.screen.open_answers_view import quoted
from pages.state.address import link, shared
from pages.state.pages import AGENDA, SIGNALS
from pages.state.parameter_kinds import taking
from pages.words.texts import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.agenda import Action
    from data.survey.design import Theme
    from pages.state.view import View

# So many open answers are quoted; the page of signals has all.
_QUOTED = 2


def action_shown(view: View, action: Action, place: int) -> None:
    """Draw an action: who owns it, its figures side by side, and open answers about it.

    Actions about the same theme quote other answers, by their place.
    """
    with st.container(border=True, key=f"action-{action.id}"):
        st.header(plain(action.title.of(view.language)), anchor=False)
        owner = view.words("agenda.owner", owner=view.words(f"owner.{action.owner}"))
        st.markdown(f"**{plain(owner)}** {plain(action.text.of(view.language))}")
        with card_view.guarded(view):
            st.html(part("numbers", agenda.numbers(view, agenda.indicators_of(view, action))))
            signals(view, action.themes, place * _QUOTED)


def signals(view: View, themes: Sequence[str], first: int = 0) -> None:
    """Quote open answers about themes, from one on, and lead to all of them."""
    if not view.facts.has("signals"):
        return
    rows = about(view, themes)
    if not rows:
        return
    count = view.number(len(rows))
    titles = {theme.id: theme.title.of(view.language) for theme in view.book.themes}
    st.markdown(plain(view.words.count("agenda.signals", len(rows), count=count)))
    chosen = rows[first : first + _QUOTED] or rows[:_QUOTED]
    st.html(part("quotes", [quoted(view, row) for row in chosen], DUTCH))
    st.html(
        part(
            "links",
            [
                (
                    link(SIGNALS, taking(shared(view.selection), "signals.theme", name), view.book),
                    view.words("agenda.signals_more", theme=titles[name]),
                )
                for name in themes
            ],
        )
    )


def deep_dive(view: View, theme: Theme) -> None:
    """Draw what a theme looked at in depth has more: its steps, its signals and its actions."""
    words, language, by_id = view.words, view.language, view.book.by_id
    with st.container(key="depth"):
        st.header(words("depth.title"), anchor=False)
        st.markdown(words("depth.lead"))
        for step in theme.steps:
            st.subheader(plain(step.title.of(language)), anchor=False)
            found = agenda.numbers(view, [by_id[name] for name in step.indicators])
            with card_view.guarded(view):
                st.html(part("numbers", found))
        st.header(words("depth.belongs"), anchor=False)
        owned = [action for action in agenda.all_actions(view) if theme.id in action.themes]
        if owned:
            listed = [(a.title.of(language), words(f"owner.{a.owner}")) for a in owned]
            st.html(part("actions", listed))
            target = link(AGENDA, shared(view.selection), view.book)
            st.html(part("links", [(target, words("headlines.agenda_more"))]))
        with card_view.guarded(view):
            signals(view, [theme.id])


def beside(view: View) -> None:
    """Say what else is written of public service delivery, and how this survey stands to it."""
    known = view.facts.release.agenda
    if known is None or not known.beside:
        return
    language = view.language
    st.header(view.words("agenda.beside"), anchor=False)
    for other in known.beside:
        st.subheader(plain(other.name.of(language)), anchor=False)
        st.markdown(plain(other.text.of(language)))
        st.caption(plain(view.words("agenda.from", source=other.source.of(language))))
