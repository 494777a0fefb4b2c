"""Cards and pages outside Streamlit: what an address asks for, and HTML made from a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from pages.cards.registry import build, is_card
from pages.files.parts import filled
from pages.files.pictures import chart_svg
from pages.state import address
from pages.state.releases import opened
from pages.state.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.survey.design import Theme
    from pages.cards.card import Card

# The widths a chart is drawn in: for a screen, and for a phone.
WIDE, NARROW = 760, 330


@dataclass(frozen=True)
class Drawing:
    """A card with its chart drawn twice; the style sheet shows the one that fits."""

    card: Card
    wide: Markup
    narrow: Markup


def view_of(parameters: Mapping[str, str]) -> View:
    """Return release, selection and words for the parameters of an address.

    Raises:
        ReleaseBrokenError: there is no release, or it cannot be used.
    """
    known = opened(parameters.get(address.VERSION))
    selection, _dropped = address.read(parameters, known)
    return View(known, selection)


def theme_of(view: View, slug: str) -> Theme:
    """Return the theme with this name in its address, else the first."""
    themes = view.book.themes
    return next((theme for theme in themes if theme.slug == slug), themes[0])


def card_of(view: View, page: str, name: str) -> Card | None:
    """Return the card of a page by its name; None when there is no such card or nothing in it.

    Raises:
        QueryError, ReleaseBrokenError: its figures cannot be had.
    """
    return build(name, view, theme_of(view, page)) if is_card(name) else None


def drawing(card: Card, width: int = WIDE) -> Drawing | None:
    """Return a card with its chart drawn, wide and narrow; None for a card without a chart."""
    if card.chart is None:
        return None
    wide, narrow = (chart_svg(card.chart, room) for room in (width, NARROW))
    # From our own specification, in which every text was escaped by the converter.
    return Drawing(card, Markup(wide), Markup(narrow))  # noqa: S704


def page(template: str, view: View, **values: object) -> str:
    """Return a page made from a template."""
    return filled(template, words=view.words, **values)
