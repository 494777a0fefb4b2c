"""Opening releases, and the one place where anything is cached.

What is cached belongs to one version of the release and goes when that version goes: the two last
online and the two former ones last looked at are kept. A new release is seen at once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

from data.errors import ReleaseBrokenError
from data.files.store import SURVEY, is_other_survey, release_path
from queries.ask.questions import Comparison, Place, Question, answer, differences, place
from queries.errors import QueryError
from queries.release.log import log
from queries.release.manifest import (
    MANIFEST,
    VERSIONS,
    Release,
    current_version,
    is_version,
    open_release,
    read_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from data.survey.codebook import Codebook
    from data.survey.languages import Language
    from data.survey.policy import Policy

Made = TypeVar("Made")
Key = TypeVarTuple("Key")

_log = logging.getLogger("stand.figures")


@dataclass(frozen=True)
class Facts:
    """What a release says about itself; enough to read an address by."""

    release: Release

    @property
    def codebook(self) -> Codebook:
        """The codebook of the release."""
        return self.release.codebook

    @property
    def policy(self) -> Policy:
        """What the release was made by."""
        return self.release.policy

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

    def method(self, language: Language) -> str:
        """Return how the figures were made, as Markdown.

        Releases of the shipped survey from before it was a file of theirs show the shipped text.
        """
        name = f"method.{language}.md"
        if name in self.release.manifest.files:
            return (self.release.folder / name).read_text(encoding="utf-8")
        other = is_other_survey(self.release.folder)
        return "" if other else (SURVEY / name).read_text(encoding="utf-8")

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

    @cached_property
    def name_variants(self) -> dict[str, tuple[str, ...]]:
        """What else municipalities are called, by code."""
        found: dict[str, tuple[str, ...]] = {}
        for code, name in self._rows("name_variants") if self.has("names") else []:
            found[code] = (*found.get(code, ()), name)
        return found

    @cached_property
    def signal_partners(self) -> list[str]:
        """Chain partners that released answers name, by name."""
        return [row[0] for row in self._rows("signal_partners")] if self.has("signals") else []

    @cached_property
    def answers(self) -> Callable[[Question], pl.DataFrame]:
        """Answers to questions, remembered."""
        return lru_cache(maxsize=2048)(partial(answer, self.release))

    @cached_property
    def differences(self) -> Callable[[Comparison], pl.DataFrame]:
        """Tested differences that are shown together, remembered."""
        return lru_cache(maxsize=512)(partial(differences, self.release))

    @cached_property
    def views(self) -> Callable[[str, tuple[tuple[str, object], ...]], pl.DataFrame]:
        """Answers to ``queries/views``, by name and parameters, remembered."""
        return lru_cache(maxsize=512)(self._view)

    @cached_property
    def places(self) -> Callable[[int, tuple[tuple[str, str], ...]], Place]:
        """Published groups for an edition and a choice of groups, remembered."""
        return lru_cache(maxsize=512)(self._place)

    @cached_property
    def _made(self) -> Callable[..., Any]:
        """What ``made`` remembers."""
        return lru_cache(maxsize=1024)(lambda make, *key: make(self, *key))

    def made(self, make: Callable[[Facts, *Key], Made], *key: *Key) -> Made:
        """Return what ``make`` makes of this release and a key, made once and remembered."""
        made: Made = self._made(make, *key)
        return made

    def _view(self, name: str, parameters: tuple[tuple[str, object], ...]) -> pl.DataFrame:
        listed = {k: list(v) if isinstance(v, tuple) else v for k, v in parameters}
        return self.release.ask(name, **listed)

    def _place(self, edition: int, chosen: tuple[tuple[str, str], ...]) -> Place:
        return place(self.release, edition, dict(chosen))

    def _rows(self, name: str) -> list[tuple[str, ...]]:
        """Return the rows of a list of names; none when its table is damaged.

        An address can be read without these lists: what needs them is then reported as unknown.
        """
        try:
            return self.release.ask(name).rows()
        except (QueryError, ReleaseBrokenError):
            _log.exception("the list %s cannot be read", name)
            return []


# Opening takes far longer than asking: those who come at the same moment wait for one opening.
_opening, _opening_former = Lock(), Lock()


@lru_cache(maxsize=2)
def _online(folder: Path, version: str) -> Facts:
    return Facts(open_release(folder, version))


@lru_cache(maxsize=2)
def _former(folder: Path, version: str) -> Facts:
    return Facts(open_release(folder, version))


def online() -> Facts:
    """Return the release that is online.

    Raises:
        ReleaseBrokenError: there is none, or it cannot be used at all.
    """
    folder = release_path()
    version = current_version(folder)
    with _opening:
        return _online(folder, version)


def is_there(version: str) -> bool | None:
    """Return whether there is a version; None when it was taken back, or its files are gone.

    Raises:
        ReleaseBrokenError: the log of versions is damaged.
    """
    folder = release_path()
    if is_version(version) and (folder / VERSIONS / version / MANIFEST).is_file():
        return True
    return None if any(entry.version == version for entry in log(folder)) else False


def opened(version: str | None) -> Facts:
    """Return a version of the release; the one online when there is no such version.

    Raises:
        ReleaseBrokenError: nothing is online, or it cannot be used at all.
    """
    newest = online()
    if version is None or version == newest.version or not is_version(version):
        return newest
    try:
        with _opening_former:
            # Also when it is in memory: a version that was withdrawn is not shown again.
            read_manifest(release_path() / VERSIONS / version)
            return _former(release_path(), version)
    except ReleaseBrokenError:
        _log.warning("version %s cannot be opened", version)
        return newest
