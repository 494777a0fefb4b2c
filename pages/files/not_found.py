"""What someone sees who asks for a page that is not there: so, and which pages are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.files.html_page import page
from pages.state.address import link, shared
from pages.state.links import STEWARD, TITLES

if TYPE_CHECKING:
    from pages.state.view import Context


@dataclass(frozen=True)
class Listed:
    """A page there is: its title, and its address."""

    title: str
    target: str


def is_missing(path: str, context: Context) -> bool:
    """Whether an address of one part is that of no page."""
    slug = path.strip("/")
    known = {theme.slug for theme in context.book.themes} | set(TITLES)
    return "/" not in slug and slug not in known


def missing(context: Context) -> str:
    """Return a page that lists the pages there are."""
    titles = {name: context.words(key) for name, key in TITLES.items() if name != STEWARD}
    titles |= {theme.slug: theme.title.of(context.language) for theme in context.book.themes}
    chosen = shared(context.selection)
    return page(
        "missing.html",
        context,
        kind="missing",
        root="./",
        title=context.words("missing.title"),
        description=context.words("missing.text"),
        links=[
            Listed(title, link(name or "./", chosen, context.book))
            for name, title in titles.items()
        ],
    )
