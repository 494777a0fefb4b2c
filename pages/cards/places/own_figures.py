"""Official figures of one municipality at a glance: value, place, signal, and over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pages.cards.official_figures import official_when, position
from pages.cards.places.peers import home, peers

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.cards.places.peers import Peers
    from pages.state.view import View
    from queries.sheets.subjects import Subject

# Fewer figures than this among peers say nothing of a middle half.
FEWEST = 4


@dataclass(frozen=True)
class Point:
    """A year of a figure: how far along and how high, in per cent, of the municipality or peers."""

    across: float
    up: float
    is_own: bool


@dataclass(frozen=True)
class OwnFigure:
    """An official figure of a municipality.

    Attributes:
        label: of what and when.
        value: the figure.
        signal: the letter of the financial supervisors, in words; nothing where there is none.
        standing: where it lies among the peers.
        place: in how many of them it is higher; no rank, which would be read as a score.
        since: from what to what it went; nothing where there is one year.
        points: the years, of the municipality and of its peers.
    """

    label: str
    value: str
    signal: str
    standing: str
    place: str
    since: str
    points: tuple[Point, ...]


def own_figures(view: View) -> list[OwnFigure]:
    """Return the official figures of the chosen municipality; those that lie apart first."""
    of = home(view)
    if of is None:
        return []
    near = peers(view, of)
    found = []
    for indicator in view.book.indicators:
        if indicator.kind != "official":
            continue
        when = official_when(view, indicator)
        if when is None:
            continue
        basis, year = when
        row = position(view, indicator, when, near.parts, of.code)
        if row is None or row["amount"] is None or row["answer_count"] < FEWEST:
            continue
        own = _figure(view, indicator, year, row, _history(view, indicator, basis, of, near))
        found.append((where(row) == "inside", own))
    return [own for _, own in sorted(found, key=lambda pair: pair[0])]


def where(row: Row) -> str:
    """Return whether a figure lies inside the middle half of the peers, above or below it."""
    if row["amount"] > row["quartile_high"]:
        return "above"
    return "below" if row["amount"] < row["quartile_low"] else "inside"


def _figure(
    view: View, indicator: Indicator, year: int, row: Row, history: pl.DataFrame
) -> OwnFigure:
    """Return one figure in words."""
    words = view.words
    amount = row["amount"]
    letters = [s.level for s in indicator.signals if s.holds(amount)]
    own = history.drop_nulls("amount").to_dicts()
    since = ""
    if len(own) > 1:
        since = words(
            "municipality.since",
            first=own[0]["year"],
            former=view.value(own[0]["amount"], indicator),
            last=own[-1]["year"],
            now=view.value(own[-1]["amount"], indicator),
        )
    return OwnFigure(
        f"{indicator.label.of(view.language)}, {year}",
        view.value(amount, indicator),
        words("municipality.signal", letter=letters[0]) if letters else "",
        words(
            f"municipality.short_{where(row)}",
            low=view.value(row["quartile_low"], indicator),
            high=view.value(row["quartile_high"], indicator),
        ),
        words(
            "municipality.place",
            higher=view.number(row["higher_count"]),
            count=view.number(row["answer_count"]),
        ),
        since,
        _points(history) if since else (),
    )


def _history(
    view: View, indicator: Indicator, basis: str, of: Subject, near: Peers
) -> pl.DataFrame:
    """Return the figure and the median of the peers, year by year."""
    return view.query(
        "official_history",
        indicators=(indicator.id,),
        municipality=of.code,
        groups=tuple(f"{dimension}={code}" for dimension, code in near.parts.items()),
    ).filter(pl.col("basis") == basis)


def _points(history: pl.DataFrame) -> tuple[Point, ...]:
    """Return where the years stand in a small picture, those of the peers first."""
    rows = history.to_dicts()
    values = [row[name] for row in rows for name in ("amount", "group_median")]
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    return tuple(
        Point(
            round(100 * place / (len(rows) - 1), 1),
            round(100 * (row[name] - low) / ((high - low) or 1), 1),
            name == "amount",
        )
        for name in ("group_median", "amount")
        for place, row in enumerate(rows)
        if row[name] is not None
    )
