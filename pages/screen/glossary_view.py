"""Terms on screen: one that was asked for, and the whole list."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.state.address import link, shared
from pages.state.links import GLOSSARY
from pages.words.glossary import glossary, terms_in
from pages.words.texts import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.codebook import Term
    from pages.state.view import Context


def term_link(context: Context, term: Term) -> str:
    """Return the address of the glossary with one term first."""
    return link(GLOSSARY, replace(shared(context.selection), term=term.id), context.book)


def term_anchor(context: Context, term: Term, said: str) -> str:
    """Return a link in HTML to what a term means; a mouse sees it at once."""
    meaning = html.escape(term.text.of(context.language))
    target = html.escape(term_link(context, term))
    return f'<a href="{target}" title="{meaning}">{html.escape(said)}</a>'


def terms_line(context: Context, text: str) -> str:
    """Return links in HTML to the terms that a text uses; nothing when it uses none."""
    found = terms_in(context.book, text, context.language)
    return _line(context, "glossary.explained", sorted(found, key=lambda term: term.id))


def _line(context: Context, key: str, terms: Sequence[Term]) -> str:
    """Return a line of links to terms."""
    if not terms:
        return ""
    links = [term_anchor(context, term, term.label.of(context.language)) for term in terms]
    return f'<p class="stand-use">{html.escape(context.words(key))} {" · ".join(links)}</p>'


def entry(context: Context, term: Term) -> None:
    """Show one term large: what it means, and the terms that go with it."""
    st.header(plain(term.label.of(context.language)), anchor=False)
    st.markdown(plain(term.text.of(context.language)))
    if term.see:
        st.html(_see(context, term))


def index(context: Context, terms: Sequence[Term]) -> str:
    """Return terms with what they mean, as a list of definitions in HTML."""
    return f'<dl class="stand-terms">{"".join(_defined(context, term) for term in terms)}</dl>'


def _defined(context: Context, term: Term) -> str:
    """Return one term of the list with what it means."""
    label = html.escape(term.label.of(context.language))
    text = html.escape(term.text.of(context.language))
    return f"<div><dt>{label}</dt><dd>{text}{_see(context, term)}</dd></div>"


def _see(context: Context, term: Term) -> str:
    """Return links to the terms that go with one."""
    known = glossary(context.book)
    return _line(context, "glossary.see", [known[name] for name in term.see if name in known])
