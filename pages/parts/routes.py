"""Addresses beside the pages: files to download, a health answer, and what robots may read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from anyio import to_thread
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from data.errors import DataError, ReleaseBrokenError
from pages.parts import address, assets
from pages.parts.catalogue import build, is_card
from pages.parts.context import Context
from pages.parts.downloads import FORMATS, file_name, render
from pages.parts.figures import hold, online
from pages.parts.links import FILES, page_link
from pages.parts.texts import Words
from queries.errors import QueryError

if TYPE_CHECKING:
    from starlette.requests import Request

    from data.codebook import Theme

_log = logging.getLogger("stand.routes")


async def download(request: Request) -> Response:
    """Answer with a card as a file: the rows that the page with the same address shows."""
    return await to_thread.run_sync(_download, request)


def _download(request: Request) -> Response:
    """Build the file; refuse unknown cards and endings, and say so when figures fail."""
    name, _, ending = request.path_params["file"].partition(".")
    if not is_card(name) or ending not in FORMATS:
        return PlainTextResponse(Words("nl")("error.not_found"), status_code=404)
    try:
        known = hold(request.query_params.get(address.VERSION))
        selection, _dropped = address.read(dict(request.query_params), known)
        context = Context(known, selection)
        card = build(name, context, _theme(context, request.path_params["page"]))
        if card is None:
            return PlainTextResponse(context.words("error.not_found"), status_code=404)
        link = page_link(card, str(request.base_url).rstrip("/"))
        content = render(context, card, ending, link)
    except (QueryError, ReleaseBrokenError):
        _log.exception("bestand %s", name)
        return PlainTextResponse(Words("nl")("error.query"), status_code=503)
    disposition = f"attachment; filename*=UTF-8''{quote(file_name(context, card, ending))}"
    return Response(
        content,
        media_type=FORMATS[ending],
        headers={"Content-Disposition": disposition, "X-Robots-Tag": "noindex"},
    )


def _theme(context: Context, slug: str) -> Theme:
    """Return the theme with this name in its address, else the first."""
    themes = context.book.themes
    return next((theme for theme in themes if theme.slug == slug), themes[0])


async def health(request: Request) -> Response:
    """Answer whether the release opens, and with which version."""
    del request
    try:
        version = await to_thread.run_sync(lambda: online().version)
    except DataError as error:
        _log.exception("gezondheid")
        return JSONResponse({"status": "broken", "reason": type(error).__name__}, status_code=503)
    return JSONResponse({"status": "ok", "version": version})


async def robots(request: Request) -> Response:
    """Let robots read the pages, not the files."""
    del request
    return PlainTextResponse(f"User-agent: *\nDisallow: /{FILES}/\n")


ROUTES = [
    Route(f"/{FILES}/{{page}}/{{file}}", download),
    Route("/healthz", health),
    Route("/robots.txt", robots),
    *assets.ROUTES,
]
