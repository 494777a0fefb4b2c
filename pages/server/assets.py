"""What pages look like, as files: fonts, style sheets and scripts. Nothing comes from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.charts.palette import ASSETS, sheet

if TYPE_CHECKING:
    from starlette.requests import Request

FOLDER = "vorm"
_FILES = {
    path.name: path
    for pattern in ("fonts/*.woff2", "*.js")
    for path in sorted(ASSETS.glob(pattern))
}
_SHEETS = {path.name: path.stem for path in sorted(ASSETS.glob("*.css"))}
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}
_BRIEFLY = {"Cache-Control": "public, max-age=300"}


async def asset(request: Request) -> Response:
    """Answer with one of the files that pages look like."""
    name = request.path_params["file"]
    if name in _SHEETS:
        return Response(sheet(_SHEETS[name]), media_type="text/css", headers=_BRIEFLY)
    if name not in _FILES:
        return PlainTextResponse("404", status_code=404)
    return FileResponse(_FILES[name], headers=_KEPT if name.endswith("woff2") else _BRIEFLY)


ROUTES = [Route(f"/{FOLDER}/{{file}}", asset)]
