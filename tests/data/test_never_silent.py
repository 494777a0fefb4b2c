"""What could go in wrong without a word stops, or is said: sizes, claims, mergers, hidden rows."""

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from data.importer import read_file
from data.importer.mapping import Column, Mapping, load_mapping, write_mapping
from data.importer.options import ReadOptions
from data.importer.parse.process import parse
from data.importer.pipeline import Report
from data.importer.reporting import kinds, write_page
from tests.support.exports import answers, findings, mapped, national, take, written
from tests.support.surveys import nine

YEAR = 2023
TOWNS = ("GM0014", "GM0034", "GM0344", "GM0363", "GM0518", "GM0599", "GM0664", "GM0677", "GM0687")


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


def mapping_of(folder: Path, *columns: Column, **fields: object) -> Path:
    """Write a mapping of the columns of a file with a column ``Gemeente``."""
    path = folder / "m.toml"
    entries = {"edition": YEAR, "municipality": "Gemeente", "columns": columns, **fields}
    write_mapping(Mapping.model_validate(entries), {}, path)
    return path


def whats(report: Report) -> list[str]:
    """Return what a report says is wrong, without its places."""
    return [problem.what for problem in report.problems]


def workbook(folder: Path, fill: Callable[[xlsxwriter.Workbook], None]) -> Path:
    """Write a workbook and return its path."""
    path = folder / "boek.xlsx"
    book = xlsxwriter.Workbook(path)
    fill(book)
    book.close()
    return path


# ------------------------------------------------------------------ sizes


def test_percent_cells_are_percentages_whatever_the_others_hold(
    vault: Path, tmp_path: Path
) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        percent, plain = book.add_format({"num_format": "0.0%"}), '0.0"%"'
        sheet = book.add_worksheet()
        sheet.write_row(1, 1, ["Gemeente", "debt", "solvency"])
        for n, (town, debt) in enumerate(zip(TOWNS[:3], (0.5, 1.045, 0.202), strict=True)):
            sheet.write_row(n + 2, 1, [town])
            sheet.write_number(n + 2, 2, debt, percent)
            sheet.write_number(n + 2, 3, 30 + n, book.add_format({"num_format": plain}))

    columns = [Column(column="debt", indicator="debt")]
    columns.append(Column(column="solvency", indicator="solvency"))
    take(vault, workbook(tmp_path, fill), mapping_of(tmp_path, *columns), edition=YEAR)
    assert answers(vault, "debt", YEAR) == {"GM0014": 50.0, "GM0034": 104.5, "GM0344": 20.2}
    assert answers(vault, "solvency", YEAR) == {"GM0014": 30.0, "GM0034": 31.0, "GM0344": 32.0}


def of_size(folder: Path, values: list[float], name: str = "debt") -> Path:
    """Write a file with a value per town."""
    rows = "".join(f"{town};{value}\n" for town, value in zip(TOWNS, values, strict=False))
    return written(folder, f"Gemeente;{name}\n{rows}", f"{name}.csv")


def test_a_column_that_moved_by_a_factor_stops_with_both_readings(
    vault: Path, tmp_path: Path
) -> None:
    before = mapped(tmp_path, 2022, "Gemeente", [Column(column="debt", indicator="debt")])
    take(vault, of_size(tmp_path, [41, 52, 63, 74, 85, 96]), before, edition=2022)
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt"))
    report = take(vault, of_size(tmp_path, [4.2, 5.1, 6.3, 7.4, 8.5, 9.6]), mapping, edition=YEAR)
    assert whats(report) == [
        (
            "de hele kolom is 10 keer zo klein als verwacht: de middelste waarde is 6,85, in de "
            "vorige editie 68,5; maal 10 is het 68,5"
        )
    ]
    assert "factor = 10" in report.problems[0].remedy


@pytest.mark.parametrize(("factor", "expected"), [(10, 42.0), (1, 4.2)])
def test_a_factor_in_the_mapping_settles_the_size(
    vault: Path, tmp_path: Path, factor: float, expected: float
) -> None:
    before = mapped(tmp_path, 2022, "Gemeente", [Column(column="debt", indicator="debt")])
    take(vault, of_size(tmp_path, [41, 52, 63, 74, 85, 96]), before, edition=2022)
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt", factor=factor))
    take(vault, of_size(tmp_path, [4.2, 5.1, 6.3, 7.4, 8.5, 9.6]), mapping, edition=YEAR)
    assert answers(vault, "debt", YEAR)["GM0014"] == expected


def test_thousands_are_called_thousands_once(vault: Path, tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, Column(column="solvency", indicator="solvency"))
    report = take(
        vault,
        of_size(tmp_path, [31000, 42000, 53000, 24000, 35000], "solvency"),
        mapping,
        edition=YEAR,
    )
    assert any("1000 keer zo groot als verwacht" in what for what in whats(report))


def test_fractions_without_a_former_edition_stop_too(vault: Path, tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt"))
    values = [0.41, 0.52, 0.63, 1.18, 0.75, 0.86]
    report = take(vault, of_size(tmp_path, values), mapping, edition=YEAR)
    assert "100 keer zo klein als verwacht" in whats(report)[0]


def test_a_single_fraction_among_percentages_is_pointed_out(vault: Path, tmp_path: Path) -> None:
    codes = [*TOWNS, "GM0193"]
    values = [41, 52, 63, 0.55, 75, 66, 57, 48, 39, 40]
    rows = "".join(f"{t};{v}\n" for t, v in zip(codes, values, strict=True))
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt"))
    file = written(tmp_path, f"Gemeente;debt\n{rows}")
    report = take(vault, file, mapping, edition=YEAR, accept=False)
    assert [(w.row, w.value) for w in report.warnings] == [(5, "0.55")]


def test_percentages_written_in_three_ways_are_one(vault: Path, tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt", unit="mixed"))
    file = written(tmp_path, "Gemeente;debt\nGM0014;41,5\nGM0034;41,5 %\nGM0344;0,415\n")
    take(vault, file, mapping, edition=YEAR)
    assert set(answers(vault, "debt", YEAR).values()) == {41.5}


# ------------------------------------------------------------------ which column is which


def test_two_columns_for_one_question_are_both_named(vault: Path, tmp_path: Path) -> None:
    columns = [Column(column=name, indicator="debt") for name in ("debt", "Schuld")]
    file = written(tmp_path, "Gemeente;debt;Schuld\nGM0014;1;2\n")
    report = take(vault, file, mapping_of(tmp_path, *columns), edition=YEAR)
    assert "2 kolommen zijn dezelfde vraag debt: ‘debt’ en ‘Schuld’" in findings(report)


def test_a_column_with_the_name_of_another_question_is_pointed_out(
    vault: Path, tmp_path: Path
) -> None:
    columns = [Column(column="debt", indicator="solvency")]
    file = written(tmp_path, "Gemeente;debt\nGM0014;1\n")
    report = take(vault, file, mapping_of(tmp_path, *columns), edition=YEAR, accept=False)
    assert [(w.column, w.value) for w in report.warnings] == [
        ("debt", "debt, in de mapping solvency")
    ]


def test_a_column_with_the_name_of_a_question_is_not_left_out_in_silence(
    vault: Path, tmp_path: Path
) -> None:
    columns = [Column(column="debt", indicator="debt")]
    file = written(tmp_path, "Gemeente;debt;solvency\nGM0014;1;2\n")
    report = take(vault, file, mapping_of(tmp_path, *columns), edition=YEAR, accept=False)
    assert (report.stage, [w.column for w in report.warnings]) == ("confirm", ["solvency"])


def test_the_column_of_the_edition_is_proposed_and_not_that_of_another_year(
    vault: Path, tmp_path: Path
) -> None:
    file = written(tmp_path, "Gemeente;debt 2022;debt 2023\nGM0014;1;2\n")
    take(vault, file, tmp_path / "m.toml", edition=YEAR)
    proposed = load_mapping(tmp_path / "m.toml")
    assert [c.column for c in proposed.columns] == ["debt 2023"]
    assert "van 2022, niet van 2023" in (tmp_path / "m.toml").read_text(encoding="utf-8")


def test_two_questions_that_were_exchanged_are_named(vault: Path, tmp_path: Path) -> None:
    debts, solvencies = [41, 52, 63, 74, 85, 96, 57, 68, 79], [5, 6, 7, 8, 9, 10, 11, 12, 13]
    rows = "".join(f"{t};{d};{s}\n" for t, d, s in zip(TOWNS, debts, solvencies, strict=True))
    straight = [Column(column=n, indicator=n) for n in ("debt", "solvency")]
    mapping = mapped(tmp_path, 2022, "Gemeente", straight)
    take(vault, written(tmp_path, f"Gemeente;debt;solvency\n{rows}"), mapping, edition=2022)
    crossed = [Column(column="a", indicator="solvency", factor=1)]
    crossed.append(Column(column="b", indicator="debt", factor=1))
    file = written(tmp_path, f"Gemeente;a;b\n{rows}")
    report = take(vault, file, mapping_of(tmp_path, *crossed), edition=YEAR, accept=False)
    assert any("twee vragen lijken verwisseld" in warning.what for warning in report.warnings)


# ------------------------------------------------------------------ mergers


VOORNE = {"GM0501": 1.0, "GM0530": 2.0, "GM0614": 4.0}


def parts(values: dict[str, float], name: str) -> str:
    """Return a file with answers of municipalities of before."""
    return f"Gemeente;{name}\n" + "".join(f"{code};{value}\n" for code, value in values.items())


@pytest.mark.parametrize("duplicates", ["refuse", "last", "fullest"])
def test_a_part_never_becomes_the_whole(vault: Path, tmp_path: Path, duplicates: str) -> None:
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt"), duplicates=duplicates)
    file = written(tmp_path, parts({"GM0363": 50, "GM0457": 7}, "debt"))
    report = take(vault, file, mapping, edition=YEAR)
    assert answers(vault, "debt", YEAR) == {"GM0363": 50.0}
    assert any("heeft een eigen rij" in warning.what for warning in report.warnings)


def test_a_part_without_the_others_is_refused(vault: Path, tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt"))
    report = take(vault, written(tmp_path, parts({"GM0457": 7}, "debt")), mapping, edition=YEAR)
    assert "een deel van een samengevoegde gemeente is niet het geheel" in findings(report)


def test_amounts_of_parts_add_up_where_the_question_says_so(vault: Path, tmp_path: Path) -> None:
    book = vault / "codebook.toml"
    text = book.read_text(encoding="utf-8")
    book.write_text(
        text.replace("valid = [0, 2000000]", "valid = [0, 2000000]\nadds_up = true"),
        encoding="utf-8",
    )
    mapping = mapping_of(tmp_path, Column(column="people", indicator="people"))
    take(vault, written(tmp_path, parts(VOORNE, "people")), mapping, edition=YEAR)
    assert answers(vault, "people", YEAR) == {"GM1992": 7.0}


def test_ratios_of_parts_are_averaged_by_their_inhabitants(vault: Path, tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt"))
    take(vault, written(tmp_path, parts(VOORNE, "debt")), mapping, edition=YEAR)
    # inhabitants of 2022: Brielle 17,655; Hellevoetsluis 40,312; Westvoorne 15,059
    register = pl.read_parquet(vault / "register.parquet").filter(pl.col("year") == 2022)
    people = dict(register.select("municipality_code", "inhabitants").iter_rows())
    total = sum(people[code] for code in VOORNE)
    expected = sum(people[code] * value for code, value in VOORNE.items()) / total
    assert answers(vault, "debt", YEAR)["GM1992"] == pytest.approx(expected)


@pytest.mark.parametrize(("third", "stage"), [("ja", "taken"), ("nee", "refused")])
def test_words_of_parts_count_when_all_say_the_same(
    vault: Path, tmp_path: Path, third: str, stage: str
) -> None:
    mapping = mapping_of(tmp_path, Column(column="burden", indicator="burden"))
    file = written(tmp_path, f"Gemeente;burden\nGM0501;ja\nGM0530;ja\nGM0614;{third}\n")
    assert take(vault, file, mapping, edition=YEAR).stage == stage


# ------------------------------------------------------------------ codes, errors, hidden cells


def test_a_code_whose_label_is_unknown_stays_unsettled_on_every_run(
    vault: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        pl.DataFrame({"Gemeente": ["GM0014", "GM0034"], "burden": [1.0, 0.0]}),
        path,
        variable_value_labels={"burden": {1: "niet echt", 0: "best wel"}},
    )
    first = take(vault, path, tmp_path / "m.toml", edition=YEAR)
    second = take(vault, path, tmp_path / "m.toml", edition=YEAR)
    assert (first.stage, second.stage) == ("mapping", "refused")
    assert "code 1 betekent ‘niet echt’" in findings(second)


def test_a_label_counts_and_not_the_number_it_stands_for(vault: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        pl.DataFrame({"Gemeente": ["GM0014", "GM0034"], "burden": [1.0, 0.0]}),
        path,
        variable_value_labels={"burden": {1: "nee", 0: "ja"}},
    )
    take(
        vault, path, mapping_of(tmp_path, Column(column="burden", indicator="burden")), edition=YEAR
    )
    assert answers(vault, "burden", YEAR) == {"GM0014": 0.0, "GM0034": 1.0}


def wrong_cells(book: xlsxwriter.Workbook) -> None:
    """Fill a sheet with an error, a formula without outcome, a hidden row and a struck-out cell."""
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Gemeente", "debt"])
    sheet.write_row(1, 0, ["GM0014", 41])
    sheet.write_row(2, 0, ["GM0034"])
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    sheet.write_row(3, 0, ["GM0344"])
    sheet.write_formula(3, 1, "=2*21")
    sheet.write_row(4, 0, ["GM0363", 52])
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.write_row(5, 0, ["GM0518"])
    sheet.write_number(5, 1, 63, book.add_format({"font_strikeout": True}))


def test_errors_hidden_rows_and_struck_out_cells_stop_with_their_first_place(
    vault: Path, tmp_path: Path
) -> None:
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt"))
    report = take(vault, workbook(tmp_path, wrong_cells), mapping, edition=YEAR)
    assert [(p.row, p.what.partition(",")[0]) for p in report.problems] == [
        (3, "deze cel bevat een foutmelding"),
        (4, "deze cel is een formule zonder bewaarde uitkomst"),
        (5, "1 rijen zijn verborgen of weggefilterd"),
        (6, "1 cellen zijn doorgestreept"),
    ]


def test_the_mapping_says_what_to_do_with_them(vault: Path, tmp_path: Path) -> None:
    column = Column(
        column="debt",
        indicator="debt",
        missing={"#DIV/0!": "not_answered"},
        recode={"=2*21": 42.0},
    )
    reading = ReadOptions(hidden="skip", struck="skip")
    mapping = mapping_of(tmp_path, column, reading=reading)
    report = take(vault, workbook(tmp_path, wrong_cells), mapping, edition=YEAR)
    assert report.stage == "taken"
    assert answers(vault, "debt", YEAR) == {
        "GM0014": 41.0,
        "GM0034": None,
        "GM0344": 42.0,
        "GM0518": None,
    }


# ------------------------------------------------------------------ what stands in the vault


def test_a_file_of_another_edition_is_recognised(sample_vault: Path, tmp_path: Path) -> None:
    vault = tmp_path / "kluis"
    shutil.copytree(sample_vault, vault)
    held = pl.read_parquet(vault / "responses.parquet").filter(
        pl.col("indicator") == "staff_sick_leave_pct", pl.col("answer").is_not_null()
    )
    earlier = held.filter(pl.col("edition") == 2022)["municipality_code"].to_list()
    year = held.filter(
        pl.col("edition") == 2023, pl.col("municipality_code").is_in(earlier)
    ).select("municipality_code", staff_sick_leave_pct="answer")
    file = tmp_path / "a.csv"
    year.write_csv(file)
    report = take(vault, file, tmp_path / "m.toml", edition=2022, accept=False)
    assert report.stage == "confirm"
    said = " ".join(warning.what for warning in report.warnings)
    assert "dit lijkt het bestand van editie 2023: 100% van de antwoorden" in said
    assert "antwoorden van editie 2022 veranderen, terwijl er al antwoorden van 2023 zijn" in said


def test_answers_outside_a_range_that_was_narrowed_are_counted(tmp_path: Path) -> None:
    vault = nine(tmp_path / "kluis")
    book = vault / "codebook.toml"
    text = book.read_text(encoding="utf-8").replace("valid = [0, 10]", "valid = [0, 5]")
    book.write_text(text, encoding="utf-8")
    file = written(tmp_path, "municipality_code,hours\nU1,3\n")
    report = take(vault, file, tmp_path / "m.toml", accept=False)
    assert [warning.what for warning in report.warnings] == [
        "1 antwoorden van 2025 in de kluis liggen buiten 0 tot 5, wat het codeboek nu toestaat"
    ]


# ------------------------------------------------------------------ reading without editing


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ({"skip_where": {"Gemeente": ["test*", ""]}}, {"GM0014": 41.0, "GM0034": 52.0}),
        ({"keep_where": {"soort": ["echt"]}}, {"GM0014": 41.0, "GM0034": 52.0}),
        ({"skip_rows": ["2", "5-6"]}, {"GM0014": 41.0, "GM0034": 52.0}),
    ],
)
def test_rows_are_left_out_by_value_pattern_or_place(
    vault: Path, tmp_path: Path, reading: dict[str, object], expected: dict[str, float]
) -> None:
    content = (
        "Gemeente;soort;debt\nTest 1;proef;1\nGM0014;echt;41\nGM0034;echt;52\n;proef;9\ntest;x;3\n"
    )
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt"), reading=reading)
    take(vault, written(tmp_path, content), mapping, edition=YEAR)
    assert answers(vault, "debt", YEAR) == expected


def test_three_header_rows_are_joined_into_one(vault: Path, tmp_path: Path) -> None:
    content = ";2023;\n;Balans;Balans\nGemeente;schuld;vermogen\nGM0014;41;52\n"
    columns = [Column(column="schuld", indicator="debt")]
    mapping = mapping_of(tmp_path, *columns, reading={"header_row": 1, "header_rows": 3})
    take(vault, written(tmp_path, content), mapping, edition=YEAR)
    assert answers(vault, "debt", YEAR) == {"GM0014": 41.0}


def test_names_only_on_the_first_of_several_rows_are_filled_down(
    vault: Path, tmp_path: Path
) -> None:
    content = "Gemeente;Vraag;Waarde\nGoes;debt;41\n;solvency;30\nHulst;debt;52\n;solvency;31\n"
    file, mapping = written(tmp_path, content), tmp_path / "m.toml"
    stages = [take(vault, file, mapping, edition=YEAR).stage for _ in range(2)]
    assert (stages, answers(vault, "solvency", YEAR)) == (
        ["mapping", "taken"],
        {"GM0664": 30.0, "GM0677": 31.0},
    )


def test_a_question_about_a_total_below_a_name_is_no_total(vault: Path, tmp_path: Path) -> None:
    content = "Gemeente;Vraag;Waarde\nGoes;debt;41\n;Totaal;30\nHulst;debt;52\n;Totaal;31\n"
    columns = [Column(column="debt", indicator="debt")]
    columns.append(Column(column="Totaal", indicator="solvency"))
    mapping = mapping_of(
        tmp_path, *columns, question="Vraag", value="Waarde", reading={"fill_down": ["Gemeente"]}
    )
    take(vault, written(tmp_path, content), mapping, edition=YEAR)
    assert answers(vault, "solvency", YEAR) == {"GM0664": 30.0, "GM0677": 31.0}


def test_text_becomes_a_code_by_a_pattern(vault: Path, tmp_path: Path) -> None:
    column = Column(column="druk", indicator="burden", recode={"Zeker*": 1, "*niet*": 0})
    file = written(tmp_path, "Gemeente;druk\nGM0014;zeker, al jaren\nGM0034;Helemaal niet\n")
    take(vault, file, mapping_of(tmp_path, column), edition=YEAR)
    assert answers(vault, "burden", YEAR) == {"GM0014": 1.0, "GM0034": 0.0}


@pytest.mark.parametrize(
    ("duplicates", "moment", "expected"),
    [("last", None, 3.0), ("last", "Datum", 2.0), ("fullest", None, 1.0)],
)
def test_of_several_entries_one_counts_as_the_mapping_says(
    vault: Path, tmp_path: Path, duplicates: str, moment: str | None, expected: float
) -> None:
    rows = "Goes;01-05-2023;1;9\nGoes;03-05-2023;2;\nGoes;02-05-2023;3;\n"
    content = f"Gemeente;Datum;debt;solvency\n{rows}"
    columns = [Column(column=n, indicator=n) for n in ("debt", "solvency")]
    mapping = mapping_of(tmp_path, *columns, duplicates=duplicates, moment=moment)
    take(vault, written(tmp_path, content), mapping, edition=YEAR)
    assert answers(vault, "debt", YEAR)["GM0664"] == expected


def test_footnote_marks_are_taken_off_names_and_numbers(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "Gemeente;debt\nGoes 1);41,5*\nHulst²;52,5 ¹)\nVeere [a];63,5\n")
    mapping = mapping_of(tmp_path, Column(column="debt", indicator="debt"))
    take(vault, file, mapping, edition=YEAR)
    assert list(answers(vault, "debt", YEAR).values()) == [41.5, 52.5, 63.5]


# ------------------------------------------------------------------ a template always


def test_every_column_is_in_the_template_with_its_first_values(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "plaatsnaam;Vraag 1;Vraag 1\nergens;a;b\nelders;c;d\n")
    report = take(vault, file, tmp_path / "m.toml", edition=YEAR)
    template = (tmp_path / "m.toml").read_text(encoding="utf-8")
    assert report.stage == "mapping"
    assert whats(report) == [
        "geen enkele kolom bevat gemeenten",
        "geen enkele kolom lijkt op een vraag uit het codeboek",
    ]
    for said in (
        "# Gelezen: scheidingsteken ‘;’",
        '# Niet gebruikt: "plaatsnaam"\n# eerste waarden: ergens | elders',
        '# Niet gebruikt: "Vraag 1 (2)"\n# eerste waarden: b | d',
    ):
        assert said in template


def test_a_file_with_another_ending_is_read_as_what_it_is(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "Gemeente;debt\nGoes;41,5\nHulst;52,5\n", "export.xls")
    report = take(vault, file, tmp_path / "m.toml", edition=YEAR)
    assert (report.stage, "het bestand heet .xls maar is .csv: zo gelezen" in report.notes) == (
        "taken",
        True,
    )


def test_totals_under_any_name_are_left_out_with_their_rows(vault: Path, tmp_path: Path) -> None:
    names = ["Totaal Nederland", "Nederland totaal", "Som", "Landelijk", "Gemiddelde", "Mediaan"]
    rows = "".join(f"{name};9\n" for name in names)
    report = take(
        vault,
        written(tmp_path, f"Gemeente;debt\nGoes;41\nHulst;52\n{rows}"),
        mapping_of(tmp_path, Column(column="debt", indicator="debt")),
        edition=YEAR,
    )
    assert len(answers(vault, "debt", YEAR)) == 2
    assert any("6 totaalregels overgeslagen (rij 4 ‘Totaal Nederland’" in n for n in report.notes)


def test_the_page_shows_how_the_first_ten_municipalities_come_in(
    vault: Path, tmp_path: Path
) -> None:
    codes = [*TOWNS, "GM0193", "GM0153", "GM0200"]
    rows = "".join(f"{code};{n + 40},5\n" for n, code in enumerate(codes))
    file = written(tmp_path, f"Gemeente;debt\n{rows}GM0202;n.v.t.\n")
    report = take(vault, file, tmp_path / "m.toml", edition=YEAR)
    assert (len(report.preview), report.preview[0]) == (
        10,
        ("Groningen (GM0014)", "debt", "40,5", "40,5"),
    )
    write_page(report, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Zo komen de eerste tien gemeenten binnen" in page


def test_texts_that_count_as_another_option_are_named(sample_vault: Path, tmp_path: Path) -> None:
    vault = tmp_path / "kluis"
    shutil.copytree(sample_vault, vault)
    column = Column(column="tekort", indicator="staff_shortage_domains", split=";", other="anders")
    content = 'Gemeente,tekort\nGM0014,"ICT en informatie;"\nGM0034,monteurs\n'
    file = written(tmp_path, content)
    report = take(vault, file, mapping_of(tmp_path, column), edition=YEAR)
    assert any("‘anders’ in tekort: 1 teksten" in note for note in report.notes)
    held = pl.read_parquet(vault / "responses.parquet").filter(
        pl.col("edition") == YEAR,
        pl.col("indicator") == "staff_shortage_domains",
        pl.col("municipality_code").is_in(["GM0014", "GM0034"]),
        pl.col("answer") == 1,
    )
    assert held.select("municipality_code", "choice").rows() == [
        ("GM0014", "ict"),
        ("GM0034", "anders"),
    ]


def test_findings_of_one_kind_are_one_line(tmp_path: Path) -> None:
    vault = nine(tmp_path / "kluis")
    rows = "".join(f"U{n},{n + 20}\n" for n in range(1, 8))
    file = written(tmp_path, f"municipality_code,hours\n{rows}X1,2\nX2,3\n")
    report = take(vault, file, tmp_path / "m.toml")
    assert [len(found) for found in kinds(report.problems) if len(found) > 1] == [7, 2]
