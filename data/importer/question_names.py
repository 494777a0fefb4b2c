"""Every name that a question of the codebook goes by above a column."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from data.spelling import fold_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator

# A code before the question, such as ‘G01Q02. ’, and what stands in brackets.
_CODE = re.compile(r"^[A-Z]{0,3}\d*Q?\d+[a-z]?(_\w+)?[.:)]\s+|^\d+[.)]\s+", re.IGNORECASE)
_INSIDE = re.compile(r"\([^)]*\)|\[[^]]*\]")
_CHOICE = re.compile(r"\s*-\s*(selected choice|geselecteerde keuze)\s*(?=-|$)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def names_of(codebook: Codebook, edition: int) -> dict[str, tuple[str, str]]:
    """Return every folded name of a question, with its indicator and option.

    A multiple choice itself has the option ''. A name of two questions of the edition is that of
    neither; that of a question of other editions only where no question of this one has it.
    """
    asked: dict[str, set[tuple[str, str]]] = defaultdict(set)
    other: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for indicator in codebook.indicators:
        if indicator.kind == "survey" and not indicator.derived:
            for name, target in _names(indicator):
                (asked if indicator.asked_in(edition) else other)[name].add(target)
    return {name: min(held) for name, held in ({**other, **asked}).items() if len(held) == 1}


def _names(indicator: Indicator) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give the folded names of a question and of its options, with what they are of."""
    heads = [indicator.id, *indicator.label.each, *indicator.question.each]
    for head in heads:
        yield fold_name(head), (indicator.id, "")
        for option in indicator.options if indicator.type == "multi" else []:
            for tail in (option.code, *option.label.each):
                yield fold_name(head + tail), (indicator.id, option.code)


def forms_of(text: str, edition: int) -> Iterator[str]:
    """Give the folded forms in which the name of a column may be that of a question.

    Survey tools put a code before the question (LimeSurvey), groups before its name (KoboToolbox),
    the option in brackets or behind a dash, and people the year of the edition.
    """
    plain = without_year(text) if year_in(text) == edition else text
    plain = _CHOICE.sub("", plain)
    yield fold_name(plain)
    bare = _CODE.sub("", plain)
    yield fold_name(bare)
    yield fold_name(_INSIDE.sub("", bare))
    parts = plain.split("/")
    for start in range(1, len(parts)):
        yield fold_name(" ".join(parts[start:]))


def year_in(name: str) -> int | None:
    """Return the one year in the name of a column, None when there is none or more."""
    years = set(_YEAR.findall(name))
    return int(years.pop()) if len(years) == 1 else None


def without_year(name: str) -> str:
    """Return the name of a column without its year."""
    return _YEAR.sub(" ", name)
