"""The page to manage the figures exists for a steward only, and does what the terminal does."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.screen import steward_access
from pages.screen.steward_access import is_local, is_named
from tests.conftest import ROOT, made_once
from tests.support.reading import markup
from tests.support.versions import corrected

HERE = {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}


@pytest.fixture(autouse=True)
def _places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and commands in this test use the corrected release and its vault."""
    folder = made_once("verbeterd", corrected, tmp_path_factory)
    monkeypatch.setenv("STAND_RELEASE", str(folder / "release"))
    monkeypatch.setenv("STAND_VAULT", str(folder / "kluis"))


def titles(run: AppTest) -> list[str]:
    """Return the pages that the head links to."""
    found = re.findall(r'<li><a href="[^"]*"[^>]*>([^<]+)</a></li>', "".join(markup(run)))
    assert "Kerncijfers" in found
    return found


def frame() -> AppTest:
    """Return the first page."""
    return AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60).run()


@pytest.fixture
def steward(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page, for someone at the machine itself."""
    monkeypatch.setenv("STAND_STEWARD", "1")
    monkeypatch.setattr(steward_access, "_here", lambda: True)
    run = frame().switch_page("steward.py").run()
    return run.text_input(key="steward-key").set_value(steward_access.key()).run()


# ------------------------------------------------------------------ who may


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "[::1]:8501"])
def test_who_sits_at_the_machine_may(host: str) -> None:
    assert is_local({"Host": host, "Origin": f"http://{host}"}, None)


@pytest.mark.parametrize(
    ("changed", "address"),
    [
        ({}, "10.0.0.7"),
        ({"Host": "stand.example.nl"}, None),
        ({"Origin": "https://stand.example.nl"}, None),
        ({"Origin": "http://127.0.0.1.example.nl"}, None),
        ({"Origin": ""}, None),
        ({"Host": ""}, None),
        ({"X-Forwarded-For": "10.0.0.7"}, None),
        ({"X-Real-Ip": "10.0.0.7"}, None),
        ({"Forwarded": "for=10.0.0.7"}, None),
    ],
)
def test_who_comes_from_elsewhere_or_through_a_proxy_may_not(
    changed: dict[str, str], address: str | None
) -> None:
    assert is_local(HERE | changed, address) is False


@pytest.mark.parametrize(
    ("user", "may"),
    [
        ({"is_logged_in": True, "email": "kim@vng.nl", "email_verified": True}, True),
        ({"is_logged_in": True, "sub": "4711"}, True),
        ({"is_logged_in": True, "email": "kim@vng.nl"}, False),
        ({"is_logged_in": True, "email": "sam@vng.nl", "email_verified": True}, False),
        ({"is_logged_in": False, "email": "kim@vng.nl", "email_verified": True}, False),
        ({"email": "kim@vng.nl", "email_verified": True}, False),
        ({"is_logged_in": True, "sub": "kim@vng.nl"}, False),
        ({"is_logged_in": True, "email": "4711", "email_verified": True}, False),
        ({"is_logged_in": True, "email": "kim@vng.nl", "email_verified": "true"}, False),
        ({"is_logged_in": True}, False),
        ({}, False),
    ],
)
def test_with_a_login_only_who_is_named_may(user: dict[str, object], *, may: bool) -> None:
    assert is_named(user, ["kim@vng.nl", "4711"]) is may


def test_without_the_switch_there_is_no_such_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steward_access, "_here", lambda: True)
    monkeypatch.delenv("STAND_STEWARD", raising=False)
    assert "Beheer" not in titles(frame())


def test_with_the_switch_there_is_none_for_who_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # This test has no connection, so no headers that say where it comes from.
    monkeypatch.setenv("STAND_STEWARD", "1")
    assert "Beheer" not in titles(frame())


def test_the_page_itself_refuses_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_STEWARD", "1")
    run = AppTest.from_file(str(ROOT / "pages" / "steward.py"), default_timeout=60).run()
    assert ([b.label for b in run.button], [t.label for t in run.text_input]) == ([], ["Sleutel"])
    run.text_input[0].set_value(steward_access.key()).run()
    assert (len(run.button), len(run.text_input)) == (0, 1)


@pytest.mark.parametrize("given", ["", "x", "127.0.0.1", "é"])
def test_who_sits_at_the_machine_needs_its_key(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("STAND_STEWARD", "1")
    monkeypatch.setattr(steward_access, "_here", lambda: True)
    run = frame().switch_page("steward.py").run()
    run.text_input(key="steward-key").set_value(given).run()
    assert [b.label for b in run.button] == []
    assert [e.value for e in run.error] == (
        ["Dat is niet de sleutel van deze start van de server."] if given else []
    )


def test_the_key_is_another_one_each_time() -> None:
    first = steward_access.key()
    steward_access.key.cache_clear()
    assert (len(first) > 20, first != steward_access.key()) == (True, True)


def test_a_command_does_nothing_for_who_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAND_STEWARD", raising=False)
    assert steward_access.command("versions") == steward_access.Outcome("", done=False)


# ------------------------------------------------------------------ what it does


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("uitvoer.csv", "2025-uitvoer.csv"),
        ("../../release/current.json", "2025-current.json"),
        ("C:\\map\\a b.xlsx", "2025-a_b.xlsx"),
        ("..", "2025-bestand"),
        ("", "2025-bestand"),
    ],
)
def test_an_uploaded_file_stays_inside_the_vault(
    name: str, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_VAULT", str(tmp_path))
    assert steward_access.keep(name, b"x", 2025) == tmp_path / "uploads" / kept
    assert (tmp_path / "uploads" / kept).read_bytes() == b"x"


def test_the_page_lists_versions_and_log_as_the_terminal_does(steward: AppTest) -> None:
    assert [title.value for title in steward.title] == ["Beheer"]
    assert "Beheer" in titles(frame())
    steward.button(key="steward-list").click().run()
    said = str([code.value for code in steward.code])
    assert "Kim: 2-" in said
    assert "opgave verbeterd" in said
    assert [done.value for done in steward.success] == ["Gelukt."]


def test_without_a_reason_nothing_is_published(steward: AppTest) -> None:
    steward.text_input(key="steward-who-publish").set_value("Kim")
    next(b for b in steward.button if b.label == "Publiceren").click().run()
    assert "een van beide ontbreekt" in str([code.value for code in steward.code])
    assert len(steward.warning) == 1


def test_nothing_is_dropped_before_the_steward_is_sure(steward: AppTest) -> None:
    (drop,) = [b for b in steward.button if b.label.startswith("Gooi weg")]
    assert drop.disabled
