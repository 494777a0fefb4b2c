"""What every answer of the server passes through: the page's language, and security headers.

Streamlit serves one fixed document in English. It is given the language, title and description
of the page here, before any script runs.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse

from data.errors import DataError
from pages.parts import address
from pages.parts.context import Context
from pages.parts.figures import opened
from pages.parts.links import TITLES
from pages.parts.texts import LANGUAGES, texts

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from data.codebook import Language
    from pages.parts.figures import Facts

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


# Where the server is. Without it Streamlit first asks below the page's own address, and fails.
ROOT = "<script>window.__streamlit = {BACKEND_BASE_URL: new URL('.', location.href).href}</script>"


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
            target = _completed(scope, query, known)
            await RedirectResponse(target, status_code=302)(scope, receive, send)
            return
        wanted = query.get(address.LANGUAGE, ["nl"])[-1]
        language: Language = "en" if wanted == "en" else "nl"
        await self.app(_uncached(scope), receive, _Rewriter(send, scope["path"], language, known))


def _is_document(scope: Scope) -> bool:
    """Whether a browser asks for a page rather than for one of its parts."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    last = scope["path"].rsplit("/", 1)[-1]
    accepts = Headers(scope=scope).get("accept", "")
    return "text/html" in accepts and "." not in last and not scope["path"].startswith("/_stcore")


def _opened(query: dict[str, list[str]]) -> Facts | None:
    """Return the release that an address is about; None when there is none."""
    try:
        return opened(query.get(address.VERSION, [None])[-1])
    except DataError:
        return None


def _completed(scope: Scope, query: dict[str, list[str]], known: Facts) -> str:
    """Return a bare address with edition and language in it."""
    given = {name: values[-1] for name, values in query.items()}
    selection, _ = address.read(given, known)
    # What was asked for stays as it was, so that the page can say what it could not use.
    return f"{scope['path']}?{urlencode(address.write(selection, known.codebook) | given)}"


def _uncached(scope: Scope) -> Scope:
    """Return a request without conditions, so that the whole document comes back."""
    dropped = {b"if-none-match", b"if-modified-since", b"accept-encoding"}
    return {**scope, "headers": [(k, v) for k, v in scope["headers"] if k not in dropped]}


class _Rewriter:
    """Collects a document and sends it on in the language of the page."""

    def __init__(self, send: Send, path: str, language: Language, known: Facts | None) -> None:
        self._send = send
        self._page = (path, language, known)
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
            self._body = translated(self._body, *self._page)
            del headers["etag"]
            del headers["last-modified"]
            headers["content-length"] = str(len(self._body))
            headers["content-language"] = self._page[1]
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._body})


def translated(document: bytes, path: str, language: Language, known: Facts | None) -> bytes:
    """Return Streamlit's document with language, title, description and other languages."""
    title, description = _title(path, language, known)
    alternates = "".join(
        f'<link rel="alternate" hreflang="{other}" href="?taal={other}">' for other in LANGUAGES
    )
    meta = (
        f"<title>{html.escape(title)}</title>"
        f'<meta name="description" content="{html.escape(description)}">'
        f'<meta property="og:title" content="{html.escape(title)}">'
        f'<meta property="og:description" content="{html.escape(description)}">'
        f"{alternates}{ROOT}"
    )
    without = html.escape(texts(language)["site.without_script"])
    page = (
        document.decode()
        .replace('<html lang="en">', f'<html lang="{language}">')
        .replace("<title>Streamlit</title>", meta)
    )
    return re.sub(
        r"<noscript>.*</noscript>",
        lambda _: f"<noscript><p>{without}</p></noscript>",
        page,
        flags=re.DOTALL,
    ).encode()


def _title(path: str, language: Language, known: Facts | None) -> tuple[str, str]:
    """Return the title and description of the page at ``path``."""
    words = texts(language)
    if known is None:
        return words["site.tagline"], words["site.description"]
    book = known.codebook
    slug = path.rsplit("/", 1)[-1]
    theme = next((t for t in book.themes if t.slug == slug), None)
    key = TITLES.get(slug, "page.headlines")
    page = theme.title.of(language) if theme else words[key]
    about = theme.about.of(language) if theme else book.survey.about.of(language)
    context = Context(known, address.read({address.LANGUAGE: language}, known)[0])
    return f"{page} – {context.book.survey.short.of(language)}", about
