"""One figure for other people's pages: chart, table, source, and the way back. No script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.cards.card import page_link
from pages.cards.publications import version_sentence
from pages.files.html_page import card_of, drawing, page, view_of
from pages.files.table_html import html_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pages.cards.card import Card

EMBED = "insluiten"


def embed_link(card: Card) -> str:
    """Return the address of a figure on its own, relative to any page."""
    return f"{EMBED}/{card.page}/{card.id}?{card.query}"


def embedded(slug: str, name: str, parameters: Mapping[str, str], origin: str) -> str | None:
    """Return the page of one figure; None when there is no such figure.

    Raises:
        QueryError, ReleaseBrokenError: its figures cannot be had.
    """
    view = view_of(parameters)
    card = card_of(view, slug, name)
    drawn = drawing(card) if card is not None else None
    if card is None or drawn is None:
        return None
    survey = view.book.survey.name.of(view.language)
    return page(
        "embed.html",
        view,
        kind="embed",
        root="../../",
        title=f"{card.heading} – {survey}",
        description=card.alternative,
        drawing=drawn,
        # Every cell was escaped where the table was made.
        table=html_table(card.table, card.heading),
        survey=survey,
        version=version_sentence(view),
        link=page_link(card, origin),
    )
