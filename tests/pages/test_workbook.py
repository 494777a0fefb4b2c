"""A workbook opens as people expect: types, notation, head, filters, notes, what to cite."""

import io
import re
from dataclasses import replace

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pages.cards.registry import NAMES, build
from pages.files.columns import MEASURED, type_of
from pages.files.downloads import render, tidy
from tests.support.cards import card, view

DUTCH = {"ed": "2023", "taal": "nl"}
ENGLISH = {"ed": "2023", "taal": "en"}
LINK = "https://voorbeeld.nl/personeel?ed=2023"
pytestmark = pytest.mark.usefixtures("on_sample")


def opened(name: str, page: str, parameters: dict[str, str]) -> Workbook:
    """Return a card as a spreadsheet opens it."""
    content = render(view(**parameters), card(name, page, **parameters), "xlsx", LINK)
    return load_workbook(io.BytesIO(content))


def cells(sheet: Worksheet, heading: str) -> list[tuple[object, str]]:
    """Return the values of a column, each with how it is written."""
    heads = [cell.value for cell in sheet[1]]
    place = heads.index(heading) + 1
    return [
        (sheet.cell(line, place).value, sheet.cell(line, place).number_format)
        for line in range(2, sheet.max_row + 1)
    ]


def test_years_shares_and_counts_are_written_as_on_the_page() -> None:
    sheet = opened("klassen", "personeel", DUTCH)["Cijfers"]
    assert set(cells(sheet, "jaar")) == {(2023, "0")}
    shown = [cell for cell in cells(sheet, "schatting") if cell[0] is not None]
    assert shown
    assert {notation for _, notation in shown} == {"#,##0"}
    assert {notation for _, notation in cells(sheet, "gemeenten_N")} == {"#,##0"}
    assert {type(value) for value, _ in cells(sheet, "groepcode")} == {str}


def test_a_measured_percentage_has_one_decimal() -> None:
    parameters = DUTCH | {"of": "iv3_solvency_pct", "bs": "jaarrekening", "jr": "2023"}
    sheet = opened("officieel-klassen", "financien", parameters)["Cijfers"]
    assert {n for v, n in cells(sheet, "schatting") if v is not None} == {"#,##0.0"}


@pytest.mark.parametrize(
    ("parameters", "figures", "notes"),
    [(DUTCH, "Cijfers", "Toelichting"), (ENGLISH, "Figures", "Notes")],
)
def test_the_head_stays_filters_are_on_and_every_column_is_explained(
    parameters: dict[str, str], figures: str, notes: str
) -> None:
    for name in ("klassen", "verschillen"):
        book = opened(name, "personeel", parameters)
        sheet = book[figures]
        assert sheet.freeze_panes == "A2"
        (table,) = sheet.tables.values()
        assert table.autoFilter.ref == table.ref == sheet.dimensions
        widths = {
            place: of.width
            for of in sheet.column_dimensions.values()
            for place in range(of.min, of.max + 1)
        }
        assert all(widths[head.column] > len(head.value) for head in sheet[1])
        explained = {row[0].value: row[1] for row in book[notes].iter_rows()}
        for head in sheet[1]:
            assert explained[head.value].value
            assert explained[head.value].alignment.wrap_text


def test_the_cover_has_wording_choice_version_citation_and_address() -> None:
    cover = opened("klassen", "personeel", DUTCH)["Omslag"]
    said = {row[0].value: row[1].value for row in cover.iter_rows()}
    of = view(**DUTCH)
    assert said["vraagtekst"] == of.book.by_id["staff_shortage_social"].question.dutch
    assert "2023" in said["keuze"]
    assert said["dataversie"] == of.facts.version
    assert said["link"] == LINK
    assert said["citeren_als"].startswith("Vereniging van Nederlandse Gemeenten (VNG), ")
    assert LINK in said["citeren_als"]


def test_the_same_card_is_the_same_workbook() -> None:
    one, other = (
        render(view(**DUTCH), card("schaal", "bestaanszekerheid", **DUTCH), "xlsx", LINK)
        for _ in range(2)
    )
    assert one == other


def test_what_a_page_calls_too_uncertain_is_so_in_its_file() -> None:
    built = card("schaal", "bestaanszekerheid", **DUTCH)
    cut = built.figures.with_columns(grade=pl.lit("uncertain"))
    assert cut["estimate"].null_count() < cut.height
    file = tidy(view(**DUTCH), replace(built, figures=cut))
    assert file["estimate"].null_count() == file.height
    assert set(file["status"]) == {"uncertain"}


def test_a_difference_comes_with_both_figures_n_p_and_what_could_be_demonstrated() -> None:
    file = tidy(view(**DUTCH), card("verschillen", "personeel", **DUTCH))
    told = file.filter(pl.col("outcome").is_in(["higher", "lower", "no_difference"]))
    assert told.height > 0
    for column in ("estimate", "other_estimate", "difference", "low", "high", "p_value"):
        assert told[column].null_count() == 0
    assert told["answer_count"].null_count() == 0
    change = file.filter(against="edition")
    assert change["other_edition"].to_list() == [2022]
    assert change["other_answer_count"].null_count() == 0
    untold = file.filter(pl.col("outcome").is_in(["too_little", "not_published"]))
    assert untold["difference"].null_count() == untold.height


def test_no_card_has_digits_that_say_nothing_or_types_of_its_own() -> None:
    of = view(**DUTCH, gm="GM0363")
    for theme in of.book.themes:
        for name in NAMES:
            built = build(name, of, theme)
            if built is None:
                continue
            frame = tidy(of, built)
            assert frame.schema == {c: type_of(c) for c in frame.columns}, name
            for column in MEASURED & set(frame.columns):
                written = frame.select(pl.col(column).drop_nulls()).write_csv(include_header=False)
                assert re.search(r"\.\d{5}", written) is None, (name, column)
