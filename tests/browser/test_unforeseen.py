"""What fails unforeseen is said in the language of the reader; the log has the rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import Server, start_server
from tests.support.driving import visiting


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the server writes."""
    return tmp_path / "log.txt"


@pytest.fixture
def broken(sample_release: Path, log: Path) -> Iterator[Server]:
    """A dashboard of which every page fails at its foot, and every file with rows."""
    started = ("uvicorn", "tests.support.broken:app", "--port")
    running = start_server(sample_release, log, started)
    yield running
    running.stop()


def test_what_nobody_foresaw_is_said_in_the_language_of_the_address(
    browser: Browser, broken: Server, log: Path
) -> None:
    sentences = {
        "nl": "Hier ging iets mis dat niet voorzien was.",
        "en": "Something unforeseen went wrong here.",
    }
    for language, sentence in sentences.items():
        with visiting(browser) as visitor:
            visitor.page.goto(f"{broken.address}/personeel?ed=2023&taal={language}")
            alert = visitor.page.get_by_role("alert")
            alert.wait_for()
            assert alert.inner_text().startswith(sentence)
            assert visitor.page.locator("[data-testid=stException]").count() == 0
            assert visitor.page.locator("[class*=st-key-card-klassen]").count() == 1
        file = f"bestand/personeel/klassen.csv?ed=2023&taal={language}"
        status, _headers, answer = broken.get(file)
        assert status == 500
        assert answer.decode().startswith(sentence)
        assert b"ZeroDivisionError" not in answer
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
