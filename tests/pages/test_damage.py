"""A damaged release costs only the figures it held: one sentence on the page, detail in the log."""

import json
import logging
import shutil
from pathlib import Path

import polars as pl
import pytest
from starlette.requests import Request

from data.survey.design import Theme
from pages.cards import registry
from pages.cards.card import Card
from pages.screen import card_view
from pages.server import routes
from pages.state.view import View
from queries.release.manifest import MANIFEST, POINTER, VERSIONS, Release, current_version
from tests.conftest import start_server
from tests.support.cards import participants, released
from tests.support.reading import framed, in_a_loop, moved, said

SENTENCES = {
    "nl": "De cijfers kunnen nu niet worden getoond",
    "en": "The figures cannot be shown now",
}


@pytest.fixture
def release(sample_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample release that a test may damage, and that pages show."""
    copy = tmp_path / "release"
    shutil.copytree(sample_release, copy)
    monkeypatch.setenv("STAND_RELEASE", str(copy))
    return copy


def table_of(release: Path, name: str) -> Path:
    """Return the file of a table in the version that is served."""
    return release / VERSIONS / current_version(release) / f"{name}.parquet"


def truncated(path: Path) -> None:
    """Cut a file off halfway."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def foreign(path: Path) -> None:
    """Put a table of somebody else in the place of ours."""
    pl.DataFrame({"kolom": [1, 2]}).write_parquet(path)


@pytest.mark.parametrize("damage", [Path.unlink, truncated, foreign])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_damaged_official_figures_leave_the_survey_standing(
    release: Path,
    published: Release,
    caplog: pytest.LogCaptureFixture,
    damage: object,
    language: str,
) -> None:
    assert callable(damage)
    damage(table_of(release, "official"))
    with caplog.at_level(logging.ERROR, logger="stand"):
        test = framed("financien", taal=language)
    assert not test.exception
    errors = {e.value for e in test.error}
    assert len(errors) == 1
    assert errors.pop().startswith(SENTENCES[language])
    (headline,) = (t.headline for t in published.codebook.themes if t.slug == "financien")
    count = released(published, headline, "nl", "nl")["answer_count"]
    assert {"nl": f"ongeveer {count} van", "en": f"about {count} of"}[language] in said(test)
    assert "official.parquet" in caplog.text
    assert not moved(test, "over", taal=language).error


def test_damaged_survey_figures_leave_the_other_pages_standing(
    release: Path, published: Release
) -> None:
    table_of(release, "figures").unlink()
    test = framed("personeel", taal="nl")
    assert not test.exception
    assert {e.value.partition(":")[0] for e in test.error} == {SENTENCES["nl"]}
    moved(test, "over", taal="nl")
    assert not test.exception
    assert {e.value.partition(":")[0] for e in test.error} <= {SENTENCES["nl"]}
    count, population = participants(published, "nl", "nl")
    assert f"{count} van de {population}" in said(test)
    assert not moved(test, "begrippen", taal="nl").error


def test_a_server_with_a_damaged_table_is_alive_and_not_ready(release: Path) -> None:
    table_of(release, "official").unlink()
    request = Request({"type": "http"})
    answers = [in_a_loop(ask, request) for ask in (routes.health, routes.ready)]
    assert [answer.status_code for answer in answers] == [200, 503]
    assert json.loads(bytes(answers[1].body))["damaged"] == ["official"]


def test_pages_show_nothing_of_a_release_that_hides_that_it_is_made_up(release: Path) -> None:
    manifest = release / VERSIONS / current_version(release) / MANIFEST
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"synthetic": true', '"synthetic": false'), encoding="utf-8")
    test = framed("personeel", taal="nl")
    assert [e.value.partition(":")[0] for e in test.error] == list(SENTENCES.values())
    assert in_a_loop(routes.ready, Request({"type": "http"})).status_code == 503


@pytest.mark.parametrize("name", ["register", "mergers", "comparisons", "response"])
def test_no_page_falls_over_when_a_table_is_missing(release: Path, name: str) -> None:
    table_of(release, name).unlink()
    test = framed(taal="nl")
    for slug in test.session_state["pages"]:
        moved(test, slug, taal="nl")
        assert (name, slug, list(test.exception)) == (name, slug, [])
        assert {e.value.partition(":")[0] for e in test.error} <= {SENTENCES["nl"]}


def test_without_a_release_the_page_says_so_in_both_languages(
    release: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (release / POINTER).unlink()
    with caplog.at_level(logging.ERROR, logger="stand"):
        test = framed("personeel", kl="k2", taal="nl")
    assert not test.exception
    first, second = (e.value for e in test.error)
    assert first.startswith(SENTENCES["nl"])
    assert "python -m queries release" in first
    assert second.startswith(SENTENCES["en"])
    assert "current.json" in caplog.text


def test_a_server_without_a_release_stays_up_and_heals(
    sample_release: Path, tmp_path: Path
) -> None:
    release, log = tmp_path / "release", tmp_path / "log.txt"
    server = start_server(release, log)
    try:
        assert server.get("healthz")[0] == 503
        assert server.get("readyz")[0] == 503
        assert server.get("personeel?ed=2023&taal=nl", accept="text/html")[0] == 200
        assert server.get("bestand/personeel/klassen.csv?ed=2023")[0] == 503
        shutil.copytree(sample_release, release)
        assert server.get("healthz")[0] == 200
        assert server.get("bestand/personeel/klassen.csv?ed=2023")[0] == 200
        assert server.get("readyz")[0] == 200
    finally:
        server.stop()
    assert "ReleaseBrokenError" in log.read_text(encoding="utf-8")
    assert str(release) in log.read_text(encoding="utf-8")


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Hier ging iets mis dat niet voorzien was."),
        ("en", "Something unforeseen went wrong here."),
    ],
)
def test_what_nobody_foresaw_costs_one_card_and_is_said_in_the_language_of_the_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, language: str, sentence: str
) -> None:
    def broken(name: str, view: View, theme: Theme) -> Card | None:
        if name == "klassen":
            raise ZeroDivisionError
        return registry.build(name, view, theme)

    monkeypatch.setattr(card_view, "build", broken)
    with caplog.at_level(logging.ERROR, logger="stand"):
        test = framed("personeel", taal=language)
    assert not test.exception
    assert [e.value.partition(".")[0] + "." for e in test.error] == [sentence]
    assert "ZeroDivisionError" in caplog.text
