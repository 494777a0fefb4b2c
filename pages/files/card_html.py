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
    """Return how to read the chart, how many answered, the source, and what the terms mean."""
    counted = " · ".join(part for part in (card.count, card.source) if part)
    return _small(view, [*card.legend.splitlines(), counted])


def reading(view: View, cards: Sequence[Card]) -> Markup:
    """Return how to read several charts and the sources of all, each line once."""
    legends = [line for card in cards for line in card.legend.splitlines()]
    return _small(view, [*legends, *(card.source for card in cards)])


def _small(view: View, said: Sequence[str]) -> Markup:
    """Return lines in small print, each once, and what their terms mean."""
    lines = list(dict.fromkeys(line for line in said if line))
    terms = terms_in(view.book, "\n".join(lines), view.language)
    return part("small", lines, terms, view.language, view.words)
