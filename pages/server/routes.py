"""Addresses beside the pages: files to download, a health answer, and what robots may read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from anyio import to_thread
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from data import __version__
from data.errors import DataError, ReleaseBrokenError
from pages.cards.card import page_link
from pages.files.downloads import FORMATS, file_name, render
from pages.files.embed import EMBED, embedded
from pages.files.html_page import card_of, view_of
from pages.files.pictures import PICTURES, rendered
from pages.files.presentation import PRESENTATION, presented
from pages.server import assets, sheet_routes
from pages.state import address
from pages.state.pages import FILES
from pages.state.releases import online
from pages.words.texts import Words, echoed
from queries.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from pages.cards.card import Card
    from pages.state.view import View

# What these pages need, and nothing else. Only a figure may stand in other people's pages.
_PLAIN = "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self'; "
EMBED_POLICY = f"{_PLAIN}base-uri 'none'; form-action 'none'; frame-ancestors *"
PRESENTATION_POLICY = f"{_PLAIN}script-src 'self'; base-uri 'none'; frame-ancestors 'self'"
# Opened on its own, a picture is a document; it needs nothing.
PICTURE_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
_log = logging.getLogger("stand.routes")


async def download(request: Request) -> Response:
    """Answer with a card as a file: the rows that the page with the same address shows."""
    return await to_thread.run_sync(_guarded, _download, request)


async def embed(request: Request) -> Response:
    """Answer with one figure for other people's pages, the only one they may frame."""
    return await to_thread.run_sync(_guarded, _embed, request)


async def presentation(request: Request) -> Response:
    """Answer with the headlines, one screen at a time."""
    return await to_thread.run_sync(_guarded, _presentation, request)


def _guarded(answer: Callable[[Request], Response | None], request: Request) -> Response:
    """Answer; say so when there is no such thing, or when its figures fail."""
    words = Words(address.language(request.query_params.get(address.LANGUAGE)))
    try:
        found = answer(request)
    except (QueryError, ReleaseBrokenError):
        _log.exception("address %s", echoed(request.url.path))
        return PlainTextResponse(words("error.query"), status_code=503)
    return found or PlainTextResponse(words("error.not_found"), status_code=404)


def _download(request: Request) -> Response | None:
    """Build the file; None for unknown cards and endings."""
    name, _, ending = request.path_params["file"].partition(".")
    if ending not in FORMATS | PICTURES:
        return None
    view = view_of(request.query_params)
    card = card_of(view, request.path_params["page"], name)
    if card is None:
        return None
    content = _content(view, card, ending, _origin(request))
    shown = "inline" if ending in PICTURES else "attachment"
    name = quote(file_name(view, card, ending))
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{name}",
        "X-Robots-Tag": "noindex",
        **(PICTURE_HEADERS if ending in PICTURES else {}),
    }
    media = (FORMATS | PICTURES)[ending]
    return Response(content, media_type=media, headers=headers) if content is not None else None


def _content(view: View, card: Card, ending: str, origin: str) -> bytes | None:
    """Return a card as a picture or as rows; None for a picture of what has no chart."""
    if ending in PICTURES:
        return rendered(card, ending)
    return render(view, card, ending, page_link(card, origin))


def _embed(request: Request) -> Response | None:
    """Build the page of one figure."""
    place = request.path_params
    found = embedded(place["page"], place["card"], request.query_params, _origin(request))
    headers = {"Content-Security-Policy": EMBED_POLICY, "X-Robots-Tag": "noindex"}
    return HTMLResponse(found, headers=headers) if found is not None else None


def _presentation(request: Request) -> Response:
    """Build the presentation."""
    return HTMLResponse(
        presented(request.query_params), headers={"Content-Security-Policy": PRESENTATION_POLICY}
    )


def _origin(request: Request) -> str:
    """Return the address of this server as the visitor knows it."""
    return str(request.base_url).rstrip("/")


async def health(request: Request) -> Response:
    """Answer whether the release opens, which version it is, and which program serves it."""
    del request
    try:
        version = await to_thread.run_sync(lambda: online().version)
    except DataError as error:
        _log.exception("health check")
        return JSONResponse({"status": "broken", "reason": type(error).__name__}, status_code=503)
    return JSONResponse({"status": "ok", "version": version, "program": __version__})


async def ready(request: Request) -> Response:
    """Answer whether readers can be sent here: the release opens, and every file is what was made.

    A server with a damaged table still answers what needs no such table; a proxy that can choose
    does better to send readers elsewhere.
    """
    del request
    try:
        known = await to_thread.run_sync(online)
    except DataError as error:
        return JSONResponse({"ready": False, "reason": type(error).__name__}, status_code=503)
    damaged = sorted(known.release.broken)
    said = {"ready": not damaged, "version": known.version, "damaged": damaged}
    return JSONResponse(said, status_code=503 if damaged else 200)


async def robots(request: Request) -> Response:
    """Let robots read the pages, not the files."""
    del request
    return PlainTextResponse(f"User-agent: *\nDisallow: /{FILES}/\n")


ROUTES = [
    Route(f"/{FILES}/{{page}}/{{file}}", download),
    Route(f"/{EMBED}/{{page}}/{{card}}", embed),
    Route(f"/{PRESENTATION}", presentation),
    Route("/healthz", health),
    Route("/readyz", ready),
    Route("/robots.txt", robots),
    *assets.ROUTES,
    *sheet_routes.ROUTES,
]
