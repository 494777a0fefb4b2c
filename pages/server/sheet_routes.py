"""The discussion sheet by its address, as PDF and as a page that prints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from data.survey.groups import WHOLE, parts_of
from pages.server.answers import HTML, Rendition, answered, origin, pairs, route
from pages.state import address, parameters
from pages.state.pages import HEADLINES, MUNICIPALITY, REGION, SHEET
from pages.state.refusals import Problem, RefusedError, checked, missing
from pages.words.texts import echoed
from queries.errors import UnknownSubjectError
from queries.sheets import content, printing, subjects
from queries.sheets.desk import Figures

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pages.state.releases import Facts
    from pages.state.selection import Selection
    from pages.state.view import View
    from queries.sheets.model import Sheet
    from queries.sheets.subjects import Subject

PEERS = "vg"
# What means something to a sheet; it is about one subject, whatever else a reader chose.
NAMES = (address.EDITION, address.VERSION, address.LANGUAGE, PEERS)
ENDINGS = {"pdf": "application/pdf", "html": HTML}


def _figures(known: Facts, edition: int) -> Figures:
    return Figures(known.release, edition)


def _sheet(known: Facts, subject: Subject, chosen: Selection, home: str) -> Sheet:
    page = f"{home}/{_page(subject, chosen, known)}"
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


def _answer(request: Request) -> Response:
    """Answer with the sheet of a municipality or group."""
    slug, _, ending = request.path_params["file"].rpartition(".")
    view = checked(pairs(request), NAMES)
    if ending not in ENDINGS:
        raise missing("ending", ending, ENDINGS, view.language)
    subject = _subject(view, slug)
    home = origin(request)
    name = f"{view.words('sheet.file')}-{subject.slug}-{view.selection.edition}.{ending}"

    def make() -> bytes:
        sheet = view.facts.made(_sheet, subject, view.selection, home)
        return printing.pdf(sheet) if ending == "pdf" else printing.html(sheet).encode()

    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return answered(
        request, Rendition(view, ENDINGS[ending], (SHEET, slug, ending, home), make, headers)
    )


def _subject(view: View, slug: str) -> Subject:
    """Return what a sheet is about."""
    release, chosen = view.facts.release, view.selection
    try:
        subject = subjects.find(release, slug, chosen.edition, chosen.peers)
    except UnknownSubjectError as error:
        raise missing("code", slug, codes(view), view.language) from error
    if chosen.peers not in {None, subject.dimension}:
        problem = Problem(PEERS, echoed(str(chosen.peers)), "no_figures_of", (subject.dimension,))
        raise RefusedError([problem], language=view.language)
    return subject


def codes(view: View) -> list[str]:
    """Return the codes of the municipalities, and of the groups of one dimension."""
    groups = [code for d in view.book.dimensions for code in d.codes()]
    return [*groups, *view.facts.municipalities]


ROUTES = [
    route(f"/{SHEET}/{{file}}", _answer),
]
