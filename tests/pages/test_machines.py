"""What machines find: pages, what is new, previews, and that what is not there is not there."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Served, made_once
from tests.support.asking import HOST, ask
from tests.support.versions import corrected

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def parsed(body: bytes) -> ET.Element:
    """Return the outermost element of an answer of our own."""
    return ET.fromstring(body)  # noqa: S314 - as said above


def tag(document: str, named: str) -> str:
    """Return what a tag of a document says."""
    found = re.search(rf'{named}"[^>]* (?:content|href)="([^"]*)"', document)
    assert found, named
    return unescape(found[1])


@pytest.mark.usefixtures("on_sample")
def test_the_map_of_the_site_has_every_page_edition_and_language() -> None:
    answer = ask("sitemap.xml")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/xml")
    pages = [url.findtext(f"{MAP}loc") or "" for url in parsed(answer.body)]
    assert len(pages) == len(set(pages))
    assert f"{HOST}/personeel?ed=2022&taal=en" in pages
    assert f"{HOST}/?ed=2023&taal=nl" in pages
    assert not any("beheer" in page for page in pages)


def test_every_page_in_the_map_is_there(server: Served) -> None:
    listed = re.findall(r"<loc>(.*?)</loc>", server.get("sitemap.xml")[2].decode())
    newest = [unescape(page) for page in listed if "ed=2023&amp;taal=en" in page]
    assert len(newest) > 10
    for page in newest:
        parts = urlsplit(page)
        assert server.get(f"{parts.path[1:]}?{parts.query}")[0] == 200, page


@pytest.mark.usefixtures("on_sample")
def test_robots_may_read_everything_and_are_told_where_the_map_is() -> None:
    told = ask("robots.txt").body.decode()
    assert told == f"User-agent: *\nAllow: /\n\nSitemap: {HOST}/sitemap.xml\n"


@pytest.mark.usefixtures("on_sample")
def test_whom_to_tell_of_a_leak_is_said_where_somebody_was_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = ".well-known/security.txt"
    assert ask(path).status == 404
    monkeypatch.setenv("STAND_CONTACT", "mailto:lek@voorbeeld.nl")
    told = dict(line.split(": ", 1) for line in ask(path).body.decode().splitlines())
    assert told["Contact"] == "mailto:lek@voorbeeld.nl"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", told["Expires"])


@pytest.fixture
def twice(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release of which the figures were corrected once."""
    folder = made_once("verbeterd", corrected, tmp_path_factory) / "release"
    monkeypatch.setenv("STAND_RELEASE", str(folder))
    return folder


@pytest.mark.usefixtures("twice")
def test_the_feed_has_the_edition_and_its_correction() -> None:
    answer = ask("feed.xml?taal=nl")
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = parsed(answer.body)
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in feed.findall(f"{ATOM}entry")]
    assert [title.partition(" ")[0] for title in titles] == ["Correctie:", "Editie"]
    moments = [entry.findtext(f"{ATOM}updated") for entry in feed.findall(f"{ATOM}entry")]
    assert feed.findtext(f"{ATOM}updated") == moments[0]
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == 2
    assert b"Correction: version" in ask("feed.xml?taal=en").body


@pytest.mark.usefixtures("twice")
def test_the_feed_of_a_theme_has_what_changed_its_figures() -> None:
    assert len(parsed(ask("feed.xml?th=lessen").body).findall(f"{ATOM}entry")) == 2
    assert ask("feed.xml?th=bestaat-niet").status == 400
    assert ask("feed.xml?kl=k2").status == 400


@pytest.mark.parametrize("accept", ["*/*", "text/html", "image/*"])
def test_every_client_is_told_what_a_page_is(server: Served, accept: str) -> None:
    status, _, body = server.get("personeel?ed=2023&taal=en&kl=k2&mg=uit", accept=accept)
    document = body.decode()
    assert status == 200
    assert "<title>Staff – State of Delivery</title>" in document
    assert tag(document, "canonical") == f"{server.address}/personeel?kl=k2&ed=2023&taal=en"
    assert tag(document, 'hreflang="nl').endswith("/personeel?kl=k2&ed=2023&taal=nl")
    picture = urlsplit(tag(document, "og:image"))
    assert picture.path == "/bestand/personeel/klassen.png"
    assert tag(document, "og:image:alt").startswith("By size class")
    _, headers, content = server.get(f"{picture.path[1:]}?{picture.query}")
    assert (headers["content-type"], content[:4]) == ("image/png", b"\x89PNG")


def test_an_unfolded_figure_is_the_picture_of_its_page(server: Served) -> None:
    document = server.get("personeel?ed=2023&taal=nl&op=schaal")[2].decode()
    assert "/bestand/personeel/schaal.png?" in tag(document, "og:image")


@pytest.mark.parametrize(
    "path",
    ["bestaat-niet", "personeel/bestaat-niet", "wp-login.php", "index.html", "a/b/c", "data.json"],
)
def test_what_is_not_there_is_not_found_by_any_client(server: Served, path: str) -> None:
    status, _, body = server.get(f"{path}?ed=2023&taal=nl")
    assert status == 404
    root = "../" * path.count("/") or "./"
    assert f'href="{root}personeel?ed=2023&amp;taal=nl"' in body.decode()
    assert f'href="{root}vorm/plain.css"' in body.decode()
