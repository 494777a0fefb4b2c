"""What tests share: the sample vault, its release, a real server and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from data.sample.drawing import write_sample
from queries.publish.build import make_release
from queries.release.manifest import Release, open_release

ROOT = Path(__file__).resolve().parent.parent
SEED = 2026
# The files that are begun with, the first worker with the first.
FIRST = (
    "test_year_cycle",
    "test_import",
    "test_reading",
    "test_pages",
    "test_publishing",
    "test_journeys",
    "test_accessibility",
    "test_attack",
    "test_faults",
    "test_release",
)


def silent(_line: str) -> None:
    """Report nothing."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let long files come first, so that nobody waits for them at the end.

    The very first needs the release of the sample; meanwhile another worker goes through files
    that do not.
    """
    items.sort(key=lambda item: FIRST.index(item.path.stem) if item.path.stem in FIRST else 99)


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a test run, which all workers know."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(name: str, make: Callable[[Path], object], factory: pytest.TempPathFactory) -> Path:
    """Return a folder that is filled once in a test run, whichever worker comes first."""
    shared = shared_folder(factory)
    folder, done = shared / name, shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists():
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def sample_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped sample as a vault; tests that change it take a copy."""
    return made_once("kluis", lambda folder: write_sample(folder, SEED), tmp_path_factory)


@pytest.fixture(scope="session")
def sample_release(sample_vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the release of the shipped sample; tests that change it take a copy."""
    return made_once(
        "uitgave", lambda folder: make_release(sample_vault, folder, silent), tmp_path_factory
    )


@pytest.fixture(scope="session")
def published(sample_release: Path) -> Release:
    """The release of the shipped sample, opened."""
    return open_release(sample_release)


@pytest.fixture
def on_sample(sample_release: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pages in this test show the sample release."""
    monkeypatch.setenv("STAND_RELEASE", str(sample_release))
    return sample_release


@dataclass
class Served:
    """A running dashboard."""

    address: str
    pid: int

    def get(self, path: str, accept: str = "*/*") -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an address; redirects are not followed."""
        request = urllib.request.Request(f"{self.address}/{path}", headers={"Accept": accept})
        try:
            with urllib.request.build_opener(_Unfollowed).open(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read()


@dataclass
class Server(Served):
    """A dashboard that was started here."""

    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Stop it and wait until it is gone."""
        self.process.terminate()
        self.process.wait(timeout=20)


class _Unfollowed(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to the test."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


STREAMLIT = ("streamlit", "run", "dashboard.py", "--server.port")


def start_server(
    release: Path, log: Path, program: Sequence[str] = STREAMLIT, **environment: str
) -> Server:
    """Start the dashboard on a release and wait until it answers.

    Args:
        release: the folder of the release.
        log: where the server writes what it has to say.
        program: what to start, but for the port: the module and its arguments.
        environment: further variables.
    """
    places = {"STAND_RELEASE": str(release), "STAND_VAULT": "/nonexistent"}
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *program, str(port)],
            cwd=ROOT,
            env=os.environ | places | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", process.pid, process)
    for _ in range(300):
        try:
            if server.get("_stcore/health")[0] == 200:
                return server
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    process.kill()
    message = f"De server antwoordt niet:\n{log.read_text()}"
    raise RuntimeError(message)


@pytest.fixture(scope="session")
def server(sample_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard on the sample release, for all workers; who began it stops it, as the last."""
    shared = shared_folder(tmp_path_factory)
    address, users = shared / "server", shared / "users"
    own: Server | None = None
    lock = FileLock(shared / "server.lock")
    with lock:
        users.mkdir(exist_ok=True)
        user = users / str(os.getpid())
        user.touch()
        if not address.exists():
            own = start_server(sample_release, shared / "server.txt")
            address.write_text(f"{own.address} {own.process.pid}", encoding="utf-8")
        host, pid = address.read_text(encoding="utf-8").split()
    yield Served(host, int(pid))
    user.unlink()
    while own is not None:
        with lock:
            if not any(users.iterdir()):
                address.unlink()
                own.stop()
                break
        time.sleep(0.2)


def browser_path() -> str | None:
    """Return the browser to drive: the system's, or None for Playwright's own."""
    return os.environ.get("STAND_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
