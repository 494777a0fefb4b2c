"""The page of regions: a choice by map or list, each against the rest, and the map of places."""

import re

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from pages.cards.registry import build
from pages.files.downloads import tidy
from pages.state.address import read
from pages.state.releases import Facts
from pages.state.view import View
from pages.words.texts import Words
from queries.release.manifest import Release
from tests.support.cards import participants, released
from tests.support.reading import address, framed, markup, said

pytestmark = pytest.mark.usefixtures("on_sample")


def tiles(html: str) -> list[tuple[str, str]]:
    """Return the names and addresses of the tiles of a map."""
    found = re.findall(r'href="([^"]+)".*?<span class="name">([^<]+)</span>', html)
    return [(name, target) for target, name in found]


def map_of(test: AppTest) -> str:
    """Return the map of a page as HTML."""
    bodies = [str(block.proto.body) for block in test.get("html")]
    return next(body for body in bodies if "stand-tiles" in body)


def test_the_map_begins_with_twelve_provinces_that_are_links() -> None:
    found = tiles(map_of(framed("regio", taal="nl")))
    assert len(found) == 12
    assert found[0][0] == "Fryslân"
    assert "pv=PV21" in found[0][1]
    assert found[0][1].startswith("regio?")


@pytest.mark.parametrize(
    ("level", "count", "key"), [("ld", 4, "ld=LD01"), ("am", 35, "am=AM01"), ("pv", 12, "pv=PV20")]
)
def test_every_division_has_a_map_of_its_own(level: str, count: int, key: str) -> None:
    test = framed("regio", gi=level, taal="nl")
    found = tiles(map_of(test))
    assert len(found) == count
    assert any(key in target for _, target in found)
    assert address(test)["gi"] == level


def test_a_tile_says_its_figure_and_outcome_in_words(published: Release) -> None:
    html = map_of(framed("regio", gi="ld", taal="nl", ed="2023"))
    figure = released(published, "staff_shortage_social", "landsdeel", "LD02")
    tested = pl.read_parquet(published.folder / "comparisons.parquet").filter(
        indicator="staff_shortage_social",
        item="yes",
        weighting="municipality",
        edition=2023,
        against="rest",
        group_code="LD02",
    )
    outcome = Words("nl")(f"outcome.{tested['outcome'].item()}")
    assert f'title="Oost: {round(100 * figure["estimate"])}% {outcome}"' in html


def test_the_list_beside_the_map_chooses_the_same_region() -> None:
    test = framed("regio", taal="nl")
    test.selectbox(key="w-region").set_value("PV30").run()
    assert address(test)["pv"] == "PV30"
    assert 'aria-current="true"' in map_of(test)
    assert test.header[0].value.replace("\\", "") == "Noord-Brabant: deelname en thema's"


def test_a_region_is_set_against_the_rest_on_every_theme() -> None:
    test = framed("regio", pv="PV30", taal="nl", ed="2023")
    titles = {"Personeel", "Financiën", "Gegevensuitwisseling", "Kiezen in schaarste", "Preventie"}
    assert titles <= set(said(test).splitlines())
    assert said(test).count("met de rest van Nederland") >= 6


def test_a_withheld_region_is_answered_with_a_wider_one_in_a_plain_sentence(
    published: Release,
) -> None:
    wider = released(published, "staff_shortage_social", "landsdeel", "LD02")
    share = round(100 * wider["estimate"])
    text = said(framed("regio", pv="PV24", taal="nl", ed="2023")).replace("\\", "")
    assert "Flevoland: te weinig antwoorden. U ziet Oost-Nederland." in text
    assert f"Oost-Nederland: {share}% van de gemeenten" in text


def test_the_response_of_a_region_counts_it_by_class_where_that_is_published(
    published: Release,
) -> None:
    count, population = participants(published, "province", "PV30")
    share = 5 * round(20 * count / population)
    text = said(framed("regio", pv="PV30", taal="nl", ed="2023")).replace("\\", "")
    assert (
        f"Noord-Brabant: ongeveer {count} van de 56 gemeenten deden mee (ongeveer {share}%)."
        in text
    )
    assert "Grootteklassen binnen Noord-Brabant worden niet apart gepubliceerd." in text


def test_the_response_of_a_small_region_is_said_to_be_approximate(published: Release) -> None:
    count, population = participants(published, "province", "PV24")
    text = said(framed("regio", pv="PV24", taal="nl", ed="2023")).replace("\\", "")
    assert population < 30
    assert f"Flevoland: ongeveer {count} van de {population} gemeenten deden mee" in text


def test_of_the_smallest_regions_the_response_is_not_told(published: Release) -> None:
    assert participants(published, "arbeidsmarktregio", "AM11") == (None, 5)
    text = said(framed("regio", am="AM11", taal="nl", ed="2023")).replace("\\", "")
    assert "hoeveel van de 5 gemeenten meededen, wordt bij zo’n kleine groep niet gezegd." in text


def test_places_are_ranges_never_a_rank() -> None:
    test = framed("regio", pv="PV30", op="regio-alle", taal="nl", ed="2023")
    assert any(re.search(r">\d+ tot \d+ van \d+<", piece) for piece in markup(test))
    # beside what a test calls a region, a place would speak against it
    assert "plaats van de" not in said(test)


def test_the_page_speaks_english() -> None:
    test = framed("regio", pv="PV30", taal="en", ed="2023")
    text = said(test)
    assert test.title[0].value.replace("\\", "").startswith("North Brabant: ")
    assert "Noord-Brabant" not in text.replace("North Brabant", "")
    assert "gemeenten" not in text.replace("(gemeente)", "")


def test_the_map_of_municipalities_holds_official_figures_and_marks_one() -> None:
    test = framed("regio", gm="GM0363", taal="nl", ed="2023")
    text = said(test).replace("\\", "")
    assert "Solvabiliteit (benadering uit Iv3) per gemeente, jaarrekening 2023" in text
    assert "Amsterdam: 49,3%." in text
    assert "341 van 342 gemeenten deden opgave" in text


def test_a_figure_known_of_part_of_the_country_is_not_on_the_map() -> None:
    options = framed("regio", taal="nl").selectbox(key="w-of").options
    assert len(options) == 5
    assert not any("BBV" in option for option in options)


def test_the_rest_stands_in_the_table_and_the_file_as_in_the_chart(published: Release) -> None:
    facts = Facts(published)
    parameters = {"pv": "PV30", "ed": "2023", "taal": "nl"}
    view = View(facts, read(parameters, facts)[0])
    card = build("rest-financien", view, view.book.themes[0])
    assert card is not None
    assert card.chart is not None
    assert card.table["Groep"].to_list() == ["Noord-Brabant", "Rest van Nederland"]
    drawn = [key.split("|")[2] for key in card.chart.rows["key"]]
    assert card.table["Waarde"].to_list() == drawn
    file = tidy(view, card)
    assert file["group_label"].to_list() == ["Noord-Brabant", "Rest van Nederland"]
    drawn = card.chart.rows["estimate"].to_list()
    # to four decimals, as every measured number in a file
    assert file["estimate"].to_list() == [round(value, 4) for value in drawn]
    assert file["is_synthetic"].all()


def test_a_choice_says_beforehand_how_many_figures_it_shows(published: Release) -> None:
    # Those too uncertain to tell do not count.
    figures = pl.read_parquet(published.folder / "figures.parquet").filter(
        pl.col("status").is_in(["shown", "bound"]) & pl.col("grade").ne_missing("uncertain"),
        indicator="prev_structural_funding",
        edition=2023,
        item="yes",
        weighting="municipality",
        dimension="province",
    )
    test = framed("regio", taal="nl", ed="2023", th="preventie")
    levels = test.button_group(key="w-gi").options
    assert f"Provincie: {figures.height} van 12" in levels


def test_a_class_without_a_figure_in_a_region_says_so_before_it_is_chosen() -> None:
    test = framed("preventie", taal="nl", ed="2023", ld="LD02")
    assert test.selectbox(key="w-kl").options == [
        "Alle klassen",
        "tot 20.000: geen cijfer",
        "20.000–50.000",
        "50.000–100.000: geen cijfer",
        "100.000 en meer: geen cijfer",
    ]


def test_a_region_opens_on_a_theme_of_which_it_has_a_figure() -> None:
    # what it has no figure of comes before this theme
    title = framed("regio", ld="LD01", ed="2023", taal="nl").title[0].value
    assert title.startswith(r"Noord-Nederland\: 30% van de gemeenten staat op niveau 3")
