"""The discussion sheet by its address, as PDF and as a page that prints."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from data.errors import ReleaseBrokenError
from data.survey.groups import WHOLE, parts_of
from pages.state import address, parameters
from pages.state.pages import HEADLINES, MUNICIPALITY, REGION, SHEET
from pages.state.releases import opened
from pages.words.texts import Words, echoed
from queries.errors import QueryError
from queries.sheets import content, printing, subjects
from queries.sheets.desk import Figures

if TYPE_CHECKING:
    from starlette.requests import Request

    from pages.state.releases import Facts
    from pages.state.selection import Selection
    from queries.sheets.model import Sheet
    from queries.sheets.subjects import Subject

_log = logging.getLogger("stand.sheets")
ENDINGS = ("pdf", "html")


def _figures(known: Facts, edition: int) -> Figures:
    return Figures(known.release, edition)


def _sheet(known: Facts, slug: str, chosen: Selection, origin: str) -> Sheet:
    subject = subjects.find(known.release, slug, chosen.edition, chosen.peers)
    page = f"{origin}/{_page(subject, chosen, known)}"
    return content.write(known.made(_figures, chosen.edition), subject, chosen.language, page)


def _page(subject: Subject, chosen: Selection, known: Facts) -> str:
    """Return the relative address of the page that shows a subject."""
    book = known.codebook
    parts = {} if subject.dimension == WHOLE else parts_of(subject.dimension, subject.group)
    given = {book.dimension_by_id[name].parameter: code for name, code in parts.items()}
    slug = book.themes[0].slug if parts else HEADLINES
    if subject.code is not None:
        slug, given = MUNICIPALITY, {parameters.MUNICIPALITY: subject.code}
    elif parts and parts.keys() <= {dimension.id for dimension in book.of_kind("region")}:
        slug = REGION
    shown, _ = address.read(given, known)
    shown = replace(
        shown,
        language=chosen.language,
        edition=chosen.edition,
        version=chosen.version,
        peers=chosen.peers if subject.code else None,
    )
    return address.link(slug, shown, book)


@lru_cache(maxsize=64)
def _pdf(sheet: Sheet) -> bytes:
    return printing.pdf(sheet)


async def sheet(request: Request) -> Response:
    """Answer with the sheet of a municipality or group."""
    return await to_thread.run_sync(_answer, request)


def _answer(request: Request) -> Response:
    """Make the sheet; unknown subjects are not found, broken figures are said to be."""
    slug, _, ending = request.path_params["file"].rpartition(".")
    asked = dict(request.query_params)
    language = address.language(asked.get(address.LANGUAGE))
    words = Words(language)
    if ending not in ENDINGS:
        return PlainTextResponse(words("error.not_found"), status_code=404)
    try:
        known = opened(asked.get(address.VERSION))
        chosen, _ = address.read(asked, known)
        made = known.made(_sheet, slug, chosen, str(request.base_url).rstrip("/"))
        if ending == "html":
            return HTMLResponse(printing.html(made), headers={"X-Robots-Tag": "noindex"})
        return _file(_pdf(made), f"{words('sheet.file')}-{slug}-{chosen.edition}")
    except ReleaseBrokenError:
        _log.exception("sheet %s", echoed(slug))
        return PlainTextResponse(words("error.query"), status_code=503)
    except QueryError:
        return PlainTextResponse(words("error.not_found"), status_code=404)


def _file(document: bytes, name: str) -> Response:
    """Return a PDF that a browser shows, under a name to keep it by."""
    return Response(
        document,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "X-Robots-Tag": "noindex",
        },
    )


ROUTES = [Route(f"/{SHEET}/{{file}}", sheet)]
