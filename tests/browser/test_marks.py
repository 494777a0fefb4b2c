"""A mark that is pointed at answers with one sentence, in the language of the reader."""

import re

import pytest

from tests.conftest import Served
from tests.support.driving import Visitor

pytestmark = pytest.mark.browser


def pointed_at(visitor: Visitor, card: str, mark: str) -> str:
    """Return what is said of the first mark of a kind in the chart of a card."""
    drawn = visitor.page.locator(f".st-key-card-{card} {mark}").first
    drawn.scroll_into_view_if_needed()
    drawn.hover(force=True)
    tooltip = visitor.page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    return tooltip.inner_text()


def test_a_dot_says_who_value_margin_and_n(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/preventie?ed=2023&taal=nl")
    said = pointed_at(visitor, "klassen", ".mark-symbol.role-mark path[d]")
    assert re.fullmatch(
        r"tot 20\.000: \d+% \(marge \d+ tot \d+%; ongeveer \d+ van 66 gemeenten\)", said
    )


def test_a_cell_says_which_groups_it_is_of(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/preventie?ed=2023&taal=en")
    said = pointed_at(visitor, "kruising", ".mark-rect path")
    assert re.fullmatch(r"North, up to 20,000: [^:]+ \(8 municipalities\)", said)


def test_a_municipality_says_its_name_and_its_value(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/financien?ed=2023&taal=nl")
    said = pointed_at(visitor, "officieel-klassen", ".mark-symbol.role-mark path")
    assert re.fullmatch(r"[^:]+: −?\d+,\d%", said)


def test_a_mark_without_words_says_nothing(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/financien?ed=2023&taal=nl")
    drawn = ".st-key-card-officieel-klassen .mark-rect.role-mark >> nth=1 >> path"
    band = visitor.page.locator(drawn).first
    band.scroll_into_view_if_needed()
    # near its edge, where no municipality lies over it
    for event in ("pointerover", "pointermove"):
        band.dispatch_event(event, {"bubbles": True})
    visitor.page.wait_for_timeout(300)
    assert visitor.page.locator("#vg-tooltip-element.visible").count() == 0
