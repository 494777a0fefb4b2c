"""How an address beside the pages answers: what HTTP asks of an answer, and refusals.

Every one of them can be read by any page and program: from anywhere, in parts, and only when it
changed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import Route

from data.errors import ReleaseBrokenError
from pages.files.html_page import page
from pages.server.file_cache import FileCache
from pages.state import address
from pages.state.refusals import RefusedError, in_words, missing
from pages.state.releases import online
from pages.words.texts import Words, echoed
from queries.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from pages.state.view import View

METHODS = ["GET", "HEAD", "OPTIONS"]
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"
# Of a figure of a version: whether it is another in the version online.
FIGURES = "Stand-Figures"
# A version never changes; what is online does, and is asked after each time.
PINNED = "public, max-age=31536000, immutable"
CURRENT = "public, no-cache"
_EXPOSED = ["Content-Disposition", "Content-Range", "ETag", "Last-Modified", "Link", FIGURES]
# No cookie opens anything here, so pages of others may read what their visitors can.
_ANYWHERE = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=METHODS,
    allow_headers=["Range", "If-Range", "If-None-Match", "If-Modified-Since"],
    expose_headers=_EXPOSED,
    max_age=86400,
)
_PLAIN = "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'"
# As many possible values as a page lists; programs get them all.
_LISTED = 60
CACHE = FileCache()
_log = logging.getLogger("stand.routes")


@dataclass(frozen=True)
class Rendition:
    """An answer as it is made: of which view, in which media type, from what, and how.

    ``key`` is everything the content depends on beside version and selection.
    """

    view: View
    media: str
    key: tuple[str, ...]
    make: Callable[[], bytes]
    headers: Mapping[str, str] = field(default_factory=dict)
    # Whether nothing in it can change while its version is the same.
    lasting: bool = True


def route(path: str, answer: Callable[[Request], Response], *, machine: bool = False) -> Route:
    """Return a route that answers in a thread of its own, refusals included.

    Args:
        path: of the address.
        answer: makes the answer.
        machine: whether programs ask for it, which are refused in JSON.
    """

    @wraps(answer)
    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(
                status_code=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(METHODS)}
            )
        return await to_thread.run_sync(_guarded, answer, request, machine)

    return Route(path, endpoint, methods=METHODS, middleware=[_ANYWHERE])


def _guarded(answer: Callable[[Request], Response], request: Request, machine: bool) -> Response:  # noqa: FBT001 - called by position in a thread
    """Answer; say so when an address is refused, or when its figures fail."""
    try:
        # A slash in disguise is part of a name, and no name has one.
        if b"%2f" in request.scope.get("raw_path", b"").lower():
            language = address.language(request.query_params.get(address.LANGUAGE))
            raise missing("path", request.url.path, (), language)
        return answer(request)
    except RefusedError as refused:
        return refusal(request, refused, machine=machine)
    except (QueryError, ReleaseBrokenError):
        _log.exception("address %s", echoed(request.url.path))
        words = Words(address.language(request.query_params.get(address.LANGUAGE)))
        return PlainTextResponse(words("error.query"), HTTPStatus.SERVICE_UNAVAILABLE)


def refusal(request: Request, refused: RefusedError, *, machine: bool) -> Response:
    """Return a refusal: a page where one was asked for, else JSON."""
    accepts = request.headers.get("accept", "")
    as_page = "text/html" in accepts or (not machine and "json" not in accepts)
    headers = {
        "Content-Language": refused.language,
        "Cache-Control": "no-cache",
        "X-Robots-Tag": "noindex",
        "Vary": "Accept",
    }
    told = in_words(refused)
    if not as_page:
        return JSONResponse(told, refused.status, headers, media_type=PROBLEM)
    # The way to the style sheet from wherever the address seems to be.
    root = "../" * (request.url.path.count("/") - 1) or "./"
    text = page("refused.html", Words(refused.language), kind="missing", root=root, told=told,
                listed=_LISTED, title=told["title"], description=told["detail"])  # fmt: skip
    policy = {"Content-Security-Policy": _PLAIN}
    return HTMLResponse(text, refused.status, headers | policy)


def answered(request: Request, rendition: Rendition) -> Response:
    """Return what was made for an address; made once, in parts, or not at all, as was asked."""
    view = rendition.view
    chosen = tuple(f"{k}={v}" for k, v in address.write(view.selection, view.book).items())
    key = (view.facts.version, rendition.media, *rendition.key, *chosen)
    kept = CACHE.get(key, rendition.make)
    made = datetime.fromisoformat(view.facts.release.manifest.created)
    pinned = rendition.lasting and view.selection.version is not None
    headers: dict[str, str] = {
        "ETag": f'"{kept.digest[:32]}"',
        "Last-Modified": format_datetime(made.astimezone(UTC), usegmt=True),
        "Cache-Control": PINNED if pinned else CURRENT,
        "Content-Language": view.language,
        **_newer(request, view),
        **rendition.headers,
    }
    if _is_known(request, headers["ETag"], made):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return FileResponse(kept.path, headers=headers, media_type=rendition.media)


def _newer(request: Request, view: View) -> dict[str, str]:
    """Return where the version online is, for an address that names another one (RFC 5829)."""
    if view.selection.version is None or view.facts.version == online().version:
        return {}
    newest = request.url.remove_query_params(address.VERSION)
    return {"Link": f'<{newest}>; rel="latest-version"'}


def _is_known(request: Request, tag: str, made: datetime) -> bool:
    """Whether the one who asks has this content already."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        listed = {one.strip().removeprefix("W/") for one in tags.split(",")}
        return tag in listed or "*" in listed
    since = request.headers.get("if-modified-since")
    try:
        return since is not None and made <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def pairs(request: Request) -> list[tuple[str, str]]:
    """Return names and values as they stand in an address, each as often as it does."""
    return request.query_params.multi_items()


def origin(request: Request) -> str:
    """Return the address of this server as the visitor knows it."""
    return address.site(str(request.base_url))
