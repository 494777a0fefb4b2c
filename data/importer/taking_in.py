"""Checked answers into the vault, in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from data import store
from data.codebook import load_codebook
from data.errors import DataError
from data.importer.checking import Frame, check
from data.importer.reading import read_sheet
from data.importer.recognising import municipalities
from data.schema import Responses

if TYPE_CHECKING:
    from pathlib import Path

_KEYS = ["edition", "municipality_code", "indicator", "choice"]


@dataclass(frozen=True)
class Intake:
    """What an import did."""

    how: str
    synthetic: bool
    municipalities: int
    new: int
    changed: int
    unchanged: int


def import_file(path: Path, edition: int, vault: Path) -> Intake:
    """Take the answers in a file into the vault; a vault that is not there yet is made.

    Answers in the file take the place of those the vault had for the same municipality and
    question; everything else stays.

    Raises:
        ImportRefusedError: the file has problems. The vault has not changed.
        DataError: the vault is incomplete, or has no such edition.
    """
    if not (vault / store.VAULT_MANIFEST).is_file():
        store.new_vault(vault, synthetic=False, origin="python -m data import")
    codebook = load_codebook(vault / "codebook.toml")
    if edition not in codebook.years():
        raise DataError(
            f"Editie {edition} staat niet in het codeboek.",
            f"kies uit {codebook.years()}, of voeg de editie toe aan {vault / 'codebook.toml'}.",
        )
    manifest = store.read_json(vault / store.VAULT_MANIFEST)
    synthetic = manifest.get("synthetic") is not False
    register = store.read_parquet(vault / "register.parquet")
    mergers = store.read_parquet(vault / "mergers.parquet")
    sheet = read_sheet(path, municipalities(vault, edition, {}).knows)
    frame = Frame(codebook, register, mergers, edition)
    answers = check(sheet, frame, synthetic=synthetic)
    former = _former(vault)
    intake = _compare(former, answers, sheet.how, synthetic=synthetic)
    if intake.new or intake.changed:
        kept = former.join(answers, on=_KEYS, how="anti")
        merged = pl.concat([kept, answers]).sort(_KEYS)
        marks = {"synthetic": str(synthetic).lower()}
        store.write_parquet(Responses.validate(merged), vault / "responses.parquet", marks)
        _note(manifest, path, edition, intake)
        store.write_json(manifest, vault / store.VAULT_MANIFEST)
    return intake


def _former(vault: Path) -> pl.DataFrame:
    """Return the answers that the vault has already."""
    path = vault / "responses.parquet"
    if not path.is_file():
        return Responses.create_empty()
    return Responses.validate(store.read_parquet(path), cast=True)


def _compare(former: pl.DataFrame, answers: pl.DataFrame, how: str, *, synthetic: bool) -> Intake:
    """Return how many answers are new, changed and unchanged."""
    both = answers.join(
        former.select(*_KEYS, "answer", "reason"), on=_KEYS, how="inner", suffix="_former"
    )
    same = both.filter(
        pl.col("answer").eq_missing(pl.col("answer_former"))
        & pl.col("reason").eq_missing(pl.col("reason_former"))
    ).height
    return Intake(
        how=how,
        synthetic=synthetic,
        municipalities=answers["municipality_code"].n_unique(),
        new=answers.height - both.height,
        changed=both.height - same,
        unchanged=same,
    )


def _note(manifest: dict[str, object], path: Path, edition: int, intake: Intake) -> None:
    """Add to the manifest of the vault what was taken in, when, and from which file."""
    imports = manifest.get("imports")
    entry = {
        "file": path.name,
        "sha256": store.checksum(path),
        "edition": edition,
        "at": f"{datetime.now(ZoneInfo('Europe/Amsterdam')):%Y-%m-%dT%H:%M:%S%z}",
        "new": intake.new,
        "changed": intake.changed,
    }
    manifest["imports"] = [*imports, entry] if isinstance(imports, list) else [entry]
