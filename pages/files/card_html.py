"""The text of a card as HTML, in two pieces: what stands above its chart, and what below.

A page redraws what changed piece by piece, and each piece has its price: a card of few pieces
follows a filter sooner than one of many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.files.parts import part
from pages.words.glossary import terms_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from pages.cards.card import Card
    from pages.state.view import View


def above(card: Card, *, level: int | None) -> Markup:
    """Return heading of a level, sentence and notes; the chart is named after all of them.

    That answers are made up stands once at the head of the page, and in every picture and file.
    """
    return part("card", card, level)


def below(view: View, card: Card) -> Markup:
    """Return how many answered and the source; unfolded, how to read the chart and its terms."""
    counted = " · ".join(said for said in (card.count, card.source) if said)
    return _small(view, [counted], card.legend.splitlines())


def reading(view: View, cards: Sequence[Card]) -> Markup:
    """Return the sources of several charts and how to read them, each line once."""
    legends = [line for card in cards for line in card.legend.splitlines()]
    return _small(view, [card.source for card in cards], legends)


def _small(view: View, sources: Sequence[str], legends: Sequence[str]) -> Markup:
    """Return sources in small print; and folded, legends and what the terms of both mean."""
    said, legend = (list(dict.fromkeys(filter(None, lines))) for lines in (sources, legends))
    terms = terms_in(view.book, "\n".join([*legend, *said]), view.language)
    return part("small", said, legend, terms, view.language, view.words)
