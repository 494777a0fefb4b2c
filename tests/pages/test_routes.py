"""Addresses beside the pages, asked of a real server."""

import io
import json
import re

import polars as pl
import pytest

from tests.conftest import Served

KINDS = {
    "excel.csv": "text/csv; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
VIEW = "?ed=2023&kl=k2&taal=nl"


@pytest.mark.parametrize(("ending", "kind"), list(KINDS.items()))
def test_a_file_comes_with_its_kind_and_name(server: Served, ending: str, kind: str) -> None:
    status, headers, content = server.get(f"bestand/personeel/klassen.{ending}{VIEW}")
    assert status == 200
    assert headers["content-type"] == kind
    assert "attachment; filename*=UTF-8''svdu_fictief_" in headers["content-disposition"]
    assert len(content) > 500


def test_a_file_names_the_page_that_shows_it(server: Served) -> None:
    about = json.loads(server.get(f"bestand/personeel/klassen.json{VIEW}")[2])["about"]
    link = f"{server.address}/personeel?kl=k2&ed=2023&taal=nl"
    assert set(about["link"].partition("?")[2].split("&")) >= {"kl=k2", "ed=2023", "taal=nl"}
    assert about["link"].partition("?")[0] == link.partition("?")[0]


def test_a_file_of_a_former_municipality_is_that_of_its_successor(server: Served) -> None:
    _, _, content = server.get("bestand/financien/gemeenten.parquet?ed=2023&gm=GM0370")
    assert pl.read_parquet(io.BytesIO(content)).height == 342


@pytest.mark.parametrize(
    "path",
    [
        "bestand/personeel/bestaat-niet.csv",
        "bestand/personeel/klassen.exe",
        "bestand/personeel/../../vault/responses.parquet",
        "bestand/personeel/%2e%2e%2fresponses.parquet",
    ],
)
def test_a_file_that_does_not_exist_is_not_found(server: Served, path: str) -> None:
    assert server.get(path)[0] in {400, 404}


def test_a_bare_address_is_completed_with_edition_and_language(server: Served) -> None:
    status, headers, _ = server.get("personeel", accept="text/html")
    assert (status, headers["location"]) == (302, "?ed=2023&taal=nl")


def test_a_completed_address_keeps_what_was_asked_for(server: Served) -> None:
    _, headers, _ = server.get("personeel?kl=k9&taal=en", accept="text/html")
    assert headers["location"] == "?ed=2023&taal=en&kl=k9"


@pytest.mark.parametrize(
    ("language", "title"),
    [("nl", "Personeel – Stand van de Uitvoering"), ("en", "Staff – State of Delivery")],
)
def test_the_document_has_language_title_and_description(
    server: Served, language: str, title: str
) -> None:
    _, headers, content = server.get(f"personeel?ed=2023&taal={language}", accept="text/html")
    document = content.decode()
    assert f'<html lang="{language}">' in document
    assert f"<title>{title}</title>" in document
    assert '<meta name="description"' in document
    assert headers["content-language"] == language
    assert "You need to enable JavaScript" not in document


def test_every_answer_carries_the_security_headers(server: Served) -> None:
    for path in ("personeel?ed=2023&taal=nl", "healthz", f"bestand/personeel/klassen.csv{VIEW}"):
        _, headers, _ = server.get(path, accept="text/html")
        lowered = {name.lower(): value for name, value in headers.items()}
        assert "default-src 'self'" in lowered["content-security-policy"]
        assert lowered["x-content-type-options"] == "nosniff"


def test_health_names_the_versions_of_data_and_program(server: Served) -> None:
    status, _, content = server.get("healthz")
    health = json.loads(content)
    assert status == 200
    assert health["status"] == "ok"
    assert re.fullmatch(r"1-[0-9a-f]{8}", health["version"])
    assert health["program"] == "0.2.0"


@pytest.mark.parametrize("path", ["oauth2callback", "auth/login", "auth/logout"])
def test_a_login_and_its_way_back_are_left_to_streamlit(server: Served, path: str) -> None:
    # Without a login set up Streamlit answers with a redirect to the first page, or an error.
    status, headers, content = server.get(f"{path}?code=x&state=y", accept="text/html")
    assert b"kind-missing" not in content
    assert "ed=" not in headers.get("location", "")
    assert status != 404
