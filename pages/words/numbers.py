"""Numbers and dates in the reader's notation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queries.notation import day, decimals_of, number

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.words.texts import Words

__all__ = ["amount", "day", "decimals_of", "difference", "difference_span", "number", "span"]


def amount(value: float, indicator: Indicator, words: Words) -> str:
    """Return a value with its unit: 45%, € 3.412, 21 dagen."""
    unit = "pct" if indicator.is_share else indicator.unit
    digits = number(value, words.language, decimals_of(indicator))
    return words(f"unit.{unit}", number=digits)


def span(low: float, high: float, indicator: Indicator, words: Words) -> str:
    """Return a margin in words: 40 tot 49%."""
    unit = "pct" if indicator.is_share else indicator.unit
    decimals = decimals_of(indicator)
    first = number(low, words.language, decimals)
    last = number(high, words.language, decimals)
    return words(f"span.{unit}", low=first, high=last)


def difference(value: float, indicator: Indicator, words: Words) -> str:
    """Return a difference with its unit; that of percentages is in points: 9 punten, € 12."""
    digits = number(value, words.language, decimals_of(indicator))
    if _in_points(indicator):
        return words(f"points.{'one' if digits.lstrip('−') == '1' else 'other'}", number=digits)
    return words(f"unit.{indicator.unit}", number=digits)


def difference_span(low: float, high: float, indicator: Indicator, words: Words) -> str:
    """Return the margin of a difference in words: −2 tot 16 punten."""
    decimals = decimals_of(indicator)
    first = number(low, words.language, decimals)
    last = number(high, words.language, decimals)
    return words(
        f"span.{'points' if _in_points(indicator) else indicator.unit}", low=first, high=last
    )


def _in_points(indicator: Indicator) -> bool:
    """Whether differences are between percentages."""
    return indicator.is_share or indicator.unit == "pct"
