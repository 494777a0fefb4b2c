"""What the frame is made of: the pages there are, the head and the foot of each."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.cards.publications import version_sentence
from pages.charts.palette import sheet
from pages.screen import steward_access
from pages.state import address
from pages.state.links import (
    ABOUT,
    AGENDA,
    GLOSSARY,
    MUNICIPALITY,
    REGION,
    SIGNALS,
    STEWARD,
    TABLES,
)
from pages.words.texts import LANGUAGES, texts

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from pages.state.view import Context


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
    if not steward_access.offered():
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

    On a phone the links fold into a menu, which the style sheet and the script make of them. The
    script also lets Streamlit follow them, without the page being loaded anew.
    """
    survey = context.book.survey
    title = f"{pages.current.title} – {survey.short.of(context.language)}"
    st.set_page_config(page_title=title, layout="wide", initial_sidebar_state="collapsed")
    st.html(f"<style>{sheet('page')}</style>")
    others = [page for page in pages.every if page not in pages.themes]
    words = context.words
    st.html(
        f'<nav class="stand-nav" aria-label="{html.escape(words("nav.pages"))}">'
        f'<div class="stand-head"><p class="stand-brand">{_home_link(context)}</p>'
        f'<p class="stand-language">{_language_links(context, pages.current)}</p>'
        f'<button class="stand-menu" aria-expanded="false">{words("nav.menu")}</button></div>'
        f'<ul class="stand-pages">{_links(context, pages.current, others)}</ul>'
        f'<ul class="stand-themes"><li>{html.escape(words("nav.themes"))}</li>'
        f"{_links(context, pages.current, pages.themes)}</ul></nav>"
    )


def _links(context: Context, current: Page, listed: list[Page]) -> str:
    """Return links to pages with what stays chosen; the page being shown is marked as such."""
    elsewhere = address.shared(context.selection)
    items = []
    for page in listed:
        here, chosen = ("", elsewhere)
        if page == current:
            here, chosen = (' aria-current="page"', context.selection)
        target = html.escape(address.link(page.url_path or ".", chosen, context.book))
        items.append(f'<li><a href="{target}"{here}>{html.escape(page.title)}</a></li>')
    return "".join(items)


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
    survey = context.book.survey
    known = [
        survey.producer.of(context.language),
        context.words("source.version", version=context.facts.version),
        survey.licence,
    ]
    lines = [" · ".join(known)]
    if context.facts.synthetic:
        lines.insert(0, context.words("mark.explained"))
    said = "".join(f'<p class="stand-small">{html.escape(line)}</p>' for line in lines)
    st.html(f'<footer class="stand-foot"><hr>{said}</footer>')
