"""The search box in the head of every page. Only the box runs again while a reader types."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from data.spelling import folded
from pages.screen import session
from pages.state.address import write
from pages.state.search_index import FEWEST, find, guess, targets
from pages.words.texts import LONGEST_ECHO, plain

if TYPE_CHECKING:
    from pages.state.search_index import Target
    from pages.state.view import View

_KEY, _AT = "w-search", "search-at"
# How long a reader pauses between two letters at most.
PAUSE = "200ms"


def search_box(view: View) -> None:
    """Draw the box; whoever has gone somewhere else starts with an empty one."""
    at = (session.slug(), view.selection)
    if st.session_state.get(_AT) != at:
        st.session_state[_AT] = at
        st.session_state[_KEY] = ""
    _box()


@st.fragment
def _box() -> None:
    """Draw the box and what the letters in it find, as links."""
    view = session.view()
    words = view.words
    sought = st.text_input(
        words("search.label"),
        key=_KEY,
        type="search",
        live=PAUSE,
        placeholder=words("search.label"),
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=LONGEST_ECHO,
    )
    # The browser keeps to the limit; a program that drives the page may not.
    sought = (sought or "")[:LONGEST_ECHO]
    if len(folded(sought)) < FEWEST:
        return
    known = targets(view.facts, view.language, session.pages_known())
    found = find(sought, known)
    guessed = [] if found else guess(sought, known)
    with st.container(key="found", gap="xsmall"):
        if guessed:
            st.caption(words("search.guess"))
        for target in found or guessed:
            _link(view, target)
        if not guessed:
            said = words.count("search.found", len(found), count=len(found))
            st.caption(said if found else words("search.none"))


def _link(view: View, target: Target) -> None:
    """Draw a link to something that was found, in the edition and version looked at."""
    page = session.page_of(target.page)
    if page is not None:
        kind = view.words(f"search.kind.{target.kind}")
        kept = view.selection
        choice = replace(target.choice, edition=kept.edition, version=kept.version)
        st.page_link(
            page,
            label=f"{plain(target.name)} · *{plain(kind)}*",
            query_params=write(choice, view.book),
        )
