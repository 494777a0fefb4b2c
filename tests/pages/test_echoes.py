"""What an address says is repeated as text: on one line, short, and never as a mark or a link."""

import logging
import re
from urllib.parse import quote, urljoin

import pytest
from starlette.requests import Request
from starlette.responses import Response

from data.errors import ReleaseBrokenError
from pages.server import answers
from pages.server.middleware import at_an_address
from pages.words.texts import echoed, quoted
from tests.conftest import Served
from tests.support.reading import framed, in_a_loop

# A heading and a link of their own, for who repeats this as Markdown; and as HTML.
MARKDOWN = "x\n\n# Gehackt\n\n[Log hier in](https://evil.example)"
MARKUP = '"><img src=x onerror=alert(1)>'
# Not printed, an order of letters turned round, and a line of their own in the log.
UNSEEN = "a\x01b\u202ec\u2028d\nERROR e"


def test_an_echo_is_one_short_line_of_what_can_be_seen() -> None:
    assert echoed(UNSEEN) == "a b c d ERROR e"
    assert echoed("x" * 1000) == "x" * 60


def test_a_quotation_stays_within_its_marks() -> None:
    assert quoted(MARKDOWN) == "`x # Gehackt [Log hier in](https://evil.example)`"
    assert quoted("a`b``c") == "`abc`"


@pytest.mark.usefixtures("on_sample")
@pytest.mark.parametrize("name", ["kl", "vr", "op", "v"])
def test_the_notice_on_a_page_repeats_no_marks(name: str) -> None:
    page = framed(**{name: MARKDOWN})
    for warning in page.warning:
        assert "\n" not in warning.value
        outside = re.sub(r"`[^`]*`", "", warning.value)
        assert "evil" not in outside


@pytest.mark.usefixtures("on_sample")
def test_the_notice_on_a_page_repeats_a_few_of_many() -> None:
    page = framed(op=",".join(f"<{number}>" for number in range(500)))
    assert page.warning[0].value.count("`") == 16


@pytest.mark.parametrize("path", ["/evil.example/a", "\\evil.example/a", "/evil.example/%2e%2e"])
def test_no_redirect_leaves_the_site(server: Served, path: str) -> None:
    status, headers, _ = server.get(path, accept="text/html")
    target = urljoin(f"{server.address}/{path}", headers.get("location", ""))
    assert (status in {302, 400, 404}, target.startswith(f"{server.address}/")) == (True, True)
    assert "//" not in headers.get("location", "")


def test_the_document_repeats_an_address_as_text(server: Served) -> None:
    query = f"?ed=2023&taal=nl&kl={quote(MARKUP)}&{quote(MARKUP)}={quote(MARKUP)}"
    document = server.get(f"personeel{query}", accept="text/html")[2].decode()
    assert "<img src=x" not in document
    assert 'property="og:url"' in document


def test_a_page_that_is_not_there_repeats_an_address_as_text(server: Served) -> None:
    status, _, content = server.get(
        f"{quote(MARKUP, safe='')}?ed=2023&taal=nl&zoek={quote(MARKUP)}", accept="text/html"
    )
    assert status == 404
    assert b"<img src=x" not in content


@pytest.mark.parametrize("path", ["bestand/personeel/{}.csv", "bespreekblad/{}.pdf"])
def test_a_file_that_is_not_there_repeats_an_address_as_text_for_programs(
    server: Served, path: str
) -> None:
    asked = path.format(quote(MARKUP, safe=""))
    status, headers, _ = server.get(asked, accept="application/json")
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    status, _, content = server.get(asked, accept="text/html")
    assert status == 404
    assert b"<img" not in content


@pytest.mark.parametrize("ending", ["svg", "csv"])
def test_a_file_repeats_what_is_searched_for_as_text(server: Served, ending: str) -> None:
    query = f"?ed=2023&taal=nl&zoek={quote('wacht' + UNSEEN)}"
    status, _, content = server.get(f"bestand/signalen/signalen-themas.{ending}{query}")
    assert status == 200
    assert "‘wachta’" in content.decode()
    assert not re.search("[\x00-\x08\u2028\u202e]", content.decode())


def _request(path: str) -> Request:
    return Request(
        {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    )


def test_the_log_repeats_an_address_on_one_line(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_request: Request) -> Response:
        raise ReleaseBrokenError("kapot", "herstel")

    with caplog.at_level(logging.ERROR, logger="stand"):
        answers._guarded(broken, _request(f"/{UNSEEN}"), machine=True)  # noqa: SLF001 - the one that logs
    assert [record.getMessage() for record in caplog.records] == ["address /a b c dERROR e"]


def test_the_log_of_what_nobody_foresaw_repeats_it_on_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, logger="stand"):
        in_a_loop(at_an_address, _request(f"/{UNSEEN}"), ValueError())
    assert [record.getMessage() for record in caplog.records] == [
        "unforeseen at /a b c dERROR e: ValueError"
    ]
