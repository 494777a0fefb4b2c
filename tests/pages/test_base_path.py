"""The site lies at the root, below a path, or behind a proxy that strips one: links lead there."""

import urllib.request

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from pages.server.answers import origin
from pages.server.base_path import BasePath
from pages.server.preview import previewed
from pages.state import address
from pages.state.releases import online
from tests.conftest import Served
from tests.support.reading import in_a_loop

PLACE = "https://cijfers.example/stand"


def asked(path: str, base: str = "stand", kind: str = "http") -> tuple[list[Scope], list[Message]]:
    """Return what comes inside of a request, and what is answered before it does."""
    inside: list[Scope] = []
    sent: list[Message] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        inside.append(scope)

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    headers = [(b"host", b"intern:8501")]
    scope = {
        "type": kind,
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"ed=2023&taal=nl",
        "headers": headers,
    }
    in_a_loop(BasePath(app, base), scope, receive, send)
    return inside, sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_inside_knows_only_its_root(kind: str) -> None:
    ((scope,), sent) = asked("/stand/_stcore/stream", kind=kind)
    assert (scope["path"], scope["root_path"], sent) == ("/_stcore/stream", "/stand", [])


def test_at_the_root_nothing_changes() -> None:
    ((scope,), _) = asked("/stand/personeel", base="")
    assert (scope["path"], "root_path" in scope) == ("/stand/personeel", False)


@pytest.mark.parametrize(
    ("path", "kind", "first"),
    [
        ("/personeel", "http", 404),
        ("/standaard", "http", 404),
        ("/stand", "http", 307),
        ("/_stcore/stream", "websocket", 1008),
    ],
)
def test_beside_the_path_there_is_nothing(path: str, kind: str, first: int) -> None:
    inside, sent = asked(path, kind=kind)
    assert (inside, sent[0].get("status", sent[0].get("code"))) == ([], first)


def test_the_path_alone_leads_to_what_is_below_it() -> None:
    _, sent = asked("/een/stand", base="een/stand")
    assert (b"location", b"stand/") in sent[0]["headers"]


def test_health_is_there_for_who_knows_no_path() -> None:
    assert [scope["path"] for scope in asked("/healthz")[0]] == ["/healthz"]


@pytest.mark.usefixtures("on_sample")
def test_links_for_elsewhere_begin_where_the_site_does() -> None:
    request = Request(asked("/stand/personeel")[0][0])
    assert origin(request) == "http://intern:8501/stand"
    assert 'content="http://intern:8501/stand/personeel?' in previewed(request, online()).tags()


@pytest.mark.usefixtures("on_sample")
def test_one_public_address_is_in_every_link_whatever_name_was_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STAND_PUBLIC_ADDRESS", PLACE)
    request = Request(asked("/personeel", base="")[0][0])
    assert (origin(request), address.site("http://intern")) == (PLACE, PLACE)
    tags = previewed(request, online()).tags()
    assert f'content="{PLACE}/personeel?' in tags
    assert "intern" not in tags


def test_what_a_visitor_says_as_a_proxy_would_is_not_believed(server: Served) -> None:
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "Accept": "*/*"}
    request = urllib.request.Request(f"{server.address}/personeel?ed=2023&taal=nl", headers=said)
    with urllib.request.urlopen(request, timeout=30) as answer:
        document = answer.read().decode()
    assert f'property="og:url" content="{server.address}/personeel?' in document
    assert "evil.example" not in document
