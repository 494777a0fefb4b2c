"""Where a reader is: the address of this run read, kept, and written back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import ref

import streamlit as st

from pages.cards.registry import is_card
from pages.state import address
from pages.state.address import Dropped
from pages.state.releases import Facts, opened
from pages.state.view import View
from pages.words.texts import Words, plain, quoted
from queries.words.texts import join

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from data.survey.design import Theme
    from pages.state.selection import Selection

_KEPT = "selection"
_SLUG = "slug"
_DROPPED = "dropped"
_PAGES = "pages"
_SHOWN = "shown"
# A list in an address can be long; these are enough to see that it was not understood.
MOST_ECHOED = 8
# What an address must have before it counts as one that was chosen.
_CHOSEN = (address.EDITION, address.LANGUAGE)


def arrive() -> View:
    """Return the view of this run; the address is completed where it was not.

    From here to the end of the run every figure comes from the version of this view.
    """
    parameters = st.query_params.to_dict()
    kept: Selection | None = st.session_state.get(_KEPT)
    if any(name in parameters for name in _CHOSEN):
        kept = None
    known = opened(parameters.get(address.VERSION) or (kept.version if kept else None))
    if kept is not None:
        # Another page was opened by its name alone: the reader's choices come along.
        parameters = address.write(address.shared(kept), known.codebook) | parameters
    chosen, dropped = address.read(parameters, known)
    unknown = [name for name in chosen.opened if not is_card(name)]
    dropped += [Dropped(address.OPENED, name) for name in unknown]
    chosen = replace(chosen, opened=tuple(n for n in chosen.opened if n not in unknown))
    st.session_state[_SHOWN] = known.version, ref(known)
    go(chosen)
    st.session_state[_DROPPED] = dropped
    return View(known, chosen)


def view() -> View:
    """Return the view of this run, for a page; also when it runs without the frame."""
    if _KEPT not in st.session_state:
        return arrive()
    return View(shown(), st.session_state[_KEPT])


def shown() -> Facts:
    """Return the release that this run shows, whatever is published since.

    A session refers to it and does not own it: what is no longer cached is opened again.
    """
    version, known = st.session_state[_SHOWN]
    return known() or opened(version)


def go(selection: Selection) -> None:
    """Keep a selection and write it to the address."""
    st.session_state[_KEPT] = selection
    wanted = address.write(selection, shown().codebook)
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def arrive_at(slug: str) -> None:
    """Remember which page is being shown."""
    st.session_state[_SLUG] = slug


def slug() -> str:
    """Return the name of the page in its address; empty for the first page."""
    return str(st.session_state.get(_SLUG, ""))


def origin() -> str:
    """Return the address of this server as the visitor knows it; empty where nobody does."""
    # Pages lie side by side, right below where the site begins.
    return address.site((st.context.url or "").partition("?")[0].rpartition("/")[0])


def theme(of: View) -> Theme:
    """Return the theme of the page being shown."""
    themes = of.book.themes
    return next((t for t in themes if t.slug == slug()), themes[0])


def dropped_in_words(of: View) -> list[str]:
    """Return what of the address could not be used, as sentences."""
    dropped: list[Dropped] = st.session_state.get(_DROPPED, [])
    words: Words = of.words
    said = [
        words(
            "dropped.successor",
            old=plain(of.facts.former_names.get(d.value, d.value)),
            new=plain(of.facts.municipalities.get(d.successor, d.successor)),
        )
        for d in dropped
        if d.successor
    ]
    values = [quoted(f"{d.parameter}={d.value}") for d in dropped if not d.successor]
    if values:
        said.append(words("dropped.line", values=join(values[:MOST_ECHOED], words("join.and"))))
    return said


def keep_pages(pages: list[Page]) -> None:
    """Remember the pages of this run, for links between them."""
    st.session_state[_PAGES] = {page.url_path: page for page in pages}


def page_of(name: str) -> Page | None:
    """Return the page with this name in its address; None when a page runs without the frame."""
    pages: dict[str, Page] = st.session_state.get(_PAGES, {})
    return pages.get(name)


def pages_known() -> frozenset[str]:
    """Return the names of the pages of this run."""
    return frozenset(st.session_state.get(_PAGES, {}))
