"""Questions of readers in SQL by their address: a page to ask on, and the answer as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response

from data.settings import settings
from pages.files.own_question import FORMAT, FORMATS, LONGEST, QUESTION, own_page, rows
from pages.server.answers import Rendition, answered, pairs, route
from pages.state import address
from pages.state.pages import OWN
from pages.state.refusals import INVALID, Problem, RefusedError, checked, missing
from pages.words.texts import echoed
from queries.ask.own_questions import OwnQuestionError, Reason

if TYPE_CHECKING:
    from starlette.requests import Request

    from pages.state.view import View

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_TOO_MANY = 429


def _answer(request: Request) -> Response:
    """Answer with the page, or with the rows in the format that was asked for."""
    given = pairs(request)
    language = address.language(dict(given).get(address.LANGUAGE))
    if not settings().own_questions:
        raise missing("path", request.url.path, (), language)
    view = checked(
        [(name, value) for name, value in given if name not in {QUESTION, FORMAT}],
        (address.EDITION, address.LANGUAGE, address.VERSION),
    )
    text, ending = (_only(given, name, view) for name in (QUESTION, FORMAT))
    if len(text) > LONGEST:
        raise RefusedError([Problem(QUESTION, echoed(text), "too_long")], INVALID, view.language)
    if not ending:
        return _page(view, text)
    if ending not in FORMATS:
        problem = Problem(FORMAT, echoed(ending), "no_value", tuple(FORMATS))
        raise RefusedError([problem], INVALID, view.language)
    media, write = FORMATS[ending]
    try:
        return answered(
            request,
            Rendition(
                view,
                media,
                (OWN, text),
                lambda: write(rows(view.facts, text)),
                {"Content-Disposition": f'attachment; filename="{_name(view, ending)}"'},
            ),
        )
    except OwnQuestionError as error:
        problem = Problem(QUESTION, error.said, error.reason)
        raise RefusedError([problem], _status(error), view.language) from error


def _only(given: list[tuple[str, str]], name: str, view: View) -> str:
    """Return the one value of a parameter; empty where it is not there."""
    values = [value for other, value in given if other == name]
    if len(values) > 1:
        problem = Problem(name, echoed(values[0]), "repeated")
        raise RefusedError([problem], INVALID, view.language)
    return values[0].strip() if values else ""


def _page(view: View, text: str) -> Response:
    """Return the page; a question that was not answered stays in it, to be mended."""
    status, found, problem = 200, None, ""
    try:
        found = rows(view.facts, text) if text else None
    except OwnQuestionError as error:
        status = _status(error)
        problem = Problem(QUESTION, error.said, error.reason).said(view.words)
    headers = {"Content-Security-Policy": POLICY, "X-Robots-Tag": "noindex"}
    return HTMLResponse(own_page(view, text, found, problem), status, headers)


def _status(error: OwnQuestionError) -> int:
    """Return what HTTP calls the reason."""
    return _TOO_MANY if error.reason is Reason.BUSY else INVALID


def _name(view: View, ending: str) -> str:
    """Return the name of a file; answers that are made up are called so."""
    mark = "_fictief" if view.facts.synthetic else ""
    return f"{view.book.survey.id}{mark}_{view.words('sql.file')}_v{view.facts.version}.{ending}"


ROUTES = [route(f"/{OWN}", _answer)]
