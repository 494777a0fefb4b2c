"""Regions and municipalities in a real browser: by keyboard, and what leaves the page."""

import io

import pypdf
import pytest

from tests.conftest import Served
from tests.support.driving import Visitor

pytestmark = pytest.mark.browser


def test_a_region_is_chosen_on_the_map_by_keyboard(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/regio?taal=nl&ed=2023")
    page = visitor.page
    page.locator(".stand-tile", has_text="Zeeland").focus()
    # From north to south and west to east: after Zeeland comes Noord-Brabant.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").startswith("Noord-Brabant")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.evaluate("window.isTheSamePage = true")
    page.keyboard.press("Enter")
    page.wait_for_function("location.href.includes('pv=PV30')")
    visitor.wait()
    assert visitor.parameters["pv"] == "PV30"
    assert page.locator(".stand-tile[aria-current]").inner_text().startswith("Noord-Brabant")
    assert "Noord-Brabant: deelname en thema's" in visitor.text
    # nothing was loaded anew, and the reader is still where they were
    assert page.evaluate("window.isTheSamePage === true")
    page.wait_for_function("document.activeElement.matches('.stand-tile[aria-current]')")
    page.go_back()
    page.wait_for_function("!document.querySelector('.stand-tile[aria-current]')")
    assert visitor.errors == []


def test_the_map_of_municipalities_is_drawn_as_hexagons(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/regio?taal=nl&ed=2023&gm=GM0363")
    drawn = visitor.page.locator(".st-key-card-kaart svg.marks, .st-key-card-kaart canvas")
    drawn.first.wait_for()
    hexagons = visitor.page.locator(".st-key-card-kaart .mark-symbol.role-mark path")
    assert hexagons.count() in {0, 343}  # drawn on a canvas, or one path each and a rim
    assert drawn.first.bounding_box() is not None


def test_an_own_answer_leaves_no_trace_in_the_address(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/gemeente?taal=nl&ed=2023&gm=GM0363")
    before = visitor.page.url
    visitor.page.get_by_role("radiogroup").get_by_text("Nee", exact=True).click()
    visitor.page.get_by_text("Uw antwoord: Nee.").wait_for()
    assert visitor.page.url == before
    visitor.open(before)
    assert "Uw antwoord" not in visitor.text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sheet_prints_on_two_pages_and_scrolls_no_wider(
    visitor: Visitor, server: Served, language: str
) -> None:
    page = visitor.page
    page.goto(f"{server.address}/bespreekblad/GM0820.html?taal={language}&ed=2023")
    document = page.pdf(prefer_css_page_size=True)
    assert len(pypdf.PdfReader(io.BytesIO(document)).pages) == 2
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.errors == []
