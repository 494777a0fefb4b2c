"""Cards built from an address, as pages and downloads build them."""

from __future__ import annotations

from pages.parts import address
from pages.parts.cards import Card
from pages.parts.catalogue import build
from pages.parts.context import Context
from pages.parts.figures import facts


def context(**parameters: str) -> Context:
    """Return what the page at an address is built from."""
    known = facts()
    return Context(known, address.read(parameters, known)[0])


def card(name: str, page: str, **parameters: str) -> Card:
    """Return a card as the page at an address shows it."""
    of = context(**parameters)
    theme = next((t for t in of.book.themes if t.slug == page), of.book.themes[0])
    built = build(name, of, theme)
    assert built is not None
    return built
