"""Numbers and dates in a reader's notation; on pages and on paper alike."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from data.survey.texts import Language

LOCALES = {"nl": "nl_NL", "en": "en_GB"}


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
