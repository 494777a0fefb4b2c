"""A checkout without a release makes the fictitious one by itself; nobody else's is touched."""

import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.settings import Settings
from pages.server import first_release
from pages.server.first_release import COMMANDS, Making, is_wanted
from tests.support.reading import framed

QUICK = [("timeit", "-n", "1", "-r", "1", "print('een')"), ("nothing.of.the.kind",)]


def settings(folder: Path) -> Settings:
    """Return settings of which neither vault nor release was named."""
    return Settings.model_construct(
        _fields_set=set(), vault=folder / "kluis", release=folder / "release"
    )


def test_an_empty_checkout_wants_one(tmp_path: Path) -> None:
    assert is_wanted(settings(tmp_path))
    assert COMMANDS[-1] == ("queries", "release")


@pytest.mark.parametrize("there", ["kluis/vault.json", "release/current.json"])
def test_what_is_there_is_left_to_its_holder(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir()
    (tmp_path / there).touch()
    assert not is_wanted(settings(tmp_path))


@pytest.mark.parametrize("name", ["STAND_VAULT", "STAND_RELEASE"])
def test_a_place_that_was_named_has_to_be_filled_by_who_named_it(tmp_path: Path, name: str) -> None:
    assert not is_wanted(Settings.read({name: str(tmp_path / "none")}))


def test_commands_run_in_order_until_one_fails() -> None:
    making = Making()
    making.begin([QUICK[0], QUICK[1], ("timeit", "-n", "1", "-r", "1", "print('niet')")])
    while making.is_running:
        time.sleep(0.05)
    assert "No module named" in making.said


def test_who_comes_meanwhile_sees_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_RELEASE", str(tmp_path / "none"))
    monkeypatch.setattr(first_release.MAKING, "is_running", True)
    monkeypatch.setattr(first_release.MAKING, "said", "20 van 172 onderdelen aangevallen")
    # looks once, instead of again and again
    monkeypatch.setattr(st, "rerun", st.stop)
    test: AppTest = framed(taal="nl")
    assert not test.error
    assert test.info[0].value.startswith("De fictieve voorbeelddata worden gemaakt")
    assert test.caption[0].value == "20 van 172 onderdelen aangevallen"
