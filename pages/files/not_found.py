"""What someone sees who asks for a page that is not there: so, and which pages are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.files.html_page import page
from pages.state.address import link, shared
from pages.state.pages import STEWARD, titles

if TYPE_CHECKING:
    from pages.state.view import View


@dataclass(frozen=True)
class Listed:
    """A page there is: its title, and its address."""

    title: str
    target: str


def is_missing(path: str, view: View) -> bool:
    """Whether an address is that of no page."""
    slug = path.strip("/")
    return slug != STEWARD and slug not in titles(view)


def missing(view: View, path: str) -> str:
    """Return a page that lists the pages there are, with the way to them from ``path``."""
    root = "../" * (path.count("/") - 1) or "./"
    chosen = shared(view.selection)
    return page(
        "missing.html",
        view.words,
        kind="missing",
        root=root,
        title=view.words("missing.title"),
        description=view.words("missing.text"),
        links=[
            Listed(title, root + link(name, chosen, view.book))
            for name, title in titles(view).items()
        ],
    )
