"""The official figures of a sheet: where a municipality differs, and its financial ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queries.sheets.model import Ratio
from queries.sheets.wording import level_of
from queries.words.numbers import amount

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from queries.sheets.desk import Desk, Row

# Official figures that are told of, the farthest from the middle first.
FARTHEST = 3
# Fewer figures than this among peers say nothing of a middle half.
FEWEST = 4
_NONE = "–"


def deviations(desk: Desk) -> list[str]:
    """Return the official figures that lie farthest from the middle of the peers.

    Distance is counted in widths of the peers' middle half, whichever side it is on. Figures
    known in part of the country only are left out: there the peers are too few.
    """
    far = []
    for name, row in desk.positions.items():
        width = (row["quartile_high"] or 0) - (row["quartile_low"] or 0)
        is_partial = desk.book.by_id[name].coverage is not None
        if row["amount"] is None or row["answer_count"] < FEWEST or width <= 0 or is_partial:
            continue
        far.append((abs(row["amount"] - row["median"]) / width, name, row))
    far.sort(key=lambda one: (-one[0], one[1]))
    return [_deviation(desk, name, row) for _, name, row in far[:FARTHEST]]


def _deviation(desk: Desk, name: str, row: Row) -> str:
    """Return one official figure beside the middle of the peers, without a judgement."""
    indicator = desk.book.by_id[name]
    above, below = row["amount"] > row["quartile_high"], row["amount"] < row["quartile_low"]
    where = "above" if above else "below" if below else "inside"
    return desk.words(
        f"deviation.{where}",
        label=indicator.label.of(desk.language),
        value=amount(row["amount"], indicator, desk.words),
        median=amount(row["median"], indicator, desk.words),
        low=amount(row["quartile_low"], indicator, desk.words),
        high=amount(row["quartile_high"], indicator, desk.words),
    )


def deviations_note(desk: Desk) -> str:
    """Return of which year the official figures are; or why there are none."""
    if desk.subject.code is None:
        return desk.words("deviation.group_only")
    if not deviations(desk):
        return desk.words("deviation.none", year=desk.edition)
    return desk.words("deviation.note", year=desk.figures.official_year)


def ratios(desk: Desk) -> list[Ratio]:
    """Return each surveyed ratio that has signal values, with the official one beside it."""
    surveyed = [i for i in desk.book.indicators if i.kind == "survey" and i.signals]
    return [_ratio(desk, indicator) for indicator in surveyed if indicator.asked_in(desk.edition)]


def _ratio(desk: Desk, indicator: Indicator) -> Ratio:
    """Return one ratio."""
    place = (desk.subject.dimension, desk.subject.group)
    row = desk.figures.figure(indicator, place)
    peers = desk.value(indicator, row) if row else _NONE
    if row and (row["dimension"], row["group_code"]) != place:
        peers = f"{desk.group(row['dimension'], row['group_code'])}: {peers}"
    return Ratio(
        label=indicator.label.of(desk.language),
        signals=" · ".join(desk.words.signal(s, indicator) for s in indicator.signals),
        peers=peers,
        own=_own(desk, indicator),
    )


def _own(desk: Desk, indicator: Indicator) -> str:
    """Return the municipality's official ratio with the same signal values, and its letter.

    One that was reported as such, in part of the country, goes before one worked out for all.
    """
    official = [i for i in desk.book.indicators if i.kind == "official"]
    same = [i for i in official if i.signals == indicator.signals]
    for one in sorted(same, key=lambda i: i.coverage is None):
        own = desk.positions.get(one.id, {}).get("amount")
        if own is not None:
            return f"{amount(own, one, desk.words)} ({level_of(one, own)})"
    return _NONE
