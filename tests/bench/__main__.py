"""Speed and size, as ratios within one run: ``python -m tests.bench``."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser

from data.files import store
from queries.release.manifest import open_release
from tests.bench import loads, questions, reruns
from tests.bench.loads import Load, Memory
from tests.bench.questions import Asked
from tests.bench.reruns import Rerun
from tests.conftest import ROOT, STREAMLIT, Server, start_server
from tests.support.driving import launched

MACHINE = "2 cores"
MARKER = "<!-- bench -->"
SERVER = ("streamlit", "run", "tests/bench/scripts/server.py", "--server.port")
CHART, SENTENCE = "[data-testid='stVegaLiteChart']", "[data-testid='stText']"
SHIPPED = "an empty page with a select box, as Streamlit ships it"
OURS = "an empty page with the buttons and settings of this project"
# How many times as long as an empty page a filter may take.
BUDGETS = {"one chart": 1.5, "theme page": 2.5}


@contextmanager
def serving(release: Path, program: Sequence[str] = STREAMLIT, **more: str) -> Iterator[Server]:
    """Give a server that stops when it has served."""
    with tempfile.TemporaryDirectory() as folder:
        server = start_server(release, Path(folder) / "log.txt", program, **more)
        try:
            yield server
        finally:
            server.stop()


def pages(browser: Browser, release: Path, slug: str, query: str) -> dict[str, Rerun]:
    """Return how long a filter takes on an empty page, a page of one chart, and a theme page.

    Two pages are empty: one as Streamlit comes, with a select box, which the budgets are about; and
    one with the buttons and settings of this project, which is faster.
    """
    found = {}
    stock = {"STAND_BENCH": "as_shipped", "STREAMLIT_RUNNER_POST_SCRIPT_GC": "true"}
    with serving(release, SERVER, PYTHONPATH=str(ROOT), **stock) as server:
        found["as shipped"] = reruns.measure(browser, server.address, SENTENCE, reruns.OPTIONS)
    for name, script, changing in (
        ("empty page", "empty", SENTENCE),
        ("one chart", "one_chart", CHART),
    ):
        with serving(release, SERVER, STAND_BENCH=script, PYTHONPATH=str(ROOT)) as server:
            found[name] = reruns.measure(browser, f"{server.address}/?{query}", changing)
    with serving(release) as server:
        address = f"{server.address}/{slug}?{query}"
        found["theme page"] = reruns.measure(
            browser, address, CHART, reruns.OPTIONS, reruns.CLASSES
        )
    return found


def table(asked: Asked, found: dict[str, Rerun], first: Load, again: Load, used: Memory) -> str:
    """Return what was measured as a Markdown table."""
    shipped, empty = found["as shipped"], found["empty page"]
    rows = [
        (
            "a question through the release, against bare DuckDB on the same Parquet file",
            f"{asked.release / asked.bare:.1f} x",
            "",
        ),
        *(
            (
                f"filter to last changed chart, {name}, against {SHIPPED}: median",
                f"{rerun.median / shipped.median:.1f} x",
                f"at most {BUDGETS[name]} x",
            )
            for name, rerun in found.items()
            if name in BUDGETS
        ),
        *(
            (
                f"the same, {name}: slowest of 20 (p95)",
                f"{rerun.p95 / shipped.p95:.1f} x",
                "",
            )
            for name, rerun in found.items()
            if name in BUDGETS
        ),
        *(
            (
                f"the same, {name}, against {OURS}: median",
                f"{rerun.median / empty.median:.1f} x",
                "",
            )
            for name, rerun in found.items()
            if name in BUDGETS
        ),
        ("first page, first visit", f"{first.megabytes:.1f} MB, {first.requests} requests", ""),
        ("first page, next visit", f"{again.megabytes:.2f} MB, {again.requests} requests", ""),
        ("memory of the server, idle", f"{used.idle:.0f} MB", ""),
        (
            f"memory of the server, {loads.READERS} readers connected to a theme page",
            f"{used.busy:.0f} MB ({used.busy / used.idle:.2f} x)",
            "",
        ),
    ]
    head = [("what", "measured", "budget"), ("---", "---", "---")]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*head, *rows])


def written(paper: str, measured: str) -> str:
    """Return the paper with what was measured between its two marks."""
    block = f"{MARKER}\n{measured}\n{MARKER}"
    return re.sub(rf"{MARKER}(?:.*{MARKER})?", lambda _: block, paper, count=1, flags=re.DOTALL)


def main(
    *, write: Annotated[bool, typer.Option(help="Zet de uitkomst in docs/bench.md.")] = False
) -> None:
    """Meet snelheid en omvang, als verhoudingen binnen één keer meten."""
    release = store.release_path()
    book = open_release(release).codebook
    slug, query = book.themes[0].slug, f"ed={book.years()[-1]}&taal=nl"
    asked = questions.measure(release)
    with launched() as browser:
        found = pages(browser, release, slug, query)
        with serving(release) as server:
            first, again = loads.first_and_again(browser, f"{server.address}/?{query}")
            used = loads.memory(server, slug, query)
    measured = f"Measured on {MACHINE}.\n\n{table(asked, found, first, again, used)}\n"
    sys.stdout.write(measured)
    if write:
        paper = ROOT / "docs" / "bench.md"
        paper.write_text(written(paper.read_text(encoding="utf-8"), measured), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
