"""The site below a path, as ``--server.baseUrlPath`` asks: everything inside knows only its root.

So it is as behind a proxy that strips a path; links are relative, and those for elsewhere begin
with ``pages.state.address.site``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, RedirectResponse

from pages.server.request_limits import HEALTH

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class BasePath:
    """Takes the path that the site lies below from every address."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        """Wrap ``app``; ``base`` is a path, empty where the site is at the root."""
        self.app = app
        self.base = f"/{base.strip('/')}".rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what lies below the path, and health; there is nothing else."""
        if scope["type"] not in {"http", "websocket"} or not self.base:
            await self.app(scope, receive, send)
        elif (path := scope["path"]).startswith(f"{self.base}/"):
            inside = {**scope, "path": path.removeprefix(self.base), "root_path": self.base}
            await self.app(inside, receive, send)
        elif path in HEALTH:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif path == self.base:
            await RedirectResponse(f"{self.base.rpartition('/')[2]}/")(scope, receive, send)
        else:
            await PlainTextResponse("404", status_code=404)(scope, receive, send)
