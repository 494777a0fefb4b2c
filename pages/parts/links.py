"""Addresses of pages and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pages.parts.cards import Card

FILES = "bestand"
HEADLINES, TABLES, ABOUT, STEWARD = "", "tabellen", "over", "beheer"
MUNICIPALITY, REGION = "gemeente", "regio"
AGENDA, SIGNALS, GLOSSARY = "actieagenda", "signalen", "begrippen"

# The text that holds the title of each page that is not about a theme.
TITLES = {
    HEADLINES: "page.headlines",
    AGENDA: "page.agenda",
    SIGNALS: "page.signals",
    TABLES: "page.tables",
    GLOSSARY: "page.glossary",
    ABOUT: "page.about",
    STEWARD: "page.steward",
}


def page_link(card: Card, origin: str = "") -> str:
    """Return the address of the view that a card stands in."""
    return f"{origin}/{card.page}?{card.query}"


def download_link(card: Card, ending: str) -> str:
    """Return the address of a card as a file, relative to any page."""
    return f"{FILES}/{card.page}/{card.id}.{ending}?{card.query}"
