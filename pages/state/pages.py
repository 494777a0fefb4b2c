"""The pages there are: a row for each, and the addresses that lead to them.

A page is added by a file in ``pages/``, a row here and a title in the texts of each language. A
theme of the codebook has a page of its own, ``theme.py``, at its own address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.state.view import View

FILES, PACKAGE, OWN, ADDRESSES = "bestand", "data", "sql", "adressen"
HEADLINES, TABLES, ABOUT, STEWARD = "", "tabellen", "over", "beheer"
REGION, MUNICIPALITY, SHEET = "regio", "gemeente", "bespreekblad"
AGENDA, SIGNALS, GLOSSARY = "actieagenda", "signalen", "begrippen"


def _always(_view: View) -> bool:
    """Whether a page is there that every release has."""
    return True


@dataclass(frozen=True)
class PageEntry:
    """A page that is not about a theme.

    Attributes:
        slug: its address; Dutch in every language, so that a link survives a change of language.
        title: the text that holds its title.
        file: its script, in ``pages/``.
        exists: whether a release has what it shows.
        restricted: whether it is there for stewards alone, and listed nowhere else.
    """

    slug: str
    title: str
    file: str
    exists: Callable[[View], bool] = _always
    restricted: bool = False


PAGES = (
    PageEntry(HEADLINES, "page.headlines", "headlines.py"),
    PageEntry(REGION, "page.region", "region.py", lambda v: bool(v.book.of_kind("region"))),
    PageEntry(
        MUNICIPALITY, "page.municipality", "municipality.py", lambda v: v.facts.has("members")
    ),
    PageEntry(AGENDA, "page.agenda", "agenda.py", lambda v: v.facts.release.agenda is not None),
    PageEntry(SIGNALS, "page.signals", "signals.py", lambda v: v.facts.has("signals")),
    PageEntry(TABLES, "page.tables", "tables.py"),
    PageEntry(GLOSSARY, "page.glossary", "glossary.py"),
    PageEntry(ABOUT, "page.about", "about.py"),
    PageEntry(STEWARD, "page.steward", "steward.py", restricted=True),
)
TITLES = {page.slug: page.title for page in PAGES}


def titles(view: View) -> dict[str, str]:
    """Return the titles of the pages that everyone finds in a release, themes last, by slug."""
    others = [page for page in PAGES if page.exists(view) and not page.restricted]
    themes = {theme.slug: theme.title.of(view.language) for theme in view.book.themes}
    return {page.slug: view.words(page.title) for page in others} | themes


def sheet_link(view: View, subject: str, ending: str, peers: str = "") -> str:
    """Return the address of the sheet of a municipality or group, relative to any page."""
    chosen = {"vg": peers} if peers else {}
    shown = {"v": view.facts.version, "ed": view.selection.edition}
    query = urlencode(chosen | shown | {"taal": view.selection.language})
    return f"{SHEET}/{subject}.{ending}?{query}"
