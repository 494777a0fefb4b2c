"""Terms on screen: one that was asked for, and the whole list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.files.parts import part
from pages.state.address import link, shared
from pages.state.pages import GLOSSARY
from pages.words.glossary import glossary, terms_in
from pages.words.texts import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from data.survey.terms import Term
    from pages.state.view import View


def term_link(view: View, term: Term) -> str:
    """Return the address of the glossary with one term first."""
    return link(GLOSSARY, replace(shared(view.selection), term=term.id), view.book)


@dataclass(frozen=True)
class TermLink:
    """A link to what a term means; a mouse sees it at once."""

    target: str
    name: str
    meaning: str


def term_anchor(view: View, term: Term, said: str) -> Markup:
    """Return a link in HTML to what a term means, in words of its own."""
    return part("term", _link(view, term, said))


def terms_line(view: View, text: str) -> Markup:
    """Return links in HTML to the terms that a text uses; nothing when it uses none."""
    found = terms_in(view.book, text, view.language)
    return _line(view, "glossary.explained", sorted(found, key=lambda term: term.id))


def _link(view: View, term: Term, said: str) -> TermLink:
    """Return a link to a term."""
    return TermLink(term_link(view, term), said, term.text.of(view.language))


def _line(view: View, key: str, terms: Sequence[Term]) -> Markup:
    """Return a line of links to terms."""
    links = [_link(view, term, term.label.of(view.language)) for term in terms]
    return part("terms", view.words(key), links)


def entry(view: View, term: Term) -> None:
    """Show one term large: what it means, and the terms that go with it."""
    st.header(plain(term.label.of(view.language)), anchor=False)
    st.markdown(plain(term.text.of(view.language)))
    if term.see:
        st.html(_see(view, term))


def index(view: View, terms: Sequence[Term]) -> Markup:
    """Return terms with what they mean, as a list of definitions in HTML."""
    language = view.language
    listed = [(t.label.of(language), t.text.of(language), _see(view, t)) for t in terms]
    return part("definitions", listed)


def _see(view: View, term: Term) -> Markup:
    """Return links to the terms that go with one."""
    known = glossary(view.book)
    return _line(view, "glossary.see", [known[name] for name in term.see if name in known])
