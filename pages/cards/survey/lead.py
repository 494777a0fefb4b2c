"""What a theme page says first: how much, whether that differs, and whether it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.differences import page_differences, summary
from pages.cards.findings import parts_of_finding, placed
from pages.cards.rows import rows_of
from pages.cards.survey.headlines import change_of
from queries.vocabulary import Against
from queries.words.texts import capital

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.cards.findings import Finding
    from pages.cards.survey.headlines import Change
    from pages.state.view import View


@dataclass(frozen=True)
class Named:
    """A finding and the group it is of; no name for the whole."""

    place: str
    finding: Finding


@dataclass(frozen=True)
class Lead:
    """What stands first on a theme page.

    Attributes:
        title: the finding as a sentence without a full stop; or that there is no figure, and why.
        told: the figure; where it is not published, the nearest ones that are.
        change: how the figure stands to the edition before; none where there is no figure.
        differs: what the tests say of size classes and regions, a sentence for each; none where
            there is no figure.
    """

    title: str
    told: tuple[Named, ...]
    change: Change | None
    differs: tuple[str, ...]


def lead(view: View, indicator: Indicator) -> Lead:
    """Return what a theme page says first of its question."""
    place = view.place()
    (row,) = rows_of(view, indicator, place.dimension, place.group)
    name = "" if place.dimension == WHOLE else view.group(place.dimension, place.group)
    tested = page_differences(view, indicator)
    found = parts_of_finding(view, indicator, row)
    if place.exact and found.value:
        changed = tested.filter(against=Against.EDITION).to_dicts()
        return Lead(
            capital(placed(view, found.sentence, name)),
            (Named(name, found),),
            change_of(view, indicator, changed, is_published=True),
            _differs(view, tested),
        )
    reason = found.sentence if place.exact else view.words("lead.not_crossed")
    title = view.words("lead.none", place=view.groups(view.chosen_groups()), reason=reason)
    return Lead(title, tuple(_nearest(view, indicator)), None, ())


def _nearest(view: View, indicator: Indicator) -> list[Named]:
    """Return the figures of each chosen group by itself as far as published; else of everyone."""
    groups = [*view.chosen_groups().items(), (WHOLE, WHOLE)]
    rows = [row for group in groups for row in rows_of(view, indicator, *group)]
    named = [(row, _named(view, indicator, row)) for row in rows]
    told = [(row, near) for row, near in named if near.finding.value]
    parts = [near for row, near in told if row["dimension"] != WHOLE]
    return parts or [near for _, near in told]


def _named(view: View, indicator: Indicator, row: Row) -> Named:
    """Return the figure of a group with its name."""
    name = capital(view.group(row["dimension"], row["group_code"]))
    return Named(name, parts_of_finding(view, indicator, row))


def _differs(view: View, tested: pl.DataFrame) -> tuple[str, ...]:
    """Return what the tests of each dimension say, in sentences."""
    against = tested.filter(pl.col("against") == Against.REST)
    dimensions = against["dimension"].unique(maintain_order=True)
    said = [summary(view, tested, dimension) for dimension in dimensions]
    return tuple(dict.fromkeys(sentence for sentence in said if sentence))
