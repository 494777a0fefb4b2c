"""The release, opened for questions: what may be known, and nothing else.

The only part of the project that the web process reads figures from.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from data.errors import CodebookError, DataError, ReleaseBrokenError
from data.files import store
from data.settings import settings
from data.survey.agenda import Agenda, load_agenda
from data.survey.codebook import Codebook, load_codebook
from data.survey.policy import Policy, load_policy
from queries import engine
from queries.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

FORMAT = 2
# The table that says of itself whether answers are made up; the checksums hold it to that.
_MARKED = "figures.parquet"
POINTER = "current.json"
VERSIONS = "versions"
MANIFEST = "manifest.json"
# What the administrator does about a broken release; pages say it in the reader's language.
REMEDY = "maak de release opnieuw met `python -m queries release`, of zet een reservekopie terug."

_log = logging.getLogger("stand.release")


class Manifest(BaseModel):
    """What a release holds, of which version, and the checksum of every file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    number: int
    version: str
    content: str
    created: str
    survey: str
    synthetic: bool
    # SHA-256 of the secret that decided the noise.
    secret_fingerprint: str
    editions: list[int]
    # Dimensions along which figures are published, crossed ones with a colon.
    dimensions: list[str]
    # Years with figures, by indicator and basis.
    years: dict[str, dict[str, list[int]]]
    files: dict[str, str]
    previous: str | None
    # Version of the program that made it; releases before 0.2.0 do not say.
    program: str = ""
    # Whether it is there to be looked at before it goes online.
    preview: bool = False


@dataclass(frozen=True)
class Release:
    """An opened release. Tables that could not be read are in ``broken``, with the reason."""

    folder: Path
    manifest: Manifest
    codebook: Codebook
    policy: Policy
    agenda: Agenda | None
    connection: engine.Connection
    broken: dict[str, str] = field(default_factory=dict)

    @property
    def dimensions(self) -> list[str]:
        """The dimensions along which figures are published; crossed ones with a colon."""
        return self.manifest.dimensions

    def ask(self, view: str, **parameters: object) -> pl.DataFrame:
        """Return the answer to ``queries/views/<view>.sql``.

        Raises:
            ReleaseBrokenError: a table that the view needs is missing or damaged.
            QueryError: unknown view, or parameters that do not match.
        """
        name = f"views/{view}"
        for table in sorted(engine.tables_of(name) & set(self.broken)):
            raise ReleaseBrokenError(f"{table}.parquet: {self.broken[table]}.", REMEDY)
        seconds = settings().query_seconds
        return engine.run(self.connection.cursor(), name, parameters, seconds)


class Pointer(BaseModel):
    """Which version is online, and the checksum of its manifest, which names all others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    manifest: str


def point(target: Path, version: str) -> None:
    """Put a version online, in one step."""
    checksum = store.checksum(target / VERSIONS / version / MANIFEST)
    pointer = Pointer(version=version, manifest=checksum)
    store.write_json(pointer.model_dump(), target / POINTER)


def current_version(target: Path) -> str:
    """Return the name of the current release.

    Raises:
        ReleaseBrokenError: there is no release, or the pointer is damaged.
    """
    return _pointer(target).version


def _pointer(target: Path) -> Pointer:
    try:
        return Pointer.model_validate(store.read_json(target / POINTER))
    except (DataError, ValidationError) as error:
        raise ReleaseBrokenError(f"Er is geen release in {target} ({error}).", REMEDY) from error


def is_version(name: str) -> bool:
    """Whether this could be the name of a version; anything else is no part of a path."""
    return re.fullmatch(r"[1-9]\d{0,8}-[0-9a-f]{8}", name) is not None


def current_manifest(target: Path) -> Manifest | None:
    """Return the manifest of the current release, or None when there is no readable one."""
    try:
        return read_manifest(target / VERSIONS / current_version(target))
    except ReleaseBrokenError:
        return None


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in the folder of one version.

    Raises:
        ReleaseBrokenError: it is missing, damaged, or of another version of this program.
    """
    try:
        manifest = Manifest.model_validate(store.read_json(folder / MANIFEST))
    except (DataError, ValidationError) as error:
        raise ReleaseBrokenError(
            f"{folder / MANIFEST} is onbruikbaar ({error}).", REMEDY
        ) from error
    if manifest.format != FORMAT:
        raise ReleaseBrokenError(f"{folder} is van een andere versie van dit programma.", REMEDY)
    return manifest


def verify(folder: Path, manifest: Manifest) -> None:
    """Read every file back.

    Raises:
        ReleaseBrokenError: a file is not what the manifest says.
    """
    for name, reason in damaged(folder, manifest).items():
        raise ReleaseBrokenError(f"{name}: {reason}.", REMEDY)


def damaged(folder: Path, manifest: Manifest) -> dict[str, str]:
    """Return the files that are not what the manifest says, with what is wrong."""
    found = {}
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            found[name] = "het bestand ontbreekt"
        elif store.checksum(path) != expected:
            found[name] = "het bestand is beschadigd of vervangen (controlegetal klopt niet)"
    return found


def content_of(files: Mapping[str, str]) -> str:
    """Return what a version is named after: the checksum of the checksums of its files."""
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


def genuine_manifest(target: Path, version: str) -> Manifest:
    """Return the manifest of a version, if it is the one that was made with it.

    That of the version online has the checksum in the pointer. Of every version the name follows
    from the checksums of its files, and what the manifest says of them from the files.

    Raises:
        ReleaseBrokenError: it is missing, damaged or changed.
    """
    folder = target / VERSIONS / version
    manifest = read_manifest(folder)
    online = _pointer(target)
    content = content_of(manifest.files)
    named = f"{manifest.number}-{content[:8]}"
    if (
        (version == online.version and store.checksum(folder / MANIFEST) != online.manifest)
        or (manifest.content, manifest.version, version) != (content, named, named)
        or _marked_otherwise(folder, manifest)
    ):
        raise ReleaseBrokenError(
            f"{folder / MANIFEST} is veranderd sinds de release gemaakt is.", REMEDY
        )
    return manifest


def _marked_otherwise(folder: Path, manifest: Manifest) -> bool:
    """Whether a manifest says of the answers that they are made up, or not, against its figures."""
    if _MARKED not in manifest.files or _MARKED in damaged(folder, manifest):
        return False
    said = store.parquet_metadata(folder / _MARKED).get("synthetic")
    return said != str(manifest.synthetic).lower()


def open_release(target: Path, version: str | None = None) -> Release:
    """Return a release with its tables in memory, locked off from everything else.

    A damaged table does not stop the others: it is not read, questions that need it fail, and the
    rest is answered.

    Args:
        target: the folder of the release.
        version: which version; the current one when None.

    Raises:
        ReleaseBrokenError: no release, or its manifest, codebook, policy or agenda is not the one
            it was made with.
    """
    version = version or current_version(target)
    folder, manifest = target / VERSIONS / version, genuine_manifest(target, version)
    wrong = damaged(folder, manifest)
    for name, reason in wrong.items():
        _log.error("release %s: %s: %s", manifest.version, name, reason)
    for name in sorted(wrong.keys() & set(store.DESCRIPTIONS)):
        raise ReleaseBrokenError(f"{folder / name}: {wrong[name]}.", REMEDY)
    try:
        codebook = load_codebook(folder / "codebook.toml").of_editions(manifest.editions)
        policy = load_policy(folder / "policy.toml")
        agenda = load_agenda(folder / "agenda.toml") if "agenda.toml" in manifest.files else None
    except CodebookError as error:
        raise ReleaseBrokenError(str(error), REMEDY) from error
    connection = engine.connect()
    broken = {Path(name).stem: reason for name, reason in wrong.items()}
    for name in manifest.files:
        table = Path(name).stem
        if not name.endswith(".parquet") or table in broken:
            continue
        try:
            engine.load_file(connection, table, folder / name)
        except QueryError as error:
            broken[table] = error.what
            _log.exception("release %s: %s is unreadable", manifest.version, name)
    engine.lock(connection)
    return Release(folder, manifest, codebook, policy, agenda, connection, broken)
