"""Pages run in memory: opened at an address, and read."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

PAGES = Path(__file__).resolve().parents[2] / "pages"
# The first run imports Altair, DuckDB and Polars.
PATIENCE = 30


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
    return "\n".join(block.value for block in [*blocks, *notices]).replace("\\", "")


def slugs(test: AppTest) -> list[str]:
    """Return the names in the address of every page there is."""
    pages = test.session_state["pages"]
    return list(pages)
