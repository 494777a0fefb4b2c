"""queries/estimates.py, through the SQL that feeds it; figures worked out by hand."""

from pathlib import Path

import polars as pl
import pytest

from queries import estimates, figures
from queries.gate import safe_figures
from queries.vault import open_vault
from tests.small_surveys import Small
from tests.surveys import nine


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return figures.survey_figures(open_vault(nine(tmp_path_factory.mktemp("nine"))))


def one(frame: pl.DataFrame, **key: str) -> dict[str, object]:
    """Return the only row with these values."""
    (row,) = frame.filter(pl.col(c) == v for c, v in key.items()).to_dicts()
    return row


def test_a_mean_counts_each_answer_for_those_that_did_not_answer(small: pl.DataFrame) -> None:
    row = one(small, indicator="hours", statistic="mean", weighting="municipality", dimension="nl")

    # noord: 3 of 6 answered, so each stands for 2: (2 x (2 + 4 + 6) + 1 + 2 + 3) / 9
    assert row["estimate"] == pytest.approx(30 / 9)
    # only noord has a margin: N^2 (1 - f) s^2 / n = 36 x 0.5 x 4 / 3 = 24, over 9^2
    assert row["standard_error"] == pytest.approx((24 / 81) ** 0.5)
    # 6 answers in 2 strata; Student's t with 4 degrees of freedom is 2.776445
    assert row["degrees_of_freedom"] == 4
    assert row["low"] == pytest.approx(30 / 9 - 2.776445 * (24 / 81) ** 0.5, abs=1e-6)


def test_a_mean_per_inhabitant_weighs_by_inhabitants(small: pl.DataFrame) -> None:
    row = one(small, indicator="hours", statistic="mean", weighting="inhabitant", dimension="nl")

    # (2 x 10 x 12 + 100 x 6) / (2 x 30 + 300)
    assert row["estimate"] == pytest.approx(840 / 360)


def test_a_group_that_answered_completely_has_no_margin(small: pl.DataFrame) -> None:
    row = one(
        small, indicator="hours", statistic="mean", weighting="municipality", group_code="zuid"
    )

    assert (row["estimate"], row["low"], row["high"]) == (2.0, 2.0, 2.0)
    assert row["grade"] == "good"


def test_a_share_has_wilsons_margin_in_whole_units(small: pl.DataFrame) -> None:
    row = one(small, indicator="busy", item="yes", weighting="municipality", group_code="noord")

    # two of three say yes. Effective size 6^2 / (3 x 4 x 0.5 x 6/5) = 5, so Wilson gives 0.275
    # to 0.913: of six, 1 to 6. But 2 yes and 1 no were counted: 2 to 5 of 6.
    assert row["estimate"] == pytest.approx(2 / 3)
    assert row["low"] == pytest.approx(2 / 6)
    assert row["high"] == pytest.approx(5 / 6)


def test_shares_of_all_answers_add_up_to_one(small: pl.DataFrame) -> None:
    shares = small.filter(
        pl.col("indicator") == "busy",
        pl.col("weighting") == "municipality",
        pl.col("status") == "shown",
    )
    totals = shares.group_by("dimension", "group_code").agg(pl.col("estimate").sum())

    assert totals["estimate"].to_list() == pytest.approx([1.0] * totals.height)


def test_dont_know_is_counted_and_left_out_of_the_share(small: pl.DataFrame) -> None:
    row = one(small, indicator="busy", item="yes", weighting="municipality", group_code="zuid")

    assert (row["population_count"], row["respondent_count"]) == (3, 3)
    assert (row["answer_count"], row["dont_know_count"]) == (2, 1)
    assert row["estimate"] == 1.0


def test_a_group_across_strata_keeps_the_weights_of_the_design(small: pl.DataFrame) -> None:
    row = one(
        small, indicator="hours", statistic="mean", weighting="municipality", group_code="klein"
    )

    # the three small ones of noord (weight 2) answered, and the three of zuid (weight 1)
    assert row["estimate"] == pytest.approx((2 * 12 + 6) / 9)


def test_the_median_is_the_smallest_value_that_half_the_weight_reaches(
    small: pl.DataFrame,
) -> None:
    row = one(small, indicator="hours", statistic="median", dimension="nl")

    # weights: 1 -> 1, 2 -> 1 + 2, 3 -> 1, 4 -> 2, 6 -> 2; half of 9 is passed at 3
    assert row["estimate"] == 3.0


def test_a_group_without_answers_keeps_its_row(small: pl.DataFrame) -> None:
    row = one(
        small, indicator="hours", statistic="mean", weighting="municipality", group_code="groot"
    )

    assert (row["population_count"], row["answer_count"]) == (3, 0)
    assert (row["estimate"], row["status"]) == (None, "too_few")


def test_fewer_answers_than_the_policy_asks_are_withheld(tmp_path: Path) -> None:
    held = safe_figures(open_vault(nine(tmp_path, minimum=4)), print)
    noord = held.filter(pl.col("group_code") == "noord")

    assert set(noord["status"]) == {"too_few"}
    assert (
        noord.select("estimate", "low", "high", "standard_error", "grade").null_count().row(0)
        == (noord.height,) * 5
    )


def test_a_withheld_figure_names_the_nearest_shown_group_around_it(tmp_path: Path) -> None:
    held = safe_figures(open_vault(nine(tmp_path, minimum=4)), print)
    row = one(
        held, indicator="hours", statistic="mean", weighting="municipality", group_code="noord"
    )

    assert (row["step_up_dimension"], row["step_up_group"]) == ("nl", "nl")


def test_how_far_askew_a_mean_lies_is_that_of_the_answers_over_the_root_of_their_number() -> None:
    # answers 0, 0, 0, 0 and 10: their skewness is 1.5, over the root of 5
    parts = [(answer - 2) / 5 for answer in (0, 0, 0, 0, 10)]
    sums = pl.DataFrame(
        {
            "z_square_sum": [sum(z**2 for z in parts)],
            "z_cube_sum": [sum(z**3 for z in parts)],
        }
    )
    assert sums.select(skew=estimates.skewness()).item() == pytest.approx(1.5 / 5**0.5)


@pytest.mark.parametrize(("largest", "grade"), [(20.0, "good"), (100.0, "caution")])
def test_a_mean_that_one_answer_pulls_askew_is_used_with_care(
    tmp_path: Path, largest: float, grade: str
) -> None:
    # forty of sixty answer 10 or 20, but for the one: the margin is narrow all the same
    hours = [largest, *[10.0 + n % 2 * 10 for n in range(39)], *[None] * 20]
    survey = Small(["noord"] * 60, ["klein"] * 60, ["a"] * 60, [], hours)
    found = figures.survey_figures(open_vault(survey.write(tmp_path)))
    row = one(found, indicator="hours", statistic="mean", weighting="municipality", dimension="nl")
    low, high = (float(str(row[side])) for side in ("low", "high"))
    assert (high - low) / 2 < 10
    assert row["grade"] == grade
