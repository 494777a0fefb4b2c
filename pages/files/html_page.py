"""Cards and pages outside Streamlit: HTML made from a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from pages.files.parts import filled
from pages.files.pictures import chart_svg

if TYPE_CHECKING:
    from pages.cards.card import Card
    from pages.words.texts import Words

# The widths a chart is drawn in: for a screen, and for a phone.
WIDE, NARROW = 760, 330


@dataclass(frozen=True)
class Drawing:
    """A card with its chart drawn twice; the style sheet shows the one that fits."""

    card: Card
    wide: Markup
    narrow: Markup


def drawing(card: Card, width: int = WIDE) -> Drawing | None:
    """Return a card with its chart drawn, wide and narrow; None for a card without a chart."""
    if card.chart is None:
        return None
    wide, narrow = (chart_svg(card.chart, room) for room in (width, NARROW))
    # From our own specification, in which every text was escaped by the converter.
    return Drawing(card, Markup(wide), Markup(narrow))  # noqa: S704


def page(template: str, words: Words, **values: object) -> str:
    """Return a page made from a template, in a language."""
    return filled(template, words=words, **values)
