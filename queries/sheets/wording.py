"""The words of the sheet, beside those of figures that all media share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from queries.words import texts
from queries.words.numbers import decimals_of, number

if TYPE_CHECKING:
    from data.survey.indicators import Indicator, Signal


class SheetWords(texts.Words):
    """The words of one language, on the sheet."""

    folders: ClassVar[tuple[Path, ...]] = (*texts.Words.folders, Path(__file__).resolve().parent)

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
