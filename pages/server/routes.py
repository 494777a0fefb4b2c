"""Addresses beside the pages: files, figures to embed, the presentation, and health."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from anyio import to_thread
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from data import __version__
from data.errors import DataError
from pages.cards.card import page_link
from pages.files.asked import card_of
from pages.files.downloads import FORMATS, file_name, render
from pages.files.embed import EMBED, embedded
from pages.files.following import changed
from pages.files.pictures import PICTURES, rendered
from pages.files.presentation import PRESENTATION, presented
from pages.server import (
    assets,
    description,
    machines,
    own_routes,
    package_routes,
    sheet_routes,
)
from pages.server.answers import FIGURES, HTML, Rendition, answered, origin, pairs, route
from pages.server.negotiation import preferred
from pages.state import address
from pages.state.pages import FILES
from pages.state.refusals import Problem, RefusedError, checked, missing
from pages.state.releases import online
from pages.words.texts import echoed

if TYPE_CHECKING:
    from starlette.requests import Request

    from pages.cards.card import Card
    from pages.state.view import View

# What these pages need, and nothing else. Only a figure may stand in other people's pages.
_PLAIN = "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self'; "
EMBED_POLICY = f"{_PLAIN}base-uri 'none'; form-action 'none'; frame-ancestors *"
PRESENTATION_POLICY = f"{_PLAIN}script-src 'self'; base-uri 'none'; frame-ancestors 'self'"
# Opened on its own, a picture is a document; it needs nothing.
PICTURE_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
# What an address without an ending gives to those who accept anything.
PLAINEST = "csv"
_log = logging.getLogger("stand.routes")


def _download(request: Request) -> Response:
    """Answer with a card as a file: the rows that the page with the same address shows."""
    kinds = FORMATS | PICTURES
    view = checked(pairs(request))
    name, dot, ending = request.path_params["file"].partition(".")
    if dot and ending not in kinds:
        raise missing("ending", ending, kinds, view.language)
    card = card_of(view, request.path_params["page"], name)
    headers = {"Vary": "Accept"} if not dot else {}
    if not dot:
        ending = _negotiated(request, view)
    if ending in PICTURES and card.chart is None:
        raise missing("picture", card.id, (), view.language)
    shown = "inline" if ending in PICTURES else "attachment"
    headers |= {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file_name(view, card, ending))}",
        **(PICTURE_HEADERS if ending in PICTURES else {}),
    }
    home = origin(request)
    other = changed(view, card)
    if other is not None:
        headers |= {FIGURES: "changed" if other else "unchanged"}
    return answered(
        request,
        Rendition(
            view,
            kinds[ending],
            (FILES, card.page, card.id, ending, home),
            lambda: _content(view, card, ending, home),
            headers,
        ),
    )


def _negotiated(request: Request, view: View) -> str:
    """Return the ending that was not in the address."""
    accepts = request.headers.get("accept", "")
    ending = preferred(accepts, FORMATS | PICTURES, PLAINEST)
    if ending is None:
        kinds = tuple(media.partition(";")[0] for media in (FORMATS | PICTURES).values())
        problem = Problem("Accept", echoed(accepts), "no_media", kinds)
        raise RefusedError([problem], 406, view.language)
    return ending


def _content(view: View, card: Card, ending: str, home: str) -> bytes:
    """Return a card as a picture or as rows."""
    if ending in PICTURES:
        return rendered(card, ending) or b""
    return render(view, card, ending, page_link(card, home))


def _embed(request: Request) -> Response:
    """Answer with one figure for other people's pages, the only one they may frame."""
    view, home, place = checked(pairs(request)), origin(request), request.path_params
    headers = {"Content-Security-Policy": EMBED_POLICY}
    key = (EMBED, place["page"], place["card"], home, online().version)
    return answered(
        request,
        Rendition(
            view,
            HTML,
            key,
            lambda: embedded(view, place["page"], place["card"], home).encode(),
            headers,
            lasting=False,
        ),
    )


def _presentation(request: Request) -> Response:
    """Answer with the headlines, one screen at a time."""
    view = checked(pairs(request))
    headers = {"Content-Security-Policy": PRESENTATION_POLICY}
    key = (PRESENTATION, online().version)
    make = lambda: presented(view).encode()  # noqa: E731 - said once, where it is used
    return answered(request, Rendition(view, HTML, key, make, headers, lasting=False))


def _nothing(request: Request) -> Response:
    """Refuse what lies below an address of files and is none."""
    language = address.language(request.query_params.get(address.LANGUAGE))
    raise missing("path", request.url.path, (), language)


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


ROUTES = [
    route(f"/{FILES}/{{page}}/{{file}}", _download, machine=True),
    route(f"/{EMBED}/{{page}}/{{card}}", _embed),
    route(f"/{PRESENTATION}", _presentation),
    Route("/healthz", health),
    Route("/readyz", ready),
    *machines.ROUTES,
    *description.ROUTES,
    *assets.ROUTES,
    *sheet_routes.ROUTES,
    *package_routes.ROUTES,
    *own_routes.ROUTES,
    route(f"/{FILES}/{{rest:path}}", _nothing, machine=True),
    *(route(f"/{kind}/{{rest:path}}", _nothing) for kind in (EMBED, PRESENTATION)),
]
