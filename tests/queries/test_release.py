"""A release is whole or it is not there: damaged files, kills, a wrong policy, another survey."""

import logging
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.errors import DataError, ReleaseBrokenError
from data.files import store
from queries.publish.build import make_release
from queries.release.manifest import POINTER, VERSIONS, current_version, open_release
from tests.conftest import silent
from tests.support.surveys import nine, south

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The vault of nine units."""
    return nine(tmp_path / "kluis")


def folder_of(release: Path) -> Path:
    """Return the folder of the version that is served."""
    return release / VERSIONS / current_version(release)


def mean_of_south(release: Path) -> float:
    """Return the published mean of ``hours`` in zuid, where all three answered."""
    figures = open_release(release).ask(
        "figures",
        indicators=["hours"],
        editions=None,
        bases=None,
        items=None,
        statistics=["mean"],
        weightings=["municipality"],
        dimensions=["region"],
        groups=["zuid"],
    )
    return float(figures["estimate"].item())


def correct(vault: Path, hours: float) -> None:
    """Change the answer of U7 to ``hours``, which was 1."""
    path = vault / "responses.parquet"
    held = pl.read_parquet(path)
    changed = (pl.col("municipality_code") == "U7") & (pl.col("indicator") == "hours")
    answer = pl.when(changed).then(pl.lit(hours)).otherwise(pl.col("answer")).cast(pl.Float64)
    store.write_parquet(held.with_columns(answer=answer), path, {})


def command(vault: Path, release: Path) -> subprocess.CompletedProcess[str]:
    """Run ``python -m queries release``."""
    return subprocess.run(
        [sys.executable, "-m", "queries", "release"],
        cwd=ROOT,
        env=os.environ | {"STAND_VAULT": str(vault), "STAND_RELEASE": str(release)},
        capture_output=True,
        text=True,
        check=False,
    )


# ------------------------------------------------------------------ damage


def truncated(path: Path) -> None:
    """Cut a file off halfway."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def foreign(path: Path) -> None:
    """Put a table of somebody else in the place of ours."""
    pl.DataFrame({"kolom": [1, 2]}).write_parquet(path)


@pytest.mark.parametrize("damage", [Path.unlink, truncated, foreign])
def test_a_damaged_table_fails_its_own_questions_only(
    vault: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: object
) -> None:
    release = tmp_path / "release"
    make_release(vault, release, silent)
    assert callable(damage)
    damage(folder_of(release) / "figures.parquet")

    with caplog.at_level(logging.ERROR, logger="stand"):
        opened = open_release(release)

    assert "figures.parquet" in caplog.text
    with pytest.raises(ReleaseBrokenError, match=r"figures\.parquet"):
        mean_of_south(release)
    response = opened.ask("response", editions=[2025], dimensions=["nl"])
    assert response["population_count"].to_list() == [9]


@pytest.mark.parametrize("name", ["manifest.json", "codebook.toml"])
def test_a_release_without_manifest_or_codebook_says_what_to_do(
    vault: Path, tmp_path: Path, name: str
) -> None:
    release = tmp_path / "release"
    make_release(vault, release, silent)
    (folder_of(release) / name).unlink()
    with pytest.raises(ReleaseBrokenError, match="python -m queries release"):
        open_release(release)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"andere": 1}'])
def test_a_damaged_pointer_says_what_to_do(vault: Path, tmp_path: Path, content: str) -> None:
    release = tmp_path / "release"
    make_release(vault, release, silent)
    (release / POINTER).write_text(content, encoding="utf-8")
    with pytest.raises(ReleaseBrokenError, match="python -m queries release"):
        open_release(release)


def test_making_the_release_again_heals_a_damaged_one(vault: Path, tmp_path: Path) -> None:
    release = tmp_path / "release"
    make_release(vault, release, silent)
    (release / POINTER).write_text("{", encoding="utf-8")
    make_release(vault, release, silent)
    assert mean_of_south(release) == south(1)


# ------------------------------------------------------------------ kills


def test_killed_at_five_moments_the_release_that_is_served_is_whole(
    vault: Path, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    make_release(vault, release, silent)
    # A server that has imported everything and started no thread forks each run at once.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["queries.publish.build", "tests.conftest"])

    def started() -> multiprocessing.process.BaseProcess:
        child = context.Process(target=make_release, args=(vault, release, silent))
        child.start()
        return child

    begun = time.monotonic()
    started().join()
    whole_run = time.monotonic() - begun
    for turn, moment in enumerate(np.random.default_rng(2026).uniform(0, 1, 5)):
        correct(vault, turn)
        child = started()
        time.sleep(moment * whole_run)
        child.kill()
        child.join()
        opened = open_release(release)
        assert opened.broken == {}
        # before U7 was changed it answered 1
        assert mean_of_south(release) in [south(hours) for hours in (1, *range(turn + 1))]
    make_release(vault, release, silent)
    assert mean_of_south(release) == south(4)
    assert list((release / VERSIONS).glob(".draft-*")) == []


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("min_respondents = 1", "min_respondents = 0", "min_respondents"),
        ("min_respondents = 1", "", "min_respondents"),
        ("crosses = []", 'crosses = []\nextra = "x"', "extra"),
        ("share_points = 0.5", "share_points = 51", "share_points"),
        ("share_points = 0.5", "share_points = 0", "share_points"),
        ("amount_digits = 4", "amount_digits = 5", "amount_digits"),
        ("\nsd = 3.0", "\nsd = 0.5", "noise"),
        ("amount_sd = 0.5", "amount_sd = 0", "noise"),
        ("max_releases = 99", "", "max_releases"),
        ("[fewest]", "[fewest", "policy.toml"),
    ],
)
def test_a_wrong_policy_stops_the_release_and_the_former_one_stays(
    vault: Path, tmp_path: Path, before: str, after: str, said: str
) -> None:
    release = tmp_path / "release"
    make_release(vault, release, silent)
    former = current_version(release)
    policy = vault / "policy.toml"
    policy.write_text(policy.read_text(encoding="utf-8").replace(before, after, 1), "utf-8")
    with pytest.raises(DataError, match=said):
        make_release(vault, release, silent)
    assert current_version(release) == former


def test_the_command_refuses_without_a_traceback(vault: Path, tmp_path: Path) -> None:
    (vault / "policy.toml").unlink()
    done = command(vault, tmp_path / "release")
    assert done.returncode == 2
    assert "policy.toml" in done.stderr
    assert "Wat te doen: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "release" / POINTER).exists()


def test_answers_of_somebody_unknown_stop_the_release(vault: Path, tmp_path: Path) -> None:
    register = pl.read_parquet(vault / "register.parquet")
    register.filter(pl.col("municipality_code") != "U1").write_parquet(vault / "register.parquet")
    with pytest.raises(DataError, match=r"U1 \(2025\)"):
        make_release(vault, tmp_path / "release", silent)


def test_a_truncated_vault_stops_the_release(vault: Path, tmp_path: Path) -> None:
    truncated(vault / "register.parquet")
    with pytest.raises(DataError, match=r"register\.parquet"):
        make_release(vault, tmp_path / "release", silent)


def test_nothing_new_makes_no_new_version(vault: Path, tmp_path: Path) -> None:
    release = tmp_path / "release"
    first = make_release(vault, release, silent)
    assert make_release(vault, release, silent).version == first.version
    assert len(list((release / VERSIONS).iterdir())) == 1


def test_two_vaults_with_the_same_content_make_the_same_release(
    vault: Path, tmp_path: Path
) -> None:
    first = make_release(vault, tmp_path / "een", silent)
    shutil.copytree(vault, tmp_path / "kopie")
    second = make_release(tmp_path / "kopie", tmp_path / "twee", silent)
    assert first.files == second.files
