"""A survey of one's own begins from a list of libraries, and every page shows it."""

import re
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from data.errors import CodebookError, DataError
from data.files import store
from data.importer.pipeline import Request, import_file
from data.sample.own_survey import Beginning, begin, read_beginning
from data.survey.coherence import check_survey
from pages.state.releases import online
from queries.commands import app
from queries.publish import publishing
from tests.conftest import ROOT, made_once
from tests.support.reading import framed, moved, said, slugs

REGIONS = ["Noord", "Oost", "West", "Zuid"]
# What belongs to the shipped survey alone.
SHIPPED = re.compile(r"VNG|[Gg]emeente|[Mm]unicipalit|landsdeel|part of the country")


def libraries(folder: Path, head: str = "code;naam;omvang;regio;vorm") -> Path:
    """Write a list of 130 libraries, the sizes a thousand apart; return its path."""
    rows = [
        f"B{n:03};Bibliotheek {n};{n * 1000};{REGIONS[n % 4]};{'stichting' if n % 3 else 'dienst'}"
        for n in range(1, 131)
    ]
    kept = len(head.split(";"))
    path = folder / "lijst.csv"
    lines = [head, *(";".join(row.split(";")[:kept]) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def manual(language: str) -> str:
    """Return the first block in a language in the manual."""
    text = (ROOT / "docs" / "own-survey.md").read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def published(folder: Path) -> None:
    """Begin the survey of the manual by its command, and put it online."""
    folder.mkdir()
    libraries(folder)
    (folder / "begin.toml").write_text(manual("toml"), encoding="utf-8")
    command = ["begin", str(folder / "uit"), "--from", str(folder / "begin.toml")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    publishing.release(folder / "uit/kluis", folder / "uit/release", lambda _line: None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The survey of the libraries, made once."""
    return made_once("bibliotheken", published, tmp_path_factory)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_speaks_of_it_and_of_nothing_that_was_shipped(
    folder: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_RELEASE", str(folder / "uit/release"))
    test = framed(taal=language)
    names = slugs(test)
    assert "personeel" in names
    for slug in names:
        moved(test, slug, taal=language)
        assert (slug, list(test.exception), [e.value for e in test.error]) == (slug, [], [])
        found = SHIPPED.search(said(test))
        assert found is None, (slug, said(test)[found.start() - 60 : found.end() + 60])


def test_its_sender_contact_and_method_are_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_RELEASE", str(folder / "uit/release"))
    text = said(framed("over", taal="nl")).replace("\\", "")
    assert "Stand van de Bibliotheken is een enquête van Vereniging van Bibliotheken" in text
    assert "cijfers@bibliotheken.example" in text
    assert online().codebook.survey.unit.of("en").other == "libraries"


def test_sizes_make_three_classes_at_round_bounds_and_columns_make_groups(folder: Path) -> None:
    vault = folder / "uit/kluis"
    book = check_survey(vault)
    assert [d.id for d in book.dimensions] == ["size_class", "d1_regio", "d2_vorm"]
    # of 1,000 to 130,000 a third lies below 44,000 and two thirds below 87,000
    assert [(g.lower, g.upper) for g in book.dimensions[0].groups] == [
        (None, 40_000),
        (40_000, 80_000),
        (80_000, None),
    ]
    assert book.dimensions[0].groups[1].label.root == {
        "nl": "omvang 40.000 tot 80.000",
        "en": "size 40,000 to 80,000",
    }
    register = pl.read_parquet(vault / "register.parquet")
    assert register["size_class"].value_counts().sort("size_class")["count"].to_list() == [
        39,
        40,
        51,
    ]
    assert register["d1_regio"].n_unique() == 4


def test_nothing_of_the_shipped_survey_is_put_beside_it(folder: Path) -> None:
    vault = folder / "uit/kluis"
    store.fill(vault)
    assert sorted(path.name for path in vault.glob("*.toml")) == ["codebook.toml", "policy.toml"]
    assert not (vault / "official.parquet").exists()
    with pytest.raises(DataError, match="heeft een eigen register"):
        store.renew_tables(vault)


def test_real_answers_are_recognised_by_name_in_a_vault_of_their_own(
    folder: Path, tmp_path: Path
) -> None:
    vault = tmp_path / "echt"
    vault.mkdir()
    for name in ("codebook.toml", "policy.toml", "register.parquet", *store.METHOD):
        (vault / name).write_bytes((folder / "uit/kluis" / name).read_bytes())
    file = tmp_path / "antwoorden.csv"
    file.write_text("naam;sick_leave_pct\nBibliotheek 7;4,5\n", encoding="utf-8")
    mapping = tmp_path / "m.toml"
    for _ in range(2):
        found = import_file(Request(file, 2025, vault, mapping, accept=True), lambda _: None)
    assert found.stage == "taken", found
    answers = pl.read_parquet(vault / "responses.parquet")
    assert answers.select("municipality_code", "answer").rows() == [("B007", 4.5)]
    assert store.secret(vault) != store.secret(folder / "uit/kluis")


def answers(**other: object) -> Beginning:
    """Return what a survey may begin with."""
    unit = {"one": "bibliotheek", "other": "bibliotheken"}
    known = {"name": "Proef", "sender": "Wij", "unit": unit, "year": 2025, "units": "lijst.csv"}
    return Beginning.model_validate(known | other)


def test_without_sizes_all_count_the_same(tmp_path: Path) -> None:
    units = tmp_path / "lijst.csv"
    units.write_text("Code,Naam,Streek\na,Een,x\nb,Twee,y\n", encoding="utf-8")
    book = begin(tmp_path / "kluis", answers(), units)
    assert [(d.id, d.kind) for d in book.dimensions] == [("d1_streek", "region")]
    policy = (tmp_path / "kluis/policy.toml").read_text(encoding="utf-8")
    assert 'weightings = ["municipality"]' in policy


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("nummer;naam;regio\n1;a;x\n", "geen kolommen ‘code’ en ‘naam’"),
        ("code;naam\n1;a\n2;b\n", "geen kolom met groepen of met de omvang"),
        ("code;naam;regio\n1;a;x\n1;b;y\n", "rij 2: een code die er twee keer is"),
        ("code;naam;regio\n1;a;x\n2;;y\n", "rij 3: geen code of geen naam"),
        ("code;naam;omvang\n1;a;veel\n", "rij 2, kolom omvang: ‘veel’ is geen heel getal"),
        ("code;naam;regio\n1;a;x\n2;b;x\n", "kolom regio: 1 verschillende groepen"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_and_nothing_written(
    table: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "lijst.csv").write_text(table, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        begin(tmp_path / "kluis", answers(), tmp_path / "lijst.csv")
    assert not (tmp_path / "kluis").exists()


def test_a_survey_that_is_there_is_not_begun_again(folder: Path) -> None:
    with pytest.raises(DataError, match="staat al een enquête"):
        begin(folder / "uit/kluis", answers(), folder / "lijst.csv")


def test_an_answer_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "begin.toml").write_text('name = "Proef"\n', encoding="utf-8")
    with pytest.raises(CodebookError, match="sender: het veld ontbreekt"):
        read_beginning(tmp_path / "begin.toml")


def test_a_person_is_asked_five_questions(tmp_path: Path) -> None:
    units = libraries(tmp_path, "code;naam;omvang")
    said_to = ["Proef", "Wij", "bibliotheek, bibliotheken", "2025", str(units)]
    done = CliRunner().invoke(app, ["begin", str(tmp_path / "uit")], input="\n".join(said_to))
    assert done.exit_code == 0, done.output
    assert done.output.count("?") == 5
    assert check_survey(tmp_path / "uit/kluis").survey.name.dutch == "Proef"
