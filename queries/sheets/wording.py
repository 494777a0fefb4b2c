"""The words of the sheet, by language; figures in words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from queries.notation import decimals_of, number

if TYPE_CHECKING:
    from data.survey.indicators import Indicator, Signal
    from data.survey.texts import Language

FOLDER = Path(__file__).resolve().parent


@cache
def texts(language: Language) -> dict[str, str]:
    """Return every text of the sheet in a language by its key, levels joined with dots."""
    content = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {
        f"{group}.{key}": text for group, texts in content.items() for key, text in texts.items()
    }


@dataclass(frozen=True)
class SheetWords:
    """The words of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return the text ``key`` with ``values`` filled in.

        Raises:
            KeyError: there is no such text.
        """
        return texts(self.language)[key].format(**values)

    def value(self, amount: float, indicator: Indicator) -> str:
        """Return a figure with its unit."""
        unit = "pct" if indicator.is_share else indicator.unit
        return self(f"unit.{unit}", number=number(amount, self.language, decimals_of(indicator)))

    def margin(self, low: float, high: float, indicator: Indicator) -> str:
        """Return a margin, without the unit that stands beside it."""
        places = decimals_of(indicator)
        first, last = (number(bound, self.language, places) for bound in (low, high))
        return f"{first}–{last}"

    def count(self, answers: int | None, population: int | None) -> str:
        """Return n of N; N alone where n is withheld."""
        if population is None:
            return ""
        if answers is None:
            return self("count.all", population=population)
        return self("count.of", answers=answers, population=population)

    def signal(self, signal: Signal, indicator: Indicator) -> str:
        """Return one signal value: A below 90%."""
        bounds = {"above": signal.above, "below": signal.below}
        bounds |= {"from": signal.from_, "to": signal.to}
        known = {k: self._bound(v, indicator) for k, v in bounds.items() if v is not None}
        if signal.from_ is not None and signal.from_ == signal.to:
            form = "equal"
        else:
            form = "_".join(sorted(known))
        return self(f"signal.{form}", level=signal.level, **known)

    def _bound(self, amount: float, indicator: Indicator) -> str:
        """Return a bound of a signal, in whole units where it is one."""
        digits = 0 if amount == int(amount) else decimals_of(indicator)
        return self(f"unit.{indicator.unit}", number=number(amount, self.language, digits))


def level_of(indicator: Indicator, amount: float) -> str:
    """Return the letter of the signal range that a value falls in; nothing outside all."""
    for signal in indicator.signals:
        if _within(signal, amount):
            return signal.level
    return ""


def _within(signal: Signal, amount: float) -> bool:
    """Whether a value falls in a signal range; bounds of a range from-to belong to it."""
    checks: list[Any] = [
        signal.above is None or amount > signal.above,
        signal.below is None or amount < signal.below,
        signal.from_ is None or amount >= signal.from_,
        signal.to is None or amount <= signal.to,
    ]
    return all(checks)
