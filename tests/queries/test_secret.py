"""The secret that decides the noise: made once, in the vault alone, and never another."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from data.errors import DataError
from data.files import store
from queries.publish.build import make_release
from queries.release.manifest import current_manifest, current_version, open_release
from tests.conftest import ROOT, silent
from tests.support.surveys import nine

OWN, OTHER = "17" * 32, "ab" * 32


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The vault of nine units, with a secret that nobody else has."""
    folder = nine(tmp_path / "kluis")
    (folder / store.SECRET).write_text(OWN, encoding="ascii")
    return folder


def estimates(release: Path) -> list[float | None]:
    """Return the figures of a release."""
    frame = pl.read_parquet(open_release(release).folder / "figures.parquet")
    return frame.filter(pl.col("kind") == "survey")["estimate"].to_list()


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    store.make_secret(tmp_path, synthetic=False)
    first = store.secret(tmp_path)
    store.make_secret(tmp_path, synthetic=False)
    assert store.secret(tmp_path) == first
    assert len(first) == 32


def test_real_answers_each_have_a_secret_of_their_own(tmp_path: Path) -> None:
    for name in ("een", "twee"):
        (tmp_path / name).mkdir()
        store.make_secret(tmp_path / name, synthetic=False)
    assert store.secret(tmp_path / "een") != store.secret(tmp_path / "twee")


def test_that_of_made_up_answers_is_public_and_the_same_everywhere(tmp_path: Path) -> None:
    store.make_secret(tmp_path, synthetic=True)
    said = "fictieve voorbeelddata: dit geheim is openbaar"
    assert store.secret(tmp_path) == hashlib.sha256(said.encode()).digest()


@pytest.mark.parametrize("content", [None, "", "abc", "zz" * 32, OTHER[:-2]])
def test_without_its_secret_a_vault_releases_nothing(
    vault: Path, tmp_path: Path, content: str | None
) -> None:
    path = vault / store.SECRET
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="ascii")
    with pytest.raises(DataError, match=r"geheim\.key, ontbreekt of is beschadigd"):
        make_release(vault, tmp_path / "release", silent)
    assert current_manifest(tmp_path / "release") is None


def test_with_another_secret_than_what_is_online_a_vault_releases_nothing(
    vault: Path, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    make_release(vault, release, silent)
    former = current_version(release)
    (vault / store.SECRET).write_text(OTHER, encoding="ascii")
    with pytest.raises(DataError, match="met een ander geheim") as refused:
        make_release(vault, release, silent)
    assert current_version(release) == former
    assert OTHER not in str(refused.value)


def test_another_secret_is_refused_wherever_it_would_be_released(
    vault: Path, tmp_path: Path
) -> None:
    make_release(vault, tmp_path / "een", silent)
    (vault / store.SECRET).write_text(OTHER, encoding="ascii")
    with pytest.raises(DataError, match="eerder is vrijgegeven, is met een ander geheim"):
        make_release(vault, tmp_path / "twee", silent)
    assert current_manifest(tmp_path / "twee") is None


def test_another_secret_gives_other_figures(vault: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(vault, tmp_path / "ander"))
    make_release(vault, tmp_path / "een", silent)
    (other / store.SECRET).write_text(OTHER, encoding="ascii")
    make_release(other, tmp_path / "twee", silent)
    assert estimates(tmp_path / "een") != estimates(tmp_path / "twee")


def test_the_manifest_tells_secrets_apart_without_telling_them(vault: Path, tmp_path: Path) -> None:
    manifest = make_release(vault, tmp_path / "release", silent)
    assert manifest.secret_fingerprint == hashlib.sha256(store.secret(vault)).hexdigest()


def test_the_secret_is_in_no_file_but_its_own_and_in_no_line(vault: Path, tmp_path: Path) -> None:
    places = {"STAND_VAULT": str(vault), "STAND_RELEASE": str(tmp_path / "release")}
    publish = ["publish", "2025", "--who", "Kim", "--why", "eerste keer"]
    said = ""
    for command in (publish, ["release"], ["attack"]):
        done = subprocess.run(
            [sys.executable, "-m", "queries", *command],
            cwd=ROOT,
            env=os.environ | places,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said += done.stdout
    assert "Versie 1-" in said
    secret = store.secret(vault)
    told = (secret, secret.hex().encode())
    assert not any(one in said.encode() for one in told)
    for path in tmp_path.rglob("*"):
        if path.is_file() and path != vault / store.SECRET:
            assert not any(one in _written(path) for one in told), path


def _written(path: Path) -> bytes:
    """Return what a file says: of a table every value, for it is packed."""
    if path.suffix != ".parquet":
        return path.read_bytes()
    return path.read_bytes() + repr(pl.read_parquet(path).rows()).encode()


def test_nobody_but_its_owner_can_read_the_secret(tmp_path: Path) -> None:
    store.make_secret(tmp_path, synthetic=False)
    assert stat.S_IMODE((tmp_path / store.SECRET).stat().st_mode) == 0o600
