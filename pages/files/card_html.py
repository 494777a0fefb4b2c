"""The text of a card as HTML, in two pieces: what stands above its chart, and what below.

A page redraws what changed piece by piece, and each piece has its price: a card of few pieces
follows a filter sooner than one of many.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from pages.words.glossary import terms_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages.cards.card import Card
    from pages.state.view import View


def above(card: Card, *, level: int | None) -> str:
    """Return heading of a level, sentence and notes; the chart is named after all of them.

    That answers are made up stands once at the head of the page, and in every picture and file.
    """
    parts = [
        _element(f"h{level}", card.heading if level else ""),
        _element("p", card.sentence),
        *(_element("p", note, "stand-note") for note in card.notes),
    ]
    said = "".join(parts)
    return f'<div class="stand-card" id="said-{html.escape(card.id)}">{said}</div>' if said else ""


def below(view: View, card: Card) -> str:
    """Return how to read the chart, how many answered, the source, and what the terms mean."""
    counted = " · ".join(part for part in (card.count, card.source) if part)
    return _small(view, [*card.legend.splitlines(), counted])


def reading(view: View, cards: Sequence[Card]) -> str:
    """Return how to read several charts and the sources of all, each line once."""
    legends = [line for card in cards for line in card.legend.splitlines()]
    return _small(view, [*legends, *(card.source for card in cards)])


def _small(view: View, said: Sequence[str]) -> str:
    """Return lines in small print, each once, and what their terms mean."""
    lines = list(dict.fromkeys(line for line in said if line))
    small = "".join(_element("p", line, "stand-small") for line in lines)
    return small + _explained(view, "\n".join(lines))


def _explained(view: View, text: str) -> str:
    """Return the terms in a text, which unfold into what they mean; nothing when it uses none."""
    language = view.language
    terms = terms_in(view.book, text, language)
    if not terms:
        return ""
    names = " · ".join(term.label.of(language) for term in terms)
    meant = "".join(
        _element("dt", term.label.of(language)) + _element("dd", term.text.of(language))
        for term in terms
    )
    summary = _element("summary", f"{view.words('glossary.explained')} {names}")
    return f'<details class="stand-explained">{summary}<dl>{meant}</dl></details>'


def _element(tag: str, text: str | None, kind: str = "") -> str:
    """Return an element that holds text; nothing when there is none."""
    if not text:
        return ""
    named = f' class="{kind}"' if kind else ""
    return f"<{tag}{named}>{html.escape(text)}</{tag}>"
