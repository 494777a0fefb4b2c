"""Where the package of a version is, as a page says it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pages.files.package.tables import there
from pages.state import address
from pages.state.pages import OWN, PACKAGE

if TYPE_CHECKING:
    from pages.state.view import View

# The descriptions that programs begin with, by the text that names them.
_DESCRIBED = {
    "package.frictionless": "datapackage.json",
    "package.dcat": "dcat.jsonld",
    "package.schema_org": "dataset.jsonld",
    "package.citation": "CITATION.cff",
    "package.checksums": "SHA256SUMS",
}


def package_links(view: View) -> str:
    """Return links to the package, its tables and its descriptions, as HTML."""
    words, version = view.words, view.facts.version
    whole = _link(f"{version}.zip", words("package.whole", version=version))
    parts = ", ".join(
        f"{html.escape(table.name)} ({_link(f'{version}/{table.name}.csv', 'CSV', table.name)}, "
        f"{_link(f'{version}/{table.name}.parquet', 'Parquet', table.name)})"
        for table in there(view.facts)
    )
    described = ", ".join(
        _link(f"{version}/{name}", words(key)) for key, name in _DESCRIBED.items()
    )
    return (
        f'<p class="stand-use">{whole}</p>'
        f'<p class="stand-use">{html.escape(words("package.parts"))} {parts}</p>'
        f'<p class="stand-use">{html.escape(words("package.described"))} {described}</p>'
    )


def own_link(view: View) -> str:
    """Return the way to questions of one's own, in SQL, as HTML."""
    target = f"{OWN}?{urlencode({address.LANGUAGE: view.language})}"
    text = html.escape(view.words("sql.link"))
    return f'<p class="stand-use"><a href="{html.escape(target)}">{text}</a></p>'


def _link(path: str, text: str, of: str = "") -> str:
    """Return a link to a file of packages, relative to any page; a screen reader hears of what."""
    named = f' aria-label="{html.escape(f"{text}: {of}")}"' if of else ""
    return f'<a href="{html.escape(f"{PACKAGE}/{path}")}"{named} download>{html.escape(text)}</a>'
