"""Links that follow figures where a link to a version stays: and what became of a figure since."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from data.errors import ReleaseBrokenError
from data.survey.groups import WHOLE
from pages.cards.registry import build
from pages.files.asked import theme_of
from pages.state import address
from pages.state.pages import TABLES
from pages.state.parameters import LAST_TWO, NEWEST
from pages.state.releases import online
from pages.state.view import View
from queries.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pages.cards.card import Card

# By the texts that name them: this edition as its figures are then, and the newest edition.
_KINDS = ("use.edition", "use.newest")


def following(card: Card) -> dict[str, Card]:
    """Return a card with addresses that follow, by the text that names each.

    The last two editions are a table; only a figure of one question has it.
    """
    asked = dict(parse_qsl(card.query))
    asked.pop(address.VERSION, None)
    newest = asked | {address.EDITION: NEWEST}
    found = dict(zip(_KINDS, (_at(card, asked), _at(card, newest)), strict=True))
    both = _last_two(card, newest)
    return found | ({"use.last_two": both} if both else {})


def _at(card: Card, asked: Mapping[str, str]) -> Card:
    """Return a card at another address."""
    return replace(card, query=urlencode(asked))


def _last_two(card: Card, newest: Mapping[str, str]) -> Card | None:
    """Return the table of the last two editions, by the division that a card shows."""
    if card.page == TABLES:
        return _at(card, {**newest, "eds": LAST_TWO})
    questions = [i for i in card.indicators if i.kind == "survey"]
    if len(questions) != 1 or len(card.indicators) != 1 or "dimension" not in card.figures.columns:
        return None
    divisions = card.figures["dimension"].unique(maintain_order=True).to_list()
    (question,) = questions
    table = {"th": question.theme, "vs": question.id, "eds": LAST_TWO}
    table["rij"] = next((name for name in divisions if name != WHOLE), WHOLE)
    kept = {n: newest[n] for n in ("wg", address.EDITION, address.LANGUAGE) if n in newest}
    return replace(_at(card, {**table, **kept}), page=TABLES, id="tabel")


def changed(view: View, card: Card) -> bool | None:
    """Return whether a figure is another in the version online; None where that is this version.

    A figure that is no longer there, or cannot be had, counts as changed.
    """
    newest = online()
    if newest.version == view.facts.version:
        return None
    asked = dict(parse_qsl(card.query))
    asked.pop(address.VERSION, None)
    selection, dropped = address.read(asked, newest)
    now = View(newest, selection)
    try:
        found = build(card.id, now, theme_of(now, card.page)) if not dropped else None
    except (QueryError, ReleaseBrokenError):
        found = None
    return found is None or not found.figures.equals(card.figures)
