"""Addresses of pages and files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from pages.cards.card import Card
    from pages.state.view import View

FILES = "bestand"
HEADLINES, TABLES, ABOUT, STEWARD = "", "tabellen", "over", "beheer"
REGION, MUNICIPALITY, SHEET = "regio", "gemeente", "bespreekblad"
AGENDA, SIGNALS, GLOSSARY = "actieagenda", "signalen", "begrippen"

# The text that holds the title of each page that is not about a theme.
TITLES = {
    HEADLINES: "page.headlines",
    REGION: "page.region",
    MUNICIPALITY: "page.municipality",
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


def sheet_link(view: View, subject: str, ending: str, peers: str = "") -> str:
    """Return the address of the sheet of a municipality or group, relative to any page."""
    chosen = {"vg": peers} if peers else {}
    shown = {"v": view.facts.version, "ed": view.selection.edition}
    query = urlencode(chosen | shown | {"taal": view.selection.language})
    return f"{SHEET}/{subject}.{ending}?{query}"
