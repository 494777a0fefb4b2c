"""What a vault remembers of its releases, and how often a question may be told again."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from data.errors import DataError
from data.files import store
from queries.publish.build import make_release
from queries.release.manifest import current_version, open_release
from queries.vault import prior_releases
from tests.support.surveys import nine


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The vault of nine units, of which a question may be told three times."""
    folder = nine(tmp_path / "kluis")
    policy = folder / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("max_releases = 99", "max_releases = 3"), encoding="utf-8")
    return folder


def answer(vault: Path, hours: float) -> None:
    """Let U7 have answered so many hours; it was 1."""
    path = vault / "responses.parquet"
    own = (pl.col("municipality_code") == "U7") & (pl.col("indicator") == "hours")
    changed = pl.when(own).then(pl.lit(hours)).otherwise("answer")
    store.write_parquet(pl.read_parquet(path).with_columns(answer=changed), path, {})


def released(vault: Path) -> list[str]:
    """Release a vault and return what was said about how often."""
    said: list[str] = []
    make_release(vault, vault.parent / "release", said.append)
    return [line for line in said if line.startswith("Vragen waarvan")]


def test_a_changed_question_is_released_as_often_as_the_policy_says(vault: Path) -> None:
    released(vault)
    for hours in (4, 5):
        answer(vault, hours)
        released(vault)
    former = current_version(vault.parent / "release")
    answer(vault, 6)
    with pytest.raises(
        DataError, match=r"hours \(2025\), of hun gewichten, zijn al 3 keer verschillend"
    ):
        released(vault)
    assert current_version(vault.parent / "release") == former


def test_each_time_it_says_how_far_it_is(vault: Path) -> None:
    assert released(vault) == []
    assert released(vault) == []
    answer(vault, 4)
    changed = "Vragen waarvan de antwoorden of gewichten veranderden: 1"
    said = f"{changed}; het vaakst hours (2025), vrijgave "
    assert released(vault) == [f"{said}2 van ten hoogste 3."]
    answer(vault, 5)
    assert released(vault) == [f"{said}3 van ten hoogste 3."]


def test_answers_that_were_told_before_may_be_told_again(vault: Path) -> None:
    for hours in (1, 4, 5, 1, 4):
        answer(vault, hours)
        released(vault)
    assert len(prior_releases.records(vault)) == 3


def test_a_version_that_was_removed_still_counts(vault: Path) -> None:
    for hours in (1, 4, 5):
        answer(vault, hours)
        released(vault)
    shutil.rmtree(vault.parent / "release")
    answer(vault, 6)
    with pytest.raises(DataError, match="al 3 keer"):
        released(vault)


def test_the_vault_remembers_what_it_told_and_of_whom(vault: Path) -> None:
    released(vault)
    (record,) = prior_releases.records(vault)
    online = open_release(vault.parent / "release").folder
    assert (record / "figures.parquet").read_bytes() == (online / "figures.parquet").read_bytes()
    kept = pl.read_parquet(record / "answers.parquet").drop_nulls("answer")
    hours = kept.filter(pl.col("indicator") == "hours")
    assert dict(hours.select("municipality_code", "answer").iter_rows())["U7"] == 1.0


def test_nothing_of_a_release_that_was_stopped_is_remembered(vault: Path) -> None:
    (vault / store.SECRET).unlink()
    with pytest.raises(DataError):
        released(vault)
    assert prior_releases.records(vault) == []


def test_real_answers_are_not_told_again_by_a_vault_without_memory(vault: Path) -> None:
    manifest = store.read_json(vault / store.VAULT_MANIFEST)
    store.write_json(manifest | {"synthetic": False}, vault / store.VAULT_MANIFEST)
    released(vault)
    shutil.rmtree(vault / prior_releases.FOLDER)
    with pytest.raises(DataError, match="weet niet wat er eerder is gepubliceerd"):
        released(vault)
