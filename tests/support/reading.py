"""Pages run in memory: opened at an address, and read."""

from __future__ import annotations

import atexit
import html
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

T = TypeVar("T")
PAGES = Path(__file__).resolve().parents[2] / "pages"
# The first run imports Altair, DuckDB and Polars.
PATIENCE = 30


@cache
def _loop() -> BlockingPortal:
    """The one loop of this process, in a thread of its own: a browser may hold that of this one.

    A server has one loop too. Processes that are begun beside it live and end with it.
    """
    running = start_blocking_portal()
    portal = running.__enter__()
    atexit.register(running.__exit__, None, None, None)
    return portal


def in_a_loop(ask: Callable[..., Awaitable[T]], *arguments: object) -> T:
    """Return what a coroutine gives, or raise what it raises."""
    outcome: Future[T] = Future()

    async def asked() -> None:
        try:
            outcome.set_result(await ask(*arguments))
        except BaseException as error:  # noqa: BLE001 - else the loop would end with it
            outcome.set_exception(error)

    _loop().call(asked)
    return outcome.result()


def alone(page: str, slug: str = "", **parameters: str) -> AppTest:
    """Run one page without the frame around it."""
    test = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=PATIENCE)
    test.query_params.update(parameters)
    test.session_state["slug"] = slug
    return test.run()


def framed(slug: str = "", **parameters: str) -> AppTest:
    """Open a page by its name in the address, within the frame."""
    test = AppTest.from_file(str(PAGES / "frame.py"), default_timeout=PATIENCE)
    test.query_params.update(parameters)
    return moved(test, slug)


def moved(test: AppTest, slug: str, **parameters: str) -> AppTest:
    """Go to a page by its name in the address; a link that is followed brings parameters."""
    if parameters:
        test.query_params.clear()
        test.query_params.update(parameters)
    # Several addresses share a file, and switch_page knows files only.
    test._page_hash = calc_hash(slug) if slug else ""  # noqa: SLF001 - as said above
    return test.run()


def address(test: AppTest) -> dict[str, str]:
    """Return the parameters in the address."""
    return {name: str(value) for name, value in test.query_params.items()}


def said(test: AppTest) -> str:
    """Return every text on the page, as a reader sees it."""
    blocks = [*test.title, *test.header, *test.subheader, *test.markdown, *test.caption]
    notices = [*test.error, *test.warning, *test.info]
    texts = [block.value.replace("\\", "") for block in [*blocks, *notices]]
    return "\n".join([*texts, *pieces(test)])


def pieces(test: AppTest) -> list[str]:
    """Return the text of each piece of HTML on the page but tables, a line per element."""
    return [
        html.unescape(re.sub(r"<[^>]+>", "\n", piece))
        for piece in markup(test)
        if "<style" not in piece and "<table" not in piece
    ]


def markup(test: AppTest) -> list[str]:
    """Return each piece of HTML on the page."""
    return [element.proto.body for element in test.get("html")]


def slugs(test: AppTest) -> list[str]:
    """Return the names in the address of every page there is."""
    pages = test.session_state["pages"]
    return list(pages)
