"""What a request must get past before anything works for it.

Streamlit's doors that no page needs stay shut, pages of others may not drive ours, and nobody may
order more work than a reader does: for each client and for the whole server there is a budget that
fills up again, and so many files are made at once. What is refused costs next to nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anyio import CancelScope
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from data.settings import settings
from data.survey.languages import LANGUAGES
from pages.files.embed import EMBED
from pages.files.presentation import PRESENTATION
from pages.state.pages import FILES, OWN, PACKAGE, SHEET
from pages.words.texts import Words

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

UPLOADS = "/_stcore/upload_file"
# What Streamlit tells of itself, and to programs that drive it.
_SHUT = ("/_stcore/metrics", "/_stcore/agent")
# What costs next to nothing, and that a proxy or a page asks for often.
_FREE = ("/static/", "/vorm/", "/_stcore/health", "/_stcore/host-config", "/healthz", "/readyz")
HEALTH = ("/healthz", "/readyz", "/_stcore/health")
# What a file is made for, or a process is started.
_MADE = {FILES, EMBED, SHEET, PRESENTATION, PACKAGE, OWN}
# So many clients are remembered; who was away longest is forgotten, and begins with a full budget.
MOST_CLIENTS = 10_000
_RETRY = 5


@dataclass
class Budget:
    """What may be ordered: ``most`` at once, and ``rate`` a second after that."""

    most: float
    rate: float
    left: float
    at: float

    @classmethod
    def full(cls, most: float, rate: float, now: float) -> Budget:
        """Return a budget of which nothing was spent."""
        return cls(most, rate, most, now)

    def spend(self, now: float) -> bool:
        """Take one, if there is one left."""
        self.left = min(self.most, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(frozen=True)
class Refusal:
    """Why a request goes no further: a status, the text that says so, and when to come back."""

    status: int
    text: str
    retry: int | None = None

    def response(self) -> PlainTextResponse:
        """Return what is answered, in every language."""
        said = "\n".join(Words(language)(self.text) for language in LANGUAGES)
        headers = {"Cache-Control": "no-store"}
        if self.retry is not None:
            headers["Retry-After"] = str(self.retry)
        return PlainTextResponse(f"{said}\n", status_code=self.status, headers=headers)


class RequestLimits:
    """Lets through what a reader may ask, and no more of it than a reader does."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app
        self._everyone: Budget | None = None
        self._clients: OrderedDict[str, Budget] = OrderedDict()
        self._making: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that may not pass; let others pass, and stop when nobody waits."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        refusal = foreign(scope) or self._spent(scope)
        if refusal is not None:
            await _refuse(refusal, scope, receive, send)
        elif scope["type"] == "http" and _is_made(scope["path"]):
            await self._make(scope, receive, send)
        else:
            await self.app(_by_known_name(scope), receive, send)

    def _spent(self, scope: Scope) -> Refusal | None:
        """Take a request from the budgets; return the refusal when one is spent."""
        if scope["path"].startswith(_FREE):
            return None
        now, name, known = time.monotonic(), client(scope), settings()
        own = self._clients.pop(name, None) or Budget.full(
            known.client_burst, known.client_rate, now
        )
        self._clients[name] = own
        if len(self._clients) > MOST_CLIENTS:
            self._clients.popitem(last=False)
        if not own.spend(now):
            return Refusal(429, "error.too_many", _RETRY)
        if self._everyone is None:
            self._everyone = Budget.full(known.server_burst, known.server_rate, now)
        return None if self._everyone.spend(now) else Refusal(503, "error.busy", _RETRY)

    async def _make(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a file made, unless many are being made; stop when its reader is gone."""
        name, known = client(scope), settings()
        if self._making[name] >= known.drawing_per_client:
            await _refuse(Refusal(429, "error.too_many", _RETRY), scope, receive, send)
            return
        if self._making.total() >= known.drawing_queue:
            await _refuse(Refusal(503, "error.busy", _RETRY), scope, receive, send)
            return
        self._making[name] += 1
        try:
            await _while_awaited(self.app, scope, receive, send)
        finally:
            self._making[name] -= 1
            self._making += Counter()


def _is_made(path: str) -> bool:
    """Whether a path is that of something made for it, or lies below one."""
    return path.lstrip("/").partition("/")[0] in _MADE


def foreign(scope: Scope) -> Refusal | None:
    """Return the refusal of what no page of ours asks; None for the rest."""
    path, headers, known = scope["path"], Headers(scope=scope), settings()
    if path.startswith(_SHUT) or (path.startswith(UPLOADS) and not known.steward):
        return Refusal(404, "error.not_found")
    if known.public_host and not path.startswith(HEALTH):
        host = urlsplit(f"//{headers.get('host', '')}")
        if host.netloc != known.public_host and host.hostname not in known.names:
            return Refusal(400, "error.other_host")
    if scope["type"] == "websocket" and (origin := headers.get("origin")) is not None:
        ours = {headers.get("host", ""), known.public_host}
        if urlsplit(origin).netloc not in ours - {""}:
            return Refusal(403, "error.other_site")
    return None


def client(scope: Scope) -> str:
    """Return whose budget a request is taken from: an address, of IPv6 the network."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 4:
        return host
    return str(IPv6Network((int(address), 64), strict=False))


def _by_known_name(scope: Scope) -> Scope:
    """Return a websocket under the name that its page was opened by.

    A proxy may ask for it by a name of its own. Streamlit would look for that name outside, and
    every reader would wait meanwhile; who it is from has been decided here.
    """
    origin = Headers(scope=scope).get("origin")
    if scope["type"] != "websocket" or origin is None:
        return scope
    named = (b"host", urlsplit(origin).netloc.encode("latin-1"))
    others = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {**scope, "headers": [*others, named]}


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await refusal.response()(scope, receive, send)


async def _while_awaited(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request without a body, and stop as soon as its reader hangs up."""
    gone = asyncio.Event()

    async def nothing_more() -> dict[str, str]:
        await gone.wait()
        return {"type": "http.disconnect"}

    with CancelScope() as work:

        async def until_gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            gone.set()
            work.cancel()

        watch = asyncio.ensure_future(until_gone())
        try:
            await app(scope, nothing_more, send)
        except asyncio.CancelledError:
            # Also what a thread was told, which no longer says which scope it was of.
            if not gone.is_set():
                raise
        finally:
            watch.cancel()
