"""Where the package of a version is, as a page says it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pages.files.package.tables import there
from pages.files.parts import part
from pages.state import address
from pages.state.pages import OWN, PACKAGE

if TYPE_CHECKING:
    from markupsafe import Markup

    from pages.state.view import View

# The descriptions that programs begin with, by the text that names them.
_DESCRIBED = {
    "package.frictionless": "datapackage.json",
    "package.dcat": "dcat.jsonld",
    "package.schema_org": "dataset.jsonld",
    "package.citation": "CITATION.cff",
    "package.checksums": "SHA256SUMS",
}


def package_links(view: View) -> Markup:
    """Return links to the package, its tables and its descriptions, as HTML."""
    words, at = view.words, f"{PACKAGE}/{view.facts.version}"
    whole = (f"{at}.zip", words("package.whole", version=view.facts.version))
    tables = [table.name for table in there(view.facts)]
    described = [(f"{at}/{name}", words(key)) for key, name in _DESCRIBED.items()]
    return part("package", words, at, whole, tables, described)


def own_link(view: View) -> Markup:
    """Return the way to questions of one's own, in SQL, as HTML."""
    target = f"{OWN}?{urlencode({address.LANGUAGE: view.language})}"
    return part("links", [(target, view.words("sql.link"))])
