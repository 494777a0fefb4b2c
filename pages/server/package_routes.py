"""A whole version by its address: as one file, file by file, and as catalogues describe it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from pages.files.package import descriptors
from pages.files.package.archive import CHECKSUMS, archive, contents
from pages.server.answers import Rendition, answered, origin, pairs, route
from pages.state import address
from pages.state.pages import PACKAGE
from pages.state.refusals import checked, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from pages.state.releases import Facts

# Leads to the version that is online.
NEWEST = "nieuwste"
ARCHIVE = "zip"
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "parquet": descriptors.MEDIA["parquet"],
    "json": "application/json",
    "jsonld": "application/ld+json",
    "toml": "application/toml",
    "md": "text/markdown; charset=utf-8",
    "cff": "application/yaml",
    CHECKSUMS: "text/plain; charset=utf-8",
    ARCHIVE: "application/zip",
}
# Made for the address that they are asked at, so they are not in the package itself.
_CATALOGUES: Mapping[str, Callable[[Facts, Mapping[str, bytes], str], bytes]] = {
    "dcat.jsonld": descriptors.dcat,
    "dataset.jsonld": descriptors.dataset,
}


def _answer(request: Request) -> Response:
    """Answer with a version as one file, or with one of its files."""
    version, name = request.path_params["version"], request.path_params.get("file")
    if version == NEWEST:
        view = checked(pairs(request), (address.LANGUAGE,))
        target = f"{view.facts.version}/{name}" if name else f"{view.facts.version}.{ARCHIVE}"
        return RedirectResponse(f"{origin(request)}/{PACKAGE}/{target}", 302)
    asked = [*pairs(request), (address.VERSION, version)]
    view = checked(asked, (address.LANGUAGE, address.VERSION))
    facts, home = view.facts, f"{origin(request)}/{PACKAGE}/{version}"
    if name is not None and name not in _CATALOGUES and name not in contents(facts):
        raise missing("path", request.url.path, contents(facts), view.language)
    called = name or f"{facts.codebook.survey.id}_v{version}.{ARCHIVE}"
    return answered(
        request,
        Rendition(
            view,
            _MEDIA[called.rpartition(".")[2]],
            (PACKAGE, called, home),
            lambda: _content(facts, name, home),
            {"Content-Disposition": f'attachment; filename="{called}"'},
        ),
    )


def _content(facts: Facts, name: str | None, home: str) -> bytes:
    """Return the archive, or a file of it or about it."""
    if name is None:
        return archive(facts)
    if name in _CATALOGUES:
        return _CATALOGUES[name](facts, contents(facts), home)
    return contents(facts)[name]


def _nothing(request: Request) -> Response:
    """Refuse what lies below the address of packages and is none."""
    raise missing("path", request.url.path, (), address.language(None))


ROUTES = [
    route(f"/{PACKAGE}/{{version}}.{ARCHIVE}", _answer, machine=True),
    route(f"/{PACKAGE}/{{version}}/{{file}}", _answer, machine=True),
    route(f"/{PACKAGE}/{{rest:path}}", _nothing, machine=True),
]
