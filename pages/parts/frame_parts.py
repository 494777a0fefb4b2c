"""What the frame is made of: the pages there are, the head and the foot of each."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from pages.parts import address, notation, stewarding
from pages.parts.figures import online
from pages.parts.links import ABOUT, STEWARD, TABLES
from pages.parts.texts import LANGUAGES, texts

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from pages.parts.context import Context

STYLE = Path(__file__).with_name("style.css")


@dataclass(frozen=True)
class Pages:
    """Every page, and the one being shown."""

    every: list[Page]
    current: Page


def navigation(context: Context) -> Pages:
    """Return the pages: headlines, a page for each theme, tables, about."""
    words = context.words
    every = [
        st.Page("headlines.py", title=words("page.headlines"), default=True),
        *(
            st.Page("theme.py", title=theme.title.of(context.language), url_path=theme.slug)
            for theme in context.book.themes
        ),
        st.Page("tables.py", title=words("page.tables"), url_path=TABLES),
        st.Page("about.py", title=words("page.about"), url_path=ABOUT),
        *(
            [st.Page("steward.py", title=words("page.steward"), url_path=STEWARD)]
            if stewarding.offered()
            else []
        ),
    ]
    return Pages(every, st.navigation(every, position="hidden"))


def head(context: Context, pages: Pages) -> None:
    """Draw the head of a page: name, links to every page, the other language, the mark."""
    survey = context.book.survey
    title = f"{pages.current.title} – {survey.short.of(context.language)}"
    st.set_page_config(page_title=title, layout="wide", initial_sidebar_state="collapsed")
    st.html(STYLE)
    parameters = address.write(address.shared(context.selection), context.book)
    with st.container(horizontal=True, key="nav", vertical_alignment="center"):
        st.html(f'<p class="stand-brand">{html.escape(survey.name.of(context.language))}</p>')
        _language_link(context, pages.current.url_path)
        for page in pages.every:
            st.page_link(page, label=page.title, query_params=parameters)


def _language_link(context: Context, slug: str) -> None:
    """Link to the same view in the other language; a full link, so that the page's language is."""
    for language in LANGUAGES:
        if language != context.language:
            other = replace(context.selection, language=language)
            query = urlencode(address.write(other, context.book))
            name = texts(language)["language_name"]
            target = html.escape(f"{slug or '.'}?{query}")
            st.html(
                f'<p class="stand-language"><a href="{target}" '
                f'hreflang="{language}" lang="{language}">{html.escape(name)}</a></p>'
            )


def version_notice(context: Context, pages: Pages) -> None:
    """Say so when another version is looked at than the one online, with the way to that one."""
    newest = online().release.manifest
    seen = context.facts.release.manifest
    if seen.version == newest.version:
        return
    kind = "newer" if newest.number > seen.number else "taken_back"
    with st.container(key="version-notice"):
        st.info(
            context.words(
                f"version.{kind}",
                version=seen.version,
                day=notation.day(seen.created, context.language),
                newest=newest.version,
            )
        )
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
