"""Driving a browser: open a page, wait until it is drawn, and read what stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.conftest import browser_path

# What keeps Chromium from calling home by itself, and lets it run as root in a container.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Two cores are shared with the server and another browser.
    "--num-raster-threads=1",
    "--disable-threaded-animation",
    "--disable-checker-imaging",
    "--disable-smooth-scrolling",
    "--disable-features=PaintHolding,Translate,OptimizationHints",
]
NAVIGATION = ".stand-pages a, .stand-themes a"
# What a page shows when something is wrong, or when it could not use part of a link.
ALERTS = (
    "[data-testid='stAlertContentError'], [data-testid='stAlertContentWarning'], "
    "[data-testid='stException']"
)
PATIENCE = 60_000
# Drawn for the address that stands in the bar, which the link to the other language holds; every
# script run done, the foot drawn, and no element left from the run before.
_DRAWN = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const other = document.querySelector('.stand-language a');
  const view = address => [address.pathname,
    ...[...new URLSearchParams(address.search)].filter(([name]) => name !== 'taal').sort()].join();
  return (!other || view(other) === view(location)) && app?.dataset.testScriptState === 'notRunning'
    && app.dataset.testConnectionState === 'CONNECTED'
    && document.querySelector('.stMainBlockContainer hr')
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
}"""


@contextmanager
def launched() -> Iterator[Browser]:
    """Give a browser; without one the test fails with what to do about it."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=browser_path(), args=ARGUMENTS)
        except PlaywrightError as error:
            pytest.fail(
                f"Er is geen browser om de pagina's mee te testen ({error.message}).\n"
                "Wat te doen: `make browser`, of wijs Chromium aan met STAND_CHROMIUM.",
                pytrace=False,
            )
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A reader with a browser of their own, and what went wrong or out while they read."""

    page: Page
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    requests: int = 0

    def __post_init__(self) -> None:
        """Listen to the console and to every request."""
        self.page.on(
            "console", lambda said: self.errors.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: self._asked(socket.url))

    def _asked(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"data", "blob"}:
            self.requests += 1
            self.hosts.add(parts.hostname or parts.scheme)

    def open(self, address: str) -> None:
        """Open an address and wait until the page is drawn."""
        self.page.goto(address, wait_until="commit")
        self.wait()

    def wait(self) -> None:
        """Wait until the page is drawn."""
        self.page.wait_for_function(_DRAWN, timeout=PATIENCE)

    def follow(self, selector: str, text: str) -> None:
        """Click a link and wait for the page behind it."""
        before = self.page.url
        self.page.locator(selector, has_text=text).first.click()
        self.page.wait_for_function("before => location.href !== before", arg=before)
        self.wait()

    def choose(self, label: str) -> None:
        """Press a button of a filter and wait until the address says so."""
        before = self.page.url
        self.page.get_by_role("radio", name=label, exact=True).first.click()
        self.page.wait_for_function("before => location.href !== before", arg=before)
        self.wait()

    def pick(self, label: str, name: str) -> None:
        """Pick a choice from the list of a filter and wait until the address says so."""
        before = self.page.url
        self.page.locator(".stSelectbox", has_text=label).first.get_by_role("combobox").click()
        self.page.get_by_role("option", name=name, exact=True).click()
        self.page.wait_for_function("before => location.href !== before", arg=before)
        self.wait()

    @property
    def slug(self) -> str:
        """The name of the page in the address."""
        return urlsplit(self.page.url).path.strip("/")

    @property
    def parameters(self) -> dict[str, str]:
        """What the address says was chosen."""
        return dict(parse_qsl(urlsplit(self.page.url).query))

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return self.page.locator(".stMainBlockContainer").inner_text()

    def links(self) -> dict[str, str]:
        """Return the pages that the head links to: addresses by name."""
        pairs: list[tuple[str, str]] = self.page.eval_on_selector_all(
            NAVIGATION, "links => links.map(link => [link.textContent, link.href])"
        )
        return dict(pairs)


@contextmanager
def visiting(browser: Browser, width: int = 1280) -> Iterator[Visitor]:
    """Give a reader who has never been here before."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 900}, locale="nl-NL", accept_downloads=True
    )
    yield Visitor(context.new_page())
    context.close()
