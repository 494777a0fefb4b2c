"""Our source tables follow from the tables of CBS, wholly or not at all."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from data.errors import DataError
from data.files import store
from data.sources.cbs_odata import Address, Folder, Source, open_source, patient, records
from data.sources.cbs_refresh import Refreshed, Where, refresh
from tests.support.cbs import (
    IV3_2023,
    REGIONS_2023,
    Service,
    Table,
    iv3_of_2023,
    regions_of_2023,
    saved,
    serving,
)

ROOT = Path(__file__).resolve().parents[2]


def silent(_step: str) -> None:
    """Report nothing."""


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """The two tables of CBS from which our figures of 2023 follow."""
    return {IV3_2023: iv3_of_2023(), REGIONS_2023: regions_of_2023()}


@pytest.fixture
def where(tmp_path: Path) -> Where:
    """Copies of the folders of register and official figures."""
    found = Where(tmp_path / "register", tmp_path / "official")
    shutil.copytree(store.REGISTER, found.register)
    shutil.copytree(store.OFFICIAL, found.official)
    return found


@pytest.fixture
def service(tables: dict[str, Table]) -> Iterator[Service]:
    """CBS on this machine."""
    with serving(Service({name: dict(table) for name, table in tables.items()})) as running:
        yield running


def quick(service: Service) -> Address:
    """Return the address of a service, asked without waiting."""
    return Address(service.address, patient(3, 0))


def contents(where: Where) -> dict[str, str]:
    """Return the checksum of every file of register and official figures."""
    return {
        str(path): store.checksum(path)
        for folder in (where.register, where.official)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def spoiled(where: Where) -> None:
    """Change a figure of 2023 and a number of inhabitants of 2023, as if they were old."""
    for path, old, new in (
        (where.official / "source" / "iv3.csv", ",49910,", ",1,"),
        (where.register / "source" / "municipalities.csv", ",238147,", ",238000,"),
    ):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def sources(folder: Path) -> dict[str, bytes]:
    """Return the source tables in a folder."""
    return {path.name: path.read_bytes() for path in (folder / "source").glob("*.csv")}


def test_our_shipped_tables_follow_to_the_byte_from_a_folder(
    tables: dict[str, Table], where: Where, tmp_path: Path
) -> None:
    spoiled(where)
    found = refresh(Folder(saved(tmp_path / "cbs", tables)), [], where, silent)
    assert found == [
        Refreshed("municipalities.csv", 342, new=0, changed=1, gone=0),
        Refreshed("iv3.csv", 684, new=0, changed=1, gone=0),
    ]
    assert sources(where.register) == sources(store.REGISTER)
    assert sources(where.official) == sources(store.OFFICIAL)


def test_our_shipped_tables_follow_to_the_byte_from_an_address(
    service: Service, where: Where
) -> None:
    spoiled(where)
    refresh(quick(service), [2023], where, silent)
    assert sources(where.official) == sources(store.OFFICIAL)
    assert any("$skip=1000" in path for path in service.asked)


def test_what_is_built_from_the_tables_is_built_again(service: Service, where: Where) -> None:
    (where.official / "official.parquet").unlink()
    refresh(quick(service), [2023], where, silent)
    built = pl.read_parquet(where.official / "official.parquet")
    assert built.equals(pl.read_parquet(store.OFFICIAL / "official.parquet"))


def test_version_four_gives_the_same_figures(tables: dict[str, Table], where: Where) -> None:
    observed: list[dict[str, object]] = [
        {
            "Id": row["ID"],
            "Measure": "k_2ePlaatsing_2",
            "ValueAttribute": "None",
            "Value": row["k_2ePlaatsing_2"],
            "StringValue": None,
            **{k: row[k] for k in ("TaakveldBalanspost", "Categorie", "Gemeenten", "Verslagsoort")},
        }
        for row in tables[IV3_2023]["TypedDataSet"]
    ]
    spoiled(where)
    both = tables | {IV3_2023: {"MeasureCodes": [], "Observations": observed}}
    with serving(Service(both, version=4, page=2500)) as running:
        refresh(quick(running), [2023], where, silent)
    assert sources(where.official) == sources(store.OFFICIAL)


def test_untyped_rows_are_read_as_text(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"RegioS": "GM0014  ", "N_1": "      12"}, {"N_1": "       ."}]
    folder = saved(tmp_path, {"1NED": {"UntypedDataSet": rows}})
    assert records(Folder(folder), "1NED", {}) == [{"RegioS": "GM0014", "N_1": "12"}, {"N_1": None}]


def test_a_server_that_stumbles_is_asked_again(service: Service, where: Where) -> None:
    service.faults = [(503, b"busy"), (429, b"slow down")]
    assert refresh(quick(service), [2023], where, silent)[1].rows == 684


def faulty(service: Service, status: int, body: bytes) -> Source:
    """Return a service that answers the same fault to everything."""
    service.faults = [(status, body)] * 50
    return quick(service)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (503, b"busy", "antwoordt niet"),
        (404, b"no", "Geen van de tabellen"),
        (403, b"no", "CBS antwoordt met 403"),
        (200, b'{"value": [{"a"', "is geen leesbaar JSON"),
        (200, b"<html>inloggen</html>", "is geen leesbaar JSON"),
        (200, b'{"error": "x"}', "geen lijst ‘value’"),
    ],
)
def test_a_server_that_does_not_answer_changes_nothing(
    service: Service, where: Where, status: int, body: bytes, said: str
) -> None:
    before = contents(where)
    with pytest.raises(DataError, match=said):
        refresh(faulty(service, status, body), [2023], where, silent)
    assert contents(where) == before


def test_a_link_to_another_server_is_not_followed(service: Service) -> None:
    page = {"value": [{"a": 1}], "odata.nextLink": "http://192.0.2.1/meer"}
    service.faults = [
        (200, json.dumps({"value": [{"name": "TypedDataSet"}]}).encode()),
        (200, json.dumps(page).encode()),
    ]
    with pytest.raises(DataError, match=r"bladzijde 1 verwijst naar http://192\.0\.2\.1/meer"):
        records(quick(service), "1NED", {})


def test_pages_that_go_round_are_refused(service: Service) -> None:
    listed = json.dumps({"value": [{"name": "TypedDataSet"}]}).encode()
    again = {"value": [], "odata.nextLink": f"{service.address}/1NED/TypedDataSet?$format=json"}
    service.faults = [(200, listed)] + [(200, json.dumps(again).encode())] * 3
    with pytest.raises(DataError, match="verwijst naar"):
        records(quick(service), "1NED", {})


def test_a_missing_page_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "1NED").mkdir()
    for number in (1, 2):
        page = {"value": [{"a": number}], "odata.nextLink": f"?$skip={number}"}
        name = f"TypedDataSet-{number}.json"
        (tmp_path / "1NED" / name).write_text(json.dumps(page), encoding="utf-8")
    with pytest.raises(DataError, match="ontbreekt een bladzijde: 1NED/TypedDataSet-2"):
        records(Folder(tmp_path), "1NED", {})


def test_pages_in_a_folder_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "1NED").mkdir()
    for number in (10, 9, 8):
        page = {"value": [{"a": number}], "odata.nextLink": "?" if number < 10 else None}
        name = f"TypedDataSet-{number}.json"
        (tmp_path / "1NED" / name).write_text(json.dumps(page), encoding="utf-8")
    assert records(Folder(tmp_path), "1NED", {}) == [{"a": 8}, {"a": 9}, {"a": 10}]


def changed(table: Table, number: int, **cells: object) -> Table:
    """Return a table with other cells in one of its rows."""
    rows = [dict(row) for row in table["TypedDataSet"]]
    rows[number] |= cells
    return table | {"TypedDataSet": rows}


def without(table: Table, column: str) -> Table:
    """Return a table that lacks a column."""
    rows = [{k: v for k, v in row.items() if k != column} for row in table["TypedDataSet"]]
    return table | {"TypedDataSet": rows}


FLAWS: list[tuple[str, Callable[[Table], Table], str]] = [
    (
        IV3_2023,
        lambda t: changed(t, 3, k_2ePlaatsing_2="veel"),
        "Tabel 45063NED, rij 4, kolom k_2ePlaatsing_2: ‘veel’ is geen getal",
    ),
    (
        IV3_2023,
        lambda t: without(t, "Categorie"),
        "Tabel 45063NED, rij 1, kolom Categorie: deze kolom ontbreekt of is leeg",
    ),
    (
        IV3_2023,
        lambda t: changed(t, 1, TaakveldBalanspost="0.4", Categorie="L1.1"),
        "kolom TaakveldBalanspost: GM0014 heeft 0.4, L1.1 meer dan één keer",
    ),
    (
        IV3_2023,
        lambda t: changed(t, 1, Gemeenten="GM9999"),
        "Tabel 45063NED: onbekende gemeenten GM9999",
    ),
    (
        REGIONS_2023,
        lambda t: t | {"DataProperties": t["DataProperties"][:-1]},
        "die titel is er niet voor inhabitants",
    ),
    (
        REGIONS_2023,
        lambda t: changed(t, 1, Inwonertal_56=None),
        "Tabel 85385NED, rij 2, kolom Inwonertal_56: GM0014 heeft geen inhabitants",
    ),
    (
        REGIONS_2023,
        lambda t: changed(t, 1, Code_1="GM9999"),
        "GM9999 (Groningen) is nieuw; haar plaats op de kaart is niet bekend",
    ),
    (
        REGIONS_2023,
        lambda t: t | {"TypedDataSet": t["TypedDataSet"][:9]},
        "In 2023 zijn er niet meer: GM",
    ),
    (
        REGIONS_2023,
        lambda t: changed(t, 1, Code_52=9),
        "2023 Groningen: onbekende grootteklasse 9",
    ),
    (
        REGIONS_2023,
        lambda t: changed(t, 1, Inwonertal_56=5),
        "Het register",
    ),
]


@pytest.mark.parametrize(("name", "flaw", "said"), FLAWS, ids=[said for *_, said in FLAWS])
def test_a_flaw_in_a_table_is_named_and_changes_nothing(
    tables: dict[str, Table],
    where: Where,
    tmp_path: Path,
    name: str,
    flaw: Callable[[Table], Table],
    said: str,
) -> None:
    before = contents(where)
    folder = saved(tmp_path / "cbs", tables | {name: flaw(tables[name])})
    with pytest.raises(DataError) as refused:
        refresh(Folder(folder), [2023], where, silent)
    assert said in str(refused.value)
    assert contents(where) == before


def test_a_report_that_few_have_filed_is_left_out(
    tables: dict[str, Table], where: Where, tmp_path: Path
) -> None:
    table = tables[IV3_2023]
    budgets = [row for row in table["TypedDataSet"] if row["Verslagsoort"] == "2023X000"]
    few = table | {"TypedDataSet": budgets}
    found = refresh(Folder(saved(tmp_path / "cbs", {IV3_2023: few})), [], where, silent)
    assert found == [Refreshed("iv3.csv", 342, new=0, changed=0, gone=0)]


def test_a_place_that_is_no_folder_and_no_address_is_refused() -> None:
    with pytest.raises(DataError, match="is geen map en geen adres"):
        open_source("ftp://opendata.cbs.nl")


def test_a_folder_without_our_tables_is_refused(where: Where, tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    with pytest.raises(DataError, match="Geen van de tabellen"):
        refresh(Folder(tmp_path / "leeg"), [], where, silent)


def test_the_command_refuses_without_a_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "data", "official", "--from", str(tmp_path), "--year", "2023"],
        cwd=ROOT,
        env=os.environ | {"STAND_VAULT": str(tmp_path / "v")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Geen van de tabellen" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr


def test_a_vault_gets_the_tables_as_they_are_now(tmp_path: Path) -> None:
    store.new_vault(tmp_path / "v", synthetic=True, origin="proef")
    (tmp_path / "v" / "official.parquet").write_bytes(b"oud")
    store.renew_tables(tmp_path / "v")
    assert store.checksum(tmp_path / "v" / "official.parquet") == store.checksum(
        store.OFFICIAL / "official.parquet"
    )
