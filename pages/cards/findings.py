"""What one figure says, as a sentence with its margin and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.cards.card import shown
from pages.cards.rows import headline_item, headline_statistic
from queries.vocabulary import Grade, Status, Weighting
from queries.words.texts import capital

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View


def finding(view: View, indicator: Indicator, row: Row, place: str) -> str:
    """Return what one figure says, with its margin and counts, as a sentence."""
    words = view.words
    figure = shown(view, indicator, row)
    prefix = words("finding.place", place=place) if place else ""
    if row["status"] == Status.BOUND:
        return _bound(view, indicator, row, prefix)
    if row["status"] != Status.SHOWN:
        return prefix + words("finding.withheld", reason=figure.state)
    if row["grade"] == Grade.UNCERTAIN:
        return prefix + words("finding.uncertain", margin=figure.margin, count=figure.count)
    return prefix + words(
        f"finding.{_form(view, indicator)}",
        value=figure.value,
        margin=figure.margin,
        count=figure.count,
        label=indicator.label.of(view.language),
        statement=_statement(view, indicator),
    )


def _bound(view: View, indicator: Indicator, row: Row, prefix: str) -> str:
    """Return what a bound says, as a sentence."""
    words = view.words
    side, bound = ("at_most", "high") if row["low"] <= 0 else ("at_least", "low")
    per_inhabitant = view.selection.weighting == Weighting.INHABITANT
    said = words(
        f"finding.{side}_inhabitants" if per_inhabitant else f"finding.{side}",
        value=view.value(row[bound], indicator),
        statement=_statement(view, indicator),
    )
    return prefix + said if prefix else capital(said)


def _form(view: View, indicator: Indicator) -> str:
    """Return which form of sentence fits the figure."""
    if indicator.is_share:
        per_inhabitant = view.selection.weighting == Weighting.INHABITANT
        return "share_inhabitants" if per_inhabitant else "share"
    statistic = headline_statistic(view, indicator)
    if statistic == "mean" and view.selection.weighting == Weighting.INHABITANT:
        return "mean_inhabitants"
    return statistic


def _statement(view: View, indicator: Indicator) -> str:
    """Return what the municipalities that count are said to do."""
    item = headline_item(view, indicator)
    label = view.item(indicator, item)
    statement = indicator.statement
    if indicator.type == "ordinal" and item != "top":
        return view.words("finding.answers", item=label)
    if statement is None:
        return view.words("finding.answers", item=label) if indicator.is_share else ""
    many = view.words.percentage_is_many or view.selection.weighting == Weighting.INHABITANT
    return statement.of(view.language, many=many).format(item=f"‘{label}’")
