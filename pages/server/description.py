"""Every address there is, described for people and for programs from the same table.

What an address takes comes from the parameters themselves (``pages.state.parameters``), what it
answers in from the writers of files: a page and an OpenAPI document are made of that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from data import __version__
from data.settings import settings
from pages.cards.registry import cards_on
from pages.files.downloads import FORMATS
from pages.files.embed import EMBED
from pages.files.html_page import page
from pages.files.own_question import FORMAT, QUESTION, own_examples
from pages.files.own_question import FORMATS as ANSWERS
from pages.files.package.descriptors import MEDIA as PACKED
from pages.files.package.tables import there
from pages.files.pictures import PICTURES
from pages.files.presentation import PRESENTATION
from pages.server import machines, sheet_routes
from pages.server.answers import HTML, PROBLEM, Rendition, answered, origin, pairs, route
from pages.state import address
from pages.state.pages import ADDRESSES, FILES, OWN, PACKAGE, SHEET
from pages.state.parameter_kinds import Offer
from pages.state.refusals import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from pages.state.view import View

DESCRIPTION = "openapi.json"
# Longer lists of values stand in the description for programs alone.
_LISTED = 12
_READ_BY = (address.LANGUAGE, address.VERSION)


@dataclass(frozen=True)
class Kind:
    """A kind of address: its path, what its parts and parameters can be, and what it answers in.

    ``example``: parts and parameters of one that answers.
    """

    name: str
    path: str
    parts: Mapping[str, tuple[str, ...]]
    offers: tuple[Offer, ...]
    media: tuple[str, ...]
    example: Mapping[str, str]

    @property
    def shown(self) -> str:
        """Return the example as an address, relative to that of the server."""
        path = self.path.format(**{name: self.example[name] for name in self.parts})
        asked = {k: v for k, v in self.example.items() if k not in self.parts}
        return f"{path}?{urlencode(asked)}" if asked else path


def kinds(view: View) -> tuple[Kind, ...]:
    """Return the kinds of addresses that a release has."""
    offered = address.offers(view.facts, view.selection)
    everything = tuple(offered.values())
    on = cards_on(view)
    cards = tuple(dict.fromkeys(name for names in on.values() for name in names))
    theme, chosen = view.book.themes[0].slug, {address.EDITION: str(view.selection.edition)}
    chosen |= {address.LANGUAGE: view.language}
    figure = {"page": tuple(on), "card": cards}
    shown = {"page": theme, "card": "klassen"} | chosen
    formats = FORMATS | PICTURES
    groups = [code for d in view.book.of_kind("region")[:1] for code in d.codes()[:1]]
    codes = tuple(sheet_routes.codes(view))
    sheet = {"code": groups[0] if groups else codes[0], "ending": "html"} | chosen

    version = (view.facts.version,)

    def some(*names: str) -> tuple[Offer, ...]:
        return tuple(offered[name] for name in names)

    return (
        Kind("file", f"{FILES}/{{page}}/{{card}}.{{ending}}", figure | {"ending": tuple(formats)},
             everything, tuple(formats.values()), shown | {"ending": "csv"}),
        Kind("embed", f"{EMBED}/{{page}}/{{card}}", figure, everything, (HTML,), shown),
        Kind("presentation", PRESENTATION, {}, everything, (HTML,), chosen),
        Kind("sheet", f"{SHEET}/{{code}}.{{ending}}",
             {"code": codes, "ending": tuple(sheet_routes.ENDINGS)}, some(*sheet_routes.NAMES),
             tuple(sheet_routes.ENDINGS.values()), sheet),
        Kind("archive", f"{PACKAGE}/{{version}}.zip", {"version": version},
             some(address.LANGUAGE), ("application/zip",), {"version": version[0]}),
        Kind("table", f"{PACKAGE}/{{version}}/{{table}}.{{ending}}",
             {"version": version, "table": tuple(table.name for table in there(view.facts)),
              "ending": tuple(PACKED)}, some(address.LANGUAGE), tuple(PACKED.values()),
             {"version": version[0], "table": "figures", "ending": "parquet"}),
        *_own(view, some(address.EDITION, *_READ_BY)),
        Kind("feed", "feed.xml", {}, some(machines.THEME, address.LANGUAGE), (machines.ATOM,),
             {address.LANGUAGE: view.language}),
        Kind("sitemap", "sitemap.xml", {}, (), (machines.XML,), {}),
        Kind("description", DESCRIPTION, {}, some(*_READ_BY), ("application/json",), {}),
    )  # fmt: skip


def _own(view: View, offered: tuple[Offer, ...]) -> tuple[Kind, ...]:
    """Return the kind of questions of one's own, where they can be asked."""
    if not settings().own_questions:
        return ()
    question = next(iter(own_examples(view).values()))
    asked = {QUESTION: question, FORMAT: "csv", address.EDITION: str(view.selection.edition)}
    takes = (Offer(QUESTION, None), Offer(FORMAT, tuple(ANSWERS)), *offered)
    media = (HTML, *(media for media, _ in ANSWERS.values()))
    return (Kind("own", OWN, {}, takes, media, asked | {address.LANGUAGE: view.language}),)


def said_of(view: View, name: str) -> str:
    """Return what a parameter chooses, in words; of a dimension, its name."""
    dimension = next((d for d in view.book.dimensions if d.parameter == name), None)
    return dimension.label.of(view.language) if dimension else view.words(f"parameter.{name}")


def openapi(view: View, home: str) -> dict[str, Any]:
    """Return the description of every kind of address, in OpenAPI 3.1."""
    survey = view.book.survey
    return {
        "openapi": "3.1.0",
        "info": {
            "title": survey.name.of(view.language),
            "description": view.words("addresses.lead"),
            "version": __version__,
            "license": {"name": survey.licence},
        },
        "servers": [{"url": home}],
        "paths": {f"/{kind.path}": {"get": _operation(view, kind)} for kind in kinds(view)},
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


def _operation(view: View, kind: Kind) -> dict[str, Any]:
    """Return one kind of address as an operation."""
    answers: dict[str, Any] = {media.partition(";")[0]: {"schema": {}} for media in kind.media}
    refused = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    in_path = [
        {"name": name, "in": "path", "required": True, "example": kind.example[name],
         "description": view.words(f"addresses.{name}"),
         "schema": {"type": "string", "enum": list(values)}}
        for name, values in kind.parts.items()
    ]  # fmt: skip
    return {
        "operationId": kind.name,
        "summary": view.words(f"addresses.{kind.name}"),
        "x-example": f"/{kind.shown}",
        "parameters": [*in_path, *(_parameter(view, kind, offer) for offer in kind.offers)],
        "responses": {
            "200": {"description": view.words("addresses.answer"), "content": answers},
            **{
                code: {"description": view.words(f"addresses.status_{code}"), "content": refused}
                for code in ("400", "404", "410")
            },
        },
    }


def _parameter(view: View, kind: Kind, offer: Offer) -> dict[str, Any]:
    """Return a parameter as OpenAPI has it; a list of values has commas between them."""
    one: dict[str, Any] = {"type": "string"}
    if offer.values:
        one["enum"] = list(offer.values)
    schema = {"type": "array", "items": one} if offer.several else one
    told: dict[str, Any] = {"name": offer.name, "in": "query"}
    told["description"] = said_of(view, offer.name)
    if offer.several:
        told |= {"style": "form", "explode": False}
    example = kind.example.get(offer.name)
    return told | {"schema": schema} | ({"example": example} if example else {})


_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail", "problems"],
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "language"), _TEXT),
        "status": {"type": "integer"},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    **dict.fromkeys(("parameter", "value", "reason", "detail"), _TEXT),
                    "valid": {"type": "array", "items": _TEXT},
                    "nearest": {"type": ["string", "null"]},
                },
            },
        },
    },
}


def _described(request: Request) -> Response:
    """Answer with the description for programs."""
    view, home = checked(pairs(request), _READ_BY), origin(request)

    def make() -> bytes:
        return json.dumps(openapi(view, home), ensure_ascii=False, indent=1).encode()

    return answered(request, Rendition(view, "application/json", (DESCRIPTION, home), make))


def _page(request: Request) -> Response:
    """Answer with the description for people, with addresses that can be followed."""
    # Pages that lead here bring along what was chosen; the addresses are the same for all of it.
    view, home = checked(pairs(request)), origin(request)
    offered = address.offers(view.facts, view.selection).values()

    def make() -> bytes:
        return page(
            "addresses.html",
            view.words,
            kind="addresses",
            root="./",
            title=view.words("addresses.title"),
            description=view.words("addresses.lead"),
            home=home,
            kinds=[(kind, view.words(f"addresses.{kind.name}")) for kind in kinds(view)],
            parameters=[(offer, said_of(view, offer.name)) for offer in offered],
            listed=_LISTED,
            description_for_programs=DESCRIPTION,
            cards=cards_on(view),
        ).encode()

    return answered(request, Rendition(view, HTML, (ADDRESSES, home), make))


ROUTES = [
    route(f"/{DESCRIPTION}", _described, machine=True),
    route(f"/{ADDRESSES}", _page),
]
