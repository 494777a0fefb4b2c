"""What the frame is made of: the pages there are, the head and the foot of each."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from data.survey.languages import LANGUAGES
from pages.cards.publications import version_sentence
from pages.charts.palette import sheet
from pages.files.parts import part
from pages.screen import steward_access
from pages.state import address
from pages.state.pages import (
    HEADLINES,
    PAGES,
)
from pages.words.texts import Words, plain

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from pages.state.view import View


@dataclass(frozen=True)
class Pages:
    """Every page, which of them are themes, and the one being shown."""

    every: list[Page]
    themes: list[Page]
    current: Page


@dataclass(frozen=True)
class Link:
    """A link of the head of a page."""

    target: str
    name: str
    language: str = ""
    is_current: bool = False


def navigation(view: View) -> Pages:
    """Return the pages there are for this reader: those of the registry, and one for each theme."""
    themes = [
        st.Page("theme.py", title=theme.title.of(view.language), url_path=theme.slug)
        for theme in view.book.themes
    ]
    others = [
        st.Page(
            entry.file,
            title=view.words(entry.title),
            url_path=entry.slug or None,
            default=entry.slug == HEADLINES,
        )
        for entry in PAGES
        if entry.exists(view) and (not entry.restricted or steward_access.offered())
    ]
    every = [*others, *themes]
    return Pages(every, themes, st.navigation(every, position="hidden"))


def head(view: View, pages: Pages) -> None:
    """Draw the head of a page: name, other language, and links to every page and theme.

    On a phone the links fold into a menu, which the style sheet and the script make of them. The
    script also lets Streamlit follow them, without the page being loaded anew.
    """
    survey = view.book.survey
    title = f"{pages.current.title} – {survey.short.of(view.language)}"
    st.set_page_config(page_title=title, layout="wide", initial_sidebar_state="collapsed")
    st.html(f"<style>{sheet('page')}</style>")
    others = [page for page in pages.every if page not in pages.themes]
    st.html(
        part(
            "navigation",
            _home_link(view),
            _language_links(view, pages.current),
            _links(view, pages.current, others),
            _links(view, pages.current, pages.themes),
            _marks(view),
            view.words,
        )
    )


def _marks(view: View) -> str:
    """Return what holds for every page: that it is not online yet, that answers are made up."""
    preview = [view.words("mark.preview")] if view.facts.release.manifest.preview else []
    made_up = [view.words("mark.explained")] if view.facts.synthetic else []
    return " ".join([*preview, *made_up])


def _links(view: View, current: Page, listed: list[Page]) -> list[Link]:
    """Return links to pages with what stays chosen; the page being shown is marked as such."""
    elsewhere = address.shared(view.selection)
    links = []
    for page in listed:
        chosen = view.selection if page == current else elsewhere
        target = address.link(page.url_path or ".", chosen, view.book)
        links.append(Link(target, page.title, is_current=page == current))
    return links


def _home_link(view: View) -> Link:
    """Return the name of the survey as a link to the first page."""
    target = address.link(".", address.shared(view.selection), view.book)
    return Link(target, view.book.survey.name.of(view.language))


def _language_links(view: View, current: Page) -> list[Link]:
    """Return a link to the same view in each other language; a full one, so that the page's is."""
    links = []
    for language in LANGUAGES:
        if language != view.language:
            other = replace(view.selection, language=language)
            target = address.link(current.url_path or ".", other, view.book)
            links.append(Link(target, Words(language)("language_name"), language))
    return links


def version_notice(view: View, pages: Pages) -> None:
    """Say so when another version is looked at than the one online, with the way to that one."""
    sentence = version_sentence(view)
    if sentence is None:
        return
    with st.container(key="version-notice"):
        st.info(sentence)
        current = replace(view.selection, version=None)
        st.page_link(
            pages.current,
            label=view.words("version.show_newest"),
            query_params=address.write(current, view.book),
        )


def making(said: str) -> NoReturn:
    """Say that the first release is being made, how far it is, and look again in a moment."""
    st.set_page_config(page_title="Stand van de Uitvoering")
    for language in LANGUAGES:
        st.info(Words(language)("release.making"))
    st.caption(plain(said))
    time.sleep(1)
    st.rerun()


def footer(view: View) -> None:
    """Draw the foot of a page: whose figures these are, and the version of the data."""
    survey = view.book.survey
    known = [
        survey.producer.of(view.language),
        view.words("source.version", version=view.facts.version),
        survey.licence,
    ]
    st.html(part("foot", known))
