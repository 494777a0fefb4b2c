"""What a file says in two ways, or of two things at once, is settled or stops: never guessed."""

import re
import shutil
import tomllib
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from data.errors import DataError
from data.importer import read_file
from data.importer.cells.numbers import to_number
from data.importer.mapping import Column, Mapping, write_mapping
from data.importer.parse.process import parse
from tests.support.exports import answers, findings, mapped, national, take, written
from tests.support.surveys import nine

YEAR = 2023
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse without a process of its own, which has tests elsewhere and takes most of the time."""
    monkeypatch.setattr(
        read_file, "_parsed", lambda path, copy, options: parse(copy, path.name, options)
    )


@pytest.fixture
def vault(sample_vault: Path, tmp_path: Path) -> Path:
    """A vault of all municipalities without answers."""
    return national(tmp_path / "kluis", sample_vault)


@pytest.fixture
def fresh(sample_vault: Path, tmp_path: Path) -> Path:
    """A vault of the sample survey without answers."""
    path = tmp_path / "vers"
    shutil.copytree(sample_vault, path)
    (path / "responses.parquet").unlink()
    return path


def mapping_of(folder: Path, *indicators: str, **fields: object) -> Path:
    """Write a mapping of columns that bear the names of their questions."""
    path = folder / "m.toml"
    columns = [Column(column=name, indicator=name) for name in indicators]
    entries = {"edition": YEAR, "municipality": "Gemeente", "columns": columns, **fields}
    write_mapping(Mapping.model_validate(entries), {}, path)
    return path


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("text", ["5\n6", "7 8", "3 4,5", "12 34", "1_0", "5%6"])
def test_two_numbers_in_a_cell_are_not_one(text: str) -> None:
    assert [to_number(text, {","}, typed=typed) for typed in (False, True)] == [None, None]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234", 1234.0),
        ("12\u202f345,5", 12345.5),
        ("€ 5", 5.0),
        ("-€ 5", -5.0),
        ("€ -5", -5.0),
        ("− 7,1 %", -7.1),
    ],
)
def test_what_is_written_around_a_number_is_not_in_it(text: str, value: float) -> None:
    assert to_number(text, {","}, typed=False) == value


# ------------------------------------------------------------------ rows


def test_a_row_without_a_year_among_other_years_stops(vault: Path, tmp_path: Path) -> None:
    content = "Gemeente;Jaar;debt\nGoes;2022;41\nHulst;;42\nGoes;2023;43\nHulst;;44\n"
    file = written(tmp_path, content)
    report = take(vault, file, mapping_of(tmp_path, "debt", year="Jaar"), edition=YEAR)
    assert "rij 3, kolom Jaar: 2 rijen zonder jaar, tussen rijen van 2022" in findings(report)
    filled = mapping_of(tmp_path, "debt", year="Jaar", reading={"fill_down": ["Jaar"]})
    take(vault, file, filled, edition=YEAR)
    assert answers(vault, "debt", YEAR) == {"GM0664": 43.0, "GM0677": 44.0}


def test_rows_below_a_total_go_with_it(vault: Path, tmp_path: Path) -> None:
    rows = "Goes;debt;41\nHulst;debt;42\nTotaal;debt;83\n;solvency;30\n"
    reading = {"fill_down": ["Gemeente"], "skip_where": {"Gemeente": ["Totaal"]}}
    mapping = mapping_of(
        tmp_path, "debt", "solvency", question="Vraag", value="Waarde", reading=reading
    )
    take(vault, written(tmp_path, f"Gemeente;Vraag;Waarde\n{rows}"), mapping, edition=YEAR)
    assert (answers(vault, "debt", YEAR), answers(vault, "solvency", YEAR)) == (
        {"GM0664": 41.0, "GM0677": 42.0},
        {},
    )


def test_only_a_star_stands_for_anything(vault: Path, tmp_path: Path) -> None:
    content = "Gemeente;Naam;debt\nGoes;Tess;41\nHulst;[test] Kim;42\nVeere;? Bo;43\n"
    reading = {"skip_where": {"Naam": ["[test]*", "? B?"]}}
    mapping = mapping_of(tmp_path, "debt", ignore=["Naam"], reading=reading)
    take(vault, written(tmp_path, content), mapping, edition=YEAR)
    assert answers(vault, "debt", YEAR) == {"GM0664": 41.0, "GM0717": 43.0}


def test_a_column_of_a_turned_table_without_a_name_is_not_lost(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "vraag;Goes;;Hulst;Veere\ndebt;1;99;2;3\nsolvency;4;99;5;6\n")
    report = take(vault, file, tmp_path / "m.toml", edition=YEAR)
    assert [(p.row, p.what) for p in report.problems] == [(2, "de gemeente is niet ingevuld")]


def test_a_file_of_one_column_asks_for_its_delimiter(vault: Path, tmp_path: Path) -> None:
    file, mapping = written(tmp_path, "Gemeente~debt\nGoes~1\n"), tmp_path / "m.toml"
    assert "kies met --delimiter" in findings(take(vault, file, mapping, edition=YEAR))


def test_rows_to_skip_run_from_low_to_high(vault: Path, tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, "debt", reading={"skip_rows": ["4-3"]})
    file = written(tmp_path, "Gemeente;debt\nGoes;1\nHulst;2\nVeere;3\n")
    with pytest.raises(DataError, match="skip_rows kan niet ‘4-3’ zijn"):
        take(vault, file, mapping, edition=YEAR)


# ------------------------------------------------------------------ names of columns


def test_every_column_with_values_and_no_name_is_pointed_out(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "Gemeente;;debt;\nGoes;;1;4\nHulst;;2;5\n")
    report = take(vault, file, mapping_of(tmp_path, "debt"), edition=YEAR)
    assert [(p.column, p.what) for p in report.problems] == [("4", "de kolom heeft geen naam")]


@pytest.mark.parametrize(
    ("years", "found"),
    [('2022 = "new"', ["debt"]), ('2022 = "new", 2023 = "same"', [])],
)
def test_a_label_of_two_questions_is_that_of_the_edition_or_of_neither(
    vault: Path, tmp_path: Path, years: str, found: list[str]
) -> None:
    book = vault / "codebook.toml"
    text = book.read_text(encoding="utf-8")
    entry = next(e for e in text.split("[[indicators]]\n") if e.startswith('id = "debt"'))
    again = entry.replace('id = "debt"', 'id = "loans"')
    again = re.sub(r"comparability = .*", f"comparability = {{ {years} }}", again)
    label = tomllib.loads(entry)["label"]["nl"]
    book.write_text(f"{text}\n[[indicators]]\n{again}", encoding="utf-8")
    report = take(
        vault, written(tmp_path, f"Gemeente;{label}\nGoes;1\n"), tmp_path / "m.toml", edition=YEAR
    )
    assert [indicator for _, indicator, _ in report.columns] == found


def test_two_options_that_were_exchanged_are_named(fresh: Path, tmp_path: Path) -> None:
    names = [f"staff_shortage_domains.{field}" for field in ("ict", "toezicht")]
    columns = [
        Column(column=name, indicator="staff_shortage_domains", option=option)
        for name, option in zip(names, ("toezicht", "ict"), strict=True)
    ]
    file = written(tmp_path, f"Gemeente;{';'.join(names)}\nGoes;1;0\n")
    mapping = mapped(tmp_path, YEAR, "Gemeente", columns)
    report = take(fresh, file, mapping, edition=YEAR, accept=False)
    assert [p.value for p in report.warnings] == [
        f"{name}, in de mapping {other}" for name, other in zip(names, names[::-1], strict=True)
    ]


# ------------------------------------------------------------------ parts


def test_a_row_of_its_own_that_was_left_open_gives_way_to_its_parts(
    vault: Path, tmp_path: Path
) -> None:
    rows = "Voorne aan Zee;\nBrielle;6\nHellevoetsluis;7\nWestvoorne;8\n"
    file = written(tmp_path, f"Gemeente;people\n{rows}")
    book = vault / "codebook.toml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace('id = "people"', 'id = "people"\nadds_up = true'), "utf-8")
    take(vault, file, mapping_of(tmp_path, "people"), edition=YEAR)
    assert answers(vault, "people", YEAR) == {"GM1992": 21.0}


def test_parts_of_a_part_are_refused(vault: Path, tmp_path: Path) -> None:
    # Ubbergen and Millingen went into Groesbeek a year before that became Berg en Dal
    rows = "Groesbeek;6\nUbbergen;7\nMillingen aan de Rijn;8\n"
    file = written(tmp_path, f"Gemeente;debt\n{rows}")
    report = take(vault, file, mapping_of(tmp_path, "debt"), edition=YEAR)
    assert [(p.row, p.column) for p in report.problems] == [(2, "debt")]
    assert "van deze delen weet het register niet" in findings(report)


# ------------------------------------------------------------------ ticks


def shortages(vault: Path) -> dict[tuple[str, str], float | None]:
    """Return who said what of each field, in the sample survey."""
    held = pl.read_parquet(vault / "responses.parquet").filter(edition=YEAR)
    rows = held.filter(pl.col("choice").is_in(["ict", "toezicht"]))
    return {
        (who, field): a for who, field, a in rows["municipality_code", "choice", "answer"].rows()
    }


def test_what_a_long_table_of_ticks_does_not_name_is_a_no(fresh: Path, tmp_path: Path) -> None:
    ticks = (("Goes", "ict"), ("Goes", "toezicht"), ("Hulst", "ict"), ("Veere", "geen"))
    content = "gemeente;vraag;optie;waarde\n" + "".join(
        f"{town};staff_shortage_domains;{field};1\n" for town, field in ticks
    )
    take(fresh, written(tmp_path, content), tmp_path / "m.toml", edition=YEAR)
    assert shortages(fresh) == {
        ("GM0664", "ict"): 1.0,
        ("GM0664", "toezicht"): 1.0,
        ("GM0677", "ict"): 1.0,
        ("GM0677", "toezicht"): 0.0,
        ("GM0717", "ict"): 0.0,
        ("GM0717", "toezicht"): 0.0,
    }


def test_one_no_does_not_make_every_blank_unanswered(fresh: Path, tmp_path: Path) -> None:
    head = "gemeente;staff_shortage_domains.ict;staff_shortage_domains.toezicht\n"
    file = written(tmp_path, f"{head}Goes;x;\nHulst;nee;x\nVeere;;\n")
    report = take(fresh, file, tmp_path / "m.toml", edition=YEAR)
    said = [(p.row, p.column) for p in report.warnings if "leeg naast een kruisje" in p.what]
    assert said == [(2, "staff_shortage_domains.toezicht")]
    assert shortages(fresh) == {
        ("GM0664", "ict"): 1.0,
        ("GM0664", "toezicht"): 0.0,
        ("GM0677", "ict"): 0.0,
        ("GM0677", "toezicht"): 1.0,
        ("GM0717", "ict"): None,
        ("GM0717", "toezicht"): None,
    }


# ------------------------------------------------------------------ moments


@pytest.mark.parametrize(
    ("first", "second", "third", "expected"),
    [
        ("11/3/2023 14:05", "3/12/2023 10:00", "11/23/2023 9:00", 1.0),
        ("11/3/2023 14:05", "3/12/2023 10:00", "23/11/2023 9:00", 2.0),
        ("2023-12-03T09:00:00.000+01:00", "2023-12-02", "", 1.0),
    ],
)
def test_the_whole_column_says_whether_the_month_goes_first(
    vault: Path, tmp_path: Path, first: str, second: str, third: str, expected: float
) -> None:
    content = f"Gemeente;Op;debt\nGoes;{first};1\nGoes;{second};2\nHulst;{third};3\n"
    mapping = mapping_of(tmp_path, "debt", duplicates="last", moment="Op")
    take(vault, written(tmp_path, content), mapping, edition=YEAR)
    assert answers(vault, "debt", YEAR) == {"GM0664": expected, "GM0677": 3.0}


def test_dates_that_can_be_read_in_two_ways_stop_where_it_matters(
    vault: Path, tmp_path: Path
) -> None:
    rows = "Goes;11/3/2023;1\nGoes;3/12/2023;2\nHulst;1/2/2023;3\nHulst;1/3/2023;4\n"
    mapping = mapping_of(tmp_path, "debt", duplicates="last", moment="Op")
    report = take(vault, written(tmp_path, f"Gemeente;Op;debt\n{rows}"), mapping, edition=YEAR)
    assert [(p.row, p.column, p.value) for p in report.problems] == [(3, "Op", "3/12/2023")]


# ------------------------------------------------------------------ workbooks and the vault


def test_a_sheet_of_another_year_is_pointed_out(vault: Path, tmp_path: Path) -> None:
    file = tmp_path / "boek.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name, towns in (("2022", ["Goes", "Hulst"]), ("2023", ["Goes"])):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Gemeente", "debt"])
            for n, town in enumerate(towns, 1):
                sheet.write_row(n, 0, [town, int(name) - 2000])
            sheet.merge_range(1, 7, 3, 7, "")  # merged cells beside the table hold nothing
    report = take(vault, file, mapping_of(tmp_path, "debt"), edition=YEAR, accept=False)
    assert [p.value for p in report.warnings] == ["2022"]
    mapping = mapping_of(tmp_path, "debt", reading={"sheet": "2023"})
    take(vault, file, mapping, edition=YEAR, accept=False)
    assert answers(vault, "debt", YEAR) == {"GM0664": 23.0}


def test_a_correction_that_leaves_answers_open_asks_first(tmp_path: Path) -> None:
    vault = nine(tmp_path / "kluis")
    file = written(tmp_path, "gemeentecode;hours;busy\nU1;3;\nU9;;ja\n")
    report = take(vault, file, tmp_path / "m.toml", accept=False)
    said = [(p.column, p.what[:32]) for p in report.warnings]
    assert said == [("busy", "2 antwoorden in de kluis worden ")]
    assert take(vault, file, tmp_path / "m.toml").stage == "taken"
    assert (answers(vault, "busy")["U1"], answers(vault, "hours")["U9"]) == (None, None)


@pytest.mark.parametrize("struck", [True, False])
def test_a_number_of_which_a_part_is_struck_out_is_not_read_whole(
    vault: Path, tmp_path: Path, *, struck: bool
) -> None:
    file = tmp_path / "boek.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Gemeente", "Goes"])
        sheet.write(0, 1, "debt")
        mark = book.add_format({"font_strikeout": struck})
        sheet.write_rich_string(1, 1, mark, "5", book.add_format({"bold": True}), "6")
    report = take(vault, file, mapping_of(tmp_path, "debt"), edition=YEAR)
    assert [p.value for p in report.problems] == (["~~5~~6"] if struck else [])


_LINE = '<style:text-properties style:text-line-through-style="solid"/>'
_CELL = "table:table-cell office:value-type"
_ERROR = f'<{_CELL}="string" office:string-value="" calcext:value-type="error">'


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (f'<{_CELL}="float" office:value="5" table:style-name="x"><text:p>5</text:p>', None),
        (
            f'<{_CELL}="string"><text:p><text:span text:style-name="x">5</text:span> 6</text:p>',
            "~~5~~ 6",
        ),
        (
            f"{_ERROR}<text:p>#DIV/0!</text:p>",
            "#DIV/0!",
        ),
        ('<table:table-cell table:formula="of:=[.B3]*2">', "=[.B3]*2"),
    ],
)
def test_marks_of_an_opendocument_workbook_stop_as_those_of_excel(
    vault: Path, tmp_path: Path, cell: str, said: str | None
) -> None:
    texts = [f'<{_CELL}="string"><text:p>{t}</text:p>' for t in ("Gemeente", "debt", "Goes")]
    end = "</table:table-cell>"
    rows = "".join(
        f"<table:table-row>{''.join(one + end for one in row)}</table:table-row>"
        for row in (texts[:2], [texts[2], cell])
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "style", "text", "table")
    )
    spaces += (
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    )
    content = (
        f"<office:document-content{spaces}><office:automatic-styles>"
        f'<style:style style:name="x">{_LINE}</style:style></office:automatic-styles>'
        f'<office:body><office:spreadsheet><table:table table:name="Blad">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = tmp_path / "tabel.ods"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    report = take(vault, file, mapping_of(tmp_path, "debt"), edition=YEAR)
    assert [(p.row, p.column, p.value) for p in report.problems] == [(2, "debt", said)]
