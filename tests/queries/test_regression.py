"""queries/regression.py and queries/auxiliaries.py"""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.errors import DataError
from data.files import store
from data.survey.codebook import Codebook, load_codebook
from queries import engine
from queries.estimation.auxiliaries import class_of, known_or_mean
from queries.estimation.equations import mean, product
from queries.estimation.question_weights import gains, question_weights
from queries.estimation.regression import (
    Answered,
    Auxiliaries,
    Weighed,
    auxiliaries,
    calibrated,
    fit,
    standard_error,
    weighed,
)
from queries.vault.opening import Vault, open_vault

BOOK = load_codebook(store.SURVEY / "codebook.toml")
OFFICIAL = pl.read_parquet(store.OFFICIAL / "official.parquet")

# Four of eight municipalities answered; their figures are 1, 2, 4 and 5, of all eight 28 together.
FIGURES = [[1.0, figure] for figure in (1.0, 2.0, 4.0, 5.0)]
TOTALS = [8.0, 28.0]


@pytest.fixture(scope="module")
def vault(sample_vault: Path) -> Vault:
    return open_vault(sample_vault)


def weighed_by(figures: dict[str, list[str]]) -> Codebook:
    """Return the codebook in which some questions are calibrated."""
    changed = [i.model_copy(update={"calibrate": figures.get(i.id, [])}) for i in BOOK.indicators]
    return BOOK.model_copy(update={"indicators": changed})


def tables(vault: Vault) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return what the weights of a question are made from."""
    return (
        vault.register,
        engine.table(vault.connection, "weighted_units"),
        engine.table(vault.connection, "amounts"),
        OFFICIAL,
    )


def test_weights_add_up_to_the_number_and_to_the_figure_of_all() -> None:
    weights = calibrated([2.0] * 4, FIGURES, TOTALS)

    # those that answered stand for 24, and 4 more is wanted; their squares round the mean of 3
    # add up to 20 by weight, and so g is 1 + 4 / 20 x (figure - 3)
    assert weights == pytest.approx([1.2, 1.6, 2.4, 2.8])


def test_no_weight_falls_below_three_tenths_of_what_it_was() -> None:
    weights = calibrated([2.0] * 4, FIGURES, [8.0, 32.0])

    # with 8 more, the first would be put at 0.2; the others then share 7.4 and 31.4
    assert weights == pytest.approx([0.6, 0.942857, 2.771429, 3.685714], abs=1e-6)
    assert weights is not None
    assert product(weights, [1.0, 2.0, 4.0, 5.0]) == pytest.approx(32)


def test_totals_out_of_reach_give_no_weights() -> None:
    # at most 0.6 x 1 + 0.6 x 2 + 0.8 x 4 + 6 x 5
    assert calibrated([2.0] * 4, FIGURES, [8.0, 36.0]) is None


def test_weights_are_those_of_the_textbook_where_no_bound_is_near() -> None:
    design, totals = np.array([1.0, 2.0, 3.0, 2.5]), np.array([9.0, 29.0])

    rows = np.array(FIGURES)
    lever = np.linalg.solve(rows.T @ (rows * design[:, None]), totals - design @ rows)
    expected = design * (1 + rows @ lever)
    assert calibrated(design.tolist(), FIGURES, totals.tolist()) == pytest.approx(expected.tolist())


def test_an_answer_that_follows_from_the_figure_is_estimated_without_error() -> None:
    weights = calibrated([2.0] * 4, FIGURES, TOTALS)
    assert weights is not None

    # the answer is 3 + 2 x figure: of all eight 8 x 3 + 2 x 28
    assert product(weights, [5.0, 7.0, 11.0, 13.0]) == pytest.approx(80)
    assert fit([2.0] * 4, FIGURES).residuals([5.0, 7.0, 11.0, 13.0]) == pytest.approx(
        [0] * 4, abs=1e-9
    )


def test_residuals_are_what_a_line_leaves_without_the_municipality_itself() -> None:
    # answers 1, 0, 0, 1 have no slope beside 1, 2, 4, 5, and are half off; the outer two decide
    # 1/4 + 4/10 of their own fit, the inner two 1/4 + 1/10
    left = fit([2.0] * 4, FIGURES).residuals([1.0, 0.0, 0.0, 1.0])

    assert left == pytest.approx([0.5 / 0.35, -0.5 / 0.65, -0.5 / 0.65, 0.5 / 0.35])


def test_who_decides_its_own_fit_is_never_left_out_of_the_sum() -> None:
    # the last alone has the second figure, and so lies on it by itself
    rows = [[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]

    assert fit([1.0] * 3, rows).residuals([1.0, 3.0, 9.0]) == pytest.approx([-2.0, 2.0, 0.0])


def test_a_stratum_that_was_counted_or_in_which_one_answered_adds_no_variance() -> None:
    # (1 - 2/4) x 2/1 x 2 in stratum a
    strata, populations = ["a", "a", "b", "b", "c"], {"a": 4, "b": 2, "c": 9}

    error = standard_error([1.0, 3.0, 5.0, 9.0, 7.0], strata, populations)
    assert error == pytest.approx(sqrt(2))


def of_eight() -> Answered:
    """Return the four of eight that answered."""
    return Answered(["p", "q", "r", "s"], [2.0] * 4, ["h"] * 4, {"h": 8})


def by_design(answered: Answered) -> Weighed:
    """Return answers with the weights of the design."""
    found = weighed(answered, None)
    assert found is not None
    return found


def test_by_the_design_alone_the_error_is_that_of_a_simple_sample() -> None:
    # (1 - f) s2 / n with s2 = 10 / 3
    error = by_design(of_eight()).error_of_mean([1.0, 2.0, 4.0, 5.0], [True] * 4)

    assert error == pytest.approx(sqrt(0.5 * 10 / 3 / 4))


def test_by_inhabitants_the_error_is_that_of_a_ratio() -> None:
    # inhabitants 1, 1, 1 and 3: mean 22 / 6, and what each adds to it is -16, -10, 2 and 24 over 36
    found = by_design(of_eight())

    error = found.error_of_mean([1.0, 2.0, 4.0, 5.0], [True] * 4, [1.0, 1.0, 1.0, 3.0])
    assert error == pytest.approx(sqrt(0.5 * 4 / 3 * (16**2 + 10**2 + 2**2 + 24**2)) / 36)


def test_a_group_counts_those_outside_it_as_nothing() -> None:
    # the mean of the first two is 1.5; they move it by -1 and 1 quarter, the others not
    error = by_design(of_eight()).error_of_mean([1.0, 2.0, 4.0, 5.0], [True, True, False, False])

    assert error == pytest.approx(sqrt(0.5 * 4 / 3 * 2 / 16))


def test_calibration_leaves_the_error_of_the_residuals() -> None:
    known = Auxiliaries(dict(zip("pqrs", FIGURES, strict=True)), TOTALS)

    found = weighed(of_eight(), known)
    assert found is not None
    error = found.error_of_mean([5.0, 7.0, 11.0, 14.0], [True] * 4)
    # what a line leaves, over 1 less the say of each in it, with weights of 1.2 to 2.8
    slope = (-2 * 5 - 7 + 11 + 2 * 14) / 10
    off = [y - 9.25 - slope * (x - 3) for y, x in zip((5, 7, 11, 14), (1, 2, 4, 5), strict=True)]
    say = (0.65, 0.35, 0.35, 0.65)
    influence = [
        w * e / (1 - h) / 8 for w, e, h in zip((1.2, 1.6, 2.4, 2.8), off, say, strict=True)
    ]
    scatter = sum((z - sum(influence) / 4) ** 2 for z in influence)
    assert error == pytest.approx(sqrt(0.5 * 4 / 3 * scatter))


def test_the_order_of_those_who_answered_does_not_move_a_bit() -> None:
    rows = [[1.0, (n * 37 % 101) ** 0.5] for n in range(50)]
    weights = [1 + n % 7 / 10 for n in range(50)]
    totals = [70.0, 480.0]

    forward = calibrated(weights, rows, totals)
    backward = calibrated(weights[::-1], rows[::-1], totals)
    assert forward is not None
    assert backward is not None
    assert forward == backward[::-1]


def test_each_class_adds_up_to_its_own_figures() -> None:
    known = auxiliaries([[1.0, 3.0, 5.0, 7.0]], ["p", "q", "r", "s"], ["k1", "k1", "k2", "k2"])

    # a number and a figure of k1, then of k2; figures are centred and scaled by sqrt(5)
    assert known.totals == pytest.approx([2.0, -4 / sqrt(5), 2.0, 4 / sqrt(5)])
    assert known.rows["s"] == pytest.approx([0.0, 0.0, 1.0, 3 / sqrt(5)])


def test_who_filed_no_figure_counts_for_the_mean_of_its_class() -> None:
    frame = pl.DataFrame({"municipality_code": ["GM0001", "GM0002", "GM0003", "GM0004"]})
    filed = OFFICIAL.filter(pl.col("indicator") == "iv3_balance_pct", pl.col("year") == 2023)
    filed = filed.filter(pl.col("basis") == "jaarrekening", pl.col("amount").is_not_null()).head(3)
    filed = filed.with_columns(
        municipality_code=pl.Series(["GM0001", "GM0002", "GM0004"]),
        amount=pl.Series([2.0, 4.0, 9.0]),
    )
    figure = ("iv3_balance_pct", 2023)

    assert known_or_mean(frame, ["k1", "k1", "k1", "k2"], filed, figure) == [2.0, 4.0, 3.0, 9.0]
    # nobody of k3 filed any: the mean of all
    assert known_or_mean(frame, ["k1", "k1", "k3", "k2"], filed, figure) == [2.0, 4.0, 5.0, 9.0]
    assert known_or_mean(frame, ["k1", "k1", "k1", "k2"], filed.clear(), figure) == [0.0] * 4


# What a figure of the year before explains of the same figure: the standard error with it as a
# part of that without, for those who take part in the sample; of the country and of a class.
@pytest.mark.parametrize(
    ("figure", "year", "country", "small"),
    [
        ("iv3_solvency_pct", 2022, 0.28, 0.27),
        ("iv3_solvency_pct", 2023, 0.31, 0.36),
        ("iv3_external_hire_pct", 2022, 0.75, 0.86),
        ("iv3_external_hire_pct", 2023, 0.67, 0.71),
        ("iv3_staff_cost_per_inhabitant_eur", 2022, 0.21, 0.14),
        ("iv3_staff_cost_per_inhabitant_eur", 2023, 0.31, 0.32),
    ],
)
def test_on_real_figures_calibration_narrows_margins(
    vault: Vault, figure: str, year: int, country: float, small: float
) -> None:
    register = vault.register.filter(pl.col("year") == year)
    classes = class_of(vault.codebook, register)
    codes = register["municipality_code"].to_list()
    answers = dict(
        zip(codes, known_or_mean(register, classes, OFFICIAL, (figure, year)), strict=True)
    )
    before = known_or_mean(register, classes, OFFICIAL, (figure, year - 1))
    took_part = engine.table(vault.connection, "weighted_units").filter(pl.col("edition") == year)
    answered = Answered(
        took_part["municipality_code"].to_list(),
        took_part["weight"].to_list(),
        took_part["stratum"].to_list(),
        dict(took_part.select("stratum", "population_count").iter_rows()),
    )
    known = auxiliaries([before], codes, classes)
    found = weighed(answered, known)
    assert found is not None
    given = [answers[code] for code in answered.codes]
    of_class = dict(zip(codes, classes, strict=True))

    for inside, told in (
        ([True] * len(given), country),
        ([of_class[code] == "k1" for code in answered.codes], small),
    ):
        alone = by_design(answered).error_of_mean(given, inside)
        assert round(found.error_of_mean(given, inside) / alone, 2) == told
    # and the estimate is no farther off than chance makes of it
    error = found.error_of_mean(given, [True] * len(given))
    assert abs(mean(given, found.weights) - mean(list(answers.values()))) < 3 * error


def test_weights_of_a_question_add_up_to_the_classes_and_to_its_figure(vault: Vault) -> None:
    book = weighed_by({"staff_external_hire_pct": ["iv3_external_hire_pct"]})

    weights = question_weights(book, *tables(vault)).filter(pl.col("edition") == 2023)
    register = vault.register.filter(pl.col("year") == 2023)
    figures = known_or_mean(
        register, class_of(book, register), OFFICIAL, ("iv3_external_hire_pct", 2023)
    )
    everyone = register.with_columns(figure=pl.Series(figures))
    answered = weights.join(everyone, on="municipality_code")
    totals = [pl.len().cast(pl.Float64).alias("many"), pl.col("figure").sum()]
    wanted = everyone.group_by("size_class").agg(totals).sort("size_class")
    found = answered.group_by("size_class").agg(
        pl.col("weight").sum().alias("many"), figure=(pl.col("weight") * pl.col("figure")).sum()
    )
    for column in ("many", "figure"):
        assert found.sort("size_class")[column].to_list() == pytest.approx(wanted[column].to_list())


def test_only_those_that_answered_the_question_have_a_weight_of_it(vault: Vault) -> None:
    book = weighed_by({"staff_shortage_domains": ["iv3_external_hire_pct"]})
    amounts = engine.table(vault.connection, "amounts")
    asked = amounts.filter(pl.col("indicator") == "staff_shortage_domains")

    weights = question_weights(book, *tables(vault))
    keys = ["edition", "municipality_code"]
    assert set(weights.select(keys).rows()) == set(asked.select(keys).rows())


def test_the_gain_of_every_question_that_is_weighed_by_official_figures(vault: Vault) -> None:
    book = weighed_by(
        {
            "staff_external_hire_pct": ["iv3_external_hire_pct"],
            "fin_solvency_pct": ["iv3_solvency_pct", "iv3_balance_pct"],
            "fin_structural_balance_next": ["iv3_solvency_pct"],
        }
    )

    told = gains(book, *tables(vault)).sort("indicator", "edition")
    both, one, hire = (
        "iv3_solvency_pct + iv3_balance_pct",
        "iv3_solvency_pct",
        "iv3_external_hire_pct",
    )
    assert told.rows() == [
        (2022, "fin_solvency_pct", both, 0.52),
        (2023, "fin_solvency_pct", both, 0.52),
        (2022, "fin_structural_balance_next", one, 0.97),
        (2023, "fin_structural_balance_next", one, 1.04),
        (2022, "staff_external_hire_pct", hire, 0.71),
        (2023, "staff_external_hire_pct", hire, 0.72),
    ]


def test_a_survey_without_calibrated_questions_has_no_weights_of_its_own(vault: Vault) -> None:
    plain = weighed_by({"staff_external_hire_pct": []})

    assert question_weights(plain, *tables(vault)).is_empty()
    assert gains(plain, *tables(vault)).is_empty()


def test_a_figure_that_is_not_there_for_the_year_is_refused(vault: Vault) -> None:
    book = weighed_by({"fin_solvency_pct": ["bbv_solvency_pct"]})
    register, respondents, amounts, official = tables(vault)
    later = official.filter(pl.col("indicator") != "bbv_solvency_pct")

    with pytest.raises(DataError, match="geen officiële cijfers over 2022") as caught:
        question_weights(book, register, respondents, amounts, later)
    assert "fin_solvency_pct" in str(caught.value)
    assert "Wat te doen:" in str(caught.value)


def test_figures_that_no_weights_can_meet_are_refused(vault: Vault) -> None:
    book = weighed_by({"fin_solvency_pct": ["iv3_solvency_pct"]})
    register, respondents, amounts, official = tables(vault)
    took_part = respondents.filter(pl.col("edition") == 2022)["municipality_code"]
    moved = official.with_columns(
        amount=pl.when(pl.col("municipality_code").is_in(took_part.implode()))
        .then(pl.col("amount"))
        .otherwise(pl.col("amount") + 500)
    )

    for make in (question_weights, gains):
        with pytest.raises(DataError, match="met geen gewichten tussen 0,3 en 3 keer"):
            make(book, register, respondents, amounts, moved)
