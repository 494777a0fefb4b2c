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
from pages.state.pages import SHEET
from pages.state.releases import opened
from pages.words.texts import Words, echoed
from queries.errors import QueryError
from queries.sheets import content, printing, subjects
from queries.sheets.desk import Figures

if TYPE_CHECKING:
    from starlette.requests import Request

    from data.survey.languages import Language
    from pages.state.releases import Facts
    from queries.sheets.model import Sheet

_log = logging.getLogger("stand.sheets")
ENDINGS = ("pdf", "html")


def _figures(known: Facts, edition: int) -> Figures:
    return Figures(known.release, edition)


def _sheet(known: Facts, slug: str, edition: int, language: Language, peers: str | None) -> Sheet:
    subject = subjects.find(known.release, slug, edition, peers)
    return content.write(known.made(_figures, edition), subject, language)


@lru_cache(maxsize=64)
def _pdf(sheet: Sheet) -> bytes:
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
        known = opened(parameters.get(address.VERSION))
        chosen, _ = address.read(parameters, known)
        made = known.made(_sheet, slug, chosen.edition, language, chosen.peers)
        if ending == "html":
            return HTMLResponse(printing.html(made), headers={"X-Robots-Tag": "noindex"})
        return _file(_pdf(made), f"{words('sheet.file')}-{slug}-{chosen.edition}")
    except ReleaseBrokenError:
        _log.exception("sheet %s", echoed(slug))
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
