"""The discussion sheet by its address, as PDF and as a page that prints."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from data.errors import ReleaseBrokenError
from pages.state import address
from pages.state.links import SHEET
from pages.state.releases import facts, hold
from pages.words.texts import Words
from queries.errors import QueryError
from queries.sheets import content, printing, subjects
from queries.sheets.desk import Figures

if TYPE_CHECKING:
    from starlette.requests import Request

    from data.codebook import Language
    from queries.sheets.model import Sheet

_log = logging.getLogger("stand.sheets")
ENDINGS = ("pdf", "html")


@lru_cache(maxsize=4)
def _figures(version: str, edition: int) -> Figures:  # noqa: ARG001 - keys the cache
    return Figures(facts().release, edition)


@lru_cache(maxsize=256)
def _sheet(version: str, slug: str, edition: int, language: Language, peers: str | None) -> Sheet:
    figures = _figures(version, edition)
    subject = subjects.find(figures.release, slug, edition, peers)
    return content.write(figures, subject, language)


@lru_cache(maxsize=64)
def _pdf(version: str, sheet: Sheet) -> bytes:  # noqa: ARG001 - keys the cache
    return printing.pdf(sheet)


async def sheet(request: Request) -> Response:
    """Answer with the sheet of a municipality or group."""
    return await to_thread.run_sync(_answer, request)


def _answer(request: Request) -> Response:
    """Make the sheet; unknown subjects are not found, broken figures are said to be."""
    slug, _, ending = request.path_params["file"].rpartition(".")
    parameters = dict(request.query_params)
    language = address.language(parameters.get(address.LANGUAGE))
    words = Words(language)
    if ending not in ENDINGS:
        return PlainTextResponse(words("error.not_found"), status_code=404)
    try:
        known = hold(parameters.get(address.VERSION))
        chosen, _ = address.read(parameters, known)
        made = _sheet(known.version, slug, chosen.edition, language, chosen.peers)
        if ending == "html":
            return HTMLResponse(printing.html(made), headers={"X-Robots-Tag": "noindex"})
        return _file(_pdf(known.version, made), f"{words('sheet.file')}-{slug}-{chosen.edition}")
    except ReleaseBrokenError:
        _log.exception("bespreekblad %s", slug)
        return PlainTextResponse(words("error.query"), status_code=503)
    except QueryError:
        return PlainTextResponse(words("error.not_found"), status_code=404)


def _file(document: bytes, name: str) -> Response:
    """Return a PDF that a browser shows, under a name to keep it by."""
    return Response(
        document,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "X-Robots-Tag": "noindex",
        },
    )


ROUTES = [Route(f"/{SHEET}/{{file}}", sheet)]
