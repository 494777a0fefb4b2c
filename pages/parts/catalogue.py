"""Every card by its name, so that a page and a download build the same one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pages.parts import official_cards, scale_cards, survey_cards, table_cards
from pages.parts.address import write
from pages.parts.links import ABOUT
from pages.parts.links import TABLES as TABLES_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.codebook import Indicator, Theme
    from pages.parts.cards import Card
    from pages.parts.context import Context

SURVEY: Mapping[str, Callable[[Context, Indicator], Card | None]] = {
    "kern": survey_cards.headline_card,
    "klassen": survey_cards.classes_card,
    "regios": survey_cards.regions_card,
    "kruising": survey_cards.cross_card,
    "schaal": scale_cards.scale_card,
    "edities": survey_cards.editions_card,
    "verschillen": survey_cards.differences_card,
}
OFFICIAL: Mapping[str, Callable[[Context, str], Card | None]] = {
    "officieel-klassen": official_cards.official_classes_card,
    "officieel-regios": official_cards.official_regions_card,
    "gemeenten": official_cards.municipalities_card,
    "aangehaald": official_cards.quotations_card,
}
TABLES: Mapping[str, Callable[[Context], Card]] = {
    "tabel": table_cards.table_card,
    "respons": table_cards.response_card,
}
NAMES = (*SURVEY, *OFFICIAL, *TABLES)


def theme_question(context: Context, theme: Theme) -> Indicator:
    """Return the question a theme page is about: the chosen one, else that of the theme."""
    chosen = context.selection.question
    offered = {i.id: i for i in context.book.of_theme(theme.id, "survey")}
    return offered.get(chosen or "", context.book.by_id[theme.headline])


def build(name: str, context: Context, theme: Theme) -> Card | None:
    """Return a card by its name; None when there is nothing to show.

    Raises:
        KeyError: there is no such card.
        QueryError: the question behind it is wrong.
        ReleaseBrokenError: a table it needs is damaged.
    """
    if name in TABLES:
        page = ABOUT if name == "respons" else TABLES_PAGE
        return _placed(TABLES[name](context), context, page)
    if name in OFFICIAL:
        return _placed(OFFICIAL[name](context, theme.id), context, theme.slug)
    indicator = theme_question(context, theme)
    asked = replace(context, selection=replace(context.selection, question=indicator.id))
    if not indicator.asked_in(context.selection.edition) and name != "edities":
        return None
    return _placed(SURVEY[name](asked, indicator), asked, theme.slug)


def _placed(card: Card | None, context: Context, page: str) -> Card | None:
    """Return the card with the address of the view it stands in."""
    if card is None:
        return None
    query = urlencode(write(context.selection, context.book))
    return replace(card, page=page, query=query)
