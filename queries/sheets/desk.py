"""What every part of a sheet is made with: the figures of an edition, a subject, and words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from data.survey.groups import parts_of
from queries.ask.questions import in_percentages
from queries.ask.step_up import wider_group
from queries.vocabulary import Grade, Status
from queries.words.figures import shown
from queries.words.numbers import decimals_of, number

if TYPE_CHECKING:
    from typing import Any

    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator
    from data.survey.languages import Language
    from queries.release.manifest import Release
    from queries.sheets.subjects import Subject
    from queries.sheets.wording import SheetWords

    Row = dict[str, Any]

_KEY = ("indicator", "item", "statistic", "dimension", "group_code")


@dataclass(frozen=True)
class Figures:
    """The survey's figures of one edition, at hand for one sheet or for hundreds."""

    release: Release
    edition: int

    @cached_property
    def _by_key(self) -> dict[tuple[str, ...], Row]:
        """Every figure in which municipalities count alike, shares as percentages."""
        book = self.release.codebook.in_edition(self.edition)
        asked = [i for i in book.indicators if i.asked_in(self.edition)]
        if not asked:
            return {}
        found = self.release.ask(
            "figures",
            indicators=[i.id for i in asked],
            editions=[self.edition],
            bases=None,
            items=None,
            statistics=None,
            weightings=["municipality"],
            dimensions=None,
            groups=None,
        )
        rows = in_percentages(found, [i for i in asked if i.is_share]).to_dicts()
        return {tuple(row[name] for name in _KEY): row for row in rows}

    def exact(self, indicator: Indicator, group: tuple[str, str]) -> Row | None:
        """Return an indicator's own figure of a group, whatever its status."""
        return self._by_key.get((indicator.id, *measure(indicator), *group))

    def figure(
        self, indicator: Indicator, group: tuple[str, str], item: str | None = None
    ) -> Row | None:
        """Return one figure; where it is withheld, that of the wider group that has it.

        Args:
            indicator: the question.
            group: dimension and code.
            item: the answer that is counted; the indicator's own when None.
        """
        own, statistic = measure(indicator)
        row = self._by_key.get((indicator.id, own if item is None else item, statistic, *group))
        wider = wider_group(row) if row is not None else None
        return row if wider is None else self.figure(indicator, wider, item)

    @cached_property
    def official_year(self) -> int | None:
        """The edition's year if there are official figures of it, else the last before."""
        known = self.release.manifest.years
        official = [i.id for i in self.release.codebook.indicators if i.kind == "official"]
        years = {y for i in official for years in known.get(i, {}).values() for y in years}
        return max((year for year in years if year <= self.edition), default=None)


def is_drawn(row: Row) -> bool:
    """Whether a figure has a place on an axis."""
    return bool(row["status"] == Status.SHOWN and row["grade"] != Grade.UNCERTAIN)


def measure(indicator: Indicator) -> tuple[str, str]:
    """Return item and statistic of an indicator's own figure."""
    if indicator.is_share:
        return indicator.headline, "share"
    return "", indicator.headline


@dataclass(frozen=True)
class Desk:
    """One sheet in the making."""

    figures: Figures
    subject: Subject
    words: SheetWords

    @property
    def release(self) -> Release:
        """The release that all figures come from."""
        return self.figures.release

    @property
    def book(self) -> Codebook:
        """The codebook of the release, as the edition asked."""
        return self.release.codebook.in_edition(self.edition)

    @property
    def edition(self) -> int:
        """The year of the edition."""
        return self.figures.edition

    @property
    def language(self) -> Language:
        """The language of the sheet."""
        return self.words.language

    def group(self, dimension: str, code: str, *, short: bool = True) -> str:
        """Return the name of a group."""
        return self.book.group_label(dimension, code, self.language, short=short)

    @cached_property
    def positions(self) -> dict[str, Row]:
        """By indicator, where the subject's official figures lie among its peers.

        Budget or accounts: whichever the codebook names first.
        """
        official = [i for i in self.book.indicators if i.kind == "official"]
        year = self.figures.official_year
        if year is None or not official:
            return {}
        parts = parts_of(self.subject.dimension, self.subject.group).items()
        found = self.release.ask(
            "official_position",
            municipalities=None,
            indicators=[i.id for i in official],
            edition=year,
            municipality=self.subject.code,
            groups=[f"{dimension}={code}" for dimension, code in parts],
        )
        first = {i.id: i.bases[0] for i in official}
        return {r["indicator"]: r for r in found.to_dicts() if r["basis"] == first[r["indicator"]]}

    def value(self, indicator: Indicator, row: Row) -> str:
        """Return a survey figure with its margin, or why there is none."""
        figure = shown(self.words, self.release.policy, indicator, row)
        if not figure.value or row["low"] is None:
            return figure.value or figure.state
        places = decimals_of(indicator)
        low, high = (number(row[end], self.language, places) for end in ("low", "high"))
        return f"{figure.value} ({low}–{high})"
