"""The same view as chart, table and five kinds of files holds the same figures."""

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest

from pages.cards.card import COLUMNS, Card
from pages.files.downloads import FORMATS, file_name, render
from pages.files.table_html import html_table
from tests.support.cards import card, view

ROOT = Path(__file__).resolve().parents[2]
LINK = "https://voorbeeld.nl/financien?ed=2023&taal=nl"
CLASSES = ["nl", "k1", "k2", "k3", "k4"]
# From tests/reference/official_by_size_class.csv, made by others from the same reports:
# solvency in the accounts of 2023, over all amounts together and in the middle municipality.
POOLED = {"nl": 39.6, "k1": 38.52, "k2": 40.15, "k3": 34.67, "k4": 41.37}
MEDIANS = {"nl": 37.7, "k1": 36.31, "k2": 40.64, "k3": 31.11, "k4": 34.0}
VIEWS = [
    ("klassen", "personeel", {"ed": "2023", "taal": "nl"}),
    ("regios", "personeel", {"kl": "k2", "gi": "pv", "ed": "2022", "taal": "en"}),
    ("kruising", "gegevensuitwisseling", {"ed": "2023", "taal": "nl"}),
    ("schaal", "bestaanszekerheid", {"ld": "LD03", "ed": "2023", "taal": "en"}),
    ("officieel-klassen", "financien", {"ed": "2023", "taal": "nl"}),
    ("gemeenten", "financien", {"ed": "2023", "taal": "nl"}),
    ("aangehaald", "personeel", {"ed": "2023", "taal": "nl"}),
    ("tabel", "tabellen", {"rij": "landsdeel", "eds": "2022,2023", "ed": "2023", "taal": "nl"}),
    ("respons", "over", {"ed": "2023", "taal": "en"}),
]
SOLVENCY = {"of": "iv3_solvency_pct", "bs": "jaarrekening", "jr": "2023", "ed": "2023"} | {
    "taal": "nl"
}
pytestmark = pytest.mark.usefixtures("on_sample")


def file(name: str, page: str, ending: str, parameters: dict[str, str]) -> bytes:
    """Return the file of a view."""
    return render(view(**parameters), card(name, page, **parameters), ending, LINK)


def sheet(content: bytes, place: int = 2) -> pl.DataFrame:
    """Return a sheet of a workbook as text and numbers."""
    return fastexcel.read_excel(content).load_sheet(place).to_polars()


def excel_rows(content: bytes, decimal: str) -> list[list[str]]:
    """Return the rows of a CSV as a spreadsheet takes them in, numbers with a point."""
    text = content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if decimal == "," else ","))
    head = rows[0]
    numbers = {head.index(n) for n in head if n in {"schatting", "ondergrens", "bovengrens"}}
    numbers |= {head.index(n) for n in head if n in {"estimate", "low", "high"}}
    return [
        [c.replace(decimal, ".") if i in numbers else c for i, c in enumerate(row)]
        for row in rows[1:]
    ]


def estimates(name: str, page: str, parameters: dict[str, str]) -> dict[str, list[float | None]]:
    """Return the estimates in every file of a view, in the order of its rows."""
    place = COLUMNS.index("estimate")
    decimal = "," if parameters["taal"] == "nl" else "."

    def number(text: str) -> float | None:
        return float(text) if text else None

    plain = csv.reader(io.StringIO(file(name, page, "csv", parameters).decode(), newline=""))
    figures = sheet(file(name, page, "xlsx", parameters))
    return {
        "excel.csv": [
            number(row[place])
            for row in excel_rows(file(name, page, "excel.csv", parameters), decimal)
        ],
        "csv": [number(row[place]) for row in list(plain)[1:]],
        "xlsx": figures.to_series(place).cast(pl.Float64).to_list(),
        "json": [
            row["estimate"] for row in json.loads(file(name, page, "json", parameters))["figures"]
        ],
        "parquet": pl.read_parquet(io.BytesIO(file(name, page, "parquet", parameters)))[
            "estimate"
        ].to_list(),
    }


@pytest.mark.parametrize(("name", "page", "parameters"), VIEWS)
def test_every_file_holds_the_figures_on_screen(
    name: str, page: str, parameters: dict[str, str]
) -> None:
    figures = card(name, page, **parameters).figures
    too_uncertain = (
        pl.col("grade") == "uncertain" if "grade" in figures.columns else pl.lit(value=False)
    )
    shown = figures.select(pl.when(~too_uncertain.fill_null(value=False)).then("estimate"))[
        "estimate"
    ].to_list()
    assert shown
    for ending, found in estimates(name, page, parameters).items():
        assert found == pytest.approx(shown, abs=5e-5, nan_ok=True), ending


@pytest.mark.parametrize(("name", "page", "parameters"), VIEWS)
def test_a_table_has_a_row_for_each_row_of_its_files(
    name: str, page: str, parameters: dict[str, str]
) -> None:
    built = card(name, page, **parameters)
    assert built.table.height == built.figures.height
    body = html_table(built.table, built.heading)
    assert body.count("<tr ") == built.figures.height + 1


@pytest.mark.parametrize(("statistic", "key"), [("pooled", POOLED), ("median", MEDIANS)])
def test_solvency_per_size_class_is_that_of_the_answer_key_in_every_file(
    statistic: str, key: dict[str, float]
) -> None:
    page = ("officieel-klassen", "financien")
    figures = card(*page, **SOLVENCY).figures
    wanted = (figures["statistic"] == statistic) & figures["group_code"].is_in(list(key))
    codes, places = figures.filter(wanted)["group_code"].to_list(), wanted.arg_true().to_list()
    assert sorted(codes) == sorted(key)
    for ending, found in estimates(*page, SOLVENCY).items():
        by_code = {code: found[place] for code, place in zip(codes, places, strict=True)}
        assert by_code == pytest.approx(key, abs=0.005), ending


def test_the_terminal_gives_the_figures_of_the_answer_key(on_sample: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "queries", "ask", "iv3_solvency_pct", "--edition", "2023"),
            *("--by", "size_class", "--format", "csv"),
        ],
        cwd=ROOT,
        env=os.environ | {"STAND_RELEASE": str(on_sample)},
        capture_output=True,
        check=True,
    )
    printed = pl.read_csv(io.BytesIO(done.stdout))
    for statistic, key in (("pooled", POOLED), ("median", MEDIANS)):
        found = dict(
            printed.filter(statistic=statistic).select("group_code", "estimate").iter_rows()
        )
        assert found == pytest.approx({c: key[c] for c in key if c != "nl"}, abs=0.005)


def test_the_chart_draws_the_medians_of_the_answer_key() -> None:
    built = card("officieel-klassen", "financien", **SOLVENCY)
    assert built.chart is not None
    drawn = built.chart.rows.drop_nulls("median")["median"].to_list()
    held = built.figures.filter(statistic="median")
    assert drawn == held["estimate"].to_list()
    found = dict(zip(held["group_code"], drawn, strict=True))
    assert {code: found[code] for code in CLASSES} == pytest.approx(MEDIANS, abs=0.005)


def test_the_chart_draws_the_shares_and_margins_that_the_files_hold() -> None:
    built = card("klassen", "personeel", ed="2023", taal="nl")
    assert built.chart is not None
    columns = ["estimate", "low", "high"]
    drawn = built.chart.rows.drop_nulls("estimate").select(columns)
    held = built.figures.filter(status="shown").filter(pl.col("grade") != "uncertain")
    assert drawn.rows() == held.select(columns).rows()


# ------------------------------------------------------------------ what a file says of itself


@pytest.mark.parametrize("ending", ["excel.csv", "csv"])
def test_every_row_of_a_csv_says_that_it_is_made_up(ending: str) -> None:
    lines = file("klassen", "personeel", ending, {"ed": "2023", "taal": "nl"}).decode().splitlines()
    assert len(lines) == 5
    assert all("Fictieve voorbeelddata" in line for line in lines[1:])


def test_a_csv_for_excel_has_its_mark_semicolons_and_decimal_commas() -> None:
    content = file("officieel-klassen", "financien", "excel.csv", {"ed": "2023", "taal": "nl"})
    assert content.startswith(b"\xef\xbb\xbfsoort;fictief;jaar;")
    assert b"\r\n" in content
    assert ";39," in content.decode("utf-8-sig")


def test_an_english_csv_for_excel_has_commas_and_decimal_points() -> None:
    content = file("officieel-klassen", "financien", "excel.csv", {"ed": "2023", "taal": "en"})
    assert content.decode("utf-8-sig").startswith("kind,")
    assert ",39." in content.decode("utf-8-sig")


def test_a_workbook_has_a_cover_notes_and_one_plain_table() -> None:
    content = file("klassen", "personeel", "xlsx", {"ed": "2023", "taal": "nl"})
    assert fastexcel.read_excel(content).sheet_names == ["Omslag", "Toelichting", "Cijfers"]
    cover = str(sheet(content, 0).rows())
    assert "Fictieve voorbeelddata" in cover
    assert LINK in cover
    assert sheet(content).columns[:3] == ["soort", "fictief", "jaar"]


def test_json_and_parquet_carry_source_licence_version_and_link() -> None:
    parameters = {"ed": "2023", "taal": "en"}
    about = json.loads(file("klassen", "personeel", "json", parameters))["about"]
    parquet = io.BytesIO(file("klassen", "personeel", "parquet", parameters))
    kept = pl.read_parquet_metadata(parquet)
    version = view(**parameters).facts.version
    for said in (about, kept):
        assert said["mark"] == "Fictitious sample data"
        assert said["licence"] == "CC BY 4.0"
        assert said["data_version"] == version
        assert said["link"] == LINK
        assert "2023 edition" in said["filters"]


def test_official_files_are_not_marked_as_made_up() -> None:
    content = file("gemeenten", "financien", "parquet", {"ed": "2023", "taal": "nl"})
    frame = pl.read_parquet(io.BytesIO(content))
    assert frame.height == 342
    assert frame["is_synthetic"].any() is False
    assert frame["mark"].unique().to_list() == [""]


def test_a_file_is_called_after_survey_mark_question_edition_and_version() -> None:
    parameters = {"ed": "2022", "taal": "nl"}
    of = view(**parameters)
    name = file_name(of, card("klassen", "personeel", **parameters), "excel.csv")
    assert name == f"svdu_fictief_staff_shortage_social_klassen_2022_v{of.facts.version}.csv"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_text_that_a_spreadsheet_would_calculate_is_defused(text: str) -> None:
    parameters = {"ed": "2023", "taal": "nl"}
    hostile = _named(card("klassen", "personeel", **parameters), text)
    for ending, delimiter in (("excel.csv", ";"), ("csv", ",")):
        content = render(view(**parameters), hostile, ending, LINK).decode("utf-8-sig")
        lines = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
        cells = list(lines)[1]
        assert f"'{text}" in cells
        assert text not in cells
    workbook = render(view(**parameters), hostile, "xlsx", LINK)
    with ZipFile(io.BytesIO(workbook)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
    assert len(sheets) >= 3
    assert not any(b"<f>" in sheet for sheet in sheets)


def _named(built: Card, source: str) -> Card:
    """Return the card with text of somebody else in it."""
    return replace(built, source=source)


def test_numbers_below_nought_stay_numbers() -> None:
    parameters = {"of": "iv3_balance_pct", "ed": "2023", "taal": "nl"}
    for ending, delimiter in (("excel.csv", ";"), ("csv", ",")):
        content = file("gemeenten", "financien", ending, parameters).decode("utf-8-sig")
        place = COLUMNS.index("estimate")
        lines = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
        cells = [row[place] for row in list(lines)[1:]]
        assert any(cell.startswith("-") for cell in cells)


def test_every_format_is_known_to_browsers() -> None:
    assert set(FORMATS) == {"excel.csv", "csv", "xlsx", "json", "parquet"}
