"""Settings come from the environment, are checked at once, and are all written down."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from data.errors import DataError
from data.settings import Settings, settings, variable
from tests.conftest import ROOT


def test_what_is_empty_is_not_given() -> None:
    assert Settings.read({"STAND_QUERY_SECONDS": ""}).query_seconds == 10


def test_a_setting_is_read_as_what_it_is() -> None:
    found = Settings.read({"STAND_QUERY_SECONDS": "2.5", "STAND_STEWARD": "1", "HOME": "/"})
    assert (found.query_seconds, found.steward) == (2.5, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [("STAND_QUERY_SECONDS", "0"), ("STAND_QUERY_SECONDS", "snel"), ("STAND_QUERY_SECOND", "5")],
)
def test_an_impossible_setting_is_named_with_its_value(name: str, value: str) -> None:
    with pytest.raises(DataError, match=re.escape(f"{name}={value} kan niet")):
        Settings.read({name: value})


def test_a_setting_that_changes_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_RELEASE", "/a")
    assert settings().release == Path("/a")
    monkeypatch.setenv("STAND_RELEASE", "/b")
    assert settings().release == Path("/b")


def test_the_command_prints_every_setting_with_what_it_is_for() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "queries", "settings"],
        cwd=ROOT,
        env={"STAND_QUERY_SECONDS": "3", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "STAND_QUERY_SECONDS=3.0, ingesteld" in done.stdout
    for name, field in Settings.model_fields.items():
        assert f"{variable(name)}=" in done.stdout
        assert str(field.description) in done.stdout


def test_the_papers_have_a_row_for_every_setting() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(STAND_\w+)` \|", text, re.MULTILINE))
    assert rows == {variable(name) for name in Settings.model_fields}
