"""The one door from pages to figures, and the one place where anything is cached.

Caches are keyed by the version of the release, so that a new release is seen at once and an old
figure never is.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import ReleaseBrokenError
from data.store import release_path
from queries.asking import Comparison, Place, Question, answer, differences, place
from queries.errors import QueryError
from queries.release import Release, current_version, open_release

if TYPE_CHECKING:
    import polars as pl

    from data.codebook import Codebook

_log = logging.getLogger("stand.figures")

__all__ = [
    "Comparison",
    "Facts",
    "Place",
    "Question",
    "ask",
    "compare",
    "facts",
    "find_place",
    "view",
]


@dataclass(frozen=True)
class Facts:
    """What a release says about itself; enough to read an address by."""

    release: Release

    @property
    def codebook(self) -> Codebook:
        """The codebook of the release."""
        return self.release.codebook

    @property
    def editions(self) -> list[int]:
        """The editions, oldest first."""
        return self.release.manifest.editions

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.release.manifest.version

    @property
    def synthetic(self) -> bool:
        """Whether the answers are made up."""
        return self.release.manifest.synthetic

    @property
    def dimensions(self) -> list[str]:
        """The dimensions along which figures are published."""
        return self.release.dimensions

    def has(self, table: str) -> bool:
        """Whether the release holds a table: not every survey has open answers or two editions."""
        return f"{table}.parquet" in self.release.manifest.files

    def years_of(self, indicator: str) -> dict[str, list[int]]:
        """Return the years there are figures of an indicator for, by basis."""
        return self.release.manifest.years.get(indicator, {})

    def official_years(self) -> list[int]:
        """Return every year with an official figure."""
        official = [i.id for i in self.codebook.indicators if i.kind == "official"]
        return sorted({y for i in official for years in self.years_of(i).values() for y in years})

    def all_years(self) -> list[int]:
        """Return every year with any figure."""
        known = self.release.manifest.years.values()
        found = {year for bases in known for years in bases.values() for year in years}
        return sorted(found | set(self.editions))

    @cached_property
    def municipalities(self) -> dict[str, str]:
        """Names of municipalities in their latest year, by code."""
        return {row[0]: row[1] for row in self._rows("municipalities")}

    @cached_property
    def successors(self) -> dict[str, str]:
        """What former municipalities became part of, by code."""
        return {row[0]: row[1] for row in self._rows("successors")}

    @cached_property
    def former_names(self) -> dict[str, str]:
        """Names of former municipalities, by code."""
        return {row[0]: row[2] for row in self._rows("successors")}

    def _rows(self, name: str) -> list[tuple[str, ...]]:
        """Return the rows of a list of names; none when its table is damaged.

        An address can be read without these lists: what needs them is then reported as unknown.
        """
        try:
            return self.release.ask(name).rows()
        except (QueryError, ReleaseBrokenError):
            _log.exception("de lijst %s is niet te lezen", name)
            return []


@lru_cache(maxsize=2)
def _facts(folder: str, version: str) -> Facts:
    return Facts(open_release(Path(folder), version))


def facts() -> Facts:
    """Return the current release.

    Raises:
        ReleaseBrokenError: there is none, or it cannot be used at all.
    """
    folder = release_path()
    return _facts(str(folder), current_version(folder))


@lru_cache(maxsize=2048)
def _answer(version: str, question: Question) -> pl.DataFrame:  # noqa: ARG001 - keys the cache
    return answer(facts().release, question)


def ask(question: Question) -> pl.DataFrame:
    """Return the figures that answer a question; see ``queries.asking.answer``.

    Raises:
        QueryError: the question is wrong.
        ReleaseBrokenError: a table of the release is missing or damaged.
    """
    return _answer(facts().version, question)


@lru_cache(maxsize=512)
def _compared(version: str, comparison: Comparison) -> pl.DataFrame:  # noqa: ARG001 - keys the cache
    return differences(facts().release, comparison)


def compare(comparison: Comparison) -> pl.DataFrame:
    """Return tested differences that are shown together; see ``queries.asking.differences``.

    Raises:
        ReleaseBrokenError: a table of the release is missing or damaged.
    """
    return _compared(facts().version, comparison)


@lru_cache(maxsize=512)
def _view(version: str, name: str, parameters: tuple[tuple[str, object], ...]) -> pl.DataFrame:  # noqa: ARG001 - keys the cache
    listed = {k: list(v) if isinstance(v, tuple) else v for k, v in parameters}
    return facts().release.ask(name, **listed)


def view(name: str, **parameters: object) -> pl.DataFrame:
    """Return the answer to ``queries/views/<name>.sql``; lists are given as tuples."""
    return _view(facts().version, name, tuple(sorted(parameters.items())))


@lru_cache(maxsize=512)
def _place(version: str, edition: int, chosen: tuple[tuple[str, str], ...]) -> Place:  # noqa: ARG001 - keys the cache
    return place(facts().release, edition, dict(chosen))


def find_place(edition: int, chosen: dict[str, str]) -> Place:
    """Return the published group for a choice of groups, or the nearest wider one."""
    return _place(facts().version, edition, tuple(sorted(chosen.items())))
