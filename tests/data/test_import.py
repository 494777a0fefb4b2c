"""Answers reach the vault checked, whole and once; otherwise nothing changes."""

import shutil
import tempfile
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DataError
from data.files import store
from data.importer import reporting
from data.importer.mapping import Column, Mapping, write_mapping
from data.importer.municipalities import municipalities
from data.importer.options import ReadOptions
from data.importer.parse.process import parse
from data.importer.suggest_mapping import propose
from data.importer.table_detection import lay_out
from data.importer.validate import Frame, check
from data.survey.codebook import load_codebook
from tests.support.exports import answers, findings, mapped, national, run, take, written
from tests.support.surveys import nine


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The vault of nine units."""
    return nine(tmp_path / "kluis")


def imported(vault: Path, folder: Path, content: str) -> str:
    """Import a file with canonical names; return its errors, '' when it was taken in."""
    return findings(take(vault, written(folder, content), folder / "m.toml"))


def test_a_wide_file_replaces_answers_and_leaves_the_others(vault: Path, tmp_path: Path) -> None:
    imported(vault, tmp_path, "municipality_code,hours\nU1,9.5\nU4,3\n")
    assert answers(vault, "hours") == {
        "U1": 9.5,
        "U2": 4.0,
        "U3": 6.0,
        "U4": 3.0,
        "U7": 1.0,
        "U8": 2.0,
        "U9": 3.0,
    }


def test_a_long_file_gives_the_same_as_a_wide_one(vault: Path, tmp_path: Path) -> None:
    imported(vault, tmp_path, "municipality_code,indicator,value\nU1,hours,9.5\nU1,busy,nee\n")
    assert (answers(vault, "hours")["U1"], answers(vault, "busy")["U1"]) == (9.5, 0.0)


def test_new_changed_and_equal_answers_are_counted(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "municipality_code,hours\nU1,2\nU2,5\nU4,3\n")
    intake = take(vault, file, tmp_path / "m.toml").intake
    assert intake is not None
    assert (intake.new, intake.changed, intake.unchanged) == (1, 1, 1)


def test_taking_in_twice_changes_nothing_the_second_time(vault: Path, tmp_path: Path) -> None:
    content = "municipality_code,hours\nU1,9\n"
    imported(vault, tmp_path, content)
    before = store.checksum(vault / "responses.parquet")
    imported(vault, tmp_path, content)
    assert store.checksum(vault / "responses.parquet") == before


def test_the_vault_remembers_the_file_and_its_checksum(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "municipality_code,hours\nU1,9\n")
    take(vault, file, tmp_path / "m.toml")
    noted = store.read_json(vault / store.VAULT_MANIFEST)["imports"]
    assert isinstance(noted, list)
    assert (noted[0]["file"], noted[0]["sha256"]) == ("uitvoer.csv", store.checksum(file))


def test_every_problem_is_reported_at_once_with_its_place(vault: Path, tmp_path: Path) -> None:
    unknown = "deze gemeente staat niet in het register van 2025"
    found = imported(
        vault, tmp_path, "municipality_code,hours,busy\nU1,11,ja\nX9,2,nee\nU3,3,soms\n"
    )
    assert [line.partition(" (")[0] for line in found.splitlines()] == [
        "uitvoer.csv, rij 2, kolom hours: de waarde ligt buiten 0 tot 10",
        f"uitvoer.csv, rij 3, kolom municipality_code: {unknown}",
        "uitvoer.csv, rij 4, kolom busy: dit is geen ja of nee",
    ]


def test_a_refused_file_changes_nothing(vault: Path, tmp_path: Path) -> None:
    before = store.checksum(vault / "responses.parquet")
    imported(vault, tmp_path, "municipality_code,hours\nU1,11\nU2,3\n")
    assert store.checksum(vault / "responses.parquet") == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("weet niet", "dont_know"),
        ("-8", "dont_know"),
        ("n.v.t.", "not_applicable"),
        ("-7", "not_applicable"),
        ("niet ingevuld", "not_answered"),
        ("-9", "not_answered"),
        ("", "not_answered"),
    ],
)
def test_a_missing_code_becomes_a_reason(
    vault: Path, tmp_path: Path, text: str, reason: str
) -> None:
    imported(vault, tmp_path, f"municipality_code,hours,busy\nU1,{text},ja\n")
    held = pl.read_parquet(vault / "responses.parquet").filter(
        pl.col("municipality_code") == "U1", pl.col("indicator") == "hours"
    )
    assert held.select("answer", "reason").rows() == [(None, reason)]


def test_a_share_becomes_a_percentage_only_where_the_mapping_says_so(
    vault: Path, tmp_path: Path
) -> None:
    column = Column(column="hours", indicator="hours", unit="share")
    mapping = mapped(tmp_path, 2025, "code", [column])
    take(vault, written(tmp_path, "code;hours\nU1;0,065\n"), mapping)
    assert answers(vault, "hours")["U1"] == 6.5


def test_a_scale_is_recoded_as_the_mapping_says(vault: Path, tmp_path: Path) -> None:
    column = Column(column="druk", indicator="busy", recode={"vaak": 1, "zelden": 0})
    mapping = mapped(tmp_path, 2025, "code", [column])
    take(vault, written(tmp_path, "code;druk\nU1;zelden\nU2;vaak\n"), mapping)
    assert (answers(vault, "busy")["U1"], answers(vault, "busy")["U2"]) == (0.0, 1.0)


def test_two_different_answers_of_one_municipality_are_refused(vault: Path, tmp_path: Path) -> None:
    found = imported(vault, tmp_path, "municipality_code,hours\nU1,2\nU1,3\n")
    assert "rij 3, kolom hours: U1 beantwoordt hours nog een keer, anders dan op rij 2" in found


def test_a_name_that_belongs_to_another_code_is_refused(sample_vault: Path, tmp_path: Path) -> None:
    vault = national(tmp_path / "v", sample_vault)
    file = written(tmp_path, "code;plaats;debt\nGM0664;Hulst;5\nGM0677;Hulst;6\n")
    report = take(vault, file, tmp_path / "m.toml", edition=2023)
    assert [problem.what for problem in report.problems] == [
        "de naam hoort bij GM0677, maar de rij heeft GM0664 in code"
    ]


def test_a_number_that_may_be_a_thousand_is_refused(vault: Path, tmp_path: Path) -> None:
    found = imported(vault, tmp_path, "municipality_code;hours\nU1;1.234\n")
    assert "dit getal kan een duizendtal zijn of drie decimalen hebben" in found


def test_a_number_kept_as_text_in_a_workbook_is_refused_with_what_to_do(
    vault: Path, tmp_path: Path
) -> None:
    file = exported(
        tmp_path, [["municipality_code", "hours"], ["U1", "1.234"], ["U2", "1,5"]], "xlsx"
    )
    code, said = run(vault, "import", str(file), "--edition", "2025")
    assert (code, "werkblad ‘Sheet1’, rij 2, kolom hours" in said) == (2, True)
    assert "als tekst opgeslagen" in said


def test_the_same_answer_twice_counts_once(vault: Path, tmp_path: Path) -> None:
    assert imported(vault, tmp_path, "municipality_code,hours\nU1,7\nU1,7\n") == ""
    assert answers(vault, "hours")["U1"] == 7.0


def test_the_last_row_counts_if_the_mapping_says_so(vault: Path, tmp_path: Path) -> None:
    mapping = Mapping(
        edition=2025,
        municipality="code",
        duplicates="last",
        columns=[Column(column="hours", indicator="hours")],
    )
    write_mapping(mapping, {}, tmp_path / "m.toml")
    take(vault, written(tmp_path, "code;hours\nU1;2\nU1;3\n"), tmp_path / "m.toml")
    assert answers(vault, "hours")["U1"] == 3.0


def test_of_two_respondents_the_role_of_the_theme_goes_first(vault: Path, tmp_path: Path) -> None:
    book = (vault / "codebook.toml").read_text(encoding="utf-8")
    other = '\n[[roles]]\nid = "leraar"\nlabel = { nl = "leraar", en = "teacher" }\n'
    (vault / "codebook.toml").write_text(book + other, encoding="utf-8")
    imported(vault, tmp_path, "municipality_code,role,hours\nU1,leraar,3\nU1,directeur,5\n")
    assert answers(vault, "hours")["U1"] == 5.0


def test_who_left_it_open_gives_way_to_who_answered(vault: Path, tmp_path: Path) -> None:
    imported(vault, tmp_path, "municipality_code,hours,busy\nU1,,ja\nU1,5,ja\n")
    assert answers(vault, "hours")["U1"] == 5.0


def test_an_unknown_role_is_refused(vault: Path, tmp_path: Path) -> None:
    found = imported(vault, tmp_path, "municipality_code,role,hours\nU1,tovenaar,3\n")
    assert "kolom role: deze rol kent het codeboek niet (gelezen: ‘tovenaar’)" in found


def test_a_weight_of_nought_is_refused(vault: Path, tmp_path: Path) -> None:
    found = imported(vault, tmp_path, "municipality_code,weight,hours\nU1,0,3\n")
    assert "kolom weight: een weging is een getal groter dan 0" in found


def test_an_edition_without_codebook_is_refused(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "municipality_code,hours\nU1,3\n")
    with pytest.raises(DataError, match="Editie 2031 staat niet in het codeboek"):
        take(vault, file, tmp_path / "m.toml", edition=2031)


def with_rule(vault: Path) -> None:
    """Add a rule to the codebook: who is not busy works no more than nought hours."""
    rule = (
        '\n[[rules]]\nkind = "implies"\nfirst = "busy"\nfirst_is = [0]\nsecond = "hours"\n'
        'second_is = [0]\nmessage = { nl = "niet druk, toch uren", en = "not busy, yet hours" }\n'
    )
    path = vault / "codebook.toml"
    path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")


def test_answers_that_do_not_go_together_wait_to_be_confirmed(vault: Path, tmp_path: Path) -> None:
    with_rule(vault)
    before = store.checksum(vault / "responses.parquet")
    file = written(tmp_path, "municipality_code,hours,busy\nU1,4,nee\n")
    report = take(vault, file, tmp_path / "m.toml", accept=False)
    assert (report.stage, "U1: niet druk, toch uren" in report.warnings[0].what) == (
        "confirm",
        True,
    )
    assert store.checksum(vault / "responses.parquet") == before


def test_confirmed_warnings_let_the_answers_in(vault: Path, tmp_path: Path) -> None:
    with_rule(vault)
    file = written(tmp_path, "municipality_code,hours,busy\nU1,4,nee\n")
    assert take(vault, file, tmp_path / "m.toml", accept=True).stage == "taken"


def two_editions(vault: Path) -> None:
    """Ask everything in 2026 as well, of the same units."""
    path = vault / "codebook.toml"
    book = path.read_text(encoding="utf-8").replace(
        '2025 = "same"', '2025 = "same", 2026 = "changed"'
    )
    label = '\n[[editions]]\nyear = 2026\nlabel = { nl = "2026", en = "2026" }\n'
    path.write_text(book + label, encoding="utf-8")
    register = pl.read_parquet(vault / "register.parquet")
    later = register.with_columns(year=pl.lit(2026, pl.Int32))
    store.write_parquet(pl.concat([register, later]), vault / "register.parquet", {})


def test_a_change_far_from_that_of_the_others_is_pointed_out(vault: Path, tmp_path: Path) -> None:
    two_editions(vault)
    codes = [f"U{n}" for n in range(1, 10)]
    first = "\n".join(f"{code},1" for code in codes)
    imported(vault, tmp_path, f"municipality_code,hours\n{first}\n")
    second = "\n".join(f"{code},{9 if code == 'U5' else 1.5}" for code in codes)
    file = written(tmp_path, f"municipality_code,hours\n{second}\n")
    report = take(vault, file, tmp_path / "n.toml", edition=2026, accept=False)
    assert [warning.what for warning in report.warnings] == [
        "U5 ging van 1 naar 9, veel meer dan bij andere gemeenten"
    ]


def test_the_report_gives_response_per_group_and_the_difference_with_before(
    vault: Path, tmp_path: Path
) -> None:
    two_editions(vault)
    file = written(tmp_path, "municipality_code,hours\nU1,4\nU7,3\n")
    report = take(vault, file, tmp_path / "m.toml", edition=2026)
    assert [(g.group, g.answered, g.members) for g in report.groups] == [
        ("Alle scholen", 2, 9),
        ("klein", 2, 6),
        ("groot", 0, 3),
        ("noord", 1, 6),
        ("zuid", 1, 3),
    ]
    moved = report.differences[0]
    assert (moved.both, moved.before, moved.now, moved.changed_wording) == (2, 1.5, 3.5, True)


def test_the_page_of_a_report_escapes_what_stood_in_the_file(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "municipality_code,hours\nU1,<script>alert(1)</script>\n")
    reporting.write_page(take(vault, file, tmp_path / "m.toml"), tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert ("<script>" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


def test_the_command_says_what_it_did(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "municipality_code,hours\nU1,9\n")
    code, said = run(vault, "import", str(file), "--edition", "2025")
    assert (code, "1 gemeenten; 0 antwoorden nieuw, 1 veranderd, 0 gelijk" in said) == (0, True)


def test_the_command_refuses_without_a_traceback_and_writes_the_page(
    vault: Path, tmp_path: Path
) -> None:
    file = written(tmp_path, "municipality_code,hours\nU1,11\n")
    page = tmp_path / "verslag.html"
    code, said = run(vault, "import", str(file), "--edition", "2025", "--report", str(page))
    assert (code, "Traceback" in said, "buiten 0 tot 10" in said, page.is_file()) == (
        2,
        False,
        True,
        True,
    )


# ------------------------------------------------------------------ every shape and format

HOURS = st.lists(st.integers(0, 100).map(lambda n: n / 10), min_size=3, max_size=9)


def shaped(hours: list[float], busy: str, shape: str) -> list[list[object]]:
    """Return answers of U1, U2, … as the rows of a table of one shape."""
    codes = [f"U{n}" for n in range(1, len(hours) + 1)]
    if shape == "wide":
        rows: list[list[object]] = [["gemeente", "hours", "busy"]]
        return rows + [[c, h, busy] for c, h in zip(codes, hours, strict=True)]
    if shape == "transposed":
        return [["", *codes], ["hours", *hours], ["busy", *[busy] * len(codes)]]
    long: list[list[object]] = [["gemeente", "vraag", "waarde"]]
    long += [[c, "hours", str(h)] for c, h in zip(codes, hours, strict=True)]
    return long + [[c, "busy", busy] for c in codes]


def exported(folder: Path, rows: list[list[object]], kind: str) -> Path:
    """Write the rows of a table as a file of one kind."""
    path = folder / f"a.{kind}"
    if kind == "xlsx":
        book = xlsxwriter.Workbook(path)
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
        book.close()
        return path
    if kind == "sav":
        names = [str(name) or "naam" for name in rows[0]]
        frame = pl.DataFrame([list(map(str, row)) for row in rows[1:]], schema=names, orient="row")
        pyreadstat.write_sav(frame, path)
        return path
    comma = [[str(c).replace(".", ",") if isinstance(c, float) else c for c in r] for r in rows]
    path.write_text("\n".join(";".join(map(str, row)) for row in comma), encoding="utf-8-sig")
    return path


@settings(max_examples=40, deadline=None)
@given(
    hours=HOURS,
    busy=st.sampled_from(["ja", "nee"]),
    shape=st.sampled_from(["wide", "long", "transposed"]),
    kind=st.sampled_from(["csv", "xlsx", "sav"]),
)
def test_answers_come_through_in_every_shape_and_format(
    hours: list[float], busy: str, shape: str, kind: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        who = municipalities(nine(folder / "v"), 2025, {})
        path = exported(folder, shaped(hours, busy, shape), kind)
        codebook = load_codebook(folder / "v" / "codebook.toml")
        told = ReadOptions()
        sheet = lay_out(path.name, parse(path, path.name, told), told, who.knows)
        mapping = propose(sheet, codebook, who).mapping
        found = check(sheet, mapping, Frame(codebook, who))
    read = found.answers.filter(pl.col("indicator") == "hours").sort("municipality_code")
    assert (found.problems, read["value"].to_list()) == ([], hours)


_WORDS = {"dont_know": "weet niet", "not_applicable": "n.v.t.", "not_answered": "niet ingevuld"}


def whole_year(held: pl.DataFrame) -> pl.DataFrame:
    """Return the answers of an edition as text in a wide table, as survey tools export them."""
    name = pl.concat_str("indicator", pl.when(pl.col("choice") != "").then("choice"), separator="_")
    text = pl.col("answer").cast(pl.String)
    return held.with_columns(
        name=pl.when(pl.col("choice") == "").then("indicator").otherwise(name),
        text=text.fill_null(pl.col("reason").cast(pl.String).replace_strict(_WORDS, default=None)),
    ).pivot(on="name", index="municipality_code", values="text")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "sav"])
def test_a_whole_year_comes_back_from_an_export_to_the_last_answer(
    sample_vault: Path, tmp_path: Path, kind: str
) -> None:
    vault = tmp_path / "kluis"
    shutil.copytree(sample_vault, vault)
    everything = pl.read_parquet(vault / "responses.parquet")
    store.write_parquet(
        everything.filter(pl.col("edition") == 2022), vault / "responses.parquet", {}
    )
    year = everything.filter(pl.col("edition") == 2023)
    table = whole_year(year)
    rows: list[list[object]] = [list(table.columns), *(list(row) for row in table.iter_rows())]
    file = exported(tmp_path, rows, kind)
    report = take(vault, file, tmp_path / "m.toml", edition=2023)
    keys = ["municipality_code", "indicator", "choice"]
    now = pl.read_parquet(vault / "responses.parquet").filter(pl.col("edition") == 2023)
    assert report.stage == "taken"
    assert (
        now.select(*keys, "answer", pl.col("reason").cast(pl.String)).sort(keys).rows()
        == year.select(*keys, "answer", pl.col("reason").cast(pl.String)).sort(keys).rows()
    )
