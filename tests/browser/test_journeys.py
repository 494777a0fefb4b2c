"""What a reader chose survives: deep links, reload, back and forward, other pages and languages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import Served, start_server
from tests.support.driving import ALERTS, NAVIGATION, PATIENCE, Visitor, visiting

pytestmark = pytest.mark.browser
CHOSEN = {"kl": "k2", "pv": "PV30", "ed": "2022", "taal": "en"}
QUERY = "kl=k2&pv=PV30&ed=2022&taal=en"
# Both halves of the choice, in the words of the codebook.
PLACE = "North Brabant, 20,000 to 50,000 inhabitants"


_CHOSEN = """name => [...document.querySelectorAll('.stSelectbox input')]
  .some(input => input.value === name)
  || [...document.querySelectorAll("[role='radio'][aria-checked='true']")]
  .some(button => button.innerText.trim() === name)"""


def is_chosen(reader: Visitor, *names: str) -> bool:
    """Return whether filters come to show choices, as they are drawn."""
    for name in names:
        reader.page.wait_for_function(_CHOSEN, arg=name, timeout=PATIENCE)
    return True


def test_the_first_visitors_of_a_cold_server_get_the_view_of_their_links(
    browser: Browser, sample_release: Path, tmp_path: Path
) -> None:
    # One of each kind: with filters and charts, with a map, of one place, with words alone.
    slugs = ["", "preventie", "regio", "gemeente", "tabellen", "begrippen"]
    cold = start_server(sample_release, tmp_path / "log.txt")
    try:
        with visiting(browser) as first:
            readers = [Visitor(first.page.context.new_page()) for _ in slugs]
            for slug, reader in zip(slugs, readers, strict=True):
                reader.page.goto(f"{cold.address}/{slug}?{QUERY}", wait_until="commit")
            for slug, reader in zip(slugs, readers, strict=True):
                reader.wait()
                assert reader.slug == slug
                assert reader.parameters == CHOSEN
                assert reader.page.locator(ALERTS).count() == 0
                if slug == "preventie":
                    assert is_chosen(
                        reader,
                        "North Brabant (province): no figure",
                        "2022",
                        "20,000–50,000: no figure",
                    )
                    assert PLACE in reader.text
    finally:
        cold.stop()


def test_a_choice_survives_reload_other_pages_back_and_forward(
    visitor: Visitor, server: Served
) -> None:
    visitor.open(f"{server.address}/preventie?ed=2023&taal=nl")
    visitor.pick("Grootteklasse", "20.000–50.000")
    visitor.choose("2022")
    chosen = {"kl": "k2", "ed": "2022", "taal": "nl"}
    assert visitor.parameters == chosen

    visitor.page.reload(wait_until="commit")
    visitor.wait()
    assert visitor.parameters == chosen
    assert is_chosen(visitor, "20.000–50.000", "2022")

    visitor.follow(NAVIGATION, "Kiezen in schaarste")
    assert (visitor.slug, visitor.parameters) == ("schaarste", chosen)
    assert is_chosen(visitor, "20.000–50.000", "2022")

    visitor.page.go_back(wait_until="commit")
    visitor.wait()
    visitor.page.locator(".stand-kicker", has_text="Preventie").wait_for(timeout=PATIENCE)
    assert (visitor.slug, visitor.parameters) == ("preventie", chosen)
    assert is_chosen(visitor, "20.000–50.000", "2022")

    visitor.page.go_forward(wait_until="commit")
    visitor.wait()
    visitor.page.locator(".stand-kicker", has_text="Kiezen in schaarste").wait_for(timeout=PATIENCE)
    assert (visitor.slug, visitor.parameters) == ("schaarste", chosen)
    assert is_chosen(visitor, "20.000–50.000", "2022")


def test_back_undoes_a_choice_on_the_same_page(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/preventie?ed=2023&taal=nl")
    visitor.pick("Grootteklasse", "20.000–50.000")
    visitor.page.go_back(wait_until="commit")
    visitor.page.wait_for_function("!location.search.includes('kl=')", timeout=PATIENCE)
    visitor.wait()
    assert is_chosen(visitor, "Alle klassen")


def test_the_other_language_shows_the_same_view(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/preventie?{QUERY.replace('taal=en', 'taal=nl')}")
    visitor.follow(".stand-language a", "English")
    assert (visitor.slug, visitor.parameters) == ("preventie", CHOSEN)
    assert PLACE in visitor.text
    assert visitor.page.evaluate("document.documentElement.lang") == "en"


def test_what_is_unfolded_is_in_the_link_and_stays_so(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/preventie?ed=2023&taal=nl")
    page, table = visitor.page, visitor.page.locator(".st-key-use-klassen .stand-table")
    opener = page.locator(".st-key-card-klassen .stand-unfold")
    page.evaluate("window.isTheSamePage = true")
    opener.focus()
    page.keyboard.press("Enter")
    table.wait_for(timeout=PATIENCE)
    visitor.wait()
    assert (visitor.parameters["op"], opener.get_attribute("aria-expanded")) == ("klassen", "true")
    # nothing was loaded anew, and the reader is still at the link
    assert page.evaluate("window.isTheSamePage === true")
    page.wait_for_function("document.activeElement.matches('.st-key-card-klassen .stand-unfold')")
    page.reload()
    table.wait_for(timeout=PATIENCE)
    visitor.wait()
    opener.click()
    table.wait_for(state="detached", timeout=PATIENCE)
    visitor.wait()
    assert ("op" in visitor.parameters, opener.get_attribute("aria-expanded")) == (False, "false")


def test_a_card_unfolds_into_its_table_and_its_files(visitor: Visitor, server: Served) -> None:
    visitor.open(f"{server.address}/preventie?kl=k2&ed=2023&taal=nl")
    card = visitor.page.locator(".st-key-card-klassen")
    assert card.locator(".stand-table").count() == 0
    card.get_by_role("link", name="Tabel en downloads").click()
    card.locator(".stand-table").wait_for(timeout=PATIENCE)
    assert card.locator(".stand-table tbody tr").count() == 4
    with visitor.page.expect_download() as arriving:
        card.get_by_role("link", name="CSV voor Excel").click()
    name, content = arriving.value.suggested_filename, Path(arriving.value.path()).read_bytes()
    assert re.fullmatch(r"svdu_fictief_[a-z_]+_klassen_2023_kl-k2_v\d+-\w+\.csv", name)
    assert content.startswith(b"\xef\xbb\xbfsoort;fictief;jaar;")
    assert "Fictieve voorbeelddata" in content.decode("utf-8-sig")


def test_on_a_phone_the_choices_fold_behind_a_button_that_counts_them(
    browser: Browser, server: Served
) -> None:
    with visiting(browser, 390) as reader:
        reader.open(f"{server.address}/preventie?ld=LD01&kl=k2&ed=2023&taal=nl")
        button = reader.page.get_by_role("button", name="Kies vraag, regio en klasse (2 gekozen)")
        chooser = reader.page.locator(".st-key-w-kl [role=combobox]")
        assert button.get_attribute("aria-expanded") == "false"
        assert not chooser.is_visible()
        button.press("Enter")
        reader.pick("Grootteklasse", "Alle klassen")
        # it is drawn anew, and stays open
        once = reader.page.get_by_role("button", name="Kies vraag, regio en klasse (1 gekozen)")
        once.wait_for()
        assert once.get_attribute("aria-expanded") == "true"
        assert chooser.is_visible()
