"""What of a selection a card answers: its address says that, and nothing it has no figures of.

A page keeps what a reader chose from card to card. The address of a card is read by programs: a
group in it that stands in none of its figures would be taken for the group they are of.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from data.survey.groups import parts_of
from pages.cards.official_figures import official_basis, official_indicator, official_year

if TYPE_CHECKING:
    from pages.cards.card import Card
    from pages.state.view import View


def about_groups(view: View, card: Card | None) -> View:
    """Return a view without the groups that no figure of the card is of."""
    if card is None or card.figures.is_empty():
        return view
    shown = card.figures.select("dimension", "group_code").unique().iter_rows()
    groups = {pair for dimension, code in shown for pair in parts_of(dimension, code).items()}
    selection = view.selection
    if view.level is not None and (view.level.id, selection.region) not in groups:
        level, region = _wider(view, groups)
        selection = replace(selection, level=level, region=region)
    if view.classes is not None and (view.classes.id, selection.size_class) not in groups:
        selection = replace(selection, size_class=None)
    further = tuple(pair for pair in selection.further if pair in groups)
    return replace(view, selection=replace(selection, further=further))


def _wider(view: View, groups: set[tuple[str, str]]) -> tuple[str | None, str | None]:
    """Return the region around the chosen one that all figures are within, and its level."""
    selection = view.selection
    for dimension in view.book.of_kind("region") if selection.region else ():
        codes = [code for name, code in groups if name == dimension.id]
        if len(codes) == 1:
            return dimension.id, codes[0]
    return selection.level, None


def about_official(view: View, theme: str) -> View:
    """Return a view with the official figure, basis and year that a card shows, where chosen."""
    indicator, chosen = official_indicator(view, theme), view.selection.official
    if indicator is None:
        return view
    basis = official_basis(view, indicator)
    used = replace(
        chosen,
        indicator=chosen.indicator and indicator.id,
        basis=chosen.basis and basis,
        year=chosen.year and official_year(view, indicator, basis),
    )
    return replace(view, selection=replace(view.selection, official=used))
