"""What the first page costs the line, and what readers cost the server."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import psutil
from playwright.sync_api import Browser
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.conftest import Served
from tests.support.driving import Visitor

READERS = 20
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Load:
    """Bytes over the line and number of requests."""

    megabytes: float
    requests: int


def first_and_again(browser: Browser, address: str) -> tuple[Load, Load]:
    """Return what a page costs who comes for the first time, and who comes back."""
    context = browser.new_context()
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    sizes: list[float] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    reader = Visitor(page)
    loads = []
    for _ in range(2):
        sizes.clear()
        reader.requests = 0
        reader.open(address)
        page.wait_for_timeout(1500)
        loads.append(Load(sum(sizes) / MEGABYTE, reader.requests))
    context.close()
    return loads[0], loads[1]


@dataclass(frozen=True)
class Memory:
    """Megabytes of the server: one reader gone by, and with readers connected."""

    idle: float
    busy: float


def memory(server: Served, page: str, query: str) -> Memory:
    """Return how much memory the server takes, idle and with readers of a page connected."""
    process = psutil.Process(server.pid)
    with ExitStack() as first:
        _read(first, server, page, query)
    idle = process.memory_info().rss / MEGABYTE
    with ExitStack() as readers:
        for _ in range(READERS):
            _read(readers, server, page, query)
        busy = process.memory_info().rss / MEGABYTE
    return Memory(idle, busy)


def _read(readers: ExitStack, server: Served, page: str, query: str) -> None:
    """Connect as a browser does, ask for a page, and take in all of it."""
    socket = readers.enter_context(
        connect(
            f"{server.address.replace('http', 'ws')}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            origin=None,
            max_size=None,
        )
    )
    ask = BackMsg()
    ask.rerun_script.query_string = query
    ask.rerun_script.page_name = page
    socket.send(ask.SerializeToString())
    while True:
        message = ForwardMsg.FromString(socket.recv(timeout=60, decode=False))
        if message.WhichOneof("type") == "script_finished":
            return
