"""data.sources.register"""

import shutil
from pathlib import Path

import polars as pl
import pytest

from data.errors import DataError
from data.files import store
from data.sources.register import SOURCE, build_register
from data.spelling import fold_name
from data.survey.codebook import load_codebook


def changed_source(tmp_path: Path, name: str, before: str, after: str) -> Path:
    """Return a copy of the source tables with one text replaced in one of them."""
    source = tmp_path / "source"
    shutil.copytree(SOURCE, source)
    text = (source / name).read_text(encoding="utf-8")
    assert before in text
    (source / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    return source


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return build_register(target=tmp_path_factory.mktemp("register"))


@pytest.mark.parametrize(
    ("year", "municipalities"), [(2022, 345), (2023, 342), (2024, 342), (2025, 342), (2026, 342)]
)
def test_each_year_has_its_number_of_municipalities(
    register: pl.DataFrame, year: int, municipalities: int
) -> None:
    assert register.filter(pl.col("year") == year).height == municipalities


def test_the_netherlands_had_17811291_inhabitants_at_the_start_of_2023(
    register: pl.DataFrame,
) -> None:
    assert register.filter(pl.col("year") == 2023)["inhabitants"].sum() == 17_811_291


def test_classes_of_2023_hold_66_184_60_and_32_municipalities(register: pl.DataFrame) -> None:
    members = register.filter(pl.col("year") == 2023)

    assert dict(members.group_by("size_class").len().iter_rows()) == {
        "k1": 66,
        "k2": 184,
        "k3": 60,
        "k4": 32,
    }


def test_the_four_largest_are_amsterdam_rotterdam_the_hague_and_utrecht(
    register: pl.DataFrame,
) -> None:
    largest = register.filter(pl.col("year") == 2023, pl.col("g4").is_not_null())

    assert sorted(largest["municipality_code"]) == ["GM0344", "GM0363", "GM0518", "GM0599"]


def test_a_lost_municipality_stops_the_build(tmp_path: Path) -> None:
    lines = (SOURCE / "municipalities.csv").read_text(encoding="utf-8").splitlines()
    urk = next(line for line in lines if ",Urk," in line and line.startswith("2023"))
    source = changed_source(tmp_path, "municipalities.csv", urk + "\n", "")

    with pytest.raises(DataError, match="2023: 341 gemeenten, verwacht 342"):
        build_register(source, tmp_path / "target")

    assert not (tmp_path / "target" / "register.parquet").exists()


def test_a_successor_that_does_not_exist_stops_the_build(tmp_path: Path) -> None:
    source = changed_source(tmp_path, "mergers.csv", "GM1991", "GM7777")

    with pytest.raises(DataError, match="ging op in GM7777, maar die is er niet"):
        build_register(source, tmp_path / "target")


def test_a_code_that_occurs_twice_stops_the_build(tmp_path: Path) -> None:
    source = changed_source(tmp_path, "municipalities.csv", "2023,GM0034,", "2023,GM0014,")

    with pytest.raises(DataError, match="primary_key geldt niet voor 2 rijen"):
        build_register(source, tmp_path / "target")


def test_a_wrong_number_of_inhabitants_stops_the_build(tmp_path: Path) -> None:
    source = changed_source(tmp_path, "municipalities.csv", ",238147,", ",238148,")

    with pytest.raises(DataError, match="17811292 inwoners, verwacht 17811291"):
        build_register(source, tmp_path / "target")


def test_a_column_of_numbers_can_hold_the_codes_of_groups(tmp_path: Path) -> None:
    # the degree of urbanisation, 1 to 5, is a number in the register and a group to the survey
    book = tmp_path / "codebook.toml"
    groups = ", ".join(f'{{ code = "{n}", label = {{ nl = "{n}", en = "{n}" }} }}' for n in "12345")
    book.write_text(
        (store.SURVEY / "codebook.toml").read_text(encoding="utf-8")
        + '\n[[dimensions]]\nid = "urbanity"\nkind = "other"\nparameter = "sd"\n'
        + 'label = { nl = "Stedelijkheid", en = "Urbanity" }\nall = { nl = "Alle", en = "All" }\n'
        + f"groups = [{groups}]\n",
        encoding="utf-8",
    )
    built = build_register(target=tmp_path / "target", book=load_codebook(book))
    assert set(built["urbanity"].drop_nulls()) == {1, 2, 3, 4, 5}


def test_names_are_compared_without_case_accents_and_punctuation() -> None:
    assert fold_name("Súdwest-Fryslân") == fold_name("SUDWEST FRYSLAN") == "sudwestfryslan"
