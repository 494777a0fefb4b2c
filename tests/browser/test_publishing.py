"""Publishing on a running dashboard: by a steward in the browser, and under readers."""

import contextlib
import os
import re
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, expect

from queries.publish import publishing
from queries.release.log import versions
from queries.release.manifest import current_version
from tests.conftest import ROOT, Served, Server, made_once, start_server
from tests.support.driving import Visitor, visiting
from tests.support.surveys import south
from tests.support.versions import BY, correct, corrected

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SENTENCE = r"[Zz]uid – hours: gemiddeld (\d+,\d)%"


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
        # ten readers without a pause, all from this machine, ask more than a reader may
        STAND_CLIENT_BURST="1000000",
        STAND_SERVER_BURST="1000000",
        STAND_DRAWING_PER_CLIENT="16",
    )
    yield server
    server.stop()


# ------------------------------------------------------------------ the steward


def unlock(visitor: Visitor, log: Path) -> None:
    """Open the steward's page with the key that the server wrote."""
    (key,) = re.findall(r"Beheer: sleutel (\S+)", log.read_text(encoding="utf-8"))
    visitor.page.get_by_label("Sleutel").fill(key)
    visitor.page.get_by_label("Sleutel").press("Enter")


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
    export.write_text("gemeente;houres\nU7;7,0\nU8;2,0\nU9;3,0\n", encoding="utf-8")
    visitor.open(f"{running.address}/beheer?ed=2025&taal=nl")
    unlock(visitor, folder / "log.txt")
    page.locator("input[type=file]").set_input_files(str(export))
    page.get_by_text("uit.csv").first.wait_for()
    press(visitor, "Lees in", "Kijk de mapping na")
    assert "Geraden: lijkt voor 90% op ‘hours’" in visitor.text
    page.get_by_text("Mapping: wat de kolommen betekenen").first.click()
    mapping = page.locator("textarea")
    mapping.fill(mapping.input_value().replace("Geraden", "Nagekeken"))
    mapping.press("Control+Enter")
    visitor.wait()
    save = page.get_by_role("button", name="Bewaar de mapping")
    save.click()
    # kept: there is nothing more to keep. A press before that would break off the keeping
    expect(save).to_be_disabled(timeout=60_000)
    press(visitor, "Lees in", "1 veranderd")
    assert "Nagekeken" in (folder / "kluis/uploads/2025-uit.csv.mapping.toml").read_text()
    page.get_by_label("Wie").first.fill("Kim")
    page.get_by_label("Waarom").first.fill("verbeterde opgave")
    press(visitor, "Publiceren", "online gezet: verbeterde opgave")
    # U7 answered 7 hours: the mean of zuid is (7 + 2 + 3) / 3, and noise.
    status, _, body = running.get("bestand/lessen/regios.csv?vr=hours&ed=2025")
    assert (status, mean_of_file(body)) == (200, pytest.approx(south(7), abs=0.002))
    assert visitor.errors == []


class Proxy(socketserver.BaseRequestHandler):
    """Passes a connection on to ``server``, and says in its first request who it is for."""

    def handle(self) -> None:
        """Pass on what comes from either side until one ends."""
        with socket.create_connection(self.server.behind) as behind:  # type: ignore[attr-defined]
            line, _, rest = self.request.recv(65_536).partition(b"\r\n")
            behind.sendall(line + b"\r\nX-Forwarded-For: 10.0.0.7\r\n" + rest)
            back = threading.Thread(target=self.passed, args=(behind, self.request))
            back.start()
            self.passed(self.request, behind)
            back.join()

    @staticmethod
    def passed(source: socket.socket, target: socket.socket) -> None:
        """Pass on what comes from one side until it ends."""
        with contextlib.suppress(OSError):
            while sent := source.recv(65_536):
                target.sendall(sent)
        for side in (source, target):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxied(running: Server) -> Iterator[str]:
    """The address of a proxy in front of the dashboard, on the same machine."""
    host, port = running.address.removeprefix("http://").split(":")
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Proxy) as proxy:
        proxy.daemon_threads = True
        proxy.behind = host, int(port)  # type: ignore[attr-defined]
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_address[1]}"
        proxy.shutdown()


def test_who_comes_through_a_proxy_finds_no_page_to_manage(proxied: str, visitor: Visitor) -> None:
    visitor.open(f"{proxied}/?ed=2025&taal=nl")
    assert ("Beheer" in visitor.links(), "Lessen" in visitor.links()) == (False, True)


# ------------------------------------------------------------------ readers meanwhile


class Reader(threading.Thread):
    """Fetches a file again and again, and remembers which figure came with which version."""

    def __init__(self, server: Served, stop: threading.Event) -> None:
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
            versions_named = pl.read_csv(body)["data_version"].unique()
            self.seen |= {(version, mean_of_file(body)) for version in versions_named}
            self.count += 1
            # a pause hides no mixture, and leaves the processor to other tests
            self.stop.wait(0.2)


def drawn(visitor: Visitor) -> tuple[set[str], float]:
    """Return the versions that a page names, and the figure of zuid in its first sentence."""
    visitor.page.wait_for_timeout(300)
    # a page may begin to be drawn once more just after it was; then the sentence is gone awhile
    visitor.page.get_by_text(re.compile(SENTENCE)).first.wait_for(state="attached")
    text = str(visitor.page.locator(".stMainBlockContainer").first.text_content())
    (figure,) = set(re.findall(SENTENCE, text))
    return set(re.findall(r"dataversie (\d+-[0-9a-f]{8})", text)), float(figure.replace(",", "."))


def command(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command of the steward."""
    places = {"STAND_VAULT": str(folder / "kluis"), "STAND_RELEASE": str(folder / "release")}
    return subprocess.Popen(
        [sys.executable, "-m", "queries", *arguments],
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
    correct(folder, 6)


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
    fetched = set().union(*(reader.seen for reader in readers))
    assert fetched == {(version, truth[version]) for version, _ in fetched}
    # pages write one decimal
    assert seen == {(version, round(truth[version], 1)) for version, _ in seen}
    everything = seen | fetched
    assert len(everything) > 1
    assert truth[current_version(folder / "release")] == pytest.approx(south(6), abs=0.002)


def mean_of_file(body: bytes) -> float:
    """Return the figure of zuid in a file that a reader fetched."""
    return float(pl.read_csv(body).filter(pl.col("group_code") == "zuid")["estimate"].item())


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
