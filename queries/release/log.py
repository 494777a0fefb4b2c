"""What was put online and taken back: the versions there are, and the log of publications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from data.errors import DataError, ReleaseBrokenError
from data.files import store
from queries.release.manifest import MANIFEST, REMEDY, VERSIONS, Manifest, is_version, read_manifest

if TYPE_CHECKING:
    from pathlib import Path

LOG = "log.json"


class Change(BaseModel):
    """The figure that changed most: shares by their points, amounts by their proportion.

    ``before`` and ``after`` are as in ``figures``: shares 0-1, amounts in the indicator's unit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    indicator: str
    edition: int
    dimension: str
    group_code: str
    item: str
    statistic: str
    before: float
    after: float


class Entry(BaseModel):
    """One line of the log: what was put online, when, by whom, why, and what it changed.

    ``changed`` counts figures that differ from those online before, those that appeared or went
    included.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    action: Literal["publish", "rollback", "withdraw"]
    at: str
    who: str
    why: str
    changed: int
    largest: Change | None


class _Log(BaseModel):
    """The whole file."""

    entries: list[Entry]


def log(target: Path) -> list[Entry]:
    """Return what was put online, oldest first; nothing when nothing was logged.

    Raises:
        ReleaseBrokenError: the log is damaged.
    """
    path = target / LOG
    if not path.is_file():
        return []
    try:
        return _Log.model_validate(store.read_json(path)).entries
    except (DataError, ValidationError) as error:
        raise ReleaseBrokenError(f"{path} is onbruikbaar ({error}).", REMEDY) from error


def versions(target: Path) -> list[Manifest]:
    """Return the versions in a release folder that can be read, oldest first."""
    folders = [path for path in (target / VERSIONS).glob("*") if is_version(path.name)]
    kept = [path for path in folders if (path / MANIFEST).is_file()]
    return sorted(map(read_manifest, kept), key=lambda manifest: manifest.number)
