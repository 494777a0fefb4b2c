"""Any export is read as the table a person sees in it, or refused with what to do."""

import codecs
import csv
import io
import json
import re
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ImportRefusedError
from data.importer.options import ReadOptions
from data.importer.parse.grid import MAX_FILE, MEGABYTE
from data.importer.parse.process import parse
from data.importer.read_file import read_sheet
from data.importer.table_detection import ROW, Sheet, lay_out
from tests.support.exports import EXPORTS

PLACES = ("Goes", "Hulst", "Súdwest-Fryslân", "Bergen (NH)", "'s-Hertogenbosch", "Sluis")


def knows(text: str) -> bool:
    """Return whether a text is one of the places of these tests."""
    return text in PLACES or text in {"Borsele", "Kapelle", "Middelburg", "Veere", "Tholen"}


def read(folder: Path, name: str, content: bytes, options: ReadOptions | None = None) -> Sheet:
    """Write a file and read it as an import does."""
    path = folder / name
    path.write_bytes(content)
    return read_sheet(path, knows, options)


def refusal(folder: Path, name: str, content: bytes) -> str:
    """Return why a file is refused."""
    with pytest.raises(ImportRefusedError) as refused:
        read(folder, name, content)
    return str(refused.value)


def column(sheet: Sheet, name: str) -> list[str | None]:
    """Return the cells of one column."""
    return sheet.cells[name].to_list()


TABLES = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.decimals(-9999, 9999, places=1).map(str),
        st.sampled_from(["ja", "nee", "weet niet", "één; of twee", 'zei "ja"', "a,b"]),
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda row: row[0],
)


@dataclass
class Way:
    """One way of writing a table as text."""

    encoding: str
    delimiter: str
    decimal: str
    quoting: Literal[0, 1, 2]
    ending: str
    titles: int
    footers: int
    trailing: bool
    padding: bool

    def write(self, rows: list[tuple[str, ...]]) -> bytes:
        """Return a table as a file written this way."""
        stream = io.StringIO()
        writer = csv.writer(
            stream, delimiter=self.delimiter, quoting=self.quoting, lineterminator=self.ending
        )
        for n in range(self.titles):
            writer.writerow(["Tabel van antwoorden" if n == 0 else ""])
        for row in rows:
            padded = [f"{cell}  " if self.padding else cell for cell in row]
            writer.writerow([*padded, ""] if self.trailing else padded)
        for n in range(self.footers):
            writer.writerow(["" if n == 0 else "Bron: enquête"])
        return stream.getvalue().encode(self.encoding)


WAYS = st.builds(
    Way,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"]),
    delimiter=st.sampled_from(";,\t|"),
    decimal=st.sampled_from(",."),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    ending=st.sampled_from(["\n", "\r\n"]),
    titles=st.integers(0, 3),
    footers=st.integers(0, 2),
    trailing=st.booleans(),
    padding=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(table=TABLES, way=WAYS)
def test_a_table_comes_back_from_any_way_of_writing_it_as_csv(
    table: list[tuple[str, str, str]], way: Way
) -> None:
    written = [(place, number.replace(".", way.decimal), word) for place, number, word in table]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(way.write([("Gemeente", "Verzuim", "Toelichting"), *written]))
        options = ReadOptions()
        sheet = lay_out("a.csv", parse(path, "a.csv", options), options, knows)
    assert sheet.cells.select("Gemeente", "Verzuim", "Toelichting").rows() == written


@settings(max_examples=60, deadline=None)
@given(table=TABLES, kind=st.sampled_from(["xlsx", "sav", "parquet", "json"]))
def test_a_table_comes_back_from_a_workbook_spss_parquet_and_odata(
    table: list[tuple[str, str, str]], kind: str
) -> None:
    frame = pl.DataFrame(table, schema=["gemeente", "verzuim", "woord"], orient="row")
    frame = frame.with_columns(pl.col("verzuim").cast(pl.Float64))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{kind}"
        if kind == "xlsx":
            frame.write_excel(path)
        elif kind == "sav":
            pyreadstat.write_sav(frame, path)
        elif kind == "parquet":
            frame.write_parquet(path)
        else:
            path.write_text(json.dumps({"value": frame.to_dicts()}), encoding="utf-8")
        options = ReadOptions()
        sheet = lay_out(path.name, parse(path, path.name, options), options, knows)
    back = sheet.cells.select("gemeente", pl.col("verzuim").cast(pl.Float64), "woord")
    assert back.rows() == frame.rows()


def test_what_was_detected_is_said(tmp_path: Path) -> None:
    text = "Enquête 2023\n\nGemeente;Verzuim\nSúdwest-Fryslân;5,1\nGoes;4,2\n\nBron: VNG\n"
    sheet = read(tmp_path, "a.csv", text.encode("cp1252"))
    assert sheet.how == (
        "gelezen als Windows-1252, scheidingsteken ‘;’, kop op regel 3, "
        "1 voetregel overgeslagen, 2 rijen"
    )


def test_an_option_goes_before_the_guess(tmp_path: Path) -> None:
    content = "Gemeente;Plaats\nGoes;é\n".encode("cp1252")
    sheet = read(tmp_path, "a.csv", content, ReadOptions(encoding="cp437"))
    assert column(sheet, "Plaats") == ["Θ"]


def test_a_header_row_can_be_said(tmp_path: Path) -> None:
    content = b"a;b\nGemeente;Verzuim\nGoes;1\n"
    sheet = read(tmp_path, "a.csv", content, ReadOptions(header_row=2))
    assert column(sheet, "Verzuim") == ["1"]


def test_reading_with_the_options_found_gives_the_same_table(tmp_path: Path) -> None:
    content = "Titel\n\nGemeente;Goes;Hulst\nVerzuim;5,1;6\n".encode("utf-16")
    first = read(tmp_path, "a.csv", content)
    assert read(tmp_path, "a.csv", content, first.options).cells.equals(first.cells)


def test_title_lines_of_two_cells_are_no_header(tmp_path: Path) -> None:
    content = b"Editie;2023\nBron;VNG\n\nGemeente;Vraag;Waarde\nGoes;Fte;1\nHulst;Fte;2\n"
    sheet = read(tmp_path, "a.csv", content)
    assert (sheet.header_row, column(sheet, "Waarde")) == (4, ["1", "2"])


def test_municipalities_in_a_header_without_a_corner_are_one_header_row(tmp_path: Path) -> None:
    sheet = read(tmp_path, "a.csv", b"Titel\n;Goes;Hulst\nKrapte;ja;nee\nDruk;nee;ja\n")
    assert (sheet.columns, column(sheet, "Krapte")) == (
        ["gemeente", "Krapte", "Druk"],
        ["ja", "nee"],
    )


def test_totals_are_left_out_and_counted(tmp_path: Path) -> None:
    sheet = read(tmp_path, "a.csv", b"Gemeente;Fte\nGoes;1\nHulst;2\nTotaal;3\n")
    assert (column(sheet, "Fte"), "1 totaalregel overgeslagen" in sheet.how) == (["1", "2"], True)


def test_a_question_about_a_total_is_no_total(tmp_path: Path) -> None:
    content = b"Gemeente;Vraag;Waarde\nGoes;Totaal fte;1\nHulst;Totaal fte;2\n"
    assert column(read(tmp_path, "a.csv", content), "Waarde") == ["1", "2"]


def test_a_cell_keeps_the_row_a_spreadsheet_shows(tmp_path: Path) -> None:
    sheet = read(tmp_path, "a.csv", b'Gemeente;N\n"Goes";"1\n2"\nHulst;3\n')
    assert sheet.cells[ROW].to_list() == [2, 4]


def test_a_merged_header_gives_every_column_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Uitvoer")
    sheet.write_row(0, 0, ["Enquête 2023"])
    sheet.write_row(2, 0, ["Gemeente"])
    sheet.merge_range(2, 1, 2, 2, "2022")
    sheet.merge_range(2, 3, 2, 4, "2023")
    sheet.write_row(3, 1, ["Verzuim", "Instroom", "Verzuim", "Instroom"])
    sheet.write_row(4, 0, ["Goes", 5.1, 10, 6.2, 11])
    book.close()
    read_back = read_sheet(path, knows)
    assert read_back.columns == [
        "Gemeente",
        "2022 – Verzuim",
        "2022 – Instroom",
        "2023 – Verzuim",
        "2023 – Instroom",
    ]


def test_the_fullest_visible_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Uitleg").write_row(0, 0, ["Lees dit eerst"])
    hidden = book.add_worksheet("Verborgen")
    for row in range(9):
        hidden.write_row(row, 0, [1, 2, 3])
    hidden.hide()
    answers = book.add_worksheet("Antwoorden")
    answers.write_row(0, 0, ["Gemeente", "Fte"])
    answers.write_row(1, 0, ["Goes", 3])
    book.close()
    sheet = read_sheet(path, knows)
    assert (column(sheet, "Fte"), "‘Uitleg’, ‘Verborgen’" in sheet.how) == (["3"], True)


def test_spss_gives_labels_value_labels_and_missing_codes(tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        pl.DataFrame({"gem": ["Goes", "Hulst"], "v1": [1.0, 99.0]}),
        path,
        column_labels={"v1": "Is er krapte?"},
        variable_value_labels={"v1": {1: "ja", 99: "weet niet"}},
        missing_ranges={"v1": [99]},
    )
    sheet = read_sheet(path, knows)
    assert (sheet.labels, sheet.value_labels["v1"], sheet.missing["v1"], column(sheet, "v1")) == (
        {"v1": "Is er krapte?"},
        {"1": "ja", "99": "weet niet"},
        ["99"],
        ["1", "99"],
    )


# ------------------------------------------------------------------ files as tools write them


def test_a_power_bi_export_is_turned_and_its_footer_left_out() -> None:
    sheet = read_sheet(EXPORTS / "turned_with_footer.csv", knows)
    hulst = sheet.cells.filter(pl.col("gemeente") == "Hulst").row(0, named=True)
    assert (
        sheet.cells.height,
        hulst["Netto schuldquote (opgave gemeente)"],
        hulst["Aantal inwoners"],
    ) == (8, "21,35", "27015")


def test_text_and_numbers_may_stand_in_one_turned_table() -> None:
    sheet = read_sheet(EXPORTS / "turned_numbers_and_words.csv", knows)
    borsele = sheet.cells.filter(pl.col("gemeente") == "Borsele").row(0, named=True)
    assert (
        borsele["Structurele exploitatieruimte (opgave gemeente)"],
        borsele["Geraamde lasten sociaal domein"],
    ) == ("-8", "Hoger")


def test_a_table_between_title_and_source_has_its_header_on_row_three() -> None:
    sheet = read_sheet(EXPORTS / "title_and_source.csv", knows)
    assert (sheet.header_row, sheet.cells.height, sheet.cells.row(0)) == (
        3,
        10,
        ("Groningen (gemeente)", "GM0014", "0,5", 4),
    )


def test_a_statline_export_keeps_its_empty_cells_empty() -> None:
    sheet = read_sheet(EXPORTS / "long_by_year.csv", knows)
    aalburg = sheet.cells.filter(pl.col("Regio's") == "Aalburg")
    inhabitants = aalburg.select(pl.col("^.*Totale bevolking.*$")).to_series()
    assert (sheet.cells.height, inhabitants.null_count()) == (48, 4)


def test_a_windows_1252_file_keeps_its_accents() -> None:
    sheet = read_sheet(EXPORTS / "windows_1252.csv", knows)
    frisian = sheet.cells.filter(pl.col("RegioCode") == "G1900")["RegioNaam"].to_list()
    assert frisian == ["Súdwest-Fryslân"]


def test_a_utf_16_file_is_read_whole() -> None:
    sheet = read_sheet(EXPORTS / "utf_16_all_quoted.csv", knows)
    assert (sheet.cells.height, sheet.cells.row(1)[:3]) == (11, ("0001", "Adorp", "0053"))


def test_an_spss_layout_is_read_with_its_labels() -> None:
    sheet = read_sheet(EXPORTS / "layout_without_answers.sav", knows)
    assert (len(sheet.columns), sheet.value_labels["bu01"]["11"], sheet.missing["bu01"]) == (
        11,
        "weet niet /  geen mening",
        ["-1", "88", "99"],
    )


def test_a_workbook_with_line_breaks_in_cells_keeps_its_rows() -> None:
    sheet = read_sheet(EXPORTS / "list_of_indicators.xlsx", knows)
    about = column(sheet, "Description")[0]
    assert (sheet.cells.height, column(sheet, "Indicator code")[0]) == (60, "vg_jr")
    assert about is not None
    assert about.startswith("Wel (ja) of geen (nee) deelname.\n\nMeer")


# ------------------------------------------------------------------ refusals


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    assert "bestanden van het soort ‘.docx’ kennen we niet" in refusal(tmp_path, "a.docx", b"x")


def test_half_a_spss_file_is_refused(tmp_path: Path) -> None:
    whole = (EXPORTS / "layout_without_answers.sav").read_bytes()
    found = refusal(tmp_path, "a.sav", whole[: len(whole) // 2])
    assert "geen leesbaar SPSS-bestand" in found or "beschadigd" in found


def test_half_a_workbook_is_refused(tmp_path: Path) -> None:
    whole = (EXPORTS / "list_of_indicators.xlsx").read_bytes()
    assert "geen leesbaar Excel-bestand" in refusal(tmp_path, "a.xlsx", whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("head", "directory", "value", "says"),
    [(8, 10, 97, "compression method is not supported"), (6, 8, 1, "encrypted")],
)
def test_a_workbook_whose_parts_cannot_be_unpacked_is_refused(
    tmp_path: Path, head: int, directory: int, value: int, says: str
) -> None:
    content = bytearray(workbook())
    # each part has a head before it and a line in the directory at the end
    for mark, place in ((b"PK\3\4", head), (b"PK\1\2", directory)):
        for found in re.finditer(re.escape(mark), bytes(content)):
            content[found.start() + place] = value
    said = refusal(tmp_path, "a.xlsx", bytes(content))
    assert "geen leesbaar Excel-bestand" in said
    assert says in said


def test_a_workbook_with_a_damaged_part_is_refused(tmp_path: Path) -> None:
    content = workbook()
    part = re.search(rb"PK\x03\x04.{22}(..)(..)", content, re.DOTALL)
    assert part is not None
    start = part.end() + sum(int.from_bytes(size, "little") for size in part.groups())
    damaged = content[:start] + b"\xff" * 40 + content[start + 40 :]
    assert "geen leesbaar Excel-bestand" in refusal(tmp_path, "a.xlsx", damaged)


def workbook() -> bytes:
    """Return a workbook of one cell."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    book.add_worksheet().write(0, 0, "x")
    book.close()
    return stream.getvalue()


def test_half_a_parquet_file_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    pl.DataFrame({"a": list(range(1000))}).write_parquet(stream)
    assert "geen leesbaar Parquet" in refusal(tmp_path, "a.parquet", stream.getvalue()[:500])


def test_half_an_utf_16_file_is_refused(tmp_path: Path) -> None:
    content = "Gemeente;N\nGoes;1\n".encode("utf-16")[:-1]
    assert "niet in UTF-16 opgeslagen" in refusal(tmp_path, "a.csv", content)


def test_a_workbook_that_expands_to_gigabytes_is_refused_unopened(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (260 * MEGABYTE))
    assert "uitgepakt 260 MB; de grens is 250 MB" in refusal(tmp_path, "a.xlsx", stream.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_entities_is_refused(tmp_path: Path, encoding: str) -> None:
    part = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/sharedStrings.xml", part.encode(encoding))
    assert "verwijst naar andere bestanden" in refusal(tmp_path, "a.xlsx", stream.getvalue())


def test_a_line_of_fifty_megabytes_is_refused(tmp_path: Path) -> None:
    assert "duizend tekens lang" in refusal(tmp_path, "a.csv", b"x;" * (25 * MEGABYTE))


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(MAX_FILE + MEGABYTE)
    with pytest.raises(ImportRefusedError, match="het bestand is 101 MB; de grens is 100 MB"):
        read_sheet(path, knows)


def test_a_table_of_more_cells_than_a_survey_has_is_refused(tmp_path: Path) -> None:
    content = b"Gemeente;N\n" + b"1;2\n" * 2_600_000
    assert "meer dan 5 miljoen cellen" in refusal(tmp_path, "a.csv", content)


def test_a_file_that_is_still_being_written_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Gemeente;N\n" + b"Goes;1\n" * 8_000_000)
    done = threading.Event()

    def keep_writing() -> None:
        with path.open("ab", buffering=0) as file:
            while not done.is_set():
                file.write(b"Goes;2\n")

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        with pytest.raises(ImportRefusedError, match="veranderde tijdens het lezen"):
            read_sheet(path, knows)
    finally:
        done.set()
        writer.join()


def test_utf_16_without_a_mark_is_recognised(tmp_path: Path) -> None:
    sheet = read(tmp_path, "a.csv", "Gemeente;N\nSúdwest-Fryslân;1\n".encode("utf-16-be"))
    assert column(sheet, "Gemeente") == ["Súdwest-Fryslân"]


def test_a_quotation_mark_that_is_never_closed_is_named_with_its_row(tmp_path: Path) -> None:
    content = b'Gemeente;N\nGoes;1\nHulst;"2\nSluis;3\n'
    found = refusal(tmp_path, "a.csv", content)
    assert ("rij 3" in found, "aanhalingsteken" in found) == (True, True)


def test_a_field_outside_the_header_is_named(tmp_path: Path) -> None:
    assert "de kolom heeft geen naam" in refusal(tmp_path, "a.csv", b"Gemeente;N\nGoes;1;2\n")


def test_columns_of_one_name_are_numbered_and_named(tmp_path: Path) -> None:
    sheet = read(tmp_path, "a.csv", b"Gemeente;N;N\nGoes;1;2\n")
    assert (sheet.columns, column(sheet, "N (2)")) == (["Gemeente", "N", "N (2)"], ["2"])
    assert "genummerd: ‘N’" in sheet.how


def test_one_page_of_an_odata_table_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    page = {"value": [{"a": 1}], "odata.nextLink": "https://example.org/2"}
    found = refusal(tmp_path, "a.json", json.dumps(page).encode())
    assert "één bladzijde van een langere tabel" in found


def test_a_byte_order_mark_alone_is_no_table(tmp_path: Path) -> None:
    assert "er staan geen rijen in" in refusal(tmp_path, "a.csv", codecs.BOM_UTF8)
