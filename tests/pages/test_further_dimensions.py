"""Dimensions beside regions and size classes: a second division by class, and one of another kind.

They take a column of the register and an entry in the codebook; no code knows their names.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from data.survey.design import RESERVED
from pages.cards.places.regions import regional
from pages.files.presentation import presented
from pages.state import address
from pages.state.address import Dropped
from pages.state.releases import online
from pages.state.selection import Official, SignalChoice, TableChoice
from queries.publish.build import make_release
from queries.vocabulary import Weighting
from tests.conftest import made_once, silent
from tests.support.cards import card, view
from tests.support.reading import address as address_of
from tests.support.reading import framed
from tests.support.surveys import HEAD, dimension, indicator, texts, write_vault

CODES = [f"S{n:02}" for n in range(1, 21)]
# The first eight lie in town; old and new buildings take turns.
PLACES = ["stad"] * 8 + ["land"] * 12
REGIONS = ["berg"] * 10 + ["dal"] * 10


def released(folder: Path) -> None:
    """Release twenty schools; the first eight, those in town, have 30 books and the others 10."""
    register = pl.DataFrame(
        {
            "year": [2031] * 20,
            "municipality_code": CODES,
            "name": CODES,
            "inhabitants": [100] * 20,
            "streek": REGIONS,
            "size": ["klein", "groot"] * 10,
            "bouw": ["oud", "oud", "nieuw", "nieuw"] * 5,
            "ligging": PLACES,
        }
    )
    codebook = (
        HEAD.format(stratum="streek", headline="books")
        + f"[[editions]]\nyear = 2031\nlabel = {texts('2031')}\n"
        + dimension("ligging", "other", "lg", ["stad", "land"])
        + dimension("size", "class", "gr", ["klein", "groot"])
        + dimension("bouw", "class", "bw", ["oud", "nieuw"])
        + dimension("streek", "region", "st", ["berg", "dal"])
        + indicator("books", "number", [2031], 'valid = [0, 50]\nheadline = "mean"')
    )
    answers: list[tuple[int, str, str, str, float | None, str | None]] = [
        (2031, code, "books", "", 30.0 if place == "stad" else 10.0, None)
        for code, place in zip(CODES, PLACES, strict=True)
    ]
    make_release(write_vault(folder / "kluis", codebook, register, answers), folder / "uit", silent)


@pytest.fixture(autouse=True)
def _schools(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages show the schools."""
    folder = made_once("ligging", released, tmp_path_factory)
    monkeypatch.setenv("STAND_RELEASE", str(folder / "uit"))


def test_each_is_published() -> None:
    assert online().dimensions == ["bouw", "ligging", "nl", "size", "streek"]


def test_each_has_a_card_with_the_figures_of_its_groups() -> None:
    # all answers within a group of the place are the same, so that nothing moves its mean
    figures = card("per-lg", "lessen", ed="2031", taal="nl").figures
    assert dict(figures.select("group_code", "estimate").iter_rows()) == {"stad": 30, "land": 10}
    assert card("per-bw", "lessen", ed="2031", taal="nl").figures["group_code"].to_list() == [
        "oud",
        "nieuw",
    ]


@pytest.mark.parametrize("choice", [{"lg": "stad"}, {"bw": "oud"}, {"bw": "nieuw", "lg": "land"}])
def test_a_link_keeps_what_was_chosen_of_them(choice: dict[str, str]) -> None:
    of = view(ed="2031", taal="nl", **choice)
    assert address.write(of.selection, of.book) == choice | {"ed": "2031", "taal": "nl"}
    assert address.write(address.shared(of.selection), of.book) == choice | {
        "ed": "2031",
        "taal": "nl",
    }


def test_the_order_of_the_codebook_changes_nothing_where_one_is_the_default() -> None:
    book = online().codebook
    default = [d.model_copy(update={"default": d.id == "size"}) for d in book.dimensions]
    for dimensions in (default, default[::-1]):
        of_kind = book.model_copy(update={"dimensions": dimensions}).of_kind("class")
        assert [d.id for d in of_kind] == ["size", "bouw"]


def test_no_dimension_can_take_a_name_that_addresses_have() -> None:
    of = view(ed="2031", taal="nl", lg="stad", bw="oud", st="berg", gr="klein")
    everything = of.selection.__class__(
        language="nl",
        edition=2031,
        question="books",
        item="a",
        weighting=Weighting.INHABITANT,
        margins=False,
        official=Official("a", "begroting", 2031, "GM1"),
        table=TableChoice("a", ("a",), "size", (2031,)),
        signals=SignalChoice("a", "a", "a"),
        owner="rijk",
        term="a",
        version="1",
        peers="size",
        opened=("kern",),
    )
    assert set(address.write(everything, of.book)) | {"gi"} == RESERVED


def test_a_group_that_is_not_there_is_said_to_be_dropped() -> None:
    _, dropped = address.read({"lg": "dorp", "ed": "2031"}, online())
    assert dropped == [Dropped("lg", "dorp")]


def test_the_headline_figure_is_that_of_the_chosen_group() -> None:
    figures = card("kern", "lessen", lg="stad", ed="2031", taal="nl").figures
    assert figures.select("dimension", "group_code", "estimate").rows() == [("ligging", "stad", 30)]


def test_what_is_about_everyone_leaves_them_out() -> None:
    of = view(ed="2031", taal="nl", lg="stad", gr="klein", st="berg")
    assert of.national().chosen_groups() == {}
    # the page of regions is about the region alone
    assert regional(of).chosen_groups() == {"streek": "berg"}
    # 8 of 20 schools have 30 books and 12 have 10: 18, and noise of at most 1.75
    slide = presented(view(lg="stad", ed="2031", taal="nl"))
    (mean,) = re.findall(r">(\d+)%</span> books<", slide)
    assert int(mean) == pytest.approx(18, abs=2)


@pytest.mark.parametrize(
    ("dimension", "code", "link"),
    [
        ("ligging", "land", {"lg": "land"}),
        ("bouw", "oud", {"bw": "oud"}),
        ("size", "klein", {"gr": "klein"}),
        ("streek", "dal", {"st": "dal"}),
        ("nl", "nl", {}),
    ],
)
def test_a_link_to_a_group_chooses_that_group_alone(
    dimension: str, code: str, link: dict[str, str]
) -> None:
    of = view(ed="2031", taal="nl", lg="stad", bw="nieuw", gr="groot", st="berg")
    chosen = of.in_group(of.selection, dimension, code)
    assert address.write(chosen, of.book) == link | {"ed": "2031", "taal": "nl"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_offers_them_and_keeps_them_in_its_address(language: str) -> None:
    link = {"lg": "land", "bw": "oud", "ed": "2031", "taal": language}
    test = framed("lessen", **link)
    assert (list(test.exception), [e.value for e in test.error]) == ([], [])
    assert address_of(test) == link
    offered = {getattr(pills, "label", "") for pills in test.get("button_group")}
    assert offered >= {"ligging", "bouw"}
