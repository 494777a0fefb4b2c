"""What browser tests share: one browser, and one walk past every page in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.driving import ALERTS, Visitor, launched, visiting
from tests.conftest import Server

WIDTHS = (1280, 390, 320)
# Elements that stick out sideways of the page, but for what is folded away or scrolls in a box.
_STICKING_OUT = """() => {
  const scrolls = element => element && (element.closest('[inert]')
    || ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(element).overflowX)
    || scrolls(element.parentElement.closest('.stMainBlockContainer *')));
  const main = document.querySelector('.stMain');
  const wide = [...document.querySelectorAll('.stMainBlockContainer *')]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element))
    .map(element => element.outerHTML.slice(0, 120));
  return main.scrollWidth > main.clientWidth + 1 || wide.length
    ? [`${main.scrollWidth} > ${main.clientWidth}`, ...wide.slice(0, 3)] : [];
}"""
_CARDS = """cards => cards.map(card => [
  /st-key-card-([a-z-]+)/.exec(card.className)[1],
  [card.innerText, ...[...card.querySelectorAll('[aria-label]')].map(e => e.ariaLabel)].join('\\n'),
])"""


@dataclass
class Seen:
    """What a reader saw of one page in one language."""

    name: str
    language: str
    slug: str
    parameters: dict[str, str]
    title: str
    document_language: str
    text: str
    alerts: list[str]
    errors: list[str]
    sticking_out: dict[int, list[str]]
    cards: list[tuple[str, str]]
    charts: int


@dataclass
class Walk:
    """Every page in both languages, and which hosts browser and server spoke with meanwhile."""

    seen: list[Seen]
    hosts: set[str]
    server_hosts: set[str]

    def __iter__(self) -> Iterator[Seen]:
        """Go past the pages."""
        return iter(self.seen)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that all tests of a run share; every reader gets a profile of their own."""
    with launched() as running:
        yield running


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """A reader who has never been here before."""
    with visiting(browser) as reader:
        yield reader


@pytest.fixture(scope="session")
def walk(browser: Browser, server: Server) -> Walk:
    """Each page that the head links to, opened by its own address in both languages."""
    walked = Walk([], set(), set())
    process = psutil.Process(server.process.pid)
    for language in ("nl", "en"):
        with visiting(browser) as reader:
            reader.open(f"{server.address}/?taal={language}")
            for name, address in reader.links().items():
                reader.errors.clear()
                reader.open(address)
                walked.seen.append(_seen(reader, name, language))
                walked.server_hosts |= _partners(process)
            walked.hosts |= reader.hosts
    return walked


def _seen(reader: Visitor, name: str, language: str) -> Seen:
    """Read one page, at every width."""
    page = reader.page
    page.wait_for_timeout(200)
    sticking_out = {}
    text, cards = reader.text, page.eval_on_selector_all("[class*='st-key-card-']", _CARDS)
    charts = page.locator("[data-testid='stVegaLiteChart'] canvas, .vega-embed svg").count()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        sticking_out[width] = _sticking_out(page)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return Seen(
        name=name,
        language=language,
        slug=reader.slug,
        parameters=reader.parameters,
        title=page.title(),
        document_language=page.evaluate("document.documentElement.lang"),
        text=text,
        alerts=page.locator(ALERTS).all_inner_texts(),
        errors=list(reader.errors),
        sticking_out=sticking_out,
        cards=[(card, said) for card, said in cards],
        charts=charts,
    )


def _sticking_out(page: Page) -> list[str]:
    """Return what sticks out once charts have taken the new width."""
    page.wait_for_timeout(100)
    try:
        page.wait_for_function(f"() => ({_STICKING_OUT})().length === 0", timeout=5000)
    except PlaywrightTimeout:
        found: list[str] = page.evaluate(_STICKING_OUT)
        return found
    return []


def _partners(process: psutil.Process) -> set[str]:
    """Return the addresses that a process is connected with."""
    return {link.raddr.ip for link in process.net_connections("inet") if link.raddr}
