"""What an address asks for, beside the pages: the card it names, or why it gets none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from pages.cards.registry import SURVEY, build, cards_on, theme_question
from pages.state import address
from pages.state.refusals import Problem, RefusedError, missing
from pages.words.texts import echoed

if TYPE_CHECKING:
    from data.survey.design import Theme
    from pages.cards.card import Card
    from pages.state.view import View

# What changes how a page looks and none of its figures.
LOOKS = {address.OPENED, address.VERSION, address.LANGUAGE, "mg"}


def card_of(view: View, page: str, name: str) -> Card:
    """Return the card of a page by its name, with all that was asked in its figures.

    Raises:
        RefusedError: there is no such card, nothing in it, or no figures of what was asked.
        QueryError, ReleaseBrokenError: its figures cannot be had.
    """
    known = cards_on(view)
    if page not in known:
        raise missing("page", page, known, view.language)
    if name not in known[page]:
        raise missing("card", name, known[page], view.language)
    theme = theme_of(view, page)
    _refuse_unasked(view, theme, name)
    card = build(name, view, theme)
    if card is None:
        raise missing("figures", name, (), view.language)
    if wrong := _unanswered(view, theme, card):
        raise RefusedError(wrong, language=view.language)
    return card


def theme_of(view: View, slug: str) -> Theme:
    """Return the theme with this name in its address, else the first."""
    themes = view.book.themes
    return next((theme for theme in themes if theme.slug == slug), themes[0])


def _refuse_unasked(view: View, theme: Theme, name: str) -> None:
    """Refuse a card about a question that was not asked in the edition."""
    if name not in SURVEY or name == "edities":
        return
    question, edition = theme_question(view, theme), view.selection.edition
    if not question.asked_in(edition):
        asked = tuple(str(year) for year in view.facts.editions if question.asked_in(year))
        problem = Problem(address.EDITION, str(edition), "no_figures_of", asked)
        raise RefusedError([problem], language=view.language)


def _unanswered(view: View, theme: Theme, card: Card) -> list[Problem]:
    """Return what was asked for and is not in the figures of a card."""
    used = dict(parse_qsl(card.query))
    asked = address.write(view.selection, view.book)
    return [
        Problem(name, echoed(value), "no_figures_of", _instead(view, theme, name, used.get(name)))
        for name, value in asked.items()
        if name not in LOOKS and used.get(name) != value
    ]


def _instead(view: View, theme: Theme, name: str, used: str | None) -> tuple[str, ...]:
    """Return what could be asked for in the place of what a card has no figures of."""
    if name == "vr":
        return tuple(i.id for i in view.book.of_theme(theme.id, "survey"))
    if name == "of":
        return tuple(i.id for i in view.book.of_theme(theme.id, "official"))
    return (used,) if used else ()
