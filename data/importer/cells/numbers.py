"""Numbers as people and programs write them: decimal comma or point, thousands, %, €."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Decimal: TypeAlias = Literal[",", "."]

# A sign before or behind the euro, the digits, and what is written around them.
_AROUND = re.compile(r"^\s*([-+−–]?)\s*€?\s*([-+−–]?)\s*(.*?)\s*[%€]?\s*$", re.DOTALL)
# A space between thousands; any other within a number means that there are two.
_SPACE = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d))")
_MINUS = re.compile(r"^[−–]")
# Three digits behind the only separator: a thousand, or a number of three decimals.
_EITHER = re.compile(r"^[-+]?[1-9]\d{0,2}[.,]\d{3}$")
_WRITTEN: dict[Decimal, re.Pattern[str]] = {
    ",": re.compile(r"^[-+]?(\d{1,3}(\.\d{3})+|\d*)(,\d+)?$"),
    ".": re.compile(r"^[-+]?(\d{1,3}(,\d{3})+|\d*)(\.\d+)?$"),
}


class AmbiguousNumberError(ValueError):
    """A number can be read in two ways."""


def bare(text: str) -> str:
    """Return a number without what is only written around it."""
    signed = _AROUND.sub(r"\1\2\3", text)
    return _MINUS.sub("-", _SPACE.sub("", signed))


def decimal_signs(texts: Iterable[str]) -> set[Decimal]:
    """Return which decimal signs these numbers can only have been written with."""
    found: set[Decimal] = set()
    for text in map(bare, texts):
        if _EITHER.match(text) or not ("," in text or "." in text):
            continue
        fits = [sign for sign, pattern in _WRITTEN.items() if pattern.match(text)]
        if len(fits) == 1:
            found.add(fits[0])
    return found


def to_number(text: str, signs: set[Decimal], *, typed: bool) -> float | None:
    """Return a number, None when the text is none.

    ``signs`` are the decimal signs seen in the file; ``typed`` says that the file holds numbers
    as such, which have a point.

    Raises:
        AmbiguousNumberError: 1.234 or 1,234, and nothing in the file says which it is.
    """
    plain = bare(text)
    if typed and "," not in text:
        return _typed(plain, signs)
    if _EITHER.match(plain) and len(signs) != 1:
        raise AmbiguousNumberError(text)
    for sign, pattern in _WRITTEN.items():
        if (sign in signs or not signs or len(signs) == 2) and pattern.match(plain):
            return _as_float(plain, sign)
    return None


def _typed(plain: str, signs: set[Decimal]) -> float | None:
    """Return a number from a cell of a workbook or table, which may still be text."""
    stored_as_text = re.search(r"\.\d*0$", plain) or "," in signs
    if stored_as_text and _EITHER.match(plain):
        raise AmbiguousNumberError(plain)
    try:
        number = float(plain)
    except ValueError:
        return None
    # Python would also read 1_0 as ten
    return number if abs(number) < float("inf") and "_" not in plain else None


def _as_float(plain: str, sign: Decimal) -> float | None:
    """Return the value of digits written with a decimal sign."""
    thousands = "." if sign == "," else ","
    try:
        return float(plain.replace(thousands, "").replace(sign, "."))
    except ValueError:
        return None
