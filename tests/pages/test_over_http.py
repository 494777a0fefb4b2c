"""Files as programs read them over HTTP: in parts, when they changed, from anywhere."""

import io
import urllib.request

import polars as pl
import pytest

from pages.server.file_cache import FileCache
from pages.server.negotiation import preferred
from tests.conftest import Served
from tests.support.asking import Answer, ask

VIEW = "?ed=2023&kl=k2&taal=nl"
PARQUET = f"bestand/personeel/klassen.parquet{VIEW}"
FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "png": "image/png"}
pytestmark = pytest.mark.usefixtures("on_sample")


def parquet(answer: Answer) -> pl.DataFrame:
    """Return the rows of an answer."""
    return pl.read_parquet(io.BytesIO(answer.body))


def test_polars_reads_the_addresses_of_files(server: Served) -> None:
    wanted = parquet(ask(PARQUET)).drop("link")
    base = f"{server.address}/bestand/personeel/klassen"
    assert pl.read_parquet(f"{base}.parquet{VIEW}").drop("link").equals(wanted)
    scanned = pl.scan_parquet(f"{base}.parquet{VIEW}").select("group_code", "estimate").collect()
    assert scanned.equals(wanted.select("group_code", "estimate"))
    table = pl.read_csv(f"{base}.csv{VIEW}")
    assert table["estimate"].to_list() == wanted["estimate"].to_list()
    with urllib.request.urlopen(f"{base}.csv{VIEW}") as plain:
        assert pl.read_csv(plain.read()).equals(table)


def test_a_part_of_a_file_is_given_on_its_own() -> None:
    whole = ask(PARQUET)
    part = ask(PARQUET, range="bytes=-4")
    assert (part.status, part.body) == (206, b"PAR1")
    size = len(whole.body)
    assert part.headers["content-range"] == f"bytes {size - 4}-{size - 1}/{size}"
    assert whole.headers["accept-ranges"] == "bytes"
    assert ask(PARQUET, range="bytes=99999999-").status == 416
    other = ask(PARQUET, range="bytes=-4", if_range='"of-another-file"')
    assert (other.status, len(other.body)) == (200, size)


def test_what_did_not_change_is_not_sent_again() -> None:
    first = ask(PARQUET)
    tag, day = first.headers["etag"], first.headers["last-modified"]
    for known in (
        {"if_none_match": tag},
        {"if_none_match": f'"x", W/{tag}'},
        {"if_none_match": "*"},
    ):
        again = ask(PARQUET, **known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert ask(PARQUET, if_modified_since=day).status == 304
    assert ask(PARQUET, if_modified_since="Sat, 01 Jan 2000 00:00:00 GMT").status == 200
    assert ask(PARQUET, if_modified_since="gisteren").status == 200
    assert ask(PARQUET, if_none_match='"x"', if_modified_since=day).status == 200
    assert ask(PARQUET.replace("k2", "k3")).headers["etag"] != tag


def test_only_what_names_its_version_is_kept_for_ever() -> None:
    current = ask(PARQUET)
    version = current.headers["content-disposition"].rpartition("_v")[2].removesuffix(".parquet")
    assert current.headers["cache-control"] == "public, no-cache"
    assert "immutable" in ask(f"{PARQUET}&v={version}").headers["cache-control"]
    # An embedded figure says when there is a newer version, so it is asked after each time.
    embedded = ask(f"insluiten/personeel/klassen{VIEW}&v={version}")
    assert embedded.headers["cache-control"] == "public, no-cache"


def test_head_says_what_get_gives() -> None:
    for path in (PARQUET, f"insluiten/personeel/klassen{VIEW}"):
        whole, head = ask(path), ask(path, "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers == whole.headers
        assert int(head.headers["content-length"]) == len(whole.body)
    assert ask(f"{PARQUET}&x=1", "HEAD").status == 400


def test_pages_of_others_may_read_files_and_nobody_may_write() -> None:
    given = ask(PARQUET, origin="https://elders.nl")
    assert given.headers["access-control-allow-origin"] == "*"
    asked = ask(
        PARQUET,
        "OPTIONS",
        origin="https://elders.nl",
        access_control_request_method="GET",
        access_control_request_headers="range",
    )
    assert asked.status == 200
    assert "range" in asked.headers["access-control-allow-headers"].lower()
    plain = ask(PARQUET, "OPTIONS")
    assert (plain.status, plain.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert ask(PARQUET, "POST").status == 405


def test_names_of_files_tell_their_filters_apart() -> None:
    def name(query: str, card: str = "personeel/klassen") -> str:
        told = ask(f"bestand/{card}.csv?{query}").headers["content-disposition"]
        return told.partition("''")[2].rpartition("_v")[0]

    start = "svdu_fictief_staff_shortage_social_klassen_2023"
    assert name("ed=2023") == start
    assert name("ed=2023&kl=k2") == f"{start}_kl-k2"
    assert name("ed=2023&kl=k2&wg=inw&taal=en") == f"{start}_kl-k2_wg-inw_taal-en"
    assert name("ed=2023&gm=GM0363&jr=2022", "financien/gemeenten").endswith("_jr-2022_gm-GM0363")
    many = "vs=staff_shortage_social,staff_shortage_domains&rij=landsdeel:size_class&eds=2022,2023"
    assert len(name(f"{many}&th=personeel", "tabellen/tabel")) < 80


@pytest.mark.parametrize(
    ("accepts", "ending"),
    [
        ("", "csv"),
        ("*/*", "csv"),
        ("application/json", "json"),
        ("text/csv;q=0.5, application/json", "json"),
        ("image/*", "png"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "csv"),
        ("application/json;q=0, */*;q=0.1", "csv"),
        ("text/html", None),
        ("text/csv;q=nonsense", "csv"),
    ],
)
def test_the_format_is_the_one_liked_best(accepts: str, ending: str | None) -> None:
    assert preferred(accepts, FORMATS, "csv") == ending


def test_an_address_without_an_ending_gives_the_format_that_is_accepted() -> None:
    path = f"bestand/personeel/klassen{VIEW}"
    given = ask(path, accept="application/vnd.apache.parquet")
    assert parquet(given).height == parquet(ask(PARQUET)).height
    assert given.headers["vary"].startswith("Accept")
    assert ask(path, accept="text/plain").status == 406


def test_what_was_made_is_kept_within_a_limit_and_the_oldest_goes_first() -> None:
    made: list[str] = []

    def make(name: str) -> bytes:
        made.append(name)
        return name.encode() * 10

    shelf = FileCache(limit=25, least=1)
    for name in ("a", "b", "a", "c", "a", "b"):
        kept = shelf.get((name,), lambda name=name: make(name))  # type: ignore[misc]
        assert kept.path.read_bytes() == name.encode() * 10
        assert shelf.size <= 25
    assert made == ["a", "b", "c", "b"]
    assert len(list(kept.path.parent.iterdir())) == 2


def test_small_files_are_no_more_than_their_addresses_may_take_of_memory() -> None:
    shelf = FileCache(limit=1_000_000)
    paths = {shelf.get((f"select {n}",), lambda: b"1\n").path for n in range(5000)}
    assert sum(path.exists() for path in paths) < 100
