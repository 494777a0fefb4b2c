"""Every card by its name, so that a page and a download build the same one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pages.cards import agenda, answered, open_answers, response, tables
from pages.cards.official import figures, groups, hexmap, history
from pages.cards.places import municipality, own_set, regions, rest
from pages.cards.survey import questions, scales
from pages.state.address import write
from pages.state.pages import ABOUT, AGENDA, MUNICIPALITY, REGION, SIGNALS
from pages.state.pages import TABLES as TABLES_PAGE
from pages.state.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.survey.design import Theme
    from data.survey.indicators import Indicator
    from pages.cards.card import Card
    from pages.state.releases import Facts
    from pages.state.selection import Selection

SURVEY: Mapping[str, Callable[[View, Indicator], Card | None]] = {
    "kern": questions.headline_card,
    "klassen": questions.classes_card,
    "regios": questions.regions_card,
    "kruising": questions.cross_card,
    "schaal": scales.scale_card,
    "edities": questions.editions_card,
    "verschillen": questions.differences_card,
    "verdieping": scales.depth_card,
}
OFFICIAL: Mapping[str, Callable[[View, str], Card | None]] = {
    "officieel-klassen": groups.official_classes_card,
    "officieel-regios": groups.official_regions_card,
    "officieel-verloop": history.history_card,
    "gemeenten": figures.municipalities_card,
    "aangehaald": figures.quotations_card,
}
# With the page that each stands on.
TABLES: Mapping[str, tuple[str, Callable[[View], Card | None]]] = {
    "tabel": (TABLES_PAGE, tables.table_card),
    "respons": (ABOUT, response.response_card),
    "acties": (AGENDA, agenda.agenda_card),
    "signalen": (SIGNALS, open_answers.signals_card),
    "signalen-themas": (SIGNALS, open_answers.signal_themes_card),
    "signalen-partners": (SIGNALS, open_answers.signal_partners_card),
    "regio-alle": (REGION, regions.regions_card),
    "regio-respons": (REGION, regions.response_card),
    "eigen-groep": (MUNICIPALITY, own_set.own_set_card),
    "kaart": (REGION, hexmap.map_card),
}
# One for each theme, named after it: rest-personeel.
EACH_THEME: Mapping[str, tuple[str, Callable[[View], Card | None]]] = {
    "rest": (REGION, rest.rest_card),
    "groep": (MUNICIPALITY, municipality.peers_card),
}
# One for each official figure, named after it.
POSITION = "positie"
# One for each further dimension, named after its parameter: per-st.
FURTHER = "per"
NAMES = (*SURVEY, *OFFICIAL, *TABLES)


def is_card(name: str) -> bool:
    """Whether there could be a card of this name."""
    return name in NAMES or name.partition("-")[0] in {*EACH_THEME, POSITION, FURTHER}


def cards_on(view: View) -> dict[str, tuple[str, ...]]:
    """Return the names of the cards of every page that has any, by the page's own address."""
    book, found = view.book, dict[str, list[str]]()
    further = [f"{FURTHER}-{d.parameter}" for d in book.further_dimensions()]
    for theme in book.themes:
        found[theme.slug] = [*SURVEY, *further, *OFFICIAL]
    for name, (page, _) in TABLES.items():
        found.setdefault(page, []).append(name)
    for kind, (page, _) in EACH_THEME.items():
        found.setdefault(page, []).extend(f"{kind}-{theme.slug}" for theme in book.themes)
    figures = [i.id.replace("_", "-") for i in book.indicators if i.kind == "official"]
    found.setdefault(MUNICIPALITY, []).extend(f"{POSITION}-{figure}" for figure in figures)
    return {page: tuple(names) for page, names in found.items()}


def theme_question(view: View, theme: Theme) -> Indicator:
    """Return the question a theme page is about: the chosen one, else that of the theme."""
    chosen = view.selection.question
    offered = {i.id: i for i in view.book.of_theme(theme.id, "survey")}
    return offered.get(chosen or "", view.book.by_id[theme.headline])


def build(name: str, view: View, theme: Theme) -> Card | None:
    """Return a card by its name; None when there is nothing to show.

    A card depends on the release and the selection alone, so each is built once; whether it is
    unfolded makes no other card of it.

    Raises:
        KeyError: there is no such card.
        QueryError: the question behind it is wrong.
        ReleaseBrokenError: a table it needs is damaged.
    """
    selection = replace(view.selection, opened=())
    return view.facts.made(_built, name, selection, theme.id)


def _built(known: Facts, name: str, selection: Selection, theme_id: str) -> Card | None:
    """Build a card."""
    view = View(known, selection)
    theme = next(theme for theme in known.codebook.themes if theme.id == theme_id)
    if name in TABLES:
        page, make = TABLES[name]
        return _placed(make(view), view, page)
    kind, _, subject = name.partition("-")
    if name not in NAMES and kind in {*EACH_THEME, POSITION}:
        return _one_of_each(kind, subject, view)
    if name in OFFICIAL:
        card = OFFICIAL[name](view, theme.id)
        return _placed(card, answered.about_official(view, theme.id), theme.slug)
    indicator = theme_question(view, theme)
    asked = replace(view, selection=replace(view.selection, question=indicator.id))
    if not indicator.asked_in(view.selection.edition) and name != "edities":
        return None
    if kind == FURTHER:
        card = _further_card(asked, indicator, subject)
    else:
        card = SURVEY[name](asked, indicator)
    return _placed(card, answered.about_groups(asked, card), theme.slug)


def _further_card(view: View, indicator: Indicator, parameter: str) -> Card | None:
    """Return the card of a further dimension, by its parameter."""
    offered = {d.parameter: d for d in view.book.further_dimensions()}
    if parameter not in offered:
        return None
    return questions.further_card(view, indicator, offered[parameter])


def _one_of_each(kind: str, subject: str, view: View) -> Card | None:
    """Return the card of one theme or official figure, by its name in the address."""
    book, selection = view.book, view.selection
    if kind == POSITION:
        figure = next((i for i in book.indicators if i.id.replace("_", "-") == subject), None)
        if figure is None or figure.kind != "official":
            return None
        card = municipality.position_card(view, figure)
        return _placed(card, view, MUNICIPALITY)
    theme = next((t for t in book.themes if t.slug == subject), None)
    if theme is None:
        return None
    page, make = EACH_THEME[kind]
    table = replace(selection.table, theme=theme.id)
    about = replace(view, selection=replace(selection, table=table))
    return _placed(make(about), about, page)


def _placed(card: Card | None, view: View, page: str) -> Card | None:
    """Return the card with the address of the view it stands in, data version included.

    So a link that is passed on, and a file, give the same figures after a correction too.
    """
    if card is None:
        return None
    lasting = replace(view.selection, version=view.facts.version)
    query = urlencode(write(lasting, view.book))
    return replace(card, page=page, query=query)
