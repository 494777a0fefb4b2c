"""What people who cannot see, point, or read small type meet, on every page there is.

Axe finds about a third of the problems; the walk by keyboard and the measurements are ours.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("accessibility")]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# Each page in both languages, each language in both schemes, each scheme at both widths.
STATES = {"nl": (("light", WIDE), ("dark", PHONE)), "en": (("dark", WIDE), ("light", PHONE))}
OUTSIDE = ("presentatie", "insluiten/personeel/klassen")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def opened(page: Page, server: Server, slug: str, language: str = "nl") -> None:
    """Open a page and wait until everything on it is drawn."""
    page.goto(f"{server.address}/{slug}?ed=2023&taal={language}")
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


def pages_of(page: Page, server: Server) -> list[str]:
    """Return every page in the navigation, by its name in the address."""
    opened(page, server, "")
    found: list[str] = page.eval_on_selector_all(
        ".st-key-nav-pages a, .st-key-nav-themes a",
        "links => links.map(link => new URL(link.href).pathname.slice(1))",
    )
    return found


def serious(page: Page) -> list[str]:
    """Return what axe finds serious or critical, with the first element it is about."""
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:160]}"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_serious_on_any_page(page: Page, server: Server, language: str) -> None:
    found: dict[str, list[str]] = {}
    for slug in (*pages_of(page, server), *OUTSIDE):
        opened(page, server, slug, language)
        for scheme, size in STATES[language]:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.set_viewport_size(size)
            settled(page)
            if problems := serious(page):
                found[f"{slug} {language} {scheme} {size['width']}"] = problems
    assert found == {}


def test_pages_fit_a_narrow_screen_large_type_and_say_what_charts_show(
    page: Page, server: Server
) -> None:
    for slug in pages_of(page, server):
        opened(page, server, slug)
        charts = page.eval_on_selector_all(
            ".stVegaLiteChart", "charts => charts.map(chart => chart.getAttribute('aria-label'))"
        )
        assert all(label and len(label) > 40 for label in charts), slug
        # The figures stand in an HTML table; those of all municipalities in a grid to browse, and
        # as a table on the page to embed, as the accessibility statement says.
        # It is drawn when the reader unfolds it.
        tables = page.locator(".stand-table, [data-testid=stDataFrame], [class*='st-key-use-']")
        assert tables.count() >= len(charts), slug
        page.set_viewport_size({"width": 320, "height": 640})
        assert_fits(page, f"{slug} op 320 pixels")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.add_style_tag(content="html { font-size: 200% !important }")
        assert_fits(page, f"{slug} met tekst op 200%")


def assert_fits(page: Page, what: str) -> None:
    """Wait until charts are drawn anew, and see that nothing is wider than the window."""
    fits = "main => main.scrollWidth <= main.clientWidth"
    try:
        page.wait_for_function(f"() => ({fits})(document.querySelector('.stMain'))", timeout=15_000)
    except PlaywrightTimeout:
        pytest.fail(f"{what}: breder dan het venster")


def test_the_keyboard_reaches_the_content_first_and_every_link_in_sight(
    page: Page, server: Server
) -> None:
    opened(page, server, "personeel")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("Tab")
    for _ in range(30):
        seen = page.evaluate(
            """() => { const at = document.activeElement, style = getComputedStyle(at);
            const box = at.getBoundingClientRect();
            const marked = [at, at.parentElement, at.parentElement.parentElement].some(element => {
                const look = getComputedStyle(element);
                return (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0)
                    || look.boxShadow !== 'none' || parseFloat(look.borderTopWidth) > 0; });
            const inside = box.bottom > 0 && box.top < innerHeight;
            return {marked, inside, what: at.outerHTML}; }"""
        )
        assert seen["inside"], seen["what"][:200]
        assert seen["marked"], seen["what"][:200]
        page.keyboard.press("Tab")


def test_the_head_is_a_landmark_that_marks_the_page_shown(page: Page, server: Server) -> None:
    opened(page, server, "personeel")
    head = page.get_by_role("navigation", name="Pagina's")
    assert head.locator("[aria-current=page]:visible").inner_text() == "Personeel"
    head.get_by_role("link", name="Financiën").click()
    page.wait_for_function(
        "() => document.querySelector('.st-key-nav [aria-current=page]')?.innerText === 'Financiën'"
    )
    assert page.locator("h1").inner_text() == "Financiën"


def test_a_phone_has_every_page_in_one_menu_right_behind_its_button(
    page: Page, server: Server
) -> None:
    page.set_viewport_size(PHONE)
    opened(page, server, "")
    every = page.locator(".st-key-nav a")
    menu = page.locator(".stand-menu summary")
    assert every.filter(visible=True).count() == 2
    menu.press("Enter")
    every.last.wait_for()
    assert every.filter(visible=True).count() == every.count()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Kerncijfers"
    every.filter(has_text="Preventie").press("Enter")
    page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Preventie'")
    every.filter(visible=True).nth(2).wait_for(state="detached")


def test_a_list_of_choices_shows_where_the_keyboard_is(page: Page, server: Server) -> None:
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
    page: Page, server: Server
) -> None:
    opened(page, server, "personeel")
    dot = ".st-key-card-klassen .mark-symbol path"
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


def test_the_presentation_is_walked_with_arrow_keys(page: Page, server: Server) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{server.address}/presentatie?ed=2023&taal=en")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "scherm-3"
    page.keyboard.press("ArrowLeft")
    assert page.locator("nav [aria-current]").inner_text() == "2"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.querySelector('h2').innerText") == (
        "What does this ask for?"
    )


def test_a_link_is_copied_with_one_press(page: Page, server: Server) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, server, "personeel")
    page.locator(".st-key-card-klassen").get_by_role("link", name="Kopieer link").click()
    page.wait_for_selector(".stand-said:not(:empty)")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{server.address}/personeel?")
    assert "ed=2023" in copied
