"""A click on a mark chooses what it is of: the address says so, and the way back undoes it."""

from __future__ import annotations

import pytest

from tests.conftest import Served
from tests.support.driving import PATIENCE, Visitor

pytestmark = pytest.mark.browser

# The first mark of a card that says something which begins with certain words.
_MARK = """([card, words]) => [...document.querySelectorAll(`.st-key-card-${card} svg path`)]
  .find(mark => (mark.__data__?.tooltip ?? '').startsWith(words))"""


def click(visitor: Visitor, card: str, words: str) -> dict[str, str]:
    """Click on a mark as a mouse does; return what the address says then."""
    page = visitor.page
    before = page.url
    page.wait_for_function(_MARK, arg=[card, words], timeout=PATIENCE)
    mark = page.evaluate_handle(_MARK, [card, words]).as_element()
    assert mark is not None
    mark.scroll_into_view_if_needed()
    mark.hover(force=True)
    page.wait_for_function("mark => getComputedStyle(mark).cursor === 'pointer'", arg=mark)
    mark.click(force=True)
    page.wait_for_function("before => location.href !== before", arg=before)
    visitor.wait()
    return visitor.parameters


def chosen(visitor: Visitor, *names: str) -> list[str | None]:
    """Return what the address says of some parameters."""
    return [visitor.parameters.get(name) for name in names]


def test_marks_of_a_question_choose_groups_and_editions(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/preventie?taal=nl&ed=2023&pv=PV30")
    visitor.page.evaluate("window.isTheSamePage = true")
    # A cell has a region and a class: both are chosen, in the place of the province.
    click(visitor, "kruising", "Oost, 20.000–50.000")
    assert chosen(visitor, "ld", "kl", "pv") == ["LD02", "k2", None]
    assert "Oost" in visitor.page.locator("h1").inner_text()
    click(visitor, "kruising", "Oost:")
    assert chosen(visitor, "ld", "kl") == ["LD02", None]
    click(visitor, "klassen", "20.000–50.000")
    assert chosen(visitor, "ld", "kl") == ["LD02", "k2"]
    # What is chosen is let go of by a second click.
    click(visitor, "klassen", "20.000–50.000")
    assert chosen(visitor, "ld", "kl") == ["LD02", None]
    click(visitor, "edities", "2022")
    assert chosen(visitor, "ed", "ld") == ["2022", "LD02"]
    visitor.page.go_back()
    visitor.wait()
    assert chosen(visitor, "ed", "ld") == ["2023", "LD02"]
    # Nothing was loaded anew.
    assert visitor.page.evaluate("window.isTheSamePage === true")
    assert visitor.errors == []


def test_an_answer_chooses_its_question_with_it(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/personeel?taal=nl&ed=2023&vr=staff_shortage_social")
    click(visitor, "verdieping", "ICT en informatie")
    assert chosen(visitor, "vr", "an") == ["staff_shortage_domains", "ict"]


def test_a_municipality_is_chosen_where_it_is_drawn(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/regio?taal=nl&ed=2023&th=regels_geld&gi=pv")
    click(visitor, "kaart", "Texel")
    assert chosen(visitor, "gm", "th") == ["GM0448", "regels_geld"]
    click(visitor, "kaart", "Texel")
    assert chosen(visitor, "gm", "th") == [None, "regels_geld"]
    click(visitor, "regio-alle", "Zuid-Holland")
    assert chosen(visitor, "pv", "gi") == ["PV28", None]
    visitor.open(f"{server.address}/financien?taal=nl&ed=2023&kl=k1")
    click(visitor, "officieel-klassen", "Texel")
    assert chosen(visitor, "gm", "kl") == ["GM0448", "k1"]
    assert "Texel" in visitor.page.locator(".st-key-official").inner_text()
