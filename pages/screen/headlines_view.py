"""The first page on screen: its lead, its numbers, what differs, the actions, and what to take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from data.survey.groups import WHOLE
from pages.cards.differences import headline_differences, in_short
from pages.cards.places.peers import home
from pages.cards.registry import build
from pages.cards.response import response_line
from pages.cards.survey.headlines import in_group, large_differences
from pages.files.parts import part
from pages.files.presentation import presentation_link
from pages.screen import card_view, session
from pages.screen.filters.official import municipality_search
from pages.state.address import link, shared, write
from pages.state.pages import AGENDA, MUNICIPALITY, sheet_link
from pages.words.texts import plain
from queries.vocabulary import Against
from queries.words import numbers

if TYPE_CHECKING:
    from pages.cards.survey.headlines import Headlines
    from pages.state.view import View


def lead(view: View, found: Headlines) -> None:
    """Draw the finding that leads: as title, as number with its change, and by size class."""
    first = found.lead
    if first is None:
        st.title(view.words("headlines.nothing"), anchor=False)
        return
    st.title(plain(found.title), anchor=False)
    whole = view.national()
    theme = next(theme for theme in view.book.themes if theme.id == first.theme)
    asked = replace(whole, selection=replace(whole.selection, question=theme.headline))
    with st.container(key="lead"):
        st.html(part("lead", first, found.title))
        card = build("klassen", _in_own_class(asked), theme)
        if card is not None and card.chart is not None:
            with st.container(key="lead-chart"):
                card_view.chart_and_table(view, card, card.chart, theme.id)


def _in_own_class(view: View) -> View:
    """Return the view with the size class of the municipality in the address, if any."""
    own, classes = home(view), view.classes
    if own is None or classes is None:
        return view
    size_class = dict(own.groups).get(classes.id)
    return replace(view, selection=replace(view.selection, size_class=size_class))


def take_along(view: View) -> None:
    """Say what all of it rests on, and link to what an executive takes to a meeting."""
    own = home(view)
    slug = WHOLE if own is None else own.slug
    name = view.book.survey.whole.of(view.language) if own is None else own.name
    links = [
        (sheet_link(view, slug, "pdf", ""), view.words("headlines.sheet", name=name)),
        (presentation_link(view), view.words("presentation.link")),
    ]
    created = view.facts.release.manifest.created
    st.caption(
        plain(
            view.words(
                "headlines.lead",
                response=response_line(view),
                version=view.facts.version,
                day=numbers.day(created, view.language),
            )
        )
    )
    st.html(part("links", links))


def own_municipality(view: View) -> None:
    """Offer to find a municipality, and lead to its page."""
    if not view.facts.has("members"):
        return
    with st.container(key="find"):
        municipality_search(view)
        own, page = home(view), session.page_of(MUNICIPALITY)
        if own is not None and page is not None:
            st.page_link(
                page,
                label=view.words("headlines.to_municipality", name=own.name),
                query_params=write(shared(view.selection), view.book),
            )


def what_differs(view: View) -> None:
    """List the differences between groups that a test demonstrates, each with its page."""
    words = view.words
    tested = headline_differences(view.national()).filter(against=Against.REST)
    compared = tested["p_value"].count()
    if not compared:
        return
    st.header(words("headlines.differences"), anchor=False)
    called = large_differences(view)
    if called:
        listed = [(in_group(view, row), _named(view, row)) for row in called]
        st.html(part("differences", listed))
    else:
        st.markdown(words("headlines.no_differences", count=view.number(compared)))
    st.caption(words("headlines.tested"))


def _named(view: View, row: dict[str, object]) -> str:
    """Return a difference with the question it is about."""
    label = view.book.by_id[str(row["indicator"])].label.of(view.language)
    return f"{label}. {in_short(view, row)}"


def agenda(view: View) -> None:
    """List the actions of the agenda, with who owns each."""
    known = view.facts.release.agenda
    if known is None:
        return
    words, language = view.words, view.language
    st.header(words("headlines.agenda"), anchor=False)
    listed = [
        (action.title.of(language), words(f"owner.{action.owner}")) for action in known.actions
    ]
    st.html(part("actions", listed))
    st.caption(plain(words("headlines.agenda_source", source=known.source.label.of(language))))
    target = link(AGENDA, shared(view.selection), view.book)
    st.html(part("links", [(target, words("headlines.agenda_more"))]))
