"""A mapping is proposed from what columns are called and hold, and repeats a reading exactly."""

from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from data.errors import CodebookError, DataError
from data.importer.cells.numbers import AmbiguousNumberError, decimal_signs, to_number
from data.importer.mapping import Column, Mapping, load_mapping, write_mapping
from data.importer.municipalities import municipalities
from data.importer.options import ReadOptions, read_options
from data.importer.read_file import read_sheet
from data.importer.suggest_mapping import Proposal, propose
from data.survey.codebook import load_codebook
from tests.support.exports import EXPORTS, answers, findings, mapped, national, take, written
from tests.support.surveys import nine


def proposal(vault: Path, file: Path, edition: int = 2023) -> Proposal:
    """Return what is proposed for a file."""
    who = municipalities(vault, edition, {})
    return propose(read_sheet(file, who.knows), load_codebook(vault / "codebook.toml"), who)


def targets(found: Proposal) -> list[tuple[str, str, str]]:
    """Return which column goes to which question and option."""
    return [(c.column, c.indicator, c.option) for c in found.mapping.columns]


def test_columns_are_recognised_by_code_label_and_question(
    sample_vault: Path, tmp_path: Path
) -> None:
    head = "Gemeente;staff_sick_leave_pct;Vacaturegraad;"
    head += "Welk deel van uw medewerkers is 60 jaar of ouder?"
    found = proposal(sample_vault, written(tmp_path, f"{head}\nGoes;1,5;2,5;3,5\n"))
    assert [target for _, target, _ in targets(found)] == [
        "staff_sick_leave_pct",
        "staff_vacancy_rate_pct",
        "staff_age60plus_pct",
    ]


def test_exact_names_leave_nothing_to_confirm(sample_vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "municipality_code,staff_sick_leave_pct\nGM0664,5.5\n")
    assert proposal(sample_vault, file).certain is True


def test_a_name_that_is_only_alike_is_marked_as_a_guess(sample_vault: Path, tmp_path: Path) -> None:
    found = proposal(sample_vault, written(tmp_path, "Gemeente;Ziekteverzuimen\nGoes;5,5\n"))
    assert (targets(found), "lijkt voor" in found.remarks["Ziekteverzuimen"]) == (
        [("Ziekteverzuimen", "staff_sick_leave_pct", "")],
        True,
    )


def test_a_column_that_is_no_question_is_listed_as_ignored(
    sample_vault: Path, tmp_path: Path
) -> None:
    file = written(tmp_path, "Gemeente;Ziekteverzuim;Opmerkingen\nGoes;5,5;geen\n")
    assert proposal(sample_vault, file).mapping.ignore == ["Opmerkingen"]


def test_an_option_of_a_multiple_choice_is_recognised(sample_vault: Path, tmp_path: Path) -> None:
    head = "Gemeente;Vakgebieden met een personeelstekort: ICT en informatie"
    found = proposal(sample_vault, written(tmp_path, f"{head}\nGoes;ja\n"))
    assert targets(found)[0][1:] == ("staff_shortage_domains", "ict")


def test_fractions_of_one_are_proposed_as_shares(sample_vault: Path, tmp_path: Path) -> None:
    names = [
        "Almere",
        "Assen",
        "Breda",
        "Delft",
        "Ede",
        "Goes",
        "Gouda",
        "Hulst",
        "Sluis",
        "Zwolle",
    ]
    lines = "".join(f"{name};0,05\n" for name in names)
    file = written(tmp_path, f"Gemeente;Ziekteverzuim\n{lines}")
    assert proposal(sample_vault, file).mapping.columns[0].unit == "share"


def test_a_few_small_percentages_are_not_taken_for_shares(
    sample_vault: Path, tmp_path: Path
) -> None:
    file = written(tmp_path, "Gemeente;Ziekteverzuim\nGoes;0,0\nHulst;0,1\nSluis;0,0\n")
    assert proposal(sample_vault, file).mapping.columns[0].unit != "share"


def test_codes_take_precedence_over_names_of_municipalities(
    sample_vault: Path, tmp_path: Path
) -> None:
    file = written(tmp_path, "Gemeente;Gemeentecode;Ziekteverzuim\nGoes;GM0664;5,5\n")
    found = proposal(sample_vault, file).mapping
    assert (found.municipality, found.name, found.ignore) == ("Gemeentecode", "Gemeente", [])


def test_amounts_with_gaps_are_not_taken_for_names(sample_vault: Path, tmp_path: Path) -> None:
    vault = national(tmp_path / "v", sample_vault)
    content = "people;Gemeente;Gemeentecode\n;Hulst;GM0677\n417;Goes;GM0664\n"
    found = proposal(vault, written(tmp_path, content)).mapping
    assert (found.name, [c.column for c in found.columns]) == ("Gemeente", ["people"])


def test_a_long_table_is_recognised_by_its_questions(sample_vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "Gemeente;Vraag;Antwoord\nGoes;Ziekteverzuim;5,5\nGoes;Instroom;9\n")
    found = proposal(sample_vault, file)
    assert (found.mapping.question, found.mapping.value, [t for _, t, _ in targets(found)]) == (
        "Vraag",
        "Antwoord",
        ["staff_sick_leave_pct", "staff_inflow_pct"],
    )


def test_labels_of_spss_become_codes_and_reasons(sample_vault: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        pl.DataFrame({"gem": ["Goes", "Hulst", "Sluis"], "v1": [1.0, 2.0, 9.0]}),
        path,
        column_labels={"v1": "Te weinig personeel in het sociaal domein"},
        variable_value_labels={"v1": {1: "ja", 2: "nee", 9: "weet niet"}},
        missing_ranges={"v1": [9]},
    )
    column = proposal(sample_vault, path).mapping.columns[0]
    assert (column.indicator, column.recode, column.missing) == (
        "staff_shortage_social",
        {"1": 1.0, "2": 0.0},
        {"9": "dont_know"},
    )


def test_codes_whose_label_is_strange_are_pointed_out(sample_vault: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        pl.DataFrame({"gem": ["Goes", "Hulst"], "v1": [1.0, 2.0]}),
        path,
        column_labels={"v1": "Te weinig personeel in het sociaal domein"},
        variable_value_labels={"v1": {1: "ja", 2: "een beetje"}},
    )
    assert "2 = een beetje" in proposal(sample_vault, path).remarks["v1"]


def test_a_mapping_comes_back_as_it_was_written(tmp_path: Path) -> None:
    mapping = Mapping(
        edition=2023,
        municipality='Naam "kort"',
        ignore=["a\nb", "C:\\d"],
        reading=ReadOptions(delimiter="\t", decimal=","),
        municipalities={"Bergen": "GM0373"},
        columns=[
            Column(column="x.y", indicator="i", recode={"héél": 1.0}, missing={"-1": "dont_know"})
        ],
    )
    write_mapping(mapping, {"x.y": "let op\nhier"}, tmp_path / "m.toml")
    assert load_mapping(tmp_path / "m.toml") == mapping


def test_a_spelling_mistake_in_a_mapping_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, 'edition = 2023\nmunicipality = "g"\ncolums = []\n', "m.toml")
    with pytest.raises(CodebookError, match="colums: dit veld is niet bekend"):
        load_mapping(path)


def test_a_second_run_with_the_mapping_reads_the_same(sample_vault: Path, tmp_path: Path) -> None:
    vault = national(tmp_path / "v", sample_vault)
    file = written(tmp_path, "Titel\n\nGemeente;Debts\nGoes;5,5\nHulst;6\n")
    mapping = tmp_path / "m.toml"
    first = take(vault, file, mapping, edition=2023)
    second = take(vault, file, mapping, edition=2023)
    assert (first.stage, second.stage, answers(vault, "debt", 2023)) == (
        "mapping",
        "taken",
        {"GM0664": 5.5, "GM0677": 6.0},
    )


def test_a_mapping_for_another_edition_is_refused(tmp_path: Path) -> None:
    mapping = mapped(tmp_path, 2024, "g", [])
    file = written(tmp_path, "g;hours\nU1;2\n")
    with pytest.raises(DataError, match="is voor editie 2024, niet 2025"):
        take(nine(tmp_path / "v"), file, mapping)


def test_a_column_of_the_mapping_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    mapping = mapped(tmp_path, 2025, "municipality_code", [Column(column="x", indicator="hours")])
    file = written(tmp_path, "municipality_code;hours\nU1;2\n")
    report = take(nine(tmp_path / "v"), file, mapping)
    assert "kolom x: deze kolom uit de mapping staat niet in het bestand" in findings(report)


def test_an_impossible_option_is_refused() -> None:
    with pytest.raises(DataError, match="--decimal kan niet ‘;’ zijn"):
        read_options({"decimal": ";"})


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    ("text", "signs", "value"),
    [
        ("6,5", {","}, 6.5),
        ("6.5", {"."}, 6.5),
        ("1.234,5", {","}, 1234.5),
        ("1,234.5", {"."}, 1234.5),
        ("1.234", {","}, 1234.0),
        ("1.234", {"."}, 1.234),
        ("€ 1.234.567", {","}, 1234567.0),
        ("6,5 %", {","}, 6.5),
        ("−3", {","}, -3.0),
        ("0,125", set(), 0.125),
        ("abc", {","}, None),
        ("1.2.3", {","}, None),
        ("-", {","}, None),
    ],
)
def test_a_number_is_read_as_it_was_meant(text: str, signs: set[str], value: float | None) -> None:
    assert to_number(text, signs, typed=False) == value  # type: ignore[arg-type]


def test_a_thousand_or_three_decimals_is_not_guessed() -> None:
    with pytest.raises(AmbiguousNumberError):
        to_number("1.234", set(), typed=False)


def test_one_certain_number_settles_the_sign_of_a_file() -> None:
    assert decimal_signs(["12", "1.234", "6,5"]) == {","}


def test_a_point_in_a_workbook_is_a_decimal_point() -> None:
    assert to_number("1.234", set(), typed=True) == 1.234


def test_a_trailing_nought_in_a_workbook_betrays_text() -> None:
    with pytest.raises(AmbiguousNumberError):
        to_number("1.230", set(), typed=True)


# ------------------------------------------------------------------ files as tools write them


# The municipalities in the columns of a turned table, in its order.
COLUMNS = ("GM0654", "GM0664", "GM0677", "GM0678", "GM0687", "GM1695", "GM1676", "GM1714")


def turned(*values: float | None) -> dict[str, float | None]:
    """Return a value per municipality of a turned table."""
    return dict(zip(COLUMNS, values, strict=True))


def of_2023(vault: Path) -> list[tuple[str, str, int]]:
    """Return code, name and inhabitants of every municipality of 2023."""
    register = pl.read_parquet(vault / "register.parquet").filter(pl.col("year") == 2023)
    return register.select("municipality_code", "name", "inhabitants").rows()


# How StatLine spells names that something else in the country has too.
STATLINE = {
    "GM0014": "Groningen (gemeente)",
    "GM0164": "Hengelo (O.)",
    "GM0344": "Utrecht (gemeente)",
    "GM0417": "Laren (NH.)",
    "GM0518": "'s-Gravenhage (gemeente)",
    "GM0603": "Rijswijk (ZH.)",
    "GM0687": "Middelburg (Z.)",
    "GM0888": "Beek (L.)",
    "GM0971": "Stein (L.)",
}
# Of which StatLine still gives empty rows.
ABOLISHED = ("Aalburg", "Ter Aar", "Hengelo (Gld.)", "Valkenburg (ZH.)", "Aarle-Rixtel")


def test_a_turned_table_comes_in_with_nought_as_missing(sample_vault: Path, tmp_path: Path) -> None:
    vault = national(tmp_path / "v", sample_vault)
    debt = Column(column="Netto schuldquote (opgave gemeente)", indicator="debt")
    people = Column(column="Aantal inwoners", indicator="people", missing={"0": "not_answered"})
    mapping = mapped(tmp_path, 2023, "gemeente", [debt, people])
    report = take(vault, EXPORTS / "turned_with_footer.csv", mapping, edition=2023)
    assert (report.stage, report.warnings) == ("taken", [])
    assert answers(vault, "debt", 2023) == turned(-12, 64, 21.35, 80.5, 41, -7.04, 33, 9.9)
    assert answers(vault, "people", 2023) == turned(
        None, 38120, 27015, None, 48870, 7511, 33902, 23460
    )


def test_a_turned_table_comes_in_with_numbers_and_words(sample_vault: Path, tmp_path: Path) -> None:
    vault = national(tmp_path / "v", sample_vault)
    columns = [
        Column(column="Netto schuldquote (opgave gemeente)", indicator="debt"),
        Column(column="Solvabiliteitsratio (opgave gemeente)", indicator="solvency"),
        Column(column="Achterstallig onderhoud", indicator="burden"),
    ]
    mapping = mapped(tmp_path, 2026, "gemeente", columns)
    take(vault, EXPORTS / "turned_numbers_and_words.csv", mapping, edition=2026)
    assert answers(vault, "debt", 2026) == turned(9, 88, 77.15, 97, 29, -11, 58.6, 31)
    assert answers(vault, "solvency", 2026) == turned(42, 31, 33.47, 30, 47, 68, 39.1, 44)
    assert answers(vault, "burden", 2026) == turned(0, 0, 1, 0, 0, 0, 1, 0)


def test_a_national_table_comes_in_by_code_for_all_342(sample_vault: Path, tmp_path: Path) -> None:
    vault = national(tmp_path / "v", sample_vault)
    text = "Personenauto's per huishouden (afgerond)"
    rows = [
        f"{STATLINE.get(code, name)};{code};{'0,9' if code == 'GM0034' else '1,1'}\r\n"
        for code, name, _ in of_2023(vault)
    ]
    head = f"\ufeffTabel 1. Auto's naar gemeente;;\r\n;;\r\nGemeentenaam;Gemeentecode;{text}\r\n"
    file = written(tmp_path, f"{head}{''.join(rows)};;\r\nBron: CBS/RDW;;\r\n")
    mapping = mapped(tmp_path, 2023, "Gemeentecode", [Column(column=text, indicator="cars")])
    take(vault, file, mapping, edition=2023)
    cars = answers(vault, "cars", 2023)
    assert len(cars) == 342
    assert cars["GM0034"] == 0.9
    assert sum(filter(None, cars.values())) == pytest.approx(376.0)


def test_a_statline_export_comes_in_by_name_for_all_342(sample_vault: Path, tmp_path: Path) -> None:
    vault = national(tmp_path / "v", sample_vault)
    text = "Bevolking op 1 januari/Totale bevolking (aantal)"
    rows = "".join(
        f'"2022";"{STATLINE.get(code, name)}";1\r\n"2023";"{STATLINE.get(code, name)}";{people}\r\n'
        for code, name, people in of_2023(vault)
    )
    gone = "".join(f'"2022";"{name}";\r\n"2023";"{name}";\r\n' for name in ABOLISHED)
    file = written(tmp_path, f'\ufeff"Perioden";"Regio\'s";"{text}"\r\n{gone}{rows}')
    mapping = Mapping(
        edition=2023,
        municipality="Regio's",
        year="Perioden",
        columns=[Column(column=text, indicator="people")],
    )
    write_mapping(mapping, {}, tmp_path / "m.toml")
    report = take(vault, file, tmp_path / "m.toml", edition=2023)
    people = answers(vault, "people", 2023)
    assert (people["GM1680"], people["GM0358"], people["GM0197"]) == (25724.0, 33063.0, 27244.0)
    assert (report.stage, len(people), sum(filter(None, people.values()))) == (
        "taken",
        342,
        17811291.0,
    )


def test_an_election_of_2017_is_refused_per_municipality_that_is_no_more(
    sample_vault: Path, tmp_path: Path
) -> None:
    vault = national(tmp_path / "v", sample_vault)
    mapping = mapped(tmp_path, 2023, "RegioCode", [Column(column="Opkomst", indicator="people")])
    report = take(vault, EXPORTS / "windows_1252.csv", mapping, edition=2023)
    found = findings(report)
    assert report.stage == "refused"
    assert "kolom RegioCode: deze gemeente staat niet in het register van 2023" in found
    assert "een deel van een samengevoegde gemeente is niet het geheel: Land van Cuijk" in found


def test_an_spss_layout_without_respondents_is_refused(sample_vault: Path, tmp_path: Path) -> None:
    vault = national(tmp_path / "v", sample_vault)
    mapping = mapped(tmp_path, 2022, "gemnr", [Column(column="bu01", indicator="debt")])
    report = take(vault, EXPORTS / "layout_without_answers.sav", mapping, edition=2022)
    assert "rij 1, kolom gemnr: de gemeente is niet ingevuld" in findings(report)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("turned_with_footer.csv", "geen enkele kolom lijkt op een vraag"),
        ("turned_numbers_and_words.csv", "geen enkele kolom lijkt op een vraag"),
        ("title_and_source.csv", "geen enkele kolom lijkt op een vraag"),
        ("long_by_year.csv", "geen enkele kolom lijkt op een vraag"),
        ("windows_1252.csv", "geen enkele kolom lijkt op een vraag"),
        ("utf_16_all_quoted.csv", "geen enkele kolom lijkt op een vraag"),
        ("layout_without_answers.sav", "geen enkele kolom lijkt op een vraag"),
        ("list_of_indicators.xlsx", "geen enkele kolom bevat gemeenten"),
    ],
)
def test_a_file_without_answers_gets_a_mapping_to_fill_in(
    sample_vault: Path, tmp_path: Path, name: str, what: str
) -> None:
    vault = national(tmp_path / "v", sample_vault)
    report = take(vault, EXPORTS / name, tmp_path / "m.toml", edition=2023)
    assert (report.stage, what in findings(report)) == ("mapping", True)
    assert load_mapping(tmp_path / "m.toml").ignore != []
