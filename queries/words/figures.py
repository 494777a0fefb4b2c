"""A figure in words: its value with margin and counts, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from queries.vocabulary import Grade, Status
from queries.words.numbers import amount, number, span

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from data.survey.policy import Policy
    from queries.words.texts import Words


@dataclass(frozen=True)
class Shown:
    """One figure in words. Where there is no value, ``state`` says why."""

    value: str
    margin: str
    count: str
    state: str
    grade: str

    @property
    def drawn(self) -> bool:
        """Whether the figure is drawn as a dot."""
        return bool(self.value)


def shown(words: Words, policy: Policy, indicator: Indicator, row: dict[str, Any]) -> Shown:
    """Return one figure in words; withheld, missing and too uncertain ones without value."""
    count = counted(words, row)
    grade = str(row["grade"] or "")
    if row["status"] == Status.BOUND:
        return Shown("", "", count, bound(words, indicator, row), "")
    if row["status"] != Status.SHOWN or row["estimate"] is None:
        part = number(policy.protection.largest_inhabitant_part, words.language)
        return Shown("", "", count, words(f"state.{row['status']}", part=part), "")
    margin = _margin(words, indicator, row)
    if grade == Grade.UNCERTAIN:
        return Shown("", margin, count, words("state.uncertain"), words("grade.uncertain"))
    graded = words(f"grade.{grade}") if grade else ""
    return Shown(amount(row["estimate"], indicator, words), margin, count, "", graded)


def _margin(words: Words, indicator: Indicator, row: dict[str, Any]) -> str:
    """Return the margin of a figure; nothing where figures are counted rather than estimated."""
    if row["low"] is not None and row["high"] is not None:
        return span(row["low"], row["high"], indicator, words)
    # A mean of answers that are all alike, or of which each is a stratum, has none.
    return words("state.no_margin") if indicator.kind == "survey" else ""


def side_of(row: dict[str, Any]) -> tuple[str, str]:
    """Return which side a bound is on, at most or at least, and the column that it stands in."""
    return ("at_most", "high") if row["low"] <= 0 else ("at_least", "low")


def bound(words: Words, indicator: Indicator, row: dict[str, Any], *, short: bool = False) -> str:
    """Return a share that is only given as a bound: at most, or at least; or as a sign."""
    side, end = side_of(row)
    key = f"state.short_{side}" if short else f"state.{side}"
    return words(key, value=amount(row[end], indicator, words))


def counted(words: Words, row: dict[str, Any]) -> str:
    """Return n of N: how many answered, of how many there are; N alone where n is withheld.

    How many answered the survey is told in steps only, and said to be.
    """
    if row["population_count"] is None:
        return ""
    population = number(row["population_count"], words.language)
    if row["answer_count"] is None:
        return words("count.all", population=population)
    form = "about" if row["kind"] == "survey" else "of"
    answers = number(row["answer_count"], words.language)
    return words(f"count.{form}", answers=answers, population=population)
