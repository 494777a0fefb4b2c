"""What strangers may not order is refused before anything works for it, and costs nobody else."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import anyio
import psutil
import pytest
from anyio import from_thread, to_thread
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from pages.server import request_limits
from pages.server.middleware import SECURITY, SecurityHeaders, at_an_address
from pages.server.request_limits import RequestLimits
from queries.errors import QueryError
from queries.worker_processes import in_worker
from tests.conftest import Served
from tests.support.reading import in_a_loop

T = TypeVar("T")
PICTURE = "/bestand/personeel/klassen.png"


class Inside:
    """What lies behind the limits: remembers what came in, and answers when it may."""

    def __init__(self) -> None:
        """Let everything through at once."""
        self.seen: list[Scope] = []
        self.open = anyio.Event()
        self.open.set()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer once open."""
        self.seen.append(scope)
        await self.open.wait()
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})


class Visit:
    """A request from outside; ``hang_up`` ends it."""

    def __init__(self, path: str, client: str = "192.0.2.1", **headers: str) -> None:
        """Ask for ``path`` as a client at an address."""
        lines = {"host": "stand.example", **headers}
        self.sent: list[Message] = []
        self.hung_up = anyio.Event()
        self.scope: Scope = {
            "type": "websocket" if path.endswith("/stream") else "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "client": (client, 1234),
            "headers": [(k.encode(), v.encode()) for k, v in lines.items()],
        }

    async def receive(self) -> Message:
        """Say that it hung up, once it did."""
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take what is answered."""
        self.sent.append(message)

    async def go(self, through: RequestLimits) -> "Visit":
        """Go through the limits."""
        await SecurityHeaders(through)(self.scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        """What it was answered with."""
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        return {k.decode(): v.decode() for k, v in self.sent[0]["headers"]}


def visited(path: str, client: str = "192.0.2.1", **headers: str) -> tuple[Visit, list[Scope]]:
    """Return a visit through new limits, and what came past it."""

    async def go() -> tuple[Visit, list[Scope]]:
        inside = Inside()
        return await Visit(path, client, **headers).go(RequestLimits(inside)), inside.seen

    return in_a_loop(go)


# ------------------------------------------------------------------ doors


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "https://stand.example.x"])
def test_a_websocket_of_another_site_is_closed_before_streamlit_sees_it(origin: str) -> None:
    visit, seen = visited("/_stcore/stream", origin=origin)
    assert (visit.sent, seen) == ([{"type": "websocket.close", "code": 1008}], [])


def test_a_websocket_of_this_site_passes() -> None:
    assert len(visited("/_stcore/stream", origin="https://stand.example")[1]) == 1


def test_a_websocket_that_a_proxy_renames_passes_under_its_public_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STAND_PUBLIC_ADDRESS", "https://cijfers.example/stand")
    monkeypatch.setenv("STAND_NAMES", "binnen")
    _, seen = visited("/_stcore/stream", host="binnen:8501", origin="https://cijfers.example")
    assert [value for name, value in seen[0]["headers"] if name == b"host"] == [b"cijfers.example"]


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/upload_file/a/b"]
)
def test_doors_that_no_page_needs_stay_shut(path: str) -> None:
    visit, seen = visited(path)
    assert (visit.status, seen) == (404, [])


def test_a_steward_may_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_STEWARD", "1")
    assert visited("/_stcore/upload_file/a/b")[0].status == 200


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/", "evil.example", 400),
        ("/", "stand.example:81", 400),
        ("/", "stand.example", 200),
        ("/", "127.0.0.1:8501", 200),
        ("/healthz", "10.0.0.7:8501", 200),
    ],
)
def test_with_a_public_address_other_names_are_refused(
    monkeypatch: pytest.MonkeyPatch, path: str, host: str, status: int
) -> None:
    monkeypatch.setenv("STAND_PUBLIC_ADDRESS", "https://stand.example")
    assert visited(path, host=host)[0].status == status


def test_refusals_and_failures_carry_the_security_headers(server: Served) -> None:
    status, headers, _ = server.get("/een.naam/a")
    assert (status, headers["content-security-policy"]) == (
        400,
        SECURITY["Content-Security-Policy"],
    )
    failed = in_a_loop(
        at_an_address,
        Request({"type": "http", "path": "/", "query_string": b"", "headers": []}),
        ValueError(),
    )
    assert SECURITY.items() <= {k.title(): v for k, v in failed.headers.items()}.items()


# ------------------------------------------------------------------ budgets


def test_who_asks_too_much_in_a_row_is_told_when_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STAND_CLIENT_BURST", "3")
    monkeypatch.setenv("STAND_CLIENT_RATE", "0.001")

    async def go() -> None:
        through = RequestLimits(Inside())
        assert [(await Visit("/personeel").go(through)).status for _ in range(3)] == [200] * 3
        refused = await Visit("/personeel").go(through)
        assert (refused.status, refused.headers["retry-after"]) == (429, "5")
        assert refused.headers["x-content-type-options"] == "nosniff"
        said = refused.sent[1]["body"].decode()
        assert "Probeer het over een paar seconden opnieuw." in said
        assert "Try again in a few seconds." in said
        assert (await Visit("/static/app.js").go(through)).status == 200
        assert (await Visit("/personeel", "192.0.2.2").go(through)).status == 200

    in_a_loop(go)


def test_all_together_have_a_budget_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_SERVER_BURST", "2")
    monkeypatch.setenv("STAND_SERVER_RATE", "0.001")

    async def go() -> list[int]:
        through = RequestLimits(Inside())
        return [(await Visit("/", f"192.0.2.{n}").go(through)).status for n in range(3)]

    assert in_a_loop(go) == [200, 200, 503]


def test_a_budget_fills_up_again_and_no_further() -> None:
    budget = request_limits.Budget.full(2, 0.5, 0)
    assert [budget.spend(now) for now in (0, 0, 0, 2, 2, 100, 100, 100)] == [
        *(True, True, False),
        *(True, False),
        *(True, True, False),
    ]


def test_clients_of_one_network_share_a_budget() -> None:
    near = {request_limits.client({"client": (f"2001:db8::{n}", 1)}) for n in range(1, 9)}
    assert near == {"2001:db8::/64"}
    assert request_limits.client({"client": None}) == ""


def test_no_number_of_clients_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "MOST_CLIENTS", 50)

    async def go() -> int:
        through = RequestLimits(Inside())
        for number in range(500):
            await Visit("/", f"10.0.{number // 250}.{number % 250}").go(through)
        return len(through._clients)  # noqa: SLF001 - what may not grow

    assert in_a_loop(go) == 50


# ------------------------------------------------------------------ files that are made


@pytest.mark.parametrize(
    "path", ["/sql", "/data/1-0.zip", "/data/1-0/figures.csv", "/insluiten/personeel/klassen"]
)
def test_whatever_is_made_counts_among_what_is_made_at_once(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_DRAWING_PER_CLIENT", "1")

    async def go() -> None:
        inside = Inside()
        inside.open = anyio.Event()
        through = RequestLimits(inside)
        async with anyio.create_task_group() as visits:
            visits.start_soon(Visit(path).go, through)
            while not inside.seen:
                await anyio.lowlevel.checkpoint()
            second = Visit(path)
            visits.start_soon(second.go, through)
            while not second.sent and len(inside.seen) < 2:
                await anyio.lowlevel.checkpoint()
            inside.open.set()
        assert second.status == 429

    in_a_loop(go)


def test_so_many_files_are_made_at_once_and_who_hangs_up_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STAND_DRAWING_PER_CLIENT", "2")
    monkeypatch.setenv("STAND_DRAWING_QUEUE", "3")

    async def go() -> None:
        inside = Inside()
        inside.open = anyio.Event()
        through = RequestLimits(inside)
        waiting = [Visit(PICTURE, f"192.0.2.{n}") for n in (1, 1, 2)]
        async with anyio.create_task_group() as visits:
            for number, visit in enumerate(waiting, 1):
                visits.start_soon(visit.go, through)
                while len(inside.seen) < number:
                    await anyio.lowlevel.checkpoint()
            assert (await Visit(PICTURE).go(through)).status == 429
            assert (await Visit(PICTURE, "192.0.2.3").go(through)).status == 503
            assert (await Visit("/_stcore/health").go(RequestLimits(Inside()))).status == 200
            waiting[0].hung_up.set()
            while through._making.total() == 3:  # noqa: SLF001 - until it noticed
                await anyio.lowlevel.checkpoint()
            inside.open.set()
            assert (await Visit(PICTURE).go(through)).status == 200
        assert waiting[0].sent == []
        assert [visit.status for visit in waiting[1:]] == [200, 200]

    in_a_loop(go)


def test_what_is_made_is_made_in_another_process() -> None:
    assert in_worker(os.getpid) == os.getpid()
    assert in_a_loop(to_thread.run_sync, in_worker, os.getpid) != os.getpid()


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work = in_a_loop(to_thread.run_sync, in_worker, os.getpid)
    monkeypatch.setenv("STAND_DRAWING_SECONDS", "0.2")
    with pytest.raises(QueryError, match=r"langer dan 0\.2 seconden"):
        in_a_loop(to_thread.run_sync, in_worker, time.sleep, 60)
    assert not psutil.pid_exists(at_work)


def in_a_new_loop(ask: Callable[[], Awaitable[T]]) -> T:
    """Return what a coroutine gives in a loop of its own, which has no process beside it yet."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, ask).result()


def test_a_process_begins_whatever_page_was_drawn_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # as Streamlit leaves it behind
    page = ModuleType("__main__")
    page.__file__ = str(tmp_path / "page.py")
    (tmp_path / "page.py").write_text("raise AttributeError('no server')", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "__main__", page)
    made_by = in_a_new_loop(partial(to_thread.run_sync, in_worker, os.getpid))
    assert made_by != os.getpid()


def test_a_process_that_begins_for_who_hangs_up_is_there_for_the_next() -> None:
    async def go() -> tuple[int, list[int]]:
        before = psutil.Process().children()
        async with anyio.create_task_group() as visits:
            visits.start_soon(to_thread.run_sync, in_worker, time.sleep, 60)
            while len(psutil.Process().children()) == len(before):
                await anyio.lowlevel.checkpoint()
            # connected, and not yet there: Python takes longer to start
            await anyio.sleep(0.02)
            visits.cancel_scope.cancel()
        made_by = await to_thread.run_sync(in_worker, os.getpid)
        now = [child.pid for child in psutil.Process().children() if child not in before]
        return made_by, now

    made_by, begun = in_a_new_loop(go)
    assert begun == [made_by]


def test_nothing_is_begun_for_who_hung_up(tmp_path: Path) -> None:
    path = tmp_path / "begonnen"

    def asked(scope: anyio.CancelScope) -> None:
        from_thread.run_sync(scope.cancel)
        in_worker(path.touch)

    async def go() -> None:
        with anyio.CancelScope() as scope:
            await to_thread.run_sync(asked, scope)

    with pytest.raises(asyncio.CancelledError):
        in_a_loop(go)
    assert not path.exists()
