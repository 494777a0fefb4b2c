"""What machines look for: which pages there are, what is new, and whom to tell of a leak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import PlainTextResponse, Response

from data.files.store import release_path
from data.settings import settings
from data.survey.languages import LANGUAGES
from pages.files.parts import filled
from pages.server.answers import CURRENT, origin, pairs, route
from pages.state import address
from pages.state.changes import changed_in
from pages.state.pages import titles
from pages.state.refusals import checked, missing
from queries.release.log import log, versions

if TYPE_CHECKING:
    from starlette.requests import Request

    from data.survey.design import Theme
    from pages.state.view import View
    from queries.release.log import Entry

THEME = "th"
ATOM, XML = "application/atom+xml", "application/xml"
# As long as an answer about leaks may be relied on, in days.
_RELIED_ON = 180


@dataclass(frozen=True)
class Listed:
    """A page in the map of the site, and the same page in every language."""

    address: str
    languages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class News:
    """Something that was put online or taken back."""

    id: str
    title: str
    address: str
    at: str
    summary: str


def _sitemap(request: Request) -> Response:
    """Answer with every page of every edition, in every language."""
    view, home = checked(pairs(request), ()), origin(request)
    found = []
    for slug in titles(view):
        for edition in reversed(view.facts.editions):
            asked = {address.EDITION: str(edition)}
            same = tuple(
                (language, f"{home}/{slug}?{urlencode(asked | {address.LANGUAGE: language})}")
                for language in LANGUAGES
            )
            found += [Listed(where, same) for _, where in same]
    made = view.facts.release.manifest.created
    return _xml(filled("sitemap.xml", pages=found, changed=_moment(made)), XML)


def _feed(request: Request) -> Response:
    """Answer with what was put online and taken back, newest first; of one theme, if asked."""
    view, home = checked(pairs(request), (THEME, address.LANGUAGE)), origin(request)
    words, survey = view.words, view.book.survey
    theme = next((t for t in view.book.themes if t.id == view.selection.table.theme), None)
    name, language = survey.name.of(view.language), view.language
    found = [_news(view, entry, home, theme) for entry in _entries(theme)]
    told = filled(
        "feed.xml",
        language=language,
        title=words("feed.theme", survey=name, theme=theme.title.of(language))
        if theme
        else words("feed.title", survey=name),
        own=str(request.url),
        home=f"{home}/?{urlencode({address.LANGUAGE: language})}",
        author=survey.short.of(language),
        updated=found[0].at if found else _moment(view.facts.release.manifest.created),
        entries=found,
    )
    return _xml(told, ATOM)


def _entries(theme: Theme | None) -> list[Entry]:
    """Return the lines of the log, newest first; of a theme, those that changed its figures."""
    entries = log(release_path())
    former = [None, *(entry.version for entry in entries)]
    kept = [
        entry
        for entry, before in zip(entries, former, strict=False)
        if theme is None or changed_in(theme, before, entry.version)
    ]
    return kept[::-1]


def _news(view: View, entry: Entry, home: str, theme: Theme | None) -> News:
    """Return a line of the log as news."""
    words = view.words
    new = _new_editions(entry)
    title = words(f"feed.{entry.action}", version=entry.version)
    if new:
        said = ", ".join(str(year) for year in new)
        title = words("feed.edition", editions=said, version=entry.version)
    counted = words("feed.changed", changed=view.number(entry.changed)) if entry.changed else ""
    query = {address.LANGUAGE: view.language}
    return News(
        id=f"{home}/feed.xml#{entry.action}-{entry.version}-{entry.at}",
        title=title,
        address=f"{home}/{theme.slug if theme else ''}?{urlencode(query)}",
        at=_moment(entry.at),
        summary=" ".join(filter(None, [entry.why, counted])),
    )


def _new_editions(entry: Entry) -> list[int]:
    """Return the editions that were first published with a version, as far as is still known."""
    if entry.action != "publish":
        return []
    known = versions(release_path())
    own = next((m for m in known if m.version == entry.version), None)
    if own is None:
        return []
    before = {year for m in known if m.number < own.number for year in m.editions}
    return [year for year in own.editions if year not in before]


def _robots(request: Request) -> Response:
    """Let robots read everything, and say where the list of pages is."""
    text = f"User-agent: *\nAllow: /\n\nSitemap: {origin(request)}/sitemap.xml\n"
    return PlainTextResponse(text, headers={"Cache-Control": CURRENT})


def _security(request: Request) -> Response:
    """Answer whom to tell of a leak (RFC 9116); nothing where nobody was named."""
    contact = settings().contact
    if not contact:
        raise missing("path", request.url.path, (), checked([], ()).language)
    # To the day, so that it is the same all day.
    until = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    until += timedelta(days=_RELIED_ON)
    lines = {
        "Contact": contact,
        "Expires": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Preferred-Languages": ", ".join(LANGUAGES),
        "Canonical": f"{origin(request)}/.well-known/security.txt",
    }
    return PlainTextResponse("".join(f"{name}: {value}\n" for name, value in lines.items()))


def _moment(said: str) -> str:
    """Return a moment as RFC 3339 writes it."""
    return datetime.fromisoformat(said).isoformat()


def _xml(text: str, media: str) -> Response:
    """Return an answer that is asked after each time."""
    return Response(text, media_type=media, headers={"Cache-Control": CURRENT})


ROUTES = [
    route("/sitemap.xml", _sitemap, machine=True),
    route("/feed.xml", _feed, machine=True),
    route("/robots.txt", _robots, machine=True),
    route("/.well-known/security.txt", _security, machine=True),
]
