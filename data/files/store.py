"""Where files live, and how they get there without ever being half there.

Two stores: the vault (what municipalities answered; never served) and the release (what may be
known; the only thing the web process opens). Files are written beside their place, flushed to
disk and renamed into it, so that a reader finds the old file or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from data.files.config_files import read_toml
from data.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parents[1]
SURVEY = HERE / "survey"
REGISTER = HERE / "register"
OFFICIAL = HERE / "official"
# The files that describe a survey; a vault holds its own copy.
# How it was done, in words, is a file for each language.
METHOD = ("method.nl.md", "method.en.md")
DESCRIPTIONS = ("codebook.toml", "policy.toml", "agenda.toml", *METHOD)
REGISTER_TABLES = ("register", "mergers", "names")
OFFICIAL_TABLES = ("official", "published")
VAULT_MANIFEST = "vault.json"
VAULT_FORMAT = 2
# What decides the noise of every figure, and how open answers are told; never in a release.
SECRET = "geheim.key"  # noqa: S105 - the name of a file
_SECRET_BYTES = 32
# The secret of fictitious answers is public: there is nothing to protect.
_PUBLIC = "fictieve voorbeelddata: dit geheim is openbaar"


def vault_path() -> Path:
    """Return the folder of the vault: ``STAND_VAULT``, else ``data/vault``."""
    return settings().vault.resolve()


def release_path() -> Path:
    """Return the folder of the release: ``STAND_RELEASE``, else ``data/release``."""
    return settings().release.resolve()


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimals."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Make sure that a file or folder has reached the disk.

    Windows opens no folders, keeps their entries by itself, and flushes only what may be written.
    """
    is_folder = path.is_dir()
    try:
        descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    except PermissionError:
        if is_folder:
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder; on success it becomes ``path``, which must not be there yet."""
    draft = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        yield draft
        for inside in draft.iterdir():
            flush(inside)
        draft.replace(path)
        flush(path.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def replacing(path: Path, mode: int = 0o644) -> Iterator[Path]:
    """Give a temporary path; on success it takes the place of ``path`` in one step.

    Args:
        path: the file.
        mode: who may read it then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
        draft.chmod(mode)
        flush(draft)
        draft.replace(path)
        flush(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def write_parquet(frame: pl.DataFrame, path: Path, metadata: dict[str, str]) -> None:
    """Write a table in one step, with ``metadata`` in the schema of the file.

    Raises:
        OSError: the disk is full or may not be written; what was there still is.
    """
    with replacing(path) as draft:
        try:
            frame.write_parquet(draft, metadata=metadata)
        except pl.exceptions.ComputeError as error:
            # Polars reports a full disk as an error of its own.
            raise OSError(str(error)) from error


def write_json(content: object, path: Path) -> None:
    """Write a JSON file in one step, readable by people."""
    with replacing(path) as draft:
        text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
        draft.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, object]:
    """Return the content of a JSON file that holds an object.

    Raises:
        DataError: the file is missing or is not a JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path} ontbreekt.", "maak het bestand opnieuw: `make sample`.") from None
    except ValueError as error:
        raise DataError(f"{path} is beschadigd ({error}).", "zet een reservekopie terug.") from None
    if not isinstance(content, dict):
        raise DataError(f"{path} heeft een onbekende vorm.", "zet een reservekopie terug.")
    return content


def read_parquet(path: Path) -> pl.DataFrame:
    """Return a table of ours.

    Raises:
        DataError: the file is missing, cut off or not Parquet.
    """
    if not path.is_file():
        raise DataError(f"{path} ontbreekt.", "maak de bestanden opnieuw: `make sample`.")
    try:
        return pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise DataError(
            f"{path} is geen leesbaar Parquet-bestand ({error}).", "zet een reservekopie terug."
        ) from None


def parquet_metadata(path: Path) -> dict[str, str]:
    """Return what a table of ours says of itself.

    Raises:
        DataError: the file is cut off or not Parquet.
    """
    try:
        return pl.read_parquet_metadata(path)
    except pl.exceptions.PolarsError as error:
        raise DataError(
            f"{path} is geen leesbaar Parquet-bestand ({error}).", "zet een reservekopie terug."
        ) from None


def new_vault(vault: Path, *, synthetic: bool, origin: str) -> None:
    """Fill a folder with everything a vault needs but answers.

    The descriptions, the public register and the official figures are copied in, so that a
    vault holds all that a release is made from. What the folder has of its own is replaced; where
    that must stay, as for another survey, use ``begin_vault``.

    Raises:
        DataError: register or official figures have not been built yet.
    """
    vault.mkdir(parents=True, exist_ok=True)
    _copy_in([*(SURVEY / name for name in DESCRIPTIONS), *_public_tables()], vault)
    sign(vault, synthetic=synthetic, origin=origin)


def begin_vault(vault: Path, *, synthetic: bool, origin: str) -> None:
    """Make a vault of a folder that may hold a codebook and a register of its own; they stay."""
    vault.mkdir(parents=True, exist_ok=True)
    fill(vault)
    sign(vault, synthetic=synthetic, origin=origin)


def make_secret(vault: Path, *, synthetic: bool) -> None:
    """Give a vault its secret, once; that of fictitious answers is the same everywhere."""
    path = vault / SECRET
    if path.is_file():
        return
    public = hashlib.sha256(_PUBLIC.encode()).hexdigest()
    with replacing(path, 0o600) as draft:
        text = public if synthetic else secrets.token_hex(_SECRET_BYTES)
        draft.write_text(text + "\n", encoding="ascii")


def secret(vault: Path) -> bytes:
    """Return the secret of a vault.

    Raises:
        DataError: it is gone or damaged.
    """
    try:
        found = bytes.fromhex((vault / SECRET).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        found = b""
    if len(found) != _SECRET_BYTES:
        raise DataError(
            f"Het geheim van de kluis, {vault / SECRET}, ontbreekt of is beschadigd.",
            "zet het bestand terug uit een reservekopie van de kluis. Zonder dit geheim zouden "
            "dezelfde antwoorden andere cijfers geven, en samen meer verraden dan mag.",
        )
    return found


def sign(vault: Path, *, synthetic: bool, origin: str) -> None:
    """Write the manifest that makes a folder a vault."""
    make_secret(vault, synthetic=synthetic)
    write_json(
        {"format": VAULT_FORMAT, "synthetic": synthetic, "origin": origin, "imports": []},
        vault / VAULT_MANIFEST,
    )


def fill(vault: Path) -> None:
    """Put into a vault what it lacks of descriptions, register and official figures.

    Nothing of the shipped survey is put beside the codebook of another one.

    Raises:
        DataError: register or official figures have not been built yet, or a vault with another
            survey lacks something.
    """
    if is_other_survey(vault):
        for name in ("policy.toml", "register.parquet"):
            if not (vault / name).is_file():
                raise DataError(
                    f"De kluis {vault} is van een andere enquête dan de meegeleverde, en heeft "
                    f"geen {name}.",
                    "zet het bestand erbij; `python -m data begin` maakt zo'n kluis compleet.",
                )
        return
    sources = [*(SURVEY / name for name in DESCRIPTIONS), *_public_tables()]
    _copy_in([source for source in sources if not (vault / source.name).is_file()], vault)


def vault_manifest(vault: Path) -> dict[str, object]:
    """Return the manifest of a vault of this version.

    Raises:
        DataError: there is no manifest, or the vault is of another version of the program.
    """
    manifest = read_json(vault / VAULT_MANIFEST)
    version = format_of(manifest)
    refuse_newer(vault, version)
    if version < VAULT_FORMAT:
        raise DataError(
            f"De kluis {vault} is van een oudere versie van dit programma ({version}; nu "
            f"{VAULT_FORMAT}).",
            "geef `python -m queries migrate`. Wat er was, blijft in de kluis bewaard.",
        )
    return manifest


def format_of(manifest: dict[str, object]) -> int:
    """Return the version of a vault; 0 for one from before they were numbered."""
    version = manifest.get("format", 0)
    return version if isinstance(version, int) else 0


def refuse_newer(vault: Path, version: int) -> None:
    """Refuse a vault that a newer program made."""
    if version > VAULT_FORMAT:
        raise DataError(
            f"De kluis {vault} is van een nieuwere versie van dit programma ({version}; dit is "
            f"{VAULT_FORMAT}).",
            "werk dit programma bij tot de versie die de kluis maakte.",
        )


def renew_tables(vault: Path) -> None:
    """Put the register and the official figures as they are now into a vault.

    Raises:
        DataError: there is no vault, or the tables have not been built yet.
    """
    vault_manifest(vault)
    if is_other_survey(vault):
        raise DataError(
            f"De kluis {vault} is van een andere enquête en heeft een eigen register.",
            "register en officiële cijfers van gemeenten horen alleen in een kluis van gemeenten.",
        )
    _copy_in(_public_tables(), vault)


def is_other_survey(vault: Path) -> bool:
    """Whether a vault has the codebook of another survey than the shipped one."""
    own = vault / "codebook.toml"
    return own.is_file() and _survey_id(own) != _survey_id(SURVEY / "codebook.toml")


def _survey_id(codebook: Path) -> object:
    """Return the id of the survey of a codebook."""
    survey = read_toml(codebook).get("survey")
    return survey.get("id") if isinstance(survey, dict) else None


def _public_tables() -> list[Path]:
    """Return the tables that anyone may know."""
    tables = [REGISTER / f"{name}.parquet" for name in REGISTER_TABLES]
    return tables + [OFFICIAL / f"{name}.parquet" for name in OFFICIAL_TABLES]


def _copy_in(sources: list[Path], vault: Path) -> None:
    """Copy files into a vault, each in one step; none when one of them is missing."""
    for source in sources:
        if not source.is_file():
            raise DataError(
                f"{source} ontbreekt.",
                "maak eerst register en officiële cijfers: `python -m data register` en "
                "`python -m data official`.",
            )
    for source in sources:
        with replacing(vault / source.name) as draft:
            shutil.copyfile(source, draft)
