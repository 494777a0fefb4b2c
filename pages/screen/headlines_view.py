"""What the first page adds to the findings of the themes: what differs, and what changed."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from data.survey.codebook import WHOLE
from pages.cards.differences import (
    EDITION,
    HIGHER,
    LOWER,
    NO_DIFFERENCE,
    REST,
    UNTOLD,
    headline_differences,
    sentence,
)
from pages.cards.places.peers import home
from pages.cards.registry import build
from pages.files.presentation import presentation_link
from pages.screen import card_view, session
from pages.screen.filters.official import municipality_search
from pages.state.address import shared, write
from pages.state.links import MUNICIPALITY, sheet_link
from pages.words.texts import join, plain

if TYPE_CHECKING:
    from data.survey.codebook import Theme
    from pages.cards.card import Row
    from pages.state.selection import Selection
    from pages.state.view import Context

_CALLED = pl.col("outcome").is_in([HIGHER, LOWER])


def theme_headline(context: Context, theme: Theme, *, chart: bool) -> None:
    """Draw the finding of a theme, its size classes, whether it changed, and a link to its page."""
    whole = context.national()
    asked = replace(whole, selection=replace(whole.selection, question=theme.headline))
    frame = st.container(border=True, height="stretch", key=f"theme-{theme.id}")
    with card_view.guarded(context), frame:
        st.subheader(theme.title.of(context.language), anchor=False)
        card = build("kern", asked, theme)
        if card is None:
            st.markdown(context.words("note.not_asked_now", year=whole.selection.edition))
        else:
            _mark(context)
            st.markdown(f"**{plain(card.sentence)}**")
            if chart:
                _small_chart(asked, theme)
            st.markdown(plain(_change(whole, theme)))
            st.caption(plain(card.source))
        page = session.page_of(theme.slug)
        if page is not None:
            st.page_link(
                page,
                label=context.words("headlines.more", theme=theme.title.of(context.language)),
                query_params=write(shared(context.selection), context.book),
            )


def _small_chart(context: Context, theme: Theme) -> None:
    """Draw the figures per size class of a theme's headline; the reader's own class stands out."""
    card = build("klassen", _in_own_class(context), theme)
    if card is not None and card.chart is not None:
        st.vega_lite_chart(
            card.chart.sent,
            card.chart.spec,
            theme=None,
            key=f"{theme.id}-{card.chart.key}",
            alt=card.alternative,
        )
        with st.expander(context.words("use.table")):
            card_view.table(context, card.table, card.heading)


def _in_own_class(context: Context) -> Context:
    """Return the context with the size class of the municipality in the address, if any."""
    own, classes = home(context), context.classes
    if own is None or classes is None:
        return context
    size_class = dict(own.groups).get(classes.id)
    return replace(context, selection=replace(context.selection, size_class=size_class))


def take_along(context: Context) -> None:
    """Link to what an executive takes to a meeting: one sheet of paper, and a presentation."""
    own = home(context)
    slug = WHOLE if own is None else own.slug
    name = context.book.survey.whole.of(context.language) if own is None else own.name
    links = {
        sheet_link(context, slug, "pdf", ""): context.words("headlines.sheet", name=name),
        presentation_link(context): context.words("presentation.link"),
    }
    said = " · ".join(
        f'<a href="{html.escape(target)}">{html.escape(label)}</a>'
        for target, label in links.items()
    )
    st.html(f'<p class="stand-use">{said}</p>')


def own_municipality(context: Context) -> None:
    """Offer to find a municipality, and lead to its page."""
    if not context.facts.has("members"):
        return
    with st.container(key="find"):
        st.header(context.words("headlines.find"), anchor=False)
        municipality_search(context)
        own, page = home(context), session.page_of(MUNICIPALITY)
        if own is not None and page is not None:
            st.page_link(
                page,
                label=context.words("headlines.to_municipality", name=own.name),
                query_params=write(shared(context.selection), context.book),
            )


def _change(context: Context, theme: Theme) -> str:
    """Return whether a theme's headline differs from the edition before, as a sentence."""
    rows = headline_differences(context).filter(
        pl.col("against") == EDITION, pl.col("indicator") == theme.headline
    )
    if rows.is_empty():
        return context.words("headlines.no_former")
    return sentence(context, rows.row(0, named=True))


def what_differs(context: Context) -> None:
    """List the differences between groups that a test demonstrates, each with its page."""
    words = context.words
    tested = headline_differences(context.national())
    if tested.is_empty():
        return
    between = tested.filter(pl.col("against") == REST)
    st.header(words("headlines.differences"), anchor=False)
    _mark(context)
    called = between.filter(_CALLED).to_dicts()
    if called:
        st.markdown(words("headlines.differences_lead"))
    else:
        count = context.number(between["p_value"].count())
        st.markdown(words("headlines.no_differences", count=count))
    with st.container(key="findings-differences", gap="small"):
        for row in called:
            _linked(context, row)
    st.caption(words("headlines.tested"))


def what_changed(context: Context) -> None:
    """List the changes since the edition before that a test demonstrates, and what did not."""
    words = context.words
    tested = headline_differences(context.national()).filter(pl.col("against") == EDITION)
    if tested.is_empty():
        return
    st.header(words("headlines.changed"), anchor=False)
    _mark(context)
    st.markdown(words("headlines.changed_lead"))
    with st.container(key="findings-changes", gap="small"):
        for row in tested.filter(_CALLED).to_dicts():
            _linked(context, row)
    same = tested.filter(pl.col("outcome") == NO_DIFFERENCE)
    if not same.is_empty():
        labels = _labels(context, same["indicator"].to_list())
        st.markdown(
            plain(words("headlines.no_change", year=same["other_edition"][0], labels=labels))
        )
    for outcome in UNTOLD:
        untold = tested.filter(pl.col("outcome") == outcome)
        if not untold.is_empty():
            labels = _labels(context, untold["indicator"].to_list())
            st.markdown(plain(words(f"headlines.untold_{outcome}", labels=labels)))
    asked = [theme.headline for theme in context.book.themes]
    if missing := [i for i in asked if i not in tested["indicator"].to_list()]:
        labels = _labels(context, missing)
        st.markdown(plain(words("headlines.not_compared", labels=labels)))


def _mark(context: Context) -> None:
    """Say that the answers are made up, where they are."""
    if context.facts.synthetic:
        st.markdown(f":orange-badge[{plain(context.words('mark.synthetic'))}]")


def _labels(context: Context, indicators: list[str]) -> str:
    """Return the names of questions as a list in words."""
    labels = [context.book.by_id[i].label.of(context.language) for i in indicators]
    return join(labels, context.words("join.and"))


def _linked(context: Context, row: Row) -> None:
    """Draw one difference as a link to the page that shows it."""
    indicator = context.book.by_id[row["indicator"]]
    theme = next(t for t in context.book.themes if t.id == indicator.theme)
    label = f"**{plain(indicator.label.of(context.language))}**. {plain(sentence(context, row))}"
    page = session.page_of(theme.slug)
    if page is None:
        st.markdown(label)
        return
    selection = replace(_chosen(context, row), question=indicator.id)
    st.page_link(page, label=label, query_params=write(selection, context.book))


def _chosen(context: Context, row: Row) -> Selection:
    """Return the selection in which the group of a difference is chosen."""
    selection = shared(context.selection)
    book, dimension, group = context.book, row["dimension"], row["group_code"]
    if dimension in {d.id for d in book.of_kind("class")}:
        return replace(selection, size_class=group, level=None, region=None)
    if dimension in {d.id for d in book.of_kind("region")}:
        return replace(selection, level=dimension, region=group, size_class=None)
    return replace(selection, level=None, region=None, size_class=None)
