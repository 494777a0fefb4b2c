"""data.sample.drawing"""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from data.errors import CodebookError, DataError
from data.files import store
from data.files.config_files import read_toml
from data.files.schema import figures_of_year
from data.sample.drawing import draw, write_sample
from data.survey.codebook import Codebook, load_codebook

BOOK = load_codebook(store.SURVEY / "codebook.toml")
Answers = pl.DataFrame


def drawn(official: pl.DataFrame, book: Codebook = BOOK) -> pl.DataFrame:
    """Return the answers of a sample drawn beside some official figures."""
    register = pl.read_parquet(store.REGISTER / "register.parquet")
    sentences = read_toml(store.HERE / "sample" / "signals.toml")
    return draw(book, register, official, sentences, 2026)[0]


@pytest.fixture(scope="module")
def official() -> pl.DataFrame:
    return pl.read_parquet(store.OFFICIAL / "official.parquet")


@pytest.fixture(scope="module")
def answers(sample_vault: Path) -> Answers:
    register = pl.read_parquet(sample_vault / "register.parquet")
    return pl.read_parquet(sample_vault / "responses.parquet").join(
        register,
        left_on=["edition", "municipality_code"],
        right_on=["year", "municipality_code"],
    )


def test_the_same_seed_gives_the_same_bytes(sample_vault: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "again", 2026)

    for name in ("responses.parquet", "signals.parquet"):
        assert (tmp_path / "again" / name).read_bytes() == (sample_vault / name).read_bytes()


def test_another_seed_gives_other_answers(sample_vault: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "other", 1)

    other = store.checksum(tmp_path / "other" / "responses.parquet")
    assert other != store.checksum(sample_vault / "responses.parquet")


def test_everything_says_that_it_is_made_up(sample_vault: Path) -> None:
    for name in ("responses.parquet", "signals.parquet"):
        assert pl.read_parquet(sample_vault / name)["is_synthetic"].all()
        assert pl.read_parquet_metadata(sample_vault / name)["synthetic"] == "true"
    assert store.read_json(sample_vault / "vault.json")["synthetic"] is True


@pytest.mark.parametrize("edition", [2022, 2023])
def test_about_two_in_three_take_part(answers: Answers, edition: int) -> None:
    taking_part = answers.filter(pl.col("edition") == edition)["municipality_code"].n_unique()

    assert 0.6 <= taking_part / 343 <= 0.72


def test_larger_municipalities_take_part_more_often(answers: Answers) -> None:
    taking_part = answers.unique(["edition", "municipality_code"])
    counts = dict(taking_part.group_by("size_class").len().iter_rows())

    # 137 places of the smallest class in two registers, 64 of the largest
    assert counts["k1"] / 137 + 0.1 < counts["k4"] / 64


def test_levels_come_near_their_targets(answers: Answers) -> None:
    # SD 1.0 and about 100 answers: the mean is within 3 x 0.1 of its target
    sick = answers.filter(
        pl.col("indicator") == "staff_sick_leave_pct",
        pl.col("edition") == 2023,
        pl.col("size_class") == "k2",
    )["answer"].mean()

    assert sick == pytest.approx(6.1, abs=0.3)


def test_debt_and_solvency_go_against_each_other(answers: Answers) -> None:
    wide = answers.filter(
        pl.col("indicator").is_in(["fin_net_debt_ratio_pct", "fin_solvency_pct"])
    ).pivot(on="indicator", index=["edition", "municipality_code"], values="answer")

    correlation = (
        wide.drop_nulls().select(pl.corr("fin_net_debt_ratio_pct", "fin_solvency_pct")).item()
    )
    assert correlation == pytest.approx(-0.7, abs=0.1)


@pytest.mark.parametrize("edition", [2022, 2023])
@pytest.mark.parametrize(
    ("question", "figure", "between"),
    [
        ("staff_external_hire_pct", "iv3_external_hire_pct", (0.5, 0.8)),
        ("fin_solvency_pct", "iv3_solvency_pct", (0.8, 0.95)),
        ("fin_net_debt_ratio_pct", "iv3_solvency_pct", (-0.8, -0.5)),
        ("be_problem_debt_hh_pct", "iv3_spending_per_inhabitant_eur", (0.4, 0.7)),
        ("staff_vacancy_rate_pct", "iv3_staff_cost_per_inhabitant_eur", (-0.5, -0.1)),
    ],
)
def test_answers_go_with_what_the_accounts_say(
    answers: Answers, edition: int, question: str, figure: str, between: tuple[float, float]
) -> None:
    official = pl.read_parquet(store.OFFICIAL / "official.parquet")
    given = answers.filter(pl.col("edition") == edition, pl.col("indicator") == question)
    pairs = given.join(figures_of_year(official, figure, edition), on="municipality_code")

    correlation = pairs.drop_nulls("answer").select(pl.corr("answer", "amount")).item()
    assert between[0] <= correlation <= between[1]


def test_official_figures_leave_the_levels_of_the_classes_as_they_were(
    answers: Answers, official: pl.DataFrame
) -> None:
    # SD 7 and some 60 answers or more: two independent means are within 3 x 1.3 of each other
    without = drawn(official.clear()).filter(pl.col("indicator") == "staff_external_hire_pct")
    classes = answers.select("edition", "municipality_code", "size_class").unique()
    keys = ["edition", "size_class"]
    alone = (
        without.join(classes, on=["edition", "municipality_code"])
        .group_by(keys)
        .agg(pl.col("answer").mean().alias("alone"))
    )
    both = (
        answers.filter(pl.col("indicator") == "staff_external_hire_pct")
        .group_by(keys)
        .agg(pl.col("answer").mean())
        .join(alone, on=keys)
    )

    assert both.height == 8
    assert both.select((pl.col("answer") - pl.col("alone")).abs().max()).item() < 3.9


def test_who_filed_no_accounts_answers_as_if_there_were_none(official: pl.DataFrame) -> None:
    utrecht = pl.col("municipality_code") == "GM0344"
    absent, none = drawn(official.filter(~utrecht)), drawn(official.clear())

    assert absent.filter(utrecht).equals(none.filter(utrecht))
    assert not absent.equals(none)


@pytest.mark.parametrize("kernel", ["Prescott", "Haswell"])
def test_every_processor_draws_the_same_answers(
    sample_vault: Path, tmp_path: Path, kernel: str
) -> None:
    subprocess.run(
        [sys.executable, "-m", "data", "sample", "--seed", "2026"],
        cwd=store.HERE.parent,
        env={**os.environ, "OPENBLAS_CORETYPE": kernel, "STAND_VAULT": str(tmp_path / "kluis")},
        check=True,
        capture_output=True,
    )

    for name in ("responses.parquet", "signals.parquet"):
        assert (tmp_path / "kluis" / name).read_bytes() == (sample_vault / name).read_bytes()


def test_correlations_that_cannot_all_be_true_are_refused(official: pl.DataFrame) -> None:
    assert BOOK.sample is not None
    # vacancies would go with hiring and with shortage, and these two against each other
    pairs = [
        pair.model_copy(update={"value": 0.9})
        for pair in BOOK.sample.correlations
        if "staff_vacancy_rate_pct" in (pair.first, pair.second)
    ]
    against = pairs[0].model_copy(
        update={
            "first": "staff_shortage_social",
            "second": "staff_external_hire_pct",
            "value": -0.9,
        }
    )
    sample = BOOK.sample.model_copy(update={"correlations": [*pairs, against]})

    with pytest.raises(CodebookError, match="kunnen niet alle samen waar zijn"):
        drawn(official, BOOK.model_copy(update={"sample": sample}))


def test_every_answer_is_within_the_valid_range_of_its_question(answers: Answers) -> None:
    bounds = BOOK.indicators_table().select("indicator", "valid_lower", "valid_upper")
    outside = answers.join(bounds, on="indicator").filter(
        (pl.col("answer") < pl.col("valid_lower")) | (pl.col("answer") > pl.col("valid_upper"))
    )

    assert outside.is_empty()


def test_nobody_names_more_than_three_fields_or_none_beside_another(answers: Answers) -> None:
    chosen = (
        answers.filter(pl.col("indicator") == "staff_shortage_domains", pl.col("answer") == 1)
        .group_by("edition", "municipality_code")
        .agg(pl.len(), pl.col("choice").eq("geen").any().alias("none"))
    )

    assert chosen["len"].max() == 3
    assert chosen.filter(pl.col("none"))["len"].to_list() == [1] * int(chosen["none"].sum())


def test_some_do_not_know_and_some_leave_a_question_open(answers: Answers) -> None:
    reasons = set(answers["reason"].drop_nulls())

    assert reasons == {"dont_know", "not_answered"}


def test_there_are_600_signals_in_whole_sentences(sample_vault: Path) -> None:
    signals = pl.read_parquet(sample_vault / "signals.parquet")

    assert signals.height == 600
    assert signals["text"].str.contains(r"^[A-Z].*\.$").all()
    assert not signals["text"].str.contains("{", literal=True).any()


def test_a_vault_with_real_answers_is_not_overwritten(tmp_path: Path) -> None:
    store.new_vault(tmp_path, synthetic=False, origin="test")

    with pytest.raises(DataError, match="bevat echte antwoorden"):
        write_sample(tmp_path, 2026)

    assert not (tmp_path / "responses.parquet").exists()
