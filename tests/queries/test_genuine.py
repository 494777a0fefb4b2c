"""What is served is what was made: the pointer's checksum holds the manifest, and that the rest."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from data.errors import ReleaseBrokenError
from data.files import store
from queries import engine
from queries.errors import QueryError
from queries.publish import publishing
from queries.publish.build import make_release
from queries.publish.publishing import Author
from queries.release.manifest import MANIFEST, POINTER, VERSIONS, current_version, open_release
from tests.conftest import ROOT, silent
from tests.support.surveys import nine
from tests.support.versions import sealed

BY = Author("Kim", "test")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of nine units."""
    folder = tmp_path_factory.mktemp("echt")
    make_release(nine(folder / "kluis"), folder / "release", silent)
    return folder / "release"


@pytest.fixture
def release(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "release"))


def folder_of(release: Path) -> Path:
    """Return the folder of the version online."""
    return release / VERSIONS / current_version(release)


def edited(path: Path, before: str, after: str) -> None:
    """Change a text in a file."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_manifest_that_hides_that_answers_are_made_up_is_refused(release: Path) -> None:
    edited(folder_of(release) / MANIFEST, '"synthetic": true', '"synthetic": false')
    with pytest.raises(ReleaseBrokenError, match=r"manifest\.json is veranderd"):
        open_release(release)


def test_so_is_one_whose_pointer_was_changed_with_it(release: Path) -> None:
    sealed(release, synthetic=False)
    with pytest.raises(ReleaseBrokenError, match=r"manifest\.json is veranderd"):
        open_release(release)


def test_an_earlier_version_is_held_to_its_name_and_its_figures(release: Path) -> None:
    earlier = current_version(release)
    (folder_of(release) / "strata.parquet").unlink()
    shutil.copytree(folder_of(release), release / VERSIONS / "kopie")
    later = sealed(release)
    (release / VERSIONS / "kopie").rename(release / VERSIONS / earlier)
    assert current_version(release) == later
    manifest = release / VERSIONS / earlier / MANIFEST
    edited(manifest, '"synthetic": true', '"synthetic": false')
    with pytest.raises(ReleaseBrokenError, match="is veranderd"):
        open_release(release, earlier)
    with pytest.raises(ReleaseBrokenError, match="is veranderd"):
        publishing.rollback(release, earlier, BY)


@pytest.mark.parametrize("name", ["codebook.toml", "policy.toml"])
def test_a_changed_description_is_refused(release: Path, name: str) -> None:
    path = folder_of(release) / name
    path.write_text(path.read_text(encoding="utf-8") + "\n# anders\n", encoding="utf-8")
    with pytest.raises(ReleaseBrokenError, match=name):
        open_release(release)


def test_a_pointer_without_checksum_opens_nothing(release: Path) -> None:
    store.write_json({"version": current_version(release)}, release / POINTER)
    with pytest.raises(ReleaseBrokenError, match="python -m queries release"):
        open_release(release)


def test_the_command_that_verifies_reads_the_manifest_back_too(release: Path) -> None:
    edited(folder_of(release) / MANIFEST, '"synthetic": true', '"synthetic": false')
    done = subprocess.run(
        [sys.executable, "-m", "queries", "verify"],
        cwd=ROOT,
        env={"STAND_RELEASE": str(release), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "is veranderd" in done.stderr) == (2, True)


def test_a_question_that_takes_too_long_is_interrupted_and_the_next_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "HERE", tmp_path)
    (tmp_path / "views").mkdir()
    endless = "select sum(a.range * b.range) from range(10_000_000) a, range(10_000_000) b"
    (tmp_path / "views" / "endless.sql").write_text(endless, encoding="utf-8")
    (tmp_path / "views" / "brief.sql").write_text("select 1 as one", encoding="utf-8")
    connection = engine.connect()
    with pytest.raises(QueryError, match=r"langer dan 0\.2 seconden"):
        engine.run(connection.cursor(), "views/endless", {}, seconds=0.2)
    assert engine.run(connection.cursor(), "views/brief", {}, seconds=5).item() == 1
