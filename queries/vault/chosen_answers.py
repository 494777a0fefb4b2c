"""Which answers go into a publication, and which a vault keeps of what is online.

A publication takes the editions it is asked for from the vault. Of every other edition it takes the
answers that are online, so that what was taken in for those meanwhile stays where it is.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from data.files import store

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

# Where a vault keeps the answers of each version: a folder of its name.
PUBLISHED = "published"
_DRAFT = ".begun"
# Tables with a row for each answer; a vault need not have open answers.
_TABLES = ("responses", "signals")


@dataclass(frozen=True)
class Online:
    """What is online: the version, and the editions it holds."""

    version: str
    editions: tuple[int, ...]


def choose(vault: Path, online: Online | None, editions: Collection[int]) -> list[str]:
    """Set apart the answers of a publication; return what the steward should know beforehand.

    Args:
        vault: the vault.
        online: None where nothing is, or what is online is of another survey.
        editions: those to take from the vault.
    """
    draft = vault / PUBLISHED / _DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    said: list[str] = []
    for name in _TABLES:
        if not (vault / f"{name}.parquet").is_file():
            continue
        now = store.read_parquet(vault / f"{name}.parquet")
        then = _online(vault, name, now, online)
        mine = pl.col("edition").is_in(list(editions))
        chosen = pl.concat([then.filter(~mine), now.filter(mine)])
        store.write_parquet(
            chosen.sort("edition", maintain_order=True), draft / f"{name}.parquet", {}
        )
        if name == "responses":
            said = _said(now, then, editions, online)
    if online and not kept(vault, online.version) and set(online.editions) - set(editions):
        said.append(
            f"Van versie {online.version} zijn geen antwoorden bewaard; haar andere edities gaan "
            "mee zoals zij in de kluis staan."
        )
    return said


def draft_of(vault: Path) -> Path:
    """Return the folder that :func:`choose` filled."""
    return vault / PUBLISHED / _DRAFT


def keep(vault: Path, version: str) -> None:
    """Keep the answers set apart as those of a version, unless they already are."""
    draft, place = draft_of(vault), vault / PUBLISHED / version
    if draft.is_dir() and not place.exists():
        draft.replace(place)
        store.flush(place.parent)
    shutil.rmtree(draft, ignore_errors=True)


def kept(vault: Path, version: str) -> dict[str, Path]:
    """Return the files with the answers of a version, by name of the table; none if not kept."""
    folder = vault / PUBLISHED / version
    # earlier programs kept a file with the answers of a version, and not its open answers
    early = {"responses": folder.with_name(f"{version}.parquet")}
    files = {name: folder / f"{name}.parquet" for name in _TABLES} if folder.is_dir() else early
    return {name: path for name, path in files.items() if path.is_file()}


def forget(vault: Path, version: str) -> None:
    """Drop the answers kept of a version."""
    for path in kept(vault, version).values():
        path.unlink()
    shutil.rmtree(vault / PUBLISHED / version, ignore_errors=True)


def bring_back(vault: Path, version: str) -> int:
    """Put the answers of a version back into the vault; return how many differed."""
    changed = 0
    for name, path in kept(vault, version).items():
        place = vault / f"{name}.parquet"
        changed += _differing(store.read_parquet(place), store.read_parquet(path))
        with store.replacing(place) as draft:
            shutil.copyfile(path, draft)
    return changed


def _online(vault: Path, name: str, now: pl.DataFrame, online: Online | None) -> pl.DataFrame:
    """Return the answers online; as they are in the vault where they were not kept."""
    if online is None:
        return now.clear()
    files = kept(vault, online.version)
    if name in files:
        return store.read_parquet(files[name])
    return now.filter(pl.col("edition").is_in(list(online.editions)))


def _said(
    now: pl.DataFrame, then: pl.DataFrame, editions: Collection[int], online: Online | None
) -> list[str]:
    """Return which editions change, which stay behind, and which change nothing."""
    lines = []
    for year in sorted({*now["edition"], *then["edition"]}):
        mine = pl.col("edition") == year
        differing = _differing(now.filter(mine), then.filter(mine))
        if year in editions and not differing:
            lines.append(f"Editie {year}: dezelfde antwoorden als online; die cijfers blijven.")
        elif year in editions and online:
            lines.append(f"Editie {year}: {differing} antwoorden anders dan online.")
        elif differing:
            lines.append(
                f"Editie {year}: {differing} antwoorden in de kluis zijn anders dan online. Die "
                f"gaan niet mee; publiceer ze apart, met `publish {year}`."
            )
    return lines


def _differing(now: pl.DataFrame, then: pl.DataFrame) -> int:
    """Return how many answers are not in both."""
    alike = now.join(then, on=now.columns, nulls_equal=True, how="semi").height
    return max(now.height, then.height) - alike
