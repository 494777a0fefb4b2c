"""One cell of an export in, one answer out: a number, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.files.schema import DONT_KNOW, MISSING_CODES, NOT_ANSWERED, NOT_APPLICABLE
from data.importer.numbers import AmbiguousNumberError, Decimal, to_number
from data.spelling import fold_name

if TYPE_CHECKING:
    from data.importer.mapping import Column
    from data.survey.indicators import Indicator, Option

# Words that stand for no answer, as survey tools and people write them, folded.
REASONS = {
    "weetniet": DONT_KNOW,
    "weetikniet": DONT_KNOW,
    "weetnietgeenmening": DONT_KNOW,
    "geenmening": DONT_KNOW,
    "onbekend": DONT_KNOW,
    "dontknow": DONT_KNOW,
    "nvt": NOT_APPLICABLE,
    "nietvantoepassing": NOT_APPLICABLE,
    "notapplicable": NOT_APPLICABLE,
    "nietingevuld": NOT_ANSWERED,
    "nietbeantwoord": NOT_ANSWERED,
    "geenantwoord": NOT_ANSWERED,
    "geenopgave": NOT_ANSWERED,
    "noanswer": NOT_ANSWERED,
    "na": NOT_ANSWERED,
    "nan": NOT_ANSWERED,
    "null": NOT_ANSWERED,
}
_SIGNS_FOR_NOTHING = {".", "-", "–", "x", "..", "#N/A", "#N/B"}
# A cell that a program knows as text may look like a number; only the maker of the file can tell.
_TYPED_REMEDY = (
    "Dit getal is als tekst opgeslagen. Maak er in het programma waar het uit komt een getal van, "
    "of zet het onder recode in de mapping."
)
YES = {"ja", "yes", "waar", "true", "aangevinkt", "gekozen", "checked", "selected", "x"}
NO = {"nee", "no", "onwaar", "false", "nietaangevinkt", "nietgekozen", "unchecked"}


@dataclass(frozen=True)
class Answer:
    """A value, or a reason for having none, or what is wrong and what to do about it."""

    value: float | None = None
    reason: str | None = None
    what: str | None = None
    remedy: str | None = None


@dataclass(frozen=True)
class Cells:
    """How the numbers of a file are written, and which codes its maker declared missing."""

    signs: set[Decimal]
    typed: bool
    missing: frozenset[str] = frozenset()


def answer(text: str | None, column: Column, indicator: Indicator, cells: Cells) -> Answer:
    """Return what ``text`` says in a ``column`` that holds ``indicator``."""
    if text is None:
        return Answer(reason=NOT_ANSWERED)
    if text in column.missing:
        return Answer(reason=column.missing[text])
    if text in column.recode:
        return _checked(column.recode[text], indicator)
    worded = _worded(fold_name(text), indicator, column)
    if worded is not None:
        return Answer(worded)
    reason = _reason(text, cells)
    return Answer(reason=reason) if reason else _counted(text, column, indicator, cells)


def _worded(folded: str, indicator: Indicator, column: Column) -> float | None:
    """Return the code that a word stands for, None when the question has no such answer."""
    if indicator.type == "number":
        return None
    if indicator.type == "ordinal":
        return next((float(o.code) for o in indicator.options if folded in _labels(o)), None)
    ticked = indicator.option(column.option)
    if folded in YES or (ticked and folded in _labels(ticked)):
        return 1.0
    return 0.0 if folded in NO else None


def _labels(option: Option) -> set[str]:
    """Return the words for an option, folded."""
    return {fold_name(label) for label in option.label.each}


def _reason(text: str, cells: Cells) -> str | None:
    """Return why there is no answer, None when the text does not say so."""
    folded = fold_name(text)
    if folded in REASONS:
        return REASONS[folded]
    return NOT_ANSWERED if text in cells.missing or text in _SIGNS_FOR_NOTHING else None


def _counted(text: str, column: Column, indicator: Indicator, cells: Cells) -> Answer:
    """Return what digits say."""
    try:
        number = to_number(text, cells.signs, typed=cells.typed)
    except AmbiguousNumberError:
        return Answer(
            what="dit getal kan een duizendtal zijn of drie decimalen hebben",
            remedy=_TYPED_REMEDY
            if cells.typed
            else "Zeg met --decimal, of met decimal in de mapping, wat het decimaalteken is.",
        )
    return _number(number, text, column, indicator)


def _number(number: float | None, text: str, column: Column, indicator: Indicator) -> Answer:
    """Return what a number says, which may also be a code for having no answer."""
    code = MISSING_CODES.get(int(number)) if number is not None and number.is_integer() else None
    if number is not None and code is not None and text.lstrip("-−").isdigit():
        if not _fits(number, indicator):
            return Answer(reason=code)
        return Answer(
            what="dit kan een waarde zijn of een code voor ‘geen antwoord’",
            remedy="Zet de code in de mapping onder missing of recode, of schrijf ‘weet niet’, "
            "‘n.v.t.’, ‘niet ingevuld’, of de waarde met een decimaal.",
        )
    if number is not None and column.unit == "share" and "%" not in text:
        number = round(number * 100, 10)
    return _checked(number, indicator)


def _fits(number: float, indicator: Indicator) -> bool:
    """Return whether a number can be an answer to a question."""
    if indicator.type == "number":
        low, high = indicator.valid or (float("-inf"), float("inf"))
        return low <= number <= high
    if indicator.type == "ordinal":
        return number in {float(option.code) for option in indicator.options}
    return number in {0.0, 1.0}


def _checked(number: float | None, indicator: Indicator) -> Answer:
    """Return a number as the answer to a question, or why it cannot be."""
    if number is not None and _fits(number, indicator):
        return Answer(number)
    if indicator.type in {"yes_no", "multi"}:
        return Answer(
            what="dit is geen ja of nee",
            remedy="Gebruik ja, nee, 1, 0 of weet niet, of zet het antwoord onder recode in de "
            "mapping.",
        )
    if indicator.type == "ordinal":
        scale = ", ".join(f"{option.code} ({option.label.dutch})" for option in indicator.options)
        return Answer(
            what="dit antwoord staat niet op de schaal",
            remedy=f"Kies uit {scale}, of zet het antwoord onder recode in de mapping.",
        )
    if number is None:
        return Answer(
            what="dit is geen getal",
            remedy="Gebruik cijfers, of zet het antwoord onder recode of missing in de mapping.",
        )
    low, high = indicator.valid or (float("-inf"), float("inf"))
    return Answer(
        what=f"de waarde ligt buiten {low:g} tot {high:g}",
        remedy="Verbeter de waarde, of de grens in het codeboek.",
    )
