"""Another survey, of other units in other strata, runs through release and pages as it is."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from pages.files.not_found import is_missing, missing
from pages.state.releases import online
from tests.conftest import made_once
from tests.support.cards import card, view
from tests.support.reading import framed, moved, said, slugs
from tests.support.surveys import HEAD, dimension, indicator, texts, write_vault

ROOT = Path(__file__).resolve().parents[2]
REGIONS = ["berg"] * 8 + ["dal"] * 7 + ["kust"] * 5
CODES = [f"S{n:02}" for n in range(1, 21)]


def twenty(folder: Path) -> Path:
    """Write twenty schools in three regions, which are the strata; all of them answer.

    ``books`` is 1, 2, 3, ... in the order of the codes; ``late`` is yes for those in berg.
    """
    register = pl.DataFrame(
        {
            "year": [2031] * 20,
            "municipality_code": CODES,
            "name": [f"School {code}" for code in CODES],
            "inhabitants": [100] * 20,
            "streek": REGIONS,
            "size": ["klein", "groot"] * 10,
        }
    )
    codebook = (
        HEAD.format(stratum="streek", headline="late")
        + f"[[editions]]\nyear = 2031\nlabel = {texts('2031')}\n"
        + dimension("size", "class", "gr", ["klein", "groot"])
        + dimension("streek", "region", "st", ["berg", "dal", "kust"])
        + indicator("books", "number", [2031], 'valid = [0, 50]\nheadline = "mean"\ndecimals = 1')
        + indicator("late", "yes_no", [2031], 'headline = "yes"')
    )
    answers: list[tuple[int, str, str, str, float | None, str | None]] = []
    for place, (code, region) in enumerate(zip(CODES, REGIONS, strict=True), start=1):
        answers.append((2031, code, "books", "", float(place), None))
        answers.append((2031, code, "late", "", float(region == "berg"), None))
    return write_vault(folder, codebook, register, answers)


def published(folder: Path) -> None:
    """Write the vault, and make its release with the command of the steward."""
    vault = twenty(folder / "kluis")
    subprocess.run(
        [sys.executable, "-m", "queries", "release"],
        cwd=ROOT,
        env=os.environ | {"STAND_VAULT": str(vault), "STAND_RELEASE": str(folder / "release")},
        stdout=subprocess.DEVNULL,
        check=True,
    )


@pytest.fixture(autouse=True)
def _schools(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages show the twenty schools."""
    folder = made_once("scholen", published, tmp_path_factory)
    monkeypatch.setenv("STAND_RELEASE", str(folder / "release"))


def test_its_release_holds_its_own_questions_and_groups() -> None:
    known = online()
    assert known.codebook.survey.id == "proef"
    assert known.dimensions == ["nl", "size", "streek"]
    assert known.editions == [2031]


def test_its_figures_are_those_of_its_answers_and_noise() -> None:
    # books: berg 1..8, dal 9..15, kust 16..20; the answers farthest from the medians 4, 12 and 18
    # lie 4, 3 and 2 from them, and count for an eighth, a seventh and a fifth
    figures = card("regios", "lessen", vr="books", ed="2031", taal="nl").figures
    means = dict(figures.select("group_code", "estimate").iter_rows())
    farthest = 3.5 * 0.5
    assert means == {
        "berg": pytest.approx(4.5, abs=farthest * 4 / 8),
        "dal": pytest.approx(12, abs=farthest * 3 / 7),
        "kust": pytest.approx(18, abs=farthest * 2 / 5),
    }


def test_its_shares_count_its_own_units() -> None:
    # eight of the twenty are late, 40 in a hundred; the public secret of made-up answers draws
    # 1.611, times three schools of five points each: 64.2, in steps of five points
    figures = card("kern", "lessen", ed="2031", taal="nl").figures
    assert figures["estimate"].to_list() == [65]
    # no nearer to all than three, so that who took part does not follow
    assert figures.select("answer_count", "population_count").rows() == [(17, 20)]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_shows_it(language: str) -> None:
    test = framed(taal=language, ed="2031")
    for slug in slugs(test):
        moved(test, slug, taal=language, ed="2031")
        found = (slug, list(test.exception), [e.value for e in test.error])
        assert found == (slug, [], [])


def test_its_filters_and_links_use_its_own_codes() -> None:
    test = framed("lessen", st="dal", gr="klein", vr="books", ed="2031", taal="nl")
    assert not test.exception
    assert not test.warning
    assert test.selectbox(key="w-kl").value == "klein"
    assert "dal" in said(test)
    assert view(st="dal").selection.region == "dal"


def test_links_of_the_first_survey_mean_nothing_to_it() -> None:
    test = framed("lessen", kl="k2", vr="staff_shortage_social", ed="2023", taal="nl")
    assert not test.exception
    assert "`vr=staff_shortage_social`" in test.warning[0].value


def test_pages_that_a_release_lacks_are_found_nowhere() -> None:
    # the schools have regions, but neither an agenda nor open answers
    of = view(ed="2031", taal="nl")
    assert [is_missing(f"/{slug}", of) for slug in ("regio", "actieagenda", "signalen")] == [
        False,
        True,
        True,
    ]
    listed = missing(of, "/regio")
    assert ("Regio" in listed, "Actieagenda" in listed, "Signalen" in listed) == (
        True,
        False,
        False,
    )
