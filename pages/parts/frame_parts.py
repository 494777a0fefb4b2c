"""What the frame is made of: the pages there are, the head and the foot of each."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts import address, stewarding
from pages.parts.links import (
    ABOUT,
    AGENDA,
    GLOSSARY,
    MUNICIPALITY,
    REGION,
    SIGNALS,
    STEWARD,
    TABLES,
)
from pages.parts.palette import sheet
from pages.parts.publications import version_sentence
from pages.parts.texts import LANGUAGES, texts

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from pages.parts.context import Context


@dataclass(frozen=True)
class Pages:
    """Every page, which of them are themes, and the one being shown."""

    every: list[Page]
    themes: list[Page]
    current: Page


def navigation(context: Context) -> Pages:
    """Return the pages: headlines, a page for each theme, tables, about."""
    words = context.words
    themes = [
        st.Page("theme.py", title=theme.title.of(context.language), url_path=theme.slug)
        for theme in context.book.themes
    ]
    every = [
        st.Page("headlines.py", title=words("page.headlines"), default=True),
        *themes,
        *_place_pages(context),
        *_agenda_pages(context),
        st.Page("tables.py", title=words("page.tables"), url_path=TABLES),
        st.Page("glossary.py", title=words("page.glossary"), url_path=GLOSSARY),
        st.Page("about.py", title=words("page.about"), url_path=ABOUT),
        *_steward_page(context),
    ]
    return Pages(every, themes, st.navigation(every, position="hidden"))


def _agenda_pages(context: Context) -> list[Page]:
    """Return the pages of the action agenda and the signals, as far as the release has them."""
    words, pages = context.words, []
    if context.facts.release.agenda is not None:
        pages.append(st.Page("agenda.py", title=words("page.agenda"), url_path=AGENDA))
    if context.facts.has("signals"):
        pages.append(st.Page("signals.py", title=words("page.signals"), url_path=SIGNALS))
    return pages


def _steward_page(context: Context) -> list[Page]:
    """Return the page to manage the figures, for who may know that there is one."""
    if not stewarding.offered():
        return []
    return [st.Page("steward.py", title=context.words("page.steward"), url_path=STEWARD)]


def _place_pages(context: Context) -> list[Page]:
    """Return the pages of regions and municipalities, as far as the release has them."""
    words, pages = context.words, []
    if context.book.of_kind("region"):
        pages.append(st.Page("region.py", title=words("page.region"), url_path=REGION))
    if context.facts.has("members"):
        title = words("page.municipality")
        pages.append(st.Page("municipality.py", title=title, url_path=MUNICIPALITY))
    return pages


def head(context: Context, pages: Pages) -> None:
    """Draw the head of a page: name, other language, and links to every page and theme.

    On a phone the links fold away behind a menu.
    """
    survey = context.book.survey
    title = f"{pages.current.title} – {survey.short.of(context.language)}"
    st.set_page_config(page_title=title, layout="wide", initial_sidebar_state="collapsed")
    st.html(f"<style>{sheet('page')}</style>")
    others = [page for page in pages.every if page not in pages.themes]
    with st.container(key="nav", gap=None):
        with st.container(horizontal=True, key="nav-head", vertical_alignment="center"):
            st.html(f'<p class="stand-brand">{_home_link(context)}</p>', width="content")
            languages = _language_links(context, pages.current)
            st.html(f'<p class="stand-language">{languages}</p>', width="content")
            st.html(_menu(context, pages.current), width="content")
        with st.container(horizontal=True, key="nav-pages"):
            _links(context, pages.current, others)
        with st.container(horizontal=True, key="nav-themes"):
            _label(context.words("nav.themes"))
            _links(context, pages.current, pages.themes)


def _menu(context: Context, current: Page) -> str:
    """Return what opens the links on a phone; it is another one, and closed, on every page."""
    summary = f"<summary>{html.escape(context.words('nav.menu'))}</summary>"
    return f'<details class="stand-menu" data-page="{current.url_path}">{summary}</details>'


def _label(text: str) -> None:
    """Say what the links that follow are."""
    st.html(f'<p class="stand-nav-label">{html.escape(text)}</p>', width="content")


def _links(context: Context, current: Page, listed: list[Page]) -> None:
    """Link to pages with what stays chosen; the page being shown is marked as such."""
    parameters = address.write(address.shared(context.selection), context.book)
    for page in listed:
        if page == current:
            target = html.escape(
                address.link(page.url_path or ".", context.selection, context.book)
            )
            st.html(
                f'<p class="stand-here"><a href="{target}" aria-current="page">'
                f"{html.escape(page.title)}</a></p>",
                width="content",
            )
        else:
            st.page_link(page, label=page.title, query_params=parameters)


def _home_link(context: Context) -> str:
    """Return the name of the survey as a link to the first page."""
    target = address.link(".", address.shared(context.selection), context.book)
    name = context.book.survey.name.of(context.language)
    return f'<a href="{html.escape(target)}">{html.escape(name)}</a>'


def _language_links(context: Context, current: Page) -> str:
    """Return a link to the same view in each other language; a full one, so that the page's is."""
    links = []
    for language in LANGUAGES:
        if language != context.language:
            other = replace(context.selection, language=language)
            target = html.escape(address.link(current.url_path or ".", other, context.book))
            name = html.escape(texts(language)["language_name"])
            links.append(f'<a href="{target}" hreflang="{language}" lang="{language}">{name}</a>')
    return " · ".join(links)


def version_notice(context: Context, pages: Pages) -> None:
    """Say so when another version is looked at than the one online, with the way to that one."""
    sentence = version_sentence(context)
    if sentence is None:
        return
    with st.container(key="version-notice"):
        st.info(sentence)
        current = replace(context.selection, version=None)
        st.page_link(
            pages.current,
            label=context.words("version.show_newest"),
            query_params=address.write(current, context.book),
        )


def footer(context: Context) -> None:
    """Draw the foot of a page: what is made up, and the version of the data."""
    st.divider()
    if context.facts.synthetic:
        st.caption(context.words("mark.explained"))
    survey = context.book.survey
    st.caption(
        " · ".join(
            [
                survey.producer.of(context.language),
                context.words("source.version", version=context.facts.version),
                survey.licence,
            ]
        )
    )
