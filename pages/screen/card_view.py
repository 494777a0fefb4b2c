"""Cards on screen, always with the same parts in the same order."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st
from markupsafe import Markup, escape

from data.errors import ReleaseBrokenError
from data.survey.groups import WHOLE
from pages.cards.card import page_link
from pages.cards.official.figures import municipality_sentence
from pages.cards.registry import build
from pages.cards.tables import table_editions, table_questions, table_rows
from pages.files import card_html
from pages.files.card_actions import data_links, embed_code, snippets, strip, unfolding
from pages.files.parts import part
from pages.files.table_html import LONG, html_table
from pages.screen import session
from pages.screen.glossary_view import term_anchor, terms_line
from pages.state.address import link, shared, write
from pages.words.glossary import terms_in
from pages.words.texts import plain
from queries.errors import QueryError
from queries.words import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from data.survey.design import Theme
    from data.survey.indicators import Indicator
    from pages.cards.card import Card, Chart
    from pages.cards.survey.lead import Lead
    from pages.state.view import View
    from queries.release.manifest import Manifest

# A table of more rows is for browsing rather than reading.
READABLE = 150
_log = logging.getLogger("stand.pages")


@contextmanager
def guarded(view: View) -> Iterator[None]:
    """Say in a sentence that figures failed, and let the rest of the page go on."""
    try:
        yield
    except ReleaseBrokenError:
        _log.exception("page %s", session.slug())
        st.error(view.words("error.release"))
    except QueryError:
        _log.exception("page %s", session.slug())
        st.error(view.words("error.query"))
    except Exception:  # noqa: BLE001 - nobody foresaw it: a sentence for readers, the rest is logged
        _log.exception("page %s", session.slug())
        st.error(view.words("error.unexpected"))


def show(
    view: View, name: str, theme: Theme, *, level: int | None = 3, bare: bool = False
) -> Card | None:
    """Draw a card by its name, and return it; nothing when there is nothing to show.

    Args:
        view: release, selection and words.
        name: of the card.
        theme: of the page.
        level: of its heading; none without a heading.
        bare: how to read it and its source stand elsewhere, for several cards at once.
    """
    with guarded(view):
        card = build(name, view, theme)
        if card is not None:
            draw(view, card, level=level, bare=bare)
        return card
    return None


def reading(view: View, cards: Iterable[Card | None]) -> None:
    """Say once of several cards how to read them, and what they rest on."""
    drawn = [card for card in cards if card is not None]
    if drawn:
        st.html(part("aside", card_html.reading(view, drawn)))


def show_lead(view: View, theme: Theme, found: Lead) -> None:
    """Draw what stands first on a theme page; its files and links are those of its card."""
    with guarded(view):
        card = build("kern", view, theme)
        if card is None:
            return
        with st.container(key="card-kern"):
            _, opener = _unfolding(view, card, is_table=False)
            is_open = card.id in session.view().selection.opened
            said = part("theme_lead", found)
            st.html(said + strip(view.words, card, session.origin(), opener))
            if is_open:
                _unfolded(view, card, is_table=False)


def in_depth(view: View, theme: Theme) -> None:
    """Draw what lies below the theme's headline, where the codebook names it."""
    if theme.in_depth is None:
        return
    below = replace(view.selection, question=theme.in_depth, item=None)
    show(replace(view, selection=below), "verdieping", theme, level=2)


def each_theme(view: View, name: str) -> None:
    """Draw one card for each theme, two beside each other."""
    themes = view.book.themes
    for start in range(0, len(themes), 2):
        for theme, column in zip(
            themes[start : start + 2], st.columns(2, gap="medium"), strict=False
        ):
            with column:
                show(view, f"{name}-{theme.slug}", theme)


def each_position(view: View) -> None:
    """Draw where the chosen municipality lies, one card for each official figure it has."""
    for indicator in view.book.indicators:
        if indicator.kind == "official":
            show(view, f"positie-{indicator.id.replace('_', '-')}", view.book.themes[0])


def draw(view: View, card: Card, *, level: int | None = 3, bare: bool = False) -> None:
    """Draw a card: heading, sentence, chart, legend, counts, source, table, use.

    A card that is a table shows it openly; under a chart or a sentence it is folded away.
    """
    with st.container(border=True, key=f"card-{card.id}"):
        said = card_html.above(card, level=level)
        if card.chart is not None:
            if said:
                st.html(said)
            said = Markup()
            # What changed must not be in the specification, or the chart is made anew: it is
            # named after the text above it instead (page.js).
            st.vega_lite_chart(
                card.chart.sent,
                card.chart.spec,
                theme=None,
                key=card.chart.key,
                alt=view.words("card.chart"),
            )
        if not bare:
            said += card_html.below(view, card)
        is_table = card.chart is None and not card.sentence
        if is_table and card.table.is_empty():
            st.html(said)
            st.info(view.words("table.empty"))
            return
        if is_table:
            said = _with_table(view, card, said)
        is_open, opener = _unfolding(view, card, is_table=is_table)
        st.html(said + strip(view.words, card, session.origin(), opener))
        if is_open:
            _unfolded(view, card, is_table=is_table)


def _with_table(view: View, card: Card, said: Markup) -> Markup:
    """Draw what was said and the table, but for the HTML that may be drawn with what follows."""
    if card.table.height > READABLE:
        st.html(said)
        table(view, card.table, card.heading)
        said = Markup()
    else:
        said += _readable(view, card.table, card.heading)
    return said + _explained(view, card.table)


def _unfolding(view: View, card: Card, *, is_table: bool) -> tuple[bool, Markup]:
    """Return whether a card is unfolded, and the link that makes it otherwise.

    A link rather than a control: what is unfolded stays so when the view is sent to someone, and
    a control for each card took a tenth of the time between a filter and its charts.
    """
    of = session.view()
    opened = of.selection.opened
    is_open = card.id in opened
    others = tuple(name for name in opened if name != card.id)
    wanted = replace(of.selection, opened=others if is_open else (*opened, card.id))
    text = view.words("use.open_table" if is_table else "use.open")
    target = link(session.slug() or ".", wanted, of.book)
    return is_open, unfolding(text, card, target, is_open=is_open)


def _unfolded(view: View, card: Card, *, is_table: bool) -> None:
    """Draw what few readers need: the table under a chart, files, and what to cite or embed."""
    origin = session.origin()
    with st.container(key=f"use-{card.id}"):
        said = data_links(view.words, card)
        if not is_table:
            table(view, card.table, card.heading)
            said = _explained(view, card.table) + said
        st.html(said)
        st.caption(view.words("use.link"))
        st.code(page_link(card, origin), language=None, wrap_lines=True)
        st.caption(view.words("use.snippets"))
        for code in snippets(card, origin).values():
            # Without colours: those of strings stand out too little from the page.
            st.code(code, language=None, wrap_lines=True)
        if card.chart is not None:
            st.caption(view.words("use.embed_code"))
            st.code(embed_code(card, origin), language="html", wrap_lines=True)


def _explained(view: View, frame: pl.DataFrame) -> Markup:
    """Return links to what the terms in the cells of a table mean; long cells are prose."""
    cells = {cell for column in frame.iter_columns() for cell in column.unique() if cell}
    return terms_line(view, "\n".join(sorted(c for c in cells if len(c) <= LONG)))


def chart_and_table(view: View, card: Card, chart: Chart, where: str) -> None:
    """Draw the chart of a card without the rest of it, with its table to unfold.

    Args:
        view: release, selection and words.
        card: whose chart it is.
        chart: the chart.
        where: tells it from the same chart elsewhere on the page.
    """
    st.vega_lite_chart(
        chart.sent, chart.spec, theme=None, key=f"{where}-{chart.key}", alt=card.alternative
    )
    with st.expander(view.words("use.table")):
        table(view, card.table, card.heading)


def table(view: View, frame: pl.DataFrame, name: str) -> None:
    """Show a table: to read when it is short, to browse when it is long."""
    if frame.height > READABLE:
        st.caption(view.words("table.large", rows=view.number(frame.height)))
        st.dataframe(frame, hide_index=True, alt=name, height=420)
        return
    st.html(_readable(view, frame, name))


def _readable(view: View, frame: pl.DataFrame, name: str) -> Markup:
    """Return a table as HTML; terms in its heads lead to what they mean."""
    return html_table(frame, name, {c: _head(view, c) for c in frame.columns})


def _head(view: View, column: str) -> Markup:
    """Return a column head; a term in it links to its explanation, and shows it to a mouse."""
    terms = terms_in(view.book, column, view.language)
    if not terms:
        return escape(column)
    return term_anchor(view, terms[0], column)


def levels(view: View, indicator: Indicator) -> None:
    """Explain the levels of a scale, where the codebook does."""
    explained = [option for option in indicator.options if option.note]
    if not explained:
        return
    with st.expander(view.words("theme.levels")):
        st.markdown(
            "\n\n".join(
                f"{option.code}\\. **{plain(option.label.of(view.language))}**: "
                f"{plain(option.note.of(view.language))}"
                for option in explained
                if option.note
            )
        )


def municipality(view: View, theme: Theme) -> None:
    """Say the official figure of the municipality that was asked for by name."""
    with guarded(view):
        sentence = municipality_sentence(view, theme.id)
        if sentence:
            st.markdown(f"**{plain(sentence)}**")


def version_links(view: View, slug: str, manifests: list[Manifest]) -> None:
    """Link to the other versions of the figures."""
    page = session.page_of(slug)
    if page is None or not manifests:
        return
    with st.container(key="version-links", gap="xsmall"):
        st.markdown(view.words("publication.others"))
        for manifest in manifests:
            other = replace(view.selection, version=manifest.version)
            st.page_link(
                page,
                label=view.words(
                    "publication.other",
                    version=manifest.version,
                    day=numbers.day(manifest.created, view.language),
                ),
                query_params=write(shared(other), view.book),
            )


def command(view: View) -> str:
    """Return the commands that print the figures of the table in a terminal."""
    dimension = table_rows(view)
    years = " ".join(f"--edition {year}" for year in table_editions(view))
    by = "" if dimension == WHOLE else f" --by {dimension}"
    return "\n".join(
        f"python -m queries ask {indicator.id} {years}{by} --format csv"
        for indicator in table_questions(view)
    )
