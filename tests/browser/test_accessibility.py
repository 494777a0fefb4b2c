"""What people who cannot see or point meet.

Axe, which looks at every page in test_pages.py, finds about a third of the problems.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from data.survey.languages import LANGUAGES, Language
from tests.browser.conftest import LOOKS, PHONE, WIDE
from tests.conftest import Served
from tests.support.axe import serious

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def opened(page: Page, server: Served, slug: str, language: str = "nl", ed: str = "2023") -> None:
    """Open a page of an edition and wait until everything on it is drawn."""
    page.goto(f"{server.address}/{slug}?ed={ed}&taal={language}")
    page.wait_for_selector("h1")
    settled(page)


def settled(page: Page) -> None:
    """Wait until the script of the page is done and nothing is still to be drawn."""
    page.wait_for_function(
        """() => { const app = document.querySelector('[data-testid=stApp]');
        return !app || (app.dataset.testScriptState === 'notRunning'
            && !document.querySelector('[data-testid=stSkeleton]')
            && ![...document.querySelectorAll('.stVegaLiteChart')].some(
                chart => !chart.querySelector('svg'))); }"""
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", ["presentatie", "insluiten/personeel/klassen"])
def test_axe_finds_nothing_serious_outside_the_dashboard(
    page: Page, server: Served, slug: str, language: Language
) -> None:
    opened(page, server, slug, language)
    for scheme, size in LOOKS[language]:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        assert serious(page) == []


def test_the_keyboard_reaches_the_content_first_and_every_link_in_sight(
    page: Page, server: Served
) -> None:
    opened(page, server, "preventie")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("Tab")
    passed = 0
    for _ in range(30):
        seen = page.evaluate(
            """() => { const at = document.activeElement;
            if (at === document.body) return null;
            const box = at.getBoundingClientRect();
            const marked = [at, at.parentElement, at.parentElement.parentElement].some(element => {
                const look = getComputedStyle(element);
                return (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0)
                    || look.boxShadow !== 'none' || parseFloat(look.borderTopWidth) > 0; });
            const inside = box.bottom > 0 && box.top < innerHeight;
            return {marked, inside, what: at.outerHTML}; }"""
        )
        if seen is None:  # past the last of them
            break
        assert seen["inside"], seen["what"][:200]
        assert seen["marked"], seen["what"][:200]
        passed += 1
        page.keyboard.press("Tab")
    assert passed > 15


def test_the_head_is_a_landmark_that_marks_the_page_shown(page: Page, server: Served) -> None:
    opened(page, server, "preventie")
    head = page.get_by_role("navigation", name="Pagina's")
    assert head.locator("[aria-current=page]:visible").inner_text() == "Preventie"
    head.get_by_role("link", name="Bestaanszekerheid").click()
    page.wait_for_function(
        """() => document.querySelector('.stand-nav [aria-current=page]')?.innerText
        === 'Bestaanszekerheid'"""
    )
    page.locator(".stand-kicker", has_text="Bestaanszekerheid").wait_for()


def test_a_phone_has_every_page_in_one_menu_right_behind_its_button(
    page: Page, server: Served
) -> None:
    page.set_viewport_size(PHONE)
    opened(page, server, "")
    every = page.locator(".stand-nav a")
    menu = page.get_by_role("button", name="Menu")
    assert every.filter(visible=True).count() == 2
    menu.press("Enter")
    every.last.wait_for()
    assert every.filter(visible=True).count() == every.count()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Kerncijfers"
    every.filter(has_text="Preventie").press("Enter")
    page.locator(".stand-kicker", has_text="Preventie").wait_for()
    every.filter(visible=True).nth(2).wait_for(state="detached")


def test_a_list_of_choices_shows_where_the_keyboard_is(page: Page, server: Served) -> None:
    ring = "element => getComputedStyle(element).outlineStyle"
    opened(page, server, "personeel")
    choices = page.locator(".stSelectbox", has_text="Vraag")
    choices.get_by_role("combobox").press("ArrowDown")
    assert choices.get_by_role("group").evaluate(ring) == "solid"
    option = page.get_by_role("option", name="Vakgebieden met een personeelstekort")
    assert option.evaluate(ring) == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**vr=staff_shortage_domains**")
    assert choices.get_by_role("combobox").evaluate("input => input === document.activeElement")


def test_charts_take_the_colours_a_system_forces_and_stand_still_when_asked(
    page: Page, server: Served
) -> None:
    opened(page, server, "preventie")
    dot = ".st-key-card-edities .mark-symbol path"
    ours = page.eval_on_selector(dot, "mark => getComputedStyle(mark).stroke")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    forced = page.eval_on_selector(dot, "mark => getComputedStyle(mark).stroke")
    moving = page.eval_on_selector(
        "[data-testid=stButtonGroup] button",
        "button => parseFloat(getComputedStyle(button).transitionDuration)",
    )
    assert ours == "rgb(26, 79, 139)"
    assert forced != ours
    assert moving < 0.001


def test_paper_holds_every_finding_and_nothing_to_press(page: Page, server: Served) -> None:
    opened(page, server, "", ed="2022")
    page.emulate_media(media="print")
    assert page.locator(".stand-numbers .stand-figure").filter(visible=True).count() == 6
    assert page.locator("h3").filter(visible=True).count() == 6
    opened(page, server, "preventie")
    pressed = page.locator("button, input, summary, .stand-strip a")
    assert pressed.filter(visible=True).count() == 0


def test_a_link_to_one_figure_is_copied_and_leads_there(page: Page, server: Served) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, server, "preventie")
    card = page.locator(".st-key-card-klassen")
    card.locator(".stand-share summary").click()
    card.get_by_role("link", name="Kopieer link").click()
    page.wait_for_selector(".stand-said:not(:empty)")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{server.address}/preventie?")
    assert "ed=2023" in copied
    assert copied.endswith("#said-klassen")
    # which brings whoever follows it to that figure
    page.goto(copied, wait_until="commit")
    page.wait_for_function(
        "() => Math.abs(document.getElementById('said-klassen')?.getBoundingClientRect().top) < 200"
    )


def test_a_wide_table_on_a_phone_has_every_value_in_sight_and_is_still_a_table(
    page: Page, server: Served
) -> None:
    page.set_viewport_size(PHONE)
    opened(page, server, "tabellen")
    row = page.locator(".stand-table tbody tr").first
    row.wait_for()
    inside = page.evaluate(
        """row => [...row.children].every(cell => {
        const {left, right} = cell.getBoundingClientRect();
        return left >= 0 && right <= innerWidth && cell.scrollWidth <= cell.clientWidth; })""",
        row.element_handle(),
    )
    assert inside
    labels = row.locator("td").evaluate_all(
        "cells => cells.map(cell => getComputedStyle(cell, '::before').content)"
    )
    assert labels[:3] == ['"Antwoord"', '"Groep"', '"Waarde"']
    table = page.get_by_role("table").first
    assert table.get_by_role("columnheader").count() == 1 + len(labels)
    assert table.get_by_role("row").nth(1).get_by_role("cell").count() == len(labels)


def test_a_long_name_in_a_folded_table_wraps_before_its_value(page: Page, server: Served) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{server.address}/over?taal=en")
    cells = page.locator(".stand-folds td")
    cells.first.wait_for()
    wraps = "cells => cells.map(cell => getComputedStyle(cell, '::before').whiteSpace)"
    assert set(cells.evaluate_all(wraps)) == {"normal"}


def test_a_chart_is_one_picture_named_after_what_is_said_above_it(
    page: Page, server: Served
) -> None:
    opened(page, server, "personeel")
    page.locator(".stVegaLiteChart[aria-labelledby='said-officieel-regios']").wait_for()
    charts = page.locator(".stVegaLiteChart").evaluate_all(
        "charts => charts.map(chart => [chart.role, chart.getAttribute('aria-labelledby')])"
    )
    assert len(charts) >= 7
    assert {role for role, _ in charts} == {"img"}
    assert all(name.startswith("said-") for _, name in charts)
