"""Numbers and dates in a reader's notation, and figures with their unit."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from data.survey.languages import LOCALES

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from data.survey.languages import Language
    from queries.words.texts import Words


# A page writes thousands of numbers, mostly the same as the page before it.
@lru_cache(maxsize=65536)
def number(value: float, language: Language, decimals: int = 0) -> str:
    """Return a number with the decimals asked for, rounded half away from zero as people do."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    with localcontext(rounding=ROUND_HALF_UP):
        text: str = format_decimal(value, format=pattern, locale=LOCALES[language])
    # A rounded zero has no sign, and a minus is a minus, not a hyphen.
    return text.lstrip("-") if not text.strip("-0.,") else text.replace("-", "−")


def decimals_of(indicator: Indicator) -> int:
    """Return how many decimals a figure is shown with: none for shares of municipalities."""
    return 0 if indicator.is_share else indicator.decimals


def day(moment: str, language: Language) -> str:
    """Return an ISO moment as a date in words."""
    return format_date(datetime.fromisoformat(moment).date(), "long", locale=LOCALES[language])


def decimal_mark(language: Language) -> str:
    """Return what stands before decimals: a comma or a point."""
    mark: str = get_decimal_symbol(LOCALES[language])
    return mark


def group_mark(language: Language) -> str:
    """Return what stands between thousands."""
    mark: str = get_group_symbol(LOCALES[language])
    return mark


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
