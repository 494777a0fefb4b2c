"""What the first page adds to the findings of the themes: what differs, and what changed."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from data.survey.groups import WHOLE
from pages.cards.differences import UNTOLD, headline_differences, sentence
from pages.cards.places.peers import home
from pages.cards.registry import build
from pages.files.presentation import presentation_link
from pages.screen import card_view, session
from pages.screen.filters.official import municipality_search
from pages.state.address import shared, write
from pages.state.pages import MUNICIPALITY, sheet_link
from pages.words.texts import plain
from queries.vocabulary import Against, Outcome
from queries.words.texts import join

if TYPE_CHECKING:
    from data.survey.design import Theme
    from pages.cards.card import Row
    from pages.state.view import View

_CALLED = pl.col("outcome").is_in([Outcome.HIGHER, Outcome.LOWER])


def theme_headline(view: View, theme: Theme, *, chart: bool) -> None:
    """Draw the finding of a theme, its size classes, whether it changed, and a link to its page."""
    whole = view.national()
    asked = replace(whole, selection=replace(whole.selection, question=theme.headline))
    frame = st.container(border=True, height="stretch", key=f"theme-{theme.id}")
    with card_view.guarded(view), frame:
        st.subheader(theme.title.of(view.language), anchor=False)
        card = build("kern", asked, theme)
        if card is None:
            st.markdown(view.words("note.not_asked_now", year=whole.selection.edition))
        else:
            _mark(view)
            st.markdown(f"**{plain(card.sentence)}**")
            if chart:
                _small_chart(asked, theme)
            st.markdown(plain(_change(whole, theme)))
            st.caption(plain(card.source))
        page = session.page_of(theme.slug)
        if page is not None:
            st.page_link(
                page,
                label=view.words("headlines.more", theme=theme.title.of(view.language)),
                query_params=write(shared(view.selection), view.book),
            )


def _small_chart(view: View, theme: Theme) -> None:
    """Draw the figures per size class of a theme's headline; the reader's own class stands out."""
    card = build("klassen", _in_own_class(view), theme)
    if card is not None and card.chart is not None:
        card_view.chart_and_table(view, card, card.chart, theme.id)


def _in_own_class(view: View) -> View:
    """Return the view with the size class of the municipality in the address, if any."""
    own, classes = home(view), view.classes
    if own is None or classes is None:
        return view
    size_class = dict(own.groups).get(classes.id)
    return replace(view, selection=replace(view.selection, size_class=size_class))


def take_along(view: View) -> None:
    """Link to what an executive takes to a meeting: one sheet of paper, and a presentation."""
    own = home(view)
    slug = WHOLE if own is None else own.slug
    name = view.book.survey.whole.of(view.language) if own is None else own.name
    links = {
        sheet_link(view, slug, "pdf", ""): view.words("headlines.sheet", name=name),
        presentation_link(view): view.words("presentation.link"),
    }
    said = " · ".join(
        f'<a href="{html.escape(target)}">{html.escape(label)}</a>'
        for target, label in links.items()
    )
    st.html(f'<p class="stand-use">{said}</p>')


def own_municipality(view: View) -> None:
    """Offer to find a municipality, and lead to its page."""
    if not view.facts.has("members"):
        return
    with st.container(key="find"):
        st.header(view.words("headlines.find"), anchor=False)
        municipality_search(view)
        own, page = home(view), session.page_of(MUNICIPALITY)
        if own is not None and page is not None:
            st.page_link(
                page,
                label=view.words("headlines.to_municipality", name=own.name),
                query_params=write(shared(view.selection), view.book),
            )


def _change(view: View, theme: Theme) -> str:
    """Return whether a theme's headline differs from the edition before, as a sentence."""
    rows = headline_differences(view).filter(
        pl.col("against") == Against.EDITION, pl.col("indicator") == theme.headline
    )
    if rows.is_empty():
        return view.words("headlines.no_former")
    return sentence(view, rows.row(0, named=True))


def what_differs(view: View) -> None:
    """List the differences between groups that a test demonstrates, each with its page."""
    words = view.words
    tested = headline_differences(view.national())
    if tested.is_empty():
        return
    between = tested.filter(pl.col("against") == Against.REST)
    st.header(words("headlines.differences"), anchor=False)
    _mark(view)
    called = between.filter(_CALLED).to_dicts()
    if called:
        st.markdown(words("headlines.differences_lead"))
    else:
        count = view.number(between["p_value"].count())
        st.markdown(words("headlines.no_differences", count=count))
    with st.container(key="findings-differences", gap="small"):
        for row in called:
            _linked(view, row)
    st.caption(words("headlines.tested"))


def what_changed(view: View) -> None:
    """List the changes since the edition before that a test demonstrates, and what did not."""
    words = view.words
    tested = headline_differences(view.national()).filter(pl.col("against") == Against.EDITION)
    if tested.is_empty():
        return
    st.header(words("headlines.changed"), anchor=False)
    _mark(view)
    st.markdown(words("headlines.changed_lead"))
    with st.container(key="findings-changes", gap="small"):
        for row in tested.filter(_CALLED).to_dicts():
            _linked(view, row)
    same = tested.filter(pl.col("outcome") == Outcome.NO_DIFFERENCE)
    if not same.is_empty():
        labels = _labels(view, same["indicator"].to_list())
        st.markdown(
            plain(words("headlines.no_change", year=same["other_edition"][0], labels=labels))
        )
    for outcome in UNTOLD:
        untold = tested.filter(pl.col("outcome") == outcome)
        if not untold.is_empty():
            labels = _labels(view, untold["indicator"].to_list())
            st.markdown(plain(words(f"headlines.untold_{outcome}", labels=labels)))
    asked = [theme.headline for theme in view.book.themes]
    if missing := [i for i in asked if i not in tested["indicator"].to_list()]:
        labels = _labels(view, missing)
        st.markdown(plain(words("headlines.not_compared", labels=labels)))


def _mark(view: View) -> None:
    """Say that the answers are made up, where they are."""
    if view.facts.synthetic:
        st.markdown(f":orange-badge[{plain(view.words('mark.synthetic'))}]")


def _labels(view: View, indicators: list[str]) -> str:
    """Return the names of questions as a list in words."""
    labels = [view.book.by_id[i].label.of(view.language) for i in indicators]
    return join(labels, view.words("join.and"))


def _linked(view: View, row: Row) -> None:
    """Draw one difference as a link to the page that shows it."""
    indicator = view.book.by_id[row["indicator"]]
    theme = next(t for t in view.book.themes if t.id == indicator.theme)
    label = f"**{plain(indicator.label.of(view.language))}**. {plain(sentence(view, row))}"
    page = session.page_of(theme.slug)
    if page is None:
        st.markdown(label)
        return
    selection = replace(
        view.in_group(shared(view.selection), row["dimension"], row["group_code"]),
        question=indicator.id,
    )
    st.page_link(page, label=label, query_params=write(selection, view.book))
