"""Addresses asked in memory: the routes beside the pages, without a server around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.types import Message

from pages.server.routes import ROUTES
from queries import worker_processes
from tests.support.reading import in_a_loop

HOST = "http://proef"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


async def _here(make: Callable[[], object]) -> object:
    """Return what is made, made here; who asks a server has it made beside it."""
    return make()


def ask(address: str, method: str = "GET", **headers: str) -> Answer:
    """Return the answer to a request; ``if_none_match`` is the header ``If-None-Match``."""
    path, _, query = address.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "method": method,
        "scheme": "http",
        "server": ("proef", 80),
        "root_path": "",
        "path": f"/{unquote(path)}",
        "raw_path": f"/{path}".encode(),
        "query_string": query.encode(),
        "headers": [
            (b"host", b"proef"),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
        ],
    }
    sent: list[Message] = []

    async def talk() -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await Starlette(routes=ROUTES)(scope, receive, send)

    # Another process would take a second to start, and know nothing of what a test patches here.
    with patch.object(worker_processes, "_elsewhere", _here):
        in_a_loop(talk)
    begun = sent[0]
    told = {name.decode(): value.decode() for name, value in begun["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(begun["status"], told, body)
