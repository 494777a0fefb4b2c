"""A version as a package: whole, described, the same bytes, and with the figures of the pages."""

import hashlib
import io
import json
from typing import Any
from zipfile import ZipFile

import polars as pl
import pytest

from data.survey.languages import LANGUAGES
from pages.files.downloads import tidy
from pages.files.package import descriptors
from pages.files.package.archive import archive, contents
from pages.files.package.tables import TABLES
from pages.state.releases import Facts, online
from tests.conftest import Served
from tests.support.cards import card, view

DUTCH = {"ed": "2023", "taal": "nl"}
TYPES = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64} | {
    "boolean": pl.Boolean,
    "date": pl.Date,
}
pytestmark = pytest.mark.usefixtures("on_sample")


def described(facts: Facts) -> list[dict[str, Any]]:
    """Return what a package says of its tables."""
    found: list[dict[str, Any]] = json.loads(contents(facts)["datapackage.json"])["resources"]
    return found


def read(facts: Facts, name: str) -> pl.DataFrame:
    """Return a file of a package."""
    content = io.BytesIO(contents(facts)[name])
    if name.endswith("parquet"):
        return pl.read_parquet(content)
    kinds = next(t.columns for t in TABLES if f"{t.name}.csv" == name)
    return pl.read_csv(content, schema=dict(kinds))


def test_every_resource_is_there_with_its_bytes_and_its_hash() -> None:
    facts = online()
    resources = described(facts)
    assert [resource["name"] for resource in resources] == [table.name for table in TABLES]
    for resource in resources:
        assert set(resource) >= {"name", "path", "format", "mediatype", "schema", "titles"}
        for file in (resource, *resource["alternatives"]):
            content = contents(facts)[file["path"]]
            assert file["bytes"] == len(content)
            assert file["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_a_table_has_the_columns_types_and_key_that_its_description_says() -> None:
    facts = online()
    for resource in described(facts):
        schema, frame = resource["schema"], read(facts, f"{resource['name']}.parquet")
        assert dict(frame.schema) == {f["name"]: TYPES[f["type"]]() for f in schema["fields"]}
        assert all(set(field["descriptions"]) == set(LANGUAGES) for field in schema["fields"])
        if key := schema.get("primaryKey"):
            keys = frame.select(key)
            assert keys.n_unique() == frame.height, resource["name"]
            assert sum(keys.null_count().row(0)) == 0


def test_csv_and_parquet_hold_the_same_rows() -> None:
    facts = online()
    for table in TABLES:
        one, other = read(facts, f"{table.name}.csv"), read(facts, f"{table.name}.parquet")
        # a CSV tells an empty text and none apart by quotes alone
        blank = pl.col(pl.String).fill_null("")
        assert one.with_columns(blank).equals(other.with_columns(blank)), table.name


def test_a_package_holds_the_figures_of_the_page() -> None:
    shown = tidy(view(**DUTCH), card("klassen", "personeel", **DUTCH))
    figures = read(online(), "figures.parquet")
    key = ["edition", "indicator", "item", "statistic", "weighting", "dimension", "group_code"]
    found = shown.select(*key, "estimate", "low", "high", "unit").join(
        figures.select(*key, pl.col("estimate", "low", "high", "unit").name.suffix("_packed")),
        on=key,
    )
    assert found.height == shown.height == 4
    for column in ("estimate", "low", "high"):
        assert found[column].to_list() == pytest.approx(found[f"{column}_packed"].to_list())
    assert set(found["unit_packed"]) == {"pct"}


def test_an_archive_is_the_same_bytes_and_adds_up() -> None:
    facts = online()
    with ZipFile(io.BytesIO(archive(facts))) as packed:
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        held = {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}
    lines = [line.split("  ") for line in held.pop("SHA256SUMS").decode().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in held.items()}
    again = Facts(facts.release)
    assert archive(again) == archive(facts)


def test_it_says_that_it_is_made_up_and_how_to_cite_it() -> None:
    held = contents(online())
    assert "Fictieve voorbeelddata" in held["README.nl.md"].decode()
    assert "Fictitious sample data" in held["README.en.md"].decode()
    assert "Fictieve voorbeelddata" in json.loads(held["datapackage.json"])["description"]
    assert f'version: "{online().version}"' in held["CITATION.cff"].decode()
    assert "{" not in held["README.nl.md"].decode()


def test_quotations_come_with_their_page_and_licence_of_their_own() -> None:
    quoted = read(online(), "published.parquet")
    assert quoted["url"].str.starts_with("https://").all()
    assert quoted["source"].null_count() == 0
    assert "CC BY 4.0" not in quoted["licence"].to_list()


def test_each_csv_is_described_for_the_web() -> None:
    held = contents(online())
    for table in TABLES:
        said = json.loads(held[f"{table.name}.csv-metadata.json"])
        assert said["url"] == f"{table.name}.csv"
        columns = [column["name"] for column in said["tableSchema"]["columns"]]
        assert columns == held[f"{table.name}.csv"].decode().partition("\n")[0].split(",")


def test_catalogues_name_every_file_at_its_address() -> None:
    facts, home = online(), "https://voorbeeld.nl/data/1-0a1b2c3d"
    held = contents(facts)
    paths = {f"{home}/{table.name}.{ending}" for table in TABLES for ending in descriptors.MEDIA}
    dcat = json.loads(descriptors.dcat(facts, held, home))
    assert {d["dcat:downloadURL"]["@id"] for d in dcat["dcat:distribution"]} == paths
    obliged = {"title", "description", "identifier", "publisher", "accessRights", "license"}
    assert {f"dct:{name}" for name in obliged} | {"dcat:contactPoint", "dcat:theme"} <= set(dcat)
    dataset = json.loads(descriptors.dataset(facts, held, home))
    assert {d["contentUrl"] for d in dataset["distribution"]} == paths


def test_a_version_is_served_whole_and_in_parts(server: Served) -> None:
    version = online().version
    status, headers, content = server.get(f"data/{version}.zip")
    assert (status, headers["content-type"]) == (200, "application/zip")
    assert "immutable" in headers["cache-control"]
    assert ZipFile(io.BytesIO(content)).testzip() is None
    status, headers, content = server.get(f"data/{version}/figures.parquet")
    assert status == 200
    assert pl.read_parquet(io.BytesIO(content)).height > 10_000
    address = f"{server.address}/data/{version}/response.parquet"
    assert pl.scan_parquet(address).collect().equals(read(online(), "response.parquet"))
    assert server.get("data/nieuwste.zip")[1]["location"].endswith(f"/data/{version}.zip")
    assert server.get(f"data/{version}/dcat.jsonld")[0] == 200


@pytest.mark.parametrize("path", ["data/9-00000000.zip", "data/x/figures.csv", "data/"])
def test_a_version_or_file_that_is_not_there_is_not_found(server: Served, path: str) -> None:
    assert server.get(path)[0] == 404


def test_a_file_that_a_version_has_not_is_not_found(server: Served) -> None:
    assert server.get(f"data/{online().version}/responses.parquet")[0] == 404
