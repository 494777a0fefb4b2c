"""Searching with the keyboard alone, from any page."""

import pytest
from playwright.sync_api import expect

from tests.conftest import Served
from tests.support.driving import PATIENCE, Visitor

pytestmark = pytest.mark.browser
FOUND = ".st-key-found a"


def to_search(reader: Visitor) -> None:
    """Walk to the search box with Tab."""
    box = reader.page.locator(".st-key-w-search input")
    for _ in range(40):
        reader.page.keyboard.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            return
    pytest.fail("De zoekbalk is met Tab niet te bereiken.")


@pytest.mark.parametrize(
    ("page", "language", "letters", "name", "slug", "parameters"),
    [
        ("gemeente", "nl", "ma", "marge · begrip", "begrippen", {"bg": "marge"}),
        ("signalen", "nl", "bee", "Beemster (nu Purmerend)", "gemeente", {"gm": "GM0439"}),
        ("", "en", "va", "Vacancy rate", "personeel", {"vr": "staff_vacancy_rate_pct"}),
    ],
)
def test_two_letters_tab_and_enter_lead_to_what_is_sought(  # noqa: PLR0917 - one case
    visitor: Visitor,
    server: Served,
    page: str,
    language: str,
    letters: str,
    name: str,
    slug: str,
    parameters: dict[str, str],
) -> None:
    visitor.open(f"{server.address}/{page}?ed=2022&taal={language}")
    to_search(visitor)
    visitor.page.keyboard.type(letters)
    hit = visitor.page.locator(FOUND, has_text=name).first
    hit.wait_for(timeout=PATIENCE)
    for _ in range(10):
        visitor.page.keyboard.press("Tab")
        if hit.evaluate("link => link === document.activeElement"):
            break
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(f"**/{slug}?**", timeout=PATIENCE)
    visitor.wait()
    assert visitor.parameters == parameters | {"ed": "2022", "taal": language}
    # Whoever arrives starts with an empty box.
    expect(visitor.page.locator(".st-key-w-search input")).to_have_value("")
    expect(visitor.page.locator(FOUND)).to_have_count(0)
    assert visitor.errors == []
