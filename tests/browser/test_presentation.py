"""The presentation is walked with keys, by a reader who scrolls too, and in any order of events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import WIDE
from tests.conftest import Served

pytestmark = pytest.mark.browser

# Holds what the browser reports of scrolling; what was held before a key is delivered after it.
LATE = """() => {
  let held = [], kept = [];
  window.keep = () => { kept = held.splice(0); };
  window.deliver = () => kept.splice(0).forEach((report) => report());
  window.IntersectionObserver = class extends IntersectionObserver {
    constructor(report, options) {
      super((...seen) => held.push(() => report(...seen)), options);
    }
  };
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, report, options) {
    const late = kind.startsWith("scroll") ? (event) => held.push(() => report(event)) : report;
    return listen.call(this, kind, late, options);
  };
}"""
# Two frames on, whatever a scroll has to report has been reported.
FRAMES = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
IN_SIGHT = """number => {
  const {top, bottom} = document.getElementById(`scherm-${number}`).getBoundingClientRect();
  return top <= innerHeight / 2 && bottom > innerHeight / 2;
}"""
KEYS = [
    *("ArrowRight", "ArrowDown", "PageDown", "ArrowLeft", "Space", "ArrowUp"),
    *("End", "PageUp", "ArrowLeft", "Home", "ArrowLeft", "ArrowRight"),
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def opened(page: Page, server: Served, screen: str = "") -> int:
    """Open the presentation and return how many screens it has."""
    page.goto(f"{server.address}/presentatie?ed=2023&taal=en{screen}")
    page.wait_for_selector("nav [aria-current]")
    return page.locator("main > section").count()


def places(page: Page) -> list[str]:
    """Return which screen the links, the address and the focus say is shown."""
    marked = page.locator("nav [aria-current]").all_inner_texts()
    ids = page.evaluate("[location.hash.slice(1), document.activeElement.id]")
    return [*marked, *(name.removeprefix("scherm-") for name in ids)]


def walked(keys: list[str], last: int) -> list[int]:
    """Return the screen after each key, from the first screen on."""
    place, found = 1, []
    for key in keys:
        step = -1 if key in {"ArrowLeft", "ArrowUp", "PageUp"} else 1
        place = {"Home": 1, "End": last}.get(key, min(max(place + step, 1), last))
        found.append(place)
    return found


def test_the_presentation_is_walked_with_arrow_keys(page: Page, server: Served) -> None:
    last = opened(page, server)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "scherm-3"
    page.keyboard.press("ArrowLeft")
    assert page.locator("nav [aria-current]").inner_text() == "2"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.querySelector('h2').innerText") == (
        "What does this ask for?"
    )
    assert places(page) == [str(last)] * 3


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_every_key_counts_from_where_the_key_before_it_went(
    page: Page, server: Served, motion: Literal["reduce", "no-preference"]
) -> None:
    page.emulate_media(reduced_motion=motion)
    last = opened(page, server)
    for key, place in zip(KEYS * 3, walked(KEYS * 3, last), strict=True):
        page.keyboard.press(key)
        assert places(page) == [str(place)] * 3, key
    page.wait_for_function(IN_SIGHT, arg=walked(KEYS * 3, last)[-1])


def test_what_is_reported_late_of_a_screen_does_not_undo_a_key(page: Page, server: Served) -> None:
    page.add_init_script(f"({LATE})()")
    opened(page, server)
    for place in (2, 3, 4):
        page.evaluate(FRAMES)
        page.evaluate("keep()")
        page.keyboard.press("ArrowRight")
        page.evaluate("deliver()")
        assert places(page) == [str(place)] * 3


def test_screens_that_glide_past_do_not_catch_the_next_key(page: Page, server: Served) -> None:
    page.emulate_media(reduced_motion="no-preference")
    last = opened(page, server)
    page.keyboard.press("End")
    page.wait_for_function("() => scrollY > 1.5 * innerHeight")
    assert places(page) == [str(last)] * 3
    page.keyboard.press("ArrowLeft")
    assert places(page) == [str(last - 1)] * 3
    page.wait_for_function(IN_SIGHT, arg=last - 1)


def test_a_key_counts_from_the_screen_a_reader_scrolled_to(page: Page, server: Served) -> None:
    opened(page, server)
    page.mouse.move(600, 400)
    page.mouse.wheel(0, 2 * WIDE["height"])
    page.locator("nav [aria-current]", has_text="3").wait_for()
    page.keyboard.press("ArrowRight")
    assert places(page) == ["4"] * 3


def test_a_key_counts_from_the_screen_of_a_link_that_was_followed(
    page: Page, server: Served
) -> None:
    last = opened(page, server)
    page.locator("nav a").nth(last - 2).click()
    page.keyboard.press("ArrowRight")
    assert places(page) == [str(last)] * 3


def test_a_key_counts_from_the_screen_in_the_address(page: Page, server: Served) -> None:
    opened(page, server, "#scherm-3")
    page.wait_for_function(IN_SIGHT, arg=3)
    page.keyboard.press("ArrowRight")
    assert places(page) == ["4"] * 3


CUT_OFF = """() => {
  const cut = [];
  const nav = document.querySelector("nav");
  for (const screen of document.querySelectorAll("main > section")) {
    screen.scrollIntoView();
    const place = nav.getBoundingClientRect();
    for (const piece of screen.querySelectorAll("p, .number, svg, li")) {
      const range = document.createRange();
      range.selectNodeContents(piece);
      const box = (piece.tagName === "svg" ? piece : range).getBoundingClientRect();
      const room = piece.closest(".told > div, section").getBoundingClientRect();
      if (!box.width) continue;
      const under = box.right > place.left && box.bottom > place.top;
      const beyond = box.right > room.right + 1 || box.top < 0 || box.bottom > innerHeight;
      if (under || beyond) cut.push(`${screen.id}: ${piece.textContent.slice(0, 40)}`);
    }
  }
  return cut;
}"""


def test_nothing_is_cut_off_on_any_screen(page: Page, server: Served) -> None:
    opened(page, server)
    for width, height in ((1024, 768), (1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(CUT_OFF) == [], (width, height)
