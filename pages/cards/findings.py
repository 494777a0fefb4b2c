"""What one figure says, as a sentence with its margin and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.cards.card import BOUND, SHOWN, UNCERTAIN, shown
from pages.cards.rows import headline_item, headline_statistic
from pages.words.texts import capital

if TYPE_CHECKING:
    from data.survey.codebook import Indicator
    from pages.cards.card import Row
    from pages.state.view import Context


def finding(context: Context, indicator: Indicator, row: Row, place: str) -> str:
    """Return what one figure says, with its margin and counts, as a sentence."""
    words = context.words
    figure = shown(context, indicator, row)
    prefix = words("finding.place", place=place) if place else ""
    if row["status"] == BOUND:
        return _bound(context, indicator, row, prefix)
    if row["status"] != SHOWN:
        return prefix + words("finding.withheld", reason=figure.state)
    if row["grade"] == UNCERTAIN:
        return prefix + words("finding.uncertain", margin=figure.margin, count=figure.count)
    return prefix + words(
        f"finding.{_form(context, indicator)}",
        value=figure.value,
        margin=figure.margin,
        count=figure.count,
        label=indicator.label.of(context.language),
        statement=_statement(context, indicator),
    )


def _bound(context: Context, indicator: Indicator, row: Row, prefix: str) -> str:
    """Return what a bound says, as a sentence."""
    words = context.words
    side, bound = ("at_most", "high") if row["low"] <= 0 else ("at_least", "low")
    per_inhabitant = context.selection.weighting == "inhabitant"
    said = words(
        f"finding.{side}_inhabitants" if per_inhabitant else f"finding.{side}",
        value=context.value(row[bound], indicator),
        statement=_statement(context, indicator),
    )
    return prefix + said if prefix else capital(said)


def _form(context: Context, indicator: Indicator) -> str:
    """Return which form of sentence fits the figure."""
    if indicator.is_share:
        per_inhabitant = context.selection.weighting == "inhabitant"
        return "share_inhabitants" if per_inhabitant else "share"
    statistic = headline_statistic(context, indicator)
    if statistic == "mean" and context.selection.weighting == "inhabitant":
        return "mean_inhabitants"
    return statistic


def _statement(context: Context, indicator: Indicator) -> str:
    """Return what the municipalities that count are said to do."""
    item = headline_item(context, indicator)
    label = context.item(indicator, item)
    statement = indicator.statement
    if indicator.type == "ordinal" and item != "top":
        return context.words("finding.answers", item=label)
    if statement is None:
        return context.words("finding.answers", item=label) if indicator.is_share else ""
    many = context.language == "en" or context.selection.weighting == "inhabitant"
    return statement.of(context.language, many=many).format(item=f"‘{label}’")
