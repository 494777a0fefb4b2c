"""One figure for other people's pages: chart, table, source, and the way back. No script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.cards.card import page_link
from pages.cards.publications import version_sentence
from pages.files.asked import card_of
from pages.files.following import changed
from pages.files.html_page import drawing, page
from pages.files.table_html import html_table
from pages.state.refusals import missing

if TYPE_CHECKING:
    from pages.cards.card import Card
    from pages.state.view import View

EMBED = "insluiten"


def embed_link(card: Card) -> str:
    """Return the address of a figure on its own, relative to any page."""
    return f"{EMBED}/{card.page}/{card.id}?{card.query}"


def embedded(view: View, slug: str, name: str, origin: str) -> str:
    """Return the page of one figure.

    Raises:
        RefusedError: there is no such figure.
        QueryError, ReleaseBrokenError: its figures cannot be had.
    """
    card = card_of(view, slug, name)
    drawn = drawing(card)
    if drawn is None:
        raise missing("picture", name, (), view.language)
    survey = view.book.survey.name.of(view.language)
    return page(
        "embed.html",
        view.words,
        kind="embed",
        root="../../",
        title=f"{card.heading} – {survey}",
        description=card.alternative,
        drawing=drawn,
        # Every cell was escaped where the table was made.
        table=html_table(card.table, card.heading),
        survey=survey,
        version=version_sentence(view),
        since=_since(view, card),
        link=page_link(card, origin),
    )


def _since(view: View, card: Card) -> str | None:
    """Return whether a figure of a version is another in the one online."""
    other = changed(view, card)
    return None if other is None else view.words(f"version.{'other' if other else 'same'}_figures")
