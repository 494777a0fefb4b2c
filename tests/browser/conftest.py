"""What browser tests share: one browser, and one walk past every page in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from data.survey.languages import LANGUAGES, Language
from tests.conftest import Served
from tests.support.axe import serious
from tests.support.driving import ALERTS, Visitor, launched, visiting

Scheme: TypeAlias = Literal["light", "dark"]
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# A phone at its smallest, or a page zoomed in on four times.
NARROW: ViewportSize = {"width": 320, "height": 640}
# Each page in both languages: what stands in another language looks the same, so that English
# is there for what Dutch leaves: the wide page in the dark.
LOOKS: dict[Language, tuple[tuple[Scheme, ViewportSize], ...]] = {
    "nl": (("light", WIDE), ("dark", PHONE)),
    "en": (("dark", WIDE),),
}
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
# The figures stand in an HTML table; those of all municipalities in a grid to browse, and as a
# table on the page to embed, as the accessibility statement says. Under a chart the table is
# drawn when the reader unfolds it.
TABLES = ".stand-table, [data-testid=stDataFrame], .stand-unfold"
_CARDS = """cards => cards.map(card => [
  /st-key-card-([a-z-]+)/.exec(card.className)[1],
  [card.innerText, ...[...card.querySelectorAll('svg')].map(e => e.textContent),
   ...[...card.querySelectorAll('[aria-label]')].map(e => e.ariaLabel)].join('\\n'),
])"""


@dataclass
class Seen:
    """What a reader saw of one page in one language."""

    name: str
    language: Language
    slug: str
    parameters: dict[str, str]
    title: str
    document_language: str
    text: str
    alerts: list[str]
    errors: list[str]
    sticking_out: dict[str, list[str]]
    serious: dict[str, list[str]]
    cards: list[tuple[str, str]]
    charts: list[str | None]
    tables: int


@dataclass
class Walk:
    """Every page in both languages, and which hosts browser and server spoke with meanwhile.

    The pages of themes are one file with other questions: one of them stands for all in English.
    """

    seen: list[Seen]
    heads: dict[str, list[str]]
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
def walk(browser: Browser, server: Served) -> Walk:
    """Each page that the head links to, opened by its own address in both languages."""
    walked = Walk([], {}, set(), set())
    process = psutil.Process(server.pid)
    for language in LANGUAGES:
        with visiting(browser) as reader:
            reader.open(f"{server.address}/?taal={language}")
            head = reader.links()
            walked.heads[language] = [urlsplit(address).path for address in head.values()]
            themes = reader.page.locator(".stand-themes a").all_text_contents()
            passed = set(themes[1:] if language == "en" else [])
            for name, address in head.items():
                if name in passed:
                    continue
                reader.errors.clear()
                reader.open(address)
                walked.seen.append(_seen(reader, name, language))
                walked.server_hosts |= _partners(process)
            walked.hosts |= reader.hosts
    return walked


def _seen(reader: Visitor, name: str, language: Language) -> Seen:
    """Read one page, and look at it in every way people do: it is opened only once for that."""
    page = reader.page
    page.wait_for_timeout(200)
    text, cards = reader.text, page.eval_on_selector_all("[class*='st-key-card-']", _CARDS)
    charts = page.locator(".stVegaLiteChart:has(svg)")
    labels = charts.evaluate_all("charts => charts.map(chart => chart.getAttribute('aria-label'))")
    found, sticking_out = {}, {}
    for scheme, size in LOOKS[language]:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        found[f"{scheme} {size['width']}"] = serious(page)
    for size in (PHONE, NARROW):
        page.set_viewport_size(size)
        sticking_out[f"{size['width']}"] = _sticking_out(page)
    page.set_viewport_size(WIDE)
    sticking_out[f"{WIDE['width']}"] = _sticking_out(page)
    page.add_style_tag(content="html { font-size: 200% !important }")
    sticking_out["200%"] = _sticking_out(page)
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
        serious=found,
        cards=[(card, said) for card, said in cards],
        charts=labels,
        tables=page.locator(TABLES).count(),
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
