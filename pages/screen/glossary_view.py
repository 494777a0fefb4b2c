"""Terms on screen: one that was asked for, and the whole list."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.state.address import link, shared
from pages.state.pages import GLOSSARY
from pages.words.glossary import glossary, terms_in
from pages.words.texts import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.terms import Term
    from pages.state.view import View


def term_link(view: View, term: Term) -> str:
    """Return the address of the glossary with one term first."""
    return link(GLOSSARY, replace(shared(view.selection), term=term.id), view.book)


def term_anchor(view: View, term: Term, said: str) -> str:
    """Return a link in HTML to what a term means; a mouse sees it at once."""
    meaning = html.escape(term.text.of(view.language))
    target = html.escape(term_link(view, term))
    return f'<a href="{target}" title="{meaning}">{html.escape(said)}</a>'


def terms_line(view: View, text: str) -> str:
    """Return links in HTML to the terms that a text uses; nothing when it uses none."""
    found = terms_in(view.book, text, view.language)
    return _line(view, "glossary.explained", sorted(found, key=lambda term: term.id))


def _line(view: View, key: str, terms: Sequence[Term]) -> str:
    """Return a line of links to terms."""
    if not terms:
        return ""
    links = [term_anchor(view, term, term.label.of(view.language)) for term in terms]
    return f'<p class="stand-use">{html.escape(view.words(key))} {" · ".join(links)}</p>'


def entry(view: View, term: Term) -> None:
    """Show one term large: what it means, and the terms that go with it."""
    st.header(plain(term.label.of(view.language)), anchor=False)
    st.markdown(plain(term.text.of(view.language)))
    if term.see:
        st.html(_see(view, term))


def index(view: View, terms: Sequence[Term]) -> str:
    """Return terms with what they mean, as a list of definitions in HTML."""
    return f'<dl class="stand-terms">{"".join(_defined(view, term) for term in terms)}</dl>'


def _defined(view: View, term: Term) -> str:
    """Return one term of the list with what it means."""
    label = html.escape(term.label.of(view.language))
    text = html.escape(term.text.of(view.language))
    return f"<div><dt>{label}</dt><dd>{text}{_see(view, term)}</dd></div>"


def _see(view: View, term: Term) -> str:
    """Return links to the terms that go with one."""
    known = glossary(view.book)
    return _line(view, "glossary.see", [known[name] for name in term.see if name in known])
