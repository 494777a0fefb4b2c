"""Publishing and taking back: which release is online, since when, by whom, and why.

A publication is the release that the gate makes, with a line in the log and a copy of the answers
beside it in the vault, so that what was imported since can be dropped again.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict

from data import store
from data.codebook import load_codebook
from data.errors import DataError
from queries.gate import make_release
from queries.release import (
    MANIFEST,
    POINTER,
    VERSIONS,
    Manifest,
    current_manifest,
    current_version,
    read_manifest,
    verify,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOG = "log.json"
_LOCK = ".publish.lock"
_PUBLISHED = "published"
_IMPORT_LOCK = ".import.lock"
_KEY = [
    *("indicator", "basis", "edition", "dimension", "group_code", "item", "statistic"),
    "weighting",
]


@dataclass(frozen=True)
class Author:
    """Who puts a version online, and why."""

    who: str
    why: str


class Entry(BaseModel):
    """One line of the log: what was put online, when, by whom, why, and what it changed.

    ``changed`` counts figures that differ from those online before, those that appeared or went
    included; ``largest`` is the largest difference of an estimate, in the unit of its indicator,
    and ``largest_of`` the indicator.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    action: str
    at: str
    who: str
    why: str
    changed: int
    largest: float | None
    largest_of: str | None


def publish(
    vault: Path, target: Path, edition: int, by: Author, report: Callable[[str], None]
) -> Entry | None:
    """Make a release and put it online; return its line in the log, None if nothing changed.

    Raises:
        DataError: the vault is incomplete or has no answers of ``edition``, someone else is
            publishing, or the release would tell too much. What is online has not changed.
    """
    with _alone(target / _LOCK, "publicatie"), _alone(vault / _IMPORT_LOCK, "import"):
        _refuse_empty(vault, edition)
        former = current_manifest(target)
        manifest = make_release(vault, target, report)
        kept = vault / _PUBLISHED / f"{manifest.version}.parquet"
        if not kept.is_file():
            with store.replacing(kept) as draft:
                shutil.copyfile(vault / "responses.parquet", draft)
        if former is not None and former.version == manifest.version:
            return None
        return _log(target, former, manifest, "publish", by)


def rollback(target: Path, version: str, by: Author) -> Entry:
    """Put an earlier version online again, after reading back every file of it.

    Raises:
        DataError: there is no such version, it is damaged, or someone else is publishing.
    """
    with _alone(target / _LOCK, "publicatie"):
        known = [manifest.version for manifest in versions(target)]
        if version not in known:
            raise DataError(
                f"Versie {version} bestaat niet in {target}.", f"kies uit {', '.join(known)}."
            )
        folder = target / VERSIONS / version
        manifest = read_manifest(folder)
        verify(folder, manifest)
        former = current_manifest(target)
        pointer = {"version": version, "manifest": store.checksum(folder / MANIFEST)}
        store.write_json(pointer, target / POINTER)
        return _log(target, former, manifest, "rollback", by)


def discard(vault: Path, target: Path) -> int:
    """Drop what was imported since the version online; return how many answers that changed.

    Raises:
        DataError: that version was not published from this vault, or an import is running.
    """
    with _alone(vault / _IMPORT_LOCK, "import"):
        version = current_version(target)
        kept = vault / _PUBLISHED / f"{version}.parquet"
        if not kept.is_file():
            raise DataError(
                f"De kluis {vault} bewaart geen antwoorden van versie {version}.",
                "weggooien kan alleen tot een versie die met `python -m queries publish` uit deze "
                "kluis is gemaakt.",
            )
        now = store.read_parquet(vault / "responses.parquet")
        then = store.read_parquet(kept)
        with store.replacing(vault / "responses.parquet") as draft:
            shutil.copyfile(kept, draft)
        both = now.join(then, on=now.columns, nulls_equal=True, how="semi").height
        return max(now.height, then.height) - both


def versions(target: Path) -> list[Manifest]:
    """Return the versions in a release folder that can be read, oldest first."""
    folders = [path for path in (target / VERSIONS).glob("[0-9]*") if (path / MANIFEST).is_file()]
    return sorted(map(read_manifest, folders), key=lambda manifest: manifest.number)


def log(target: Path) -> list[Entry]:
    """Return what was put online, oldest first."""
    path = target / LOG
    if not path.is_file():
        return []
    entries = store.read_json(path).get("entries")
    return [Entry.model_validate(e) for e in entries] if isinstance(entries, list) else []


@contextmanager
def _alone(lock: Path, what: str) -> Iterator[None]:
    """Keep others out for as long as this takes."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise DataError(
            f"Er loopt al een {what} in {lock.parent}.",
            "wacht tot die klaar is en probeer opnieuw.",
        ) from None


def _refuse_empty(vault: Path, edition: int) -> None:
    """Refuse to publish an edition without answers."""
    held = store.read_parquet(vault / "responses.parquet")["edition"].unique().to_list()
    if edition not in held:
        known = load_codebook(vault / "codebook.toml").years()
        raise DataError(
            f"De kluis heeft geen antwoorden van editie {edition}.",
            f"lees ze eerst in: `python -m data import BESTAND --edition {edition}`. Edities in "
            f"het codeboek: {known}; met antwoorden: {sorted(held)}.",
        )


def _log(
    target: Path, former: Manifest | None, manifest: Manifest, action: str, by: Author
) -> Entry:
    """Add a line to the log and return it."""
    changed, largest, largest_of = _difference(target, former, manifest)
    entry = Entry(
        version=manifest.version,
        action=action,
        at=f"{datetime.now(ZoneInfo('Europe/Amsterdam')):%Y-%m-%dT%H:%M:%S%z}",
        who=by.who,
        why=by.why,
        changed=changed,
        largest=largest,
        largest_of=largest_of,
    )
    entries = [*log(target), entry]
    store.write_json({"entries": [e.model_dump(mode="json") for e in entries]}, target / LOG)
    return entry


def _difference(
    target: Path, former: Manifest | None, manifest: Manifest
) -> tuple[int, float | None, str | None]:
    """Return how many figures changed, and the largest change with its indicator."""
    now = store.read_parquet(target / VERSIONS / manifest.version / "figures.parquet")
    if former is None:
        return now.height, None, None
    then = store.read_parquet(target / VERSIONS / former.version / "figures.parquet")
    told = ["estimate", "low", "high", "status"]
    both = now.select(*_KEY, *told).join(
        then.select(*_KEY, *told), on=_KEY, how="full", suffix="_then", nulls_equal=True
    )
    differs = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_then")) for c in told)
    changed = both.filter(differs).with_columns(
        by=(pl.col("estimate") - pl.col("estimate_then")).abs()
    )
    top = changed.drop_nulls("by").sort("by", descending=True).head(1)
    if top.is_empty():
        return changed.height, None, None
    return changed.height, float(top["by"].item()), str(top["indicator"].item())
