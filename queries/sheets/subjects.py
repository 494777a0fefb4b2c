"""What a sheet can be about: a municipality among its peers, or a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.survey.groups import CROSS, WHOLE, dimensions_of, group_of, groups_of, is_crossed
from queries.errors import UnknownSubjectError

if TYPE_CHECKING:
    from data.survey.languages import Language
    from queries.release.manifest import Release

# The colon of a crossed group does not do in the name of a file.
_IN_NAMES = "_"


@dataclass(frozen=True)
class Subject:
    """A municipality (``code`` and ``name``) or no municipality, and the group it is set in."""

    dimension: str
    group: str
    year: int
    code: str | None = None
    name: str = ""
    # Its group in every dimension.
    groups: tuple[tuple[str, str], ...] = ()

    @property
    def slug(self) -> str:
        """The subject in an address or in the name of a file."""
        return self.code or self.group.replace(CROSS, _IN_NAMES)

    def title(self, release: Release, language: Language) -> str:
        """Return the name of the subject."""
        return self.name or self.peers(release, language)

    def peers(self, release: Release, language: Language) -> str:
        """Return the name of the group."""
        return release.codebook.group_label(self.dimension, self.group, language)


def find(release: Release, slug: str, edition: int, peers: str | None = None) -> Subject:
    """Return the subject with this name in its address; a former municipality its successor.

    Args:
        release: where to look.
        slug: code of a municipality or of a group, crossed ones with an underscore.
        edition: year.
        peers: the dimension of the group a municipality is set in; else the size class.

    Raises:
        UnknownSubjectError: there is no such municipality or group.
        QueryError: it could not be asked.
    """
    for dimension in dimensions(release):
        for row in _groups(release, dimension):
            if row.replace(CROSS, _IN_NAMES) == slug:
                return Subject(dimension, row, edition)
    return municipality(release, _successor(release, slug), edition, peers)


def dimensions(release: Release) -> list[str]:
    """Return the dimensions along which answers are published; some hold for official figures."""
    allowed = {WHOLE, *(d.id for d in release.codebook.dimensions if "survey" in d.kinds)}
    return [d for d in release.dimensions if set(dimensions_of(d)) <= allowed]


def _groups(release: Release, dimension: str) -> list[str]:
    """Return the codes of the groups of a published dimension."""
    if dimension == WHOLE:
        return [WHOLE]
    known = release.codebook.dimension_by_id
    return groups_of(dimension, {part: known[part].codes() for part in dimensions_of(dimension)})


def _successor(release: Release, code: str) -> str:
    """Return what a former municipality became part of; any other code as it is."""
    if "mergers.parquet" not in release.manifest.files:
        return code
    led: dict[str, str] = {row[0]: row[1] for row in release.ask("successors").iter_rows()}
    return led.get(code, code)


def municipality(release: Release, code: str, edition: int, peers: str | None = None) -> Subject:
    """Return a municipality as it was in an edition, else in the year nearest to it.

    Raises:
        UnknownSubjectError: there is no such municipality.
        QueryError: it could not be asked.
    """
    known = "members.parquet" in release.manifest.files
    rows = release.ask("memberships", municipality=code).to_dicts() if known else []
    regions = {d.id for d in release.codebook.of_kind("region")}
    by_year: dict[int, dict[str, str]] = {}
    for row in rows:
        by_year.setdefault(row["year"], {})[row["dimension"]] = row["group_code"]
    full = [year for year, groups in by_year.items() if regions <= set(groups)]
    if not full:
        raise UnknownSubjectError(
            f"‘{code}’ is geen gemeente of groep.", "kies een code uit het register."
        )
    year = min(full, key=lambda one: (abs(one - edition), one))
    name = next(row["name"] for row in rows if row["year"] == year)
    groups = by_year[year]
    dimension = _peer_dimension(release, groups, peers)
    group = group_of(dimension, groups)
    return Subject(dimension, group, year, code, name, tuple(sorted(groups.items())))


def _peer_dimension(release: Release, groups: dict[str, str], wanted: str | None) -> str:
    """Return the dimension of the peers: the wanted one if it is published, else the class."""
    if wanted in dimensions(release) and all(p in groups for p in dimensions_of(wanted)):
        return wanted
    classes = [d.id for d in release.codebook.of_kind("class") if d.id in groups]
    return classes[0] if classes else WHOLE


def every(release: Release, edition: int) -> list[Subject]:
    """Return every municipality of today, and every group of one dimension."""
    codes = [row[0] for row in release.ask("municipalities").iter_rows()]
    simple = [d for d in dimensions(release) if not is_crossed(d)]
    return [
        *(municipality(release, code, edition) for code in codes),
        *(Subject(d, code, edition) for d in simple for code in _groups(release, d)),
    ]
