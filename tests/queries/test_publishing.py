"""A version goes online with who and why, and an earlier one comes back whole."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from filelock import FileLock

from data import store
from data.errors import DataError, ReleaseBrokenError
from queries import publishing
from queries.history import LOG, Entry, log, versions
from queries.publishing import Author
from queries.release import VERSIONS, current_version, open_release
from tests.exports import answers, take, written
from tests.surveys import nine

ROOT = Path(__file__).resolve().parents[2]
BY = Author("Sam", "nieuwe editie")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The vault of nine units."""
    return nine(tmp_path / "kluis")


def silent(_line: str) -> None:
    """Report nothing."""


def put_online(vault: Path, by: Author = BY) -> Entry | None:
    """Publish a vault beside itself."""
    return publishing.publish(vault, vault.parent / "release", 2025, by, silent)


def correct(vault: Path, hours: float) -> None:
    """Import another answer of U7 to ``hours``, which was 1."""
    folder = vault.parent
    take(vault, written(folder, f"municipality_code,hours\nU7,{hours}\n"), folder / "m.toml")


def mean_of_south(release: Path) -> float:
    """Return the published mean of ``hours`` in zuid, where all three answered."""
    opened = open_release(release)
    figures = pl.read_parquet(opened.folder / "figures.parquet")
    found = figures.filter(
        pl.col("indicator") == "hours",
        pl.col("group_code") == "zuid",
        pl.col("statistic") == "mean",
        pl.col("weighting") == "municipality",
    )
    return float(found["estimate"].item())


def test_an_import_changes_nothing_online_until_it_is_published(vault: Path) -> None:
    put_online(vault)
    correct(vault, 4)
    assert mean_of_south(vault.parent / "release") == pytest.approx(2.0)


def test_a_correction_is_logged_with_its_reason_and_largest_change(vault: Path) -> None:
    put_online(vault)
    correct(vault, 4)
    entry = put_online(vault, Author("Kim", "opgave verbeterd"))
    assert entry is not None
    assert (entry.who, entry.why) == ("Kim", "opgave verbeterd")
    assert entry.changed > 0
    # Of the three in zuid, 1, 2 and 3 became 4, 2 and 3: the quartile below moved from 1.5 to 2.5.
    assert entry.largest is not None
    assert (entry.largest.indicator, entry.largest.group_code) == ("hours", "zuid")


def test_the_old_figure_can_still_be_had(vault: Path) -> None:
    release = vault.parent / "release"
    put_online(vault)
    first = current_version(release)
    correct(vault, 4)
    put_online(vault)
    assert mean_of_south(release) == pytest.approx(3.0)
    assert open_release(release, first).manifest.version == first


def test_publishing_the_same_twice_keeps_the_version(vault: Path) -> None:
    put_online(vault)
    assert (put_online(vault), len(versions(vault.parent / "release"))) == (None, 1)


def test_a_rollback_puts_the_old_figures_back(vault: Path) -> None:
    release = vault.parent / "release"
    put_online(vault)
    first = current_version(release)
    correct(vault, 4)
    put_online(vault)
    entry = publishing.rollback(release, first, Author("Kim", "toch niet"))
    assert entry is not None
    assert (entry.action, entry.changed > 0) == ("rollback", True)
    assert mean_of_south(release) == pytest.approx(2.0)


def test_a_version_that_does_not_exist_is_refused(vault: Path) -> None:
    put_online(vault)
    with pytest.raises(DataError, match="Versie 9-x bestaat niet"):
        publishing.rollback(vault.parent / "release", "9-x", BY)


def test_a_damaged_version_does_not_come_back(vault: Path) -> None:
    release = vault.parent / "release"
    put_online(vault)
    first = current_version(release)
    correct(vault, 4)
    put_online(vault)
    (release / VERSIONS / first / "figures.parquet").write_bytes(b"x")
    with pytest.raises(ReleaseBrokenError, match="figures"):
        publishing.rollback(release, first, BY)
    assert mean_of_south(release) == pytest.approx(3.0)


def test_discarding_brings_back_the_answers_of_the_version_online(vault: Path) -> None:
    put_online(vault)
    correct(vault, 4)
    assert publishing.discard(vault, vault.parent / "release") == 1
    assert answers(vault, "hours")["U7"] == 1.0


def test_an_edition_without_answers_is_not_published(vault: Path) -> None:
    with pytest.raises(DataError, match="geen antwoorden van editie 2031"):
        publishing.publish(vault, vault.parent / "release", 2031, BY, silent)


def test_two_publishers_at_once_are_one_too_many(vault: Path) -> None:
    release = vault.parent / "release"
    release.mkdir()
    with (
        FileLock(release / ".publish.lock"),
        pytest.raises(DataError, match="Er loopt al een publicatie"),
    ):
        put_online(vault)


def test_the_commands_publish_list_and_verify(vault: Path) -> None:
    release = vault.parent / "release"

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "queries", *arguments],
            cwd=ROOT,
            env=os.environ | {"STAND_VAULT": str(vault), "STAND_RELEASE": str(release)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    run("publish", "2025", "--why", "eerste keer", "--who", "Sam")
    version = current_version(release)
    assert f"{version} online gezet: eerste keer" in run("versions")
    assert f"{version}: " in run("verify")
    assert store.read_json(release / LOG)["entries"]
