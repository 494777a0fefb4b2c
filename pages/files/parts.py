"""Pieces of pages as HTML, from a template in which every text goes escaped."""

from __future__ import annotations

from pages.files.html_page import TEMPLATES


def part(name: str, *values: object) -> str:
    """Return a piece of a page.

    Args:
        name: of a macro in ``pages/templates/parts.html``.
        values: what it takes.
    """
    return str(getattr(TEMPLATES.get_template("parts.html").module, name)(*values))
