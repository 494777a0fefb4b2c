"""What every answer of the server passes through: the page's language, and security headers.

Streamlit serves one fixed document in English. It is given the language, title and description
of the page here, before any script runs.
"""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Match

from data.errors import DataError
from pages.files.not_found import is_missing, missing
from pages.files.parts import part
from pages.server.assets import FOLDER
from pages.server.preview import Preview, previewed
from pages.server.routes import ROUTES
from pages.state import address
from pages.state.releases import opened
from pages.state.view import View
from pages.words.texts import Words, echoed

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pages.state.releases import Facts

_log = logging.getLogger("stand.unforeseen")
# Streamlit evaluates chart expressions and sets styles at run time; everything else stays home.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


# Where the server is: without it Streamlit first asks below the page's own address, and fails.
# And no view of one part over the whole screen: each chart has a strip for what readers do with
# it, and a hidden button at every one of them slows each filter down.
ROOT = (
    "<script>window.__streamlit = {BACKEND_BASE_URL: new URL('.', location.href).href, "
    "HOST_CONFIG: {disableFullscreenMode: true}}</script>"
)


# Addresses that are Streamlit's own: its parts, a login and its way back, and what it refuses.
STREAMLITS = (
    *("/_stcore", "/static/", "/media/", "/component/", "/favicon.png"),
    *("/auth/", "/oauth2callback", "//", "/\\"),
)


class SecurityHeaders:
    """Adds the headers that keep a browser from doing what pages never ask for."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add headers to its answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, add if scope["type"] == "http" else send)


async def at_an_address(request: Request, error: Exception) -> PlainTextResponse:
    """Answer that something went wrong; the server writes the error itself in its log."""
    _log.error("unforeseen at %s: %s", echoed(request.url.path), type(error).__name__)
    words = Words(address.language(request.query_params.get(address.LANGUAGE)))
    # It is answered outside all else, so that nothing else adds these.
    return PlainTextResponse(words("error.unexpected"), status_code=500, headers=SECURITY)


class PageLanguage:
    """Gives the document its language and title, and a bare address its edition and language."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite documents; pass everything else on untouched."""
        if not _is_document(scope):
            await self.app(scope, receive, send)
            return
        query = parse_qs(scope["query_string"].decode("latin-1"))
        # Opening a release takes a while; the server goes on with others.
        known = await to_thread.run_sync(_opened, query)
        if address.EDITION not in query and known is not None:
            target = _completed(query, known)
            await RedirectResponse(target, status_code=302)(scope, receive, send)
            return
        if known is not None and (page := _missing(scope, query, known)) is not None:
            await HTMLResponse(page, status_code=404)(scope, receive, send)
            return
        preview = await to_thread.run_sync(previewed, Request(scope), known)
        await self.app(_uncached(scope), receive, _Rewriter(send, scope["method"], preview))


def _is_document(scope: Scope) -> bool:
    """Whether a page is asked for, by whatever client, rather than one of its parts."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    if scope["path"].startswith(STREAMLITS):
        return False
    return all(route.matches(scope)[0] is Match.NONE for route in ROUTES)


def _opened(query: dict[str, list[str]]) -> Facts | None:
    """Return the release that an address is about; None when there is none."""
    try:
        return opened(query.get(address.VERSION, [None])[-1])
    except DataError:
        return None


def _completed(query: dict[str, list[str]], known: Facts) -> str:
    """Return a bare address with edition and language in it."""
    given = {name: values[-1] for name, values in query.items()}
    selection, _ = address.read(given, known)
    # What was asked for stays as it was, so that the page can say what it could not use.
    # The address without its path leads to the same path, on this site, below whatever proxy.
    return f"?{urlencode(address.write(selection, known.codebook) | given)}"


def _missing(scope: Scope, query: dict[str, list[str]], known: Facts) -> str | None:
    """Return a page that says there is none at an address; None where there is something."""
    given = {name: values[-1] for name, values in query.items()}
    view = View(known, address.read(given, known)[0])
    return missing(view, scope["path"]) if is_missing(scope["path"], view) else None


def _uncached(scope: Scope) -> Scope:
    """Return a request without conditions, so that the whole document comes back.

    One for its headers alone is asked in full as well: they depend on what the document becomes.
    """
    dropped = {b"if-none-match", b"if-modified-since", b"accept-encoding"}
    headers = [(k, v) for k, v in scope["headers"] if k not in dropped]
    return {**scope, "method": "GET", "headers": headers}


class _Rewriter:
    """Collects a document and sends it on in the language of the page."""

    def __init__(self, send: Send, method: str, preview: Preview) -> None:
        self._send = send
        self._method = method
        self._preview = preview
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        headers = MutableHeaders(scope=self._start)
        if headers.get("content-type", "").startswith("text/html"):
            self._body = translated(self._body, self._preview)
            del headers["etag"]
            del headers["last-modified"]
            headers["content-length"] = str(len(self._body))
            headers["content-language"] = self._preview.language
        await self._send(self._start)
        body = b"" if self._method == "HEAD" else self._body
        await self._send({"type": "http.response.body", "body": body})


# What Streamlit says in English, and the text that says it in the reader's language.
STREAMLIT_SAYS = {
    "Copy to clipboard": "streamlit.copy",
    "Clear all": "streamlit.clear",
    "Search": "streamlit.search",
    "Close": "streamlit.close",
    "Download as CSV": "streamlit.csv",
    "Show/hide columns": "streamlit.columns",
    "Help": "streamlit.help",
    "Help for": "streamlit.help_for",
    "Open": "streamlit.open",
    "Choose an option": "streamlit.choose",
    "Link to heading": "streamlit.heading",
    "visualization": "streamlit.chart",
}
_FONTS = ("ibm-plex-sans-latin-400-normal", "ibm-plex-serif-latin-600-normal")


def translated(document: bytes, preview: Preview) -> bytes:
    """Return Streamlit's document in the language of the page, with our fonts and script."""
    words = Words(preview.language)
    said = {
        "skip": words("nav.skip"),
        "labels": {english: words(key) for english, key in STREAMLIT_SAYS.items()},
    }
    added = part("script", FOLDER, _FONTS, json.dumps(said, ensure_ascii=False))
    page = (
        document.decode()
        .replace('<html lang="en">', f'<html lang="{preview.language}">')
        .replace("<title>Streamlit</title>", f"{preview.tags()}{ROOT}{added}")
    )
    # Streamlit's own font is not used; loading it first would hold up ours.
    page = re.sub(r"<link\s+rel=\"preload\"[^>]*SourceSans[^>]*>", "", page)
    without = part("without_script", words("site.without_script"))
    return re.sub(
        r"<noscript>.*</noscript>",
        lambda _: without,
        page,
        flags=re.DOTALL,
    ).encode()
