"""Links that follow figures, and what a link to a version says of the one that is online."""

import io
import json
import os
import shutil
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import polars as pl
import pytest
from markupsafe import Markup

from pages.files.card_actions import strip
from pages.files.following import following
from pages.files.presentation import presented
from pages.state import address
from pages.state.refusals import checked
from pages.state.releases import online
from queries.release.manifest import VERSIONS, current_version
from tests.conftest import made_once
from tests.support.asking import Answer, ask
from tests.support.cards import card, view
from tests.support.versions import corrected


def years(answer: Answer) -> list[int]:
    """Return the editions of the figures in a file."""
    return sorted(pl.read_csv(io.BytesIO(answer.body))["edition"].unique())


@pytest.mark.usefixtures("on_sample")
def test_the_newest_edition_and_the_last_two_can_be_asked_for() -> None:
    assert years(ask("bestand/personeel/klassen.csv?ed=nieuwste")) == [2023]
    assert years(ask("bestand/tabellen/tabel.csv?eds=laatste2")) == [2022, 2023]
    assert address.read({"eds": "laatste2,2022"}, online())[0].table.editions == (2022, 2023)


@pytest.mark.usefixtures("on_sample")
def test_a_link_that_follows_does_not_name_a_version() -> None:
    version = online().version
    refused = json.loads(ask(f"bestand/personeel/klassen.csv?ed=nieuwste&v={version}").body)
    assert refused["problems"][0]["reason"] == "contradicts"


@pytest.mark.usefixtures("on_sample")
@pytest.mark.parametrize(
    ("name", "page"), [("klassen", "personeel"), ("tabel", "tabellen"), ("regios", "financien")]
)
def test_the_links_of_a_figure_that_follow_give_figures(name: str, page: str) -> None:
    found = following(card(name, page, ed="2022", kl="k2", taal="en"))
    asked = {key: dict(parse_qsl(at.query)) for key, at in found.items()}
    assert asked["use.edition"]["ed"] == "2022"
    assert asked["use.newest"]["ed"] == "nieuwste"
    assert all("v" not in parameters for parameters in asked.values())
    both = found["use.last_two"]
    assert years(ask(f"bestand/{both.page}/{both.id}.csv?{both.query}")) == [2022, 2023]
    for key in ("use.edition", "use.newest"):
        assert ask(f"bestand/{page}/{name}.csv?{urlencode(asked[key])}").status == 200


@pytest.mark.usefixtures("on_sample")
def test_the_menu_offers_them_and_official_figures_have_no_last_two_editions() -> None:
    words = view(taal="nl").words
    figure = card("klassen", "personeel", ed="2022", taal="nl")
    menu = strip(words, figure, "http://proef", Markup("<a>"))
    assert "Link: altijd de nieuwste editie" in menu
    assert "http://proef/personeel?vr=staff_shortage_social&amp;ed=nieuwste" in menu
    assert "eds=laatste2" in menu
    assert "use.last_two" not in following(card("gemeenten", "financien", ed="2023", taal="nl"))


@pytest.fixture
def first(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    """The former version of a release of which the mean of zuid was corrected."""
    folder: Path = made_once("verbeterd", corrected, tmp_path_factory) / "release"
    monkeypatch.setenv("STAND_RELEASE", str(folder))
    (name,) = [path.name for path in (folder / "versions").iterdir() if path.name[:2] == "1-"]
    return name


def test_a_file_of_a_former_version_says_whether_its_figures_are_others_now(first: str) -> None:
    path = "bestand/lessen/regios.csv?vr=hours&ed=2025"
    old = ask(f"{path}&v={first}").headers
    assert old["stand-figures"] == "changed"
    assert old["link"] == f'<http://proef/{path}>; rel="latest-version"'
    assert "stand-figures" not in ask(path).headers
    assert "link" not in ask(path).headers
    response = ask(f"bestand/over/respons.csv?ed=2025&v={first}")
    assert response.headers["stand-figures"] == "unchanged"


def test_a_damaged_version_online_costs_no_former_version_its_file(
    first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "release"
    shutil.copytree(os.environ["STAND_RELEASE"], copy)
    monkeypatch.setenv("STAND_RELEASE", str(copy))
    (copy / VERSIONS / current_version(copy) / "figures.parquet").unlink()
    path = "bestand/lessen/regios.csv?vr=hours&ed=2025"
    assert ask(path).status == 503
    former = ask(f"{path}&v={first}")
    assert former.status == 200
    assert former.headers["stand-figures"] == "changed"
    assert ask("feed.xml?th=lessen").body.decode().count("<entry>") == 2


def test_an_embedded_figure_says_so_in_a_sentence(first: str) -> None:
    path = f"insluiten/lessen/regios?vr=hours&ed=2025&v={first}"
    said = ask(f"{path}&taal=nl").body.decode()
    assert "Er is een nieuwere versie. Deze figuur is daarin anders." in said
    assert "This figure is different in it." in ask(f"{path}&taal=en").body.decode()


def test_a_presentation_of_a_former_version_says_that_there_is_a_newer_one(first: str) -> None:
    said = "Er is een nieuwere versie."
    assert said in presented(checked([("v", first), ("taal", "nl")]))
    assert said not in presented(checked([("taal", "nl")]))
