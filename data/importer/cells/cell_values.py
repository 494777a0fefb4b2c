"""One cell of an export in, one answer out: a number, or the reason why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from data.files.schema import DONT_KNOW, MISSING_CODES, NOT_ANSWERED, NOT_APPLICABLE
from data.importer.cells.numbers import AmbiguousNumberError, Decimal, to_number
from data.spelling import fold_name, is_like

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.importer.mapping import Column
    from data.survey.indicators import Indicator, Option

_Said = TypeVar("_Said")

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
_SIGNS_FOR_NOTHING = {".", "-", "–", "x", ".."}
# What a spreadsheet shows where a formula went wrong, in Dutch and English, and a formula itself.
_ERROR = re.compile(
    r"^(#(N/A|N/B|DIV/0!|DEEL/0!|VALUE!|WAARDE!|REF!|VERW!|NAME\?|NAAM\?|NUM!|GETAL!|NULL!|LEEG!|FOUT"
    r"|#+)|=.*)$",
    re.IGNORECASE,
)
# Marks of a footnote behind a number: 7,1* or 7,1 ²) or 7,1 [a].
_FOOTNOTE = re.compile(r"(\s*[*†‡¹²³⁴-⁹]+\)?|\s+\(?[\da-z]\)|\s*\[[\da-z]\])$", re.IGNORECASE)
# A cell that a program knows as text may look like a number; only the maker of the file can tell.
_TYPED_REMEDY = (
    "Dit getal is als tekst opgeslagen. Maak er in het programma waar het uit komt een getal van, "
    "of zet het onder recode in de mapping."
)
YES = {"ja", "j", "yes", "y", "waar", "true", "aangevinkt", "gekozen", "checked", "selected", "x"}
NO = {"nee", "n", "no", "onwaar", "false", "nietaangevinkt", "nietgekozen", "unchecked"}


@dataclass(frozen=True)
class Answer:
    """A value, or a reason for having none, or what is wrong and what to do about it."""

    value: float | None = None
    reason: str | None = None
    what: str | None = None
    remedy: str | None = None


@dataclass(frozen=True)
class Cells:
    """How the numbers of a file are written, and what its maker says of the codes of a column.

    ``missing`` are codes without an answer; ``labels`` what a code means, which goes before the
    number it happens to be.
    """

    signs: set[Decimal]
    typed: bool
    missing: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)


def answer(text: str | None, column: Column, indicator: Indicator, cells: Cells) -> Answer:
    """Return what ``text`` says in a ``column`` that holds ``indicator``."""
    code = settled(text, column.recode) if text is not None else None
    if code is not None:
        return _checked(code, indicator)
    # An x is a tick before it is a sign for nothing.
    worded = _worded(fold_name(cells.labels.get(text or "", text or "")), indicator, column)
    if worded is not None and settled(text or "", column.missing) is None:
        return Answer(worded)
    reason = no_answer(text, column, cells)
    if text is None or reason is not None:
        return Answer(reason=reason)
    if _ERROR.match(text):
        return _failed(text)
    if text in cells.labels:
        return _unsettled(text, cells.labels[text], indicator)
    return _counted(text, column, indicator, cells)


def no_answer(text: str | None, column: Column, cells: Cells) -> str | None:
    """Return why a cell holds no answer, None when it may hold one."""
    if text is None:
        return NOT_ANSWERED
    said = settled(text, column.missing)
    if said is not None or settled(text, column.recode) is not None:
        return said
    return _reason(cells.labels.get(text, text), cells) or _reason(text, cells)


def settled(text: str, said: Mapping[str, _Said]) -> _Said | None:
    """Return what the mapping says of a text: by itself first, else by a pattern with ``*``."""
    if text in said:
        return said[text]
    return next((v for key, v in said.items() if "*" in key and is_like(text, key)), None)


def _failed(text: str) -> Answer:
    """Return what is wrong with an error cell, or a formula without a stored outcome."""
    what = "deze cel is een formule zonder bewaarde uitkomst"
    if text.startswith("#"):
        what = "deze cel bevat een foutmelding"
    return Answer(
        what=what,
        remedy="Open het bestand in Excel, herstel de cel en sla het op. Is er geen antwoord, zet "
        f'dan bij deze kolom: missing = {{ "{text}" = "not_answered" }}.',
    )


def _unsettled(text: str, label: str, indicator: Indicator) -> Answer:
    """Return that somebody has to say what a code means whose label the codebook does not know."""
    known = ", ".join(f"{option.code} ({option.label.dutch})" for option in indicator.options)
    return Answer(
        what=f"code {text} betekent ‘{label}’, en dat kent het codeboek niet",
        remedy=f'Zet bij deze kolom welke code het is: recode = {{ "{text}" = … }}, of missing = '
        f'{{ "{text}" = "not_answered" }}.' + (f" In het codeboek: {known}." if known else ""),
    )


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
    if _ERROR.match(text):
        return None
    folded = fold_name(text)
    if folded in REASONS:
        return REASONS[folded]
    return NOT_ANSWERED if text in cells.missing or text in _SIGNS_FOR_NOTHING else None


def _counted(text: str, column: Column, indicator: Indicator, cells: Cells) -> Answer:
    """Return what digits say."""
    bare = _FOOTNOTE.sub("", text)
    try:
        number = to_number(text, cells.signs, typed=cells.typed)
        if number is None and bare:
            number = to_number(bare, cells.signs, typed=cells.typed)
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
    if number is None and column.other and column.other == column.option:
        return Answer(1.0)
    if number is not None and "%" not in text:
        number = round(number * _times(number, column), 10)
    return _checked(number, indicator)


def _times(number: float, column: Column) -> float:
    """Return by what a number is multiplied, by its column."""
    share = column.unit == "share" or (column.unit == "mixed" and abs(number) <= 1)
    return (column.factor or 1) * (100 if share else 1)


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
        number,
        what=f"de waarde ligt buiten {low:g} tot {high:g}",
        remedy="Verbeter de waarde, of de grens in het codeboek.",
    )
