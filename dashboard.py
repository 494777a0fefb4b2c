"""The server: pages around ``pages/frame.py``, files beside them. Nothing else."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from streamlit import config
from streamlit.starlette import App
from uvicorn import config as uvicorn_config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from data.errors import DataError
from data.settings import settings
from pages.files import pictures
from pages.screen import steward_access, unhandled_errors
from pages.server import first_release
from pages.server.base_path import BasePath
from pages.server.middleware import PageLanguage, SecurityHeaders, at_an_address
from pages.server.request_limits import RequestLimits
from pages.server.routes import ROUTES
from pages.state.releases import online

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from uvicorn._types import ASGI3Application


@asynccontextmanager
async def warm_up(_app: App) -> AsyncIterator[dict[str, Any]]:
    """Open the release, and start what makes pictures, before the first visitor asks."""
    if settings().steward and not steward_access.has_login():
        # For who can read this, and so sits at the machine: the page opens with it.
        print(f"Beheer: sleutel {steward_access.key()}", flush=True)  # noqa: T201 - said once
    first_release.make_if_wanted()
    try:
        await to_thread.run_sync(online)
        await to_thread.run_sync(pictures.warm_up)
    except DataError:
        # Pages say so to visitors; the server stays up, so that a new release heals it.
        logging.getLogger("stand").exception("the release cannot be opened")
    yield {}


def _believing(proxies: tuple[str, ...], app: ASGI3Application, **_: object) -> ASGI3Application:
    """Return ``app`` as it is reached through proxies that are believed."""
    return ProxyHeadersMiddleware(app, list(proxies))


# A setting that cannot be stops the server here, with a sentence, and not a reader later.
# Of which proxies it is believed whom they speak for: of none that is not named. uvicorn would
# believe any on this machine, and has decided so before this file is read.
uvicorn_config.ProxyHeadersMiddleware = partial(  # type: ignore[assignment,attr-defined]
    _believing, settings().proxies
)
# Below a path Streamlit would know the path, and our own addresses would not: none inside does.
BASE = str(config.get_option("server.baseUrlPath") or "")
config.set_option("server.baseUrlPath", "")
app = App(
    "pages/frame.py",
    lifespan=warm_up,
    routes=ROUTES,
    on_script_error=unhandled_errors.on_a_page,
    exception_handlers={Exception: at_an_address},
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(BasePath, base=BASE),
        Middleware(RequestLimits),
        Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5),
        Middleware(PageLanguage),
    ],
)
