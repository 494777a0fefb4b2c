"""What the frame is made of: the pages there are, the head and the foot of each."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from data.survey.languages import LANGUAGES
from pages.cards.publications import version_sentence
from pages.charts.palette import sheet
from pages.screen import steward_access
from pages.state import address
from pages.state.pages import (
    HEADLINES,
    PAGES,
)
from pages.words.texts import Words

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from pages.state.view import View


@dataclass(frozen=True)
class Pages:
    """Every page, which of them are themes, and the one being shown."""

    every: list[Page]
    themes: list[Page]
    current: Page


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
    words = view.words
    st.html(
        f'<nav class="stand-nav" aria-label="{html.escape(words("nav.pages"))}">'
        f'<div class="stand-head"><p class="stand-brand">{_home_link(view)}</p>'
        f'<p class="stand-language">{_language_links(view, pages.current)}</p>'
        f'<button class="stand-menu" aria-expanded="false">{words("nav.menu")}</button></div>'
        f'<ul class="stand-pages">{_links(view, pages.current, others)}</ul>'
        f'<ul class="stand-themes"><li>{html.escape(words("nav.themes"))}</li>'
        f"{_links(view, pages.current, pages.themes)}</ul></nav>{_band(view)}"
    )


def _band(view: View) -> str:
    """Return that the answers are made up, where they are: once, at the head of every page."""
    if not view.facts.synthetic:
        return ""
    return f'<p class="stand-band">{html.escape(view.words("mark.explained"))}</p>'


def _links(view: View, current: Page, listed: list[Page]) -> str:
    """Return links to pages with what stays chosen; the page being shown is marked as such."""
    elsewhere = address.shared(view.selection)
    items = []
    for page in listed:
        here, chosen = ("", elsewhere)
        if page == current:
            here, chosen = (' aria-current="page"', view.selection)
        target = html.escape(address.link(page.url_path or ".", chosen, view.book))
        items.append(f'<li><a href="{target}"{here}>{html.escape(page.title)}</a></li>')
    return "".join(items)


def _home_link(view: View) -> str:
    """Return the name of the survey as a link to the first page."""
    target = address.link(".", address.shared(view.selection), view.book)
    name = view.book.survey.name.of(view.language)
    return f'<a href="{html.escape(target)}">{html.escape(name)}</a>'


def _language_links(view: View, current: Page) -> str:
    """Return a link to the same view in each other language; a full one, so that the page's is."""
    links = []
    for language in LANGUAGES:
        if language != view.language:
            other = replace(view.selection, language=language)
            target = html.escape(address.link(current.url_path or ".", other, view.book))
            name = html.escape(Words(language)("language_name"))
            links.append(f'<a href="{target}" hreflang="{language}" lang="{language}">{name}</a>')
    return " · ".join(links)


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


def footer(view: View) -> None:
    """Draw the foot of a page: whose figures these are, and the version of the data."""
    survey = view.book.survey
    known = [
        survey.producer.of(view.language),
        view.words("source.version", version=view.facts.version),
        survey.licence,
    ]
    said = f'<p class="stand-small">{html.escape(" · ".join(known))}</p>'
    st.html(f'<footer class="stand-foot"><hr>{said}</footer>')
