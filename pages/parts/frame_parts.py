"""What the frame is made of: the pages there are, the head and the foot of each."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from pages.parts import address
from pages.parts.links import ABOUT, MUNICIPALITY, REGION, TABLES
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
        *_place_pages(context),
        st.Page("tables.py", title=words("page.tables"), url_path=TABLES),
        st.Page("about.py", title=words("page.about"), url_path=ABOUT),
    ]
    return Pages(every, st.navigation(every, position="hidden"))


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
