"""The official figures of a sheet: where a municipality differs, and its financial ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queries.sheets.model import Own, Ratio
from queries.sheets.wording import level_of
from queries.words.numbers import amount, span

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from queries.sheets.desk import Desk, Row

# Official figures that are told of at most.
MOST = 5
# Fewer figures than this among peers say nothing of a middle half.
FEWEST = 4


def own(desk: Desk) -> list[Own]:
    """Return official figures of the municipality beside those of its peers, as the codebook goes.

    Figures known in part of the country only are left out: there the peers are too few.
    """
    rows = [
        _own(desk, name, desk.positions[name])
        for name in (i.id for i in desk.book.indicators)
        if name in desk.positions and _is_compared(desk, name)
    ]
    return rows[:MOST]


def _is_compared(desk: Desk, name: str) -> bool:
    """Whether a figure is known of the municipality and of enough peers all over the country."""
    row, is_partial = desk.positions[name], desk.book.by_id[name].coverage is not None
    return row["amount"] is not None and row["answer_count"] >= FEWEST and not is_partial


def _own(desk: Desk, name: str, row: Row) -> Own:
    """Return one official figure beside the middle of the peers, without a judgement."""
    indicator = desk.book.by_id[name]
    above, below = row["amount"] > row["quartile_high"], row["amount"] < row["quartile_low"]
    letter = level_of(indicator, row["amount"])
    value = amount(row["amount"], indicator, desk.words)
    return Own(
        label=indicator.label.of(desk.language),
        value=f"{value} ({letter})" if letter else value,
        peers=span(row["quartile_low"], row["quartile_high"], indicator, desk.words),
        where=desk.words(f"own.{'above' if above else 'below' if below else 'inside'}"),
        is_outlier=above or below,
    )


def own_note(desk: Desk) -> str:
    """Return of which year the official figures are; or why a municipality has none."""
    if desk.subject.code is None:
        return ""
    if not own(desk):
        return desk.words("own.none", year=desk.edition)
    return desk.words("own.note", year=desk.figures.official_year)


def ratios(desk: Desk) -> list[Ratio]:
    """Return each surveyed ratio that has signal values, with the official one beside it."""
    place = (desk.subject.dimension, desk.subject.group)
    surveyed = [i for i in desk.book.indicators if i.kind == "survey" and i.signals]
    asked = [(i, desk.figures.figure(i, place)) for i in surveyed if i.asked_in(desk.edition)]
    return [_ratio(desk, indicator, row) for indicator, row in asked if row is not None]


def _ratio(desk: Desk, indicator: Indicator, row: Row) -> Ratio:
    """Return one ratio."""
    place = (desk.subject.dimension, desk.subject.group)
    peers = desk.value(indicator, row)
    if (row["dimension"], row["group_code"]) != place:
        peers = f"{desk.group(row['dimension'], row['group_code'])}: {peers}"
    return Ratio(
        label=indicator.label.of(desk.language),
        signals=" · ".join(desk.words.signal(s, indicator) for s in indicator.signals),
        peers=peers,
        own=_reported(desk, indicator),
    )


def _reported(desk: Desk, indicator: Indicator) -> str:
    """Return what the municipality reported with the same signal values, and its letter.

    That is so in part of the country; what is worked out for all stands among its own figures.
    """
    official = [i for i in desk.book.indicators if i.kind == "official" and i.coverage is not None]
    for one in (i for i in official if i.signals == indicator.signals):
        own = desk.positions.get(one.id, {}).get("amount")
        if own is not None:
            return f"{amount(own, one, desk.words)} ({level_of(one, own)})"
    return ""
