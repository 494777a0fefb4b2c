"""Publishing on a running dashboard: by a steward in the browser, and under readers."""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser

from queries import publishing
from queries.history import versions
from queries.release import current_version
from tests.browser.driving import Visitor, visiting
from tests.conftest import ROOT, Server, made_once, start_server
from tests.versions import BY, correct, corrected

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a vault and a release that was corrected once, to go on with."""
    made = made_once("verbeterd", corrected, tmp_path_factory)
    return Path(shutil.copytree(made, tmp_path / "map"))


@pytest.fixture
def running(folder: Path) -> Iterator[Server]:
    """A dashboard on it, with the steward's page."""
    server = start_server(
        folder / "release",
        folder / "log.txt",
        STAND_VAULT=str(folder / "kluis"),
        STAND_STEWARD="1",
    )
    yield server
    server.process.terminate()
    server.process.wait(timeout=20)


# ------------------------------------------------------------------ the steward


def press(visitor: Visitor, name: str, says: str) -> None:
    """Press a button of the steward's page and wait for what it says."""
    visitor.page.get_by_role("button", name=name, exact=True).click()
    visitor.page.get_by_text(says).first.wait_for(timeout=60_000)
    visitor.wait()


def test_a_steward_reads_a_file_and_puts_it_online(
    running: Server, folder: Path, visitor: Visitor
) -> None:
    page, export = visitor.page, folder / "uit.csv"
    # Numbers stand beside names that are not in the codebook, so the mapping is a guess.
    export.write_text("gemeente;hours (schatting)\nU7;7,0\nU8;2,0\nU9;3,0\n", encoding="utf-8")
    visitor.open(f"{running.address}/beheer?ed=2025&taal=nl")
    page.locator("input[type=file]").set_input_files(str(export))
    page.get_by_text("uit.csv").first.wait_for()
    press(visitor, "Lees in", "Kijk de mapping na")
    assert "Geraden: lijkt voor 100% op ‘hours’" in visitor.text
    page.get_by_text("Mapping: wat de kolommen betekenen").first.click()
    mapping = page.locator("textarea")
    mapping.fill(mapping.input_value().replace("Geraden", "Nagekeken"))
    mapping.press("Control+Enter")
    visitor.wait()
    page.get_by_role("button", name="Bewaar de mapping").click()
    visitor.wait()
    press(visitor, "Lees in", "1 veranderd")
    assert "Nagekeken" in (folder / "kluis/uploads/2025-uit.csv.mapping.toml").read_text()
    page.get_by_label("Wie").first.fill("Kim")
    page.get_by_label("Waarom").first.fill("verbeterde opgave")
    press(visitor, "Publiceren", "online gezet: verbeterde opgave")
    # U7 answered 7 hours: the mean of zuid is (7 + 2 + 3) / 3.
    status, _, body = running.get("bestand/lessen/regios.csv?vr=hours&ed=2025")
    assert (status, b",zuid,zuid,3,3,3,0,4.0," in body) == (200, True)
    assert visitor.errors == []


def test_who_comes_through_a_proxy_finds_no_page_to_manage(
    running: Server, browser: Browser
) -> None:
    context = browser.new_context(extra_http_headers={"X-Forwarded-For": "10.0.0.7"})
    reader = Visitor(context.new_page())
    reader.open(f"{running.address}/?ed=2025&taal=nl")
    assert ("Beheer" in reader.links(), "Lessen" in reader.links()) == (False, True)
    context.close()


# ------------------------------------------------------------------ readers meanwhile


class Reader(threading.Thread):
    """Fetches a file again and again, and remembers which figure came with which version."""

    def __init__(self, server: Server, stop: threading.Event) -> None:
        """Read from ``server`` until ``stop`` is set."""
        super().__init__()
        self.server, self.stop = server, stop
        self.seen: set[tuple[str, float]] = set()
        self.wrong: list[str] = []
        self.count = 0

    def run(self) -> None:
        """Read until told to stop."""
        while not self.stop.is_set():
            status, _, body = self.server.get("bestand/lessen/regios.csv?vr=hours&ed=2025")
            if status != 200:
                self.wrong.append(f"{status}: {body[:200]!r}")
                continue
            frame = pl.read_csv(body)
            south = frame.filter(pl.col("group_code") == "zuid")["estimate"].item()
            self.seen |= {(version, south) for version in frame["data_version"].unique()}
            self.count += 1


def drawn(visitor: Visitor) -> tuple[set[str], float]:
    """Return the versions that a page names, and the figure of zuid in its first sentence."""
    text = str(visitor.page.locator(".stMainBlockContainer").first.text_content())
    (figure,) = set(re.findall(r"zuid: hours: gemiddeld (\d+,\d)%", text))
    return set(re.findall(r"dataversie (\d+-[0-9a-f]{8})", text)), float(figure.replace(",", "."))


def command(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command of the steward."""
    places = {"STAND_VAULT": str(folder / "kluis"), "STAND_RELEASE": str(folder / "release")}
    return subprocess.Popen(
        [sys.executable, "-m", "data", *arguments],
        cwd=ROOT,
        env=os.environ | places,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def publish_a_lot(folder: Path) -> None:
    """Publish, take back, be killed while publishing, and publish twice at once."""
    release = folder / "release"
    first, second = [manifest.version for manifest in versions(release)]
    for version in (first, second, first):
        publishing.rollback(release, version, BY)
        time.sleep(0.4)
    correct(folder, 7)
    with command(folder, "publish", "2025", "--who", "Sam", "--why", "afgebroken") as killed:
        time.sleep(1)
        killed.kill()
    publishing.rollback(release, second, BY)
    both = [command(folder, "publish", "2025", "--who", "Sam", "--why", "dubbel") for _ in "12"]
    for child in both:
        child.wait()
    correct(folder, 10)


def test_ten_readers_never_see_an_error_or_a_mixture(
    running: Server, folder: Path, browser: Browser
) -> None:
    stop = threading.Event()
    readers = [Reader(running, stop) for _ in range(8)]
    publisher = threading.Thread(target=publish_a_lot, args=(folder,))
    seen: set[tuple[str, float]] = set()
    with visiting(browser) as one, visiting(browser) as other:
        for visitor in (one, other):
            visitor.open(f"{running.address}/lessen?vr=hours&rg=zuid&ed=2025&taal=nl")
        for thread in (*readers, publisher):
            thread.start()
        while publisher.is_alive():
            for visitor in (one, other):
                visitor.page.reload(wait_until="commit")
                visitor.wait()
                named, figure = drawn(visitor)
                assert len(named) == 1
                seen.add((named.pop(), figure))
        stop.set()
        for reader in readers:
            reader.join()
        assert (one.errors, other.errors) == ([], [])
    assert [reader.wrong for reader in readers] == [[]] * 8
    assert min(reader.count for reader in readers) > 0
    # Which figure belongs to which version stands in the files of each version.
    truth = {
        manifest.version: mean_of_south(folder / "release" / "versions" / manifest.version)
        for manifest in versions(folder / "release")
    }
    everything = seen.union(*(reader.seen for reader in readers))
    assert everything == {(version, truth[version]) for version, _ in everything}
    assert len(everything) > 1
    assert truth[current_version(folder / "release")] == 5.0


def mean_of_south(version: Path) -> float:
    """Return the figure of zuid in the files of a version."""
    figures = pl.read_parquet(version / "figures.parquet")
    found = figures.filter(
        pl.col("indicator") == "hours",
        pl.col("group_code") == "zuid",
        pl.col("statistic") == "mean",
        pl.col("weighting") == "municipality",
    )
    return float(found["estimate"].item())
