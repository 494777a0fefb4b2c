"""A vault of an older version of the program in, one of this version out."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from data.files import store
from data.files.schema import Responses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_COPY = "voor-migratie"


def migrate(vault: Path) -> list[int]:
    """Bring a vault to the version of this program; return the versions it passed through.

    What was there is kept beside it in ``voor-migratie``. The manifest is written last: stopped
    halfway, the vault still counts as old, and the same command finishes the work.

    Raises:
        DataError: there is no vault, it is of a newer program, or its answers break the contract.
    """
    manifest = store.read_json(vault / store.VAULT_MANIFEST)
    version = store.format_of(manifest)
    store.refuse_newer(vault, version)
    passed = list(range(version, store.VAULT_FORMAT))
    if not passed:
        return []
    _keep(vault)
    for step in passed:
        manifest = _STEPS[step](vault, manifest)
    store.write_json(manifest, vault / store.VAULT_MANIFEST)
    return [step + 1 for step in passed]


def _keep(vault: Path) -> None:
    """Copy the files of a vault aside, unless an earlier attempt did."""
    kept = vault / _COPY
    if kept.exists():
        return
    with store.replacing_folder(kept) as draft:
        for path in vault.iterdir():
            if path.is_file() and not path.name.startswith("."):
                shutil.copyfile(path, draft / path.name)


def _numbered(vault: Path, manifest: dict[str, object]) -> dict[str, object]:
    """From no number to 1: role, weight and the mark of made-up answers, and the public tables.

    Answers of which nobody said that they are real count as made up.
    """
    path = vault / "responses.parquet"
    synthetic = manifest.get("synthetic") is not False
    if path.is_file():
        answers = store.read_parquet(path)
        added = {
            "choice": pl.lit(""),
            "reason": pl.lit(None, pl.String),
            "role": pl.lit(None, pl.String),
            "weight": pl.lit(None, pl.Float64),
            "is_synthetic": pl.lit(synthetic),
        }
        lacking = [value.alias(name) for name, value in added.items() if name not in answers]
        answers = answers.with_columns(lacking)
        store.write_parquet(_checked(answers), path, {"synthetic": str(synthetic).lower()})
    store.fill(vault)
    return {"origin": "python -m queries migrate", "imports": []} | manifest | {"format": 1}


def _with_secret(vault: Path, manifest: dict[str, object]) -> dict[str, object]:
    """From 1 to 2: a secret of its own, which decides the noise of every figure.

    What earlier versions of the program remembered of releases they do not need any more.
    """
    store.make_secret(vault, synthetic=manifest.get("synthetic") is not False)
    shutil.rmtree(vault / "told", ignore_errors=True)
    (vault / "signals.key").unlink(missing_ok=True)
    return manifest | {"format": 2}


def _checked(answers: pl.DataFrame) -> pl.DataFrame:
    """Return answers in the shape of this version."""
    names = list(Responses.column_names())
    lacking = [name for name in names if name not in answers]
    if not lacking:
        good, failed = Responses.filter(answers.select(names), cast=True)
        if not failed.counts():
            return good
        lacking = [f"{rule} ({count} rijen)" for rule, count in failed.counts().items()]
    raise DataError(
        f"De antwoorden in de kluis voldoen niet: {', '.join(lacking)}.",
        "lees de bestanden opnieuw in een nieuwe kluis: zet STAND_VAULT op een lege map. Er is "
        "niets veranderd.",
    )


_STEPS: dict[int, Callable[[Path, dict[str, object]], dict[str, object]]] = {
    0: _numbered,
    1: _with_secret,
}
