"""Pieces of pages as HTML, from templates in which every text goes escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def part(name: str, *values: object) -> Markup:
    """Return a piece of a page.

    Args:
        name: of a macro in ``pages/templates/parts.html``.
        values: what it takes.
    """
    said: Markup = getattr(TEMPLATES.get_template("parts.html").module, name)(*values)
    return said.strip()


def filled(template: str, **values: object) -> Markup:
    """Return a template filled with values."""
    return Markup(TEMPLATES.get_template(template).render(**values))  # noqa: S704
