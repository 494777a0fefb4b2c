"""queries/estimates.py and design.py, through the SQL that feeds them; worked out by hand."""

from collections.abc import Callable
from math import inf
from pathlib import Path

import polars as pl
import pytest

from data.files import store
from queries.vault.opening import Vault, open_vault
from tests.support.small_surveys import Small
from tests.support.surveys import FINE, estimated, nine, without_noise

HOURS = {"indicator": "hours", "weighting": "municipality"}
BUSY = {"indicator": "busy", "item": "yes", "weighting": "municipality"}


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return open_vault(nine(tmp_path_factory.mktemp("nine"), policy=FINE))


@pytest.fixture(scope="module")
def exact(vault: Vault) -> pl.DataFrame:
    """What is estimated, before noise and rounding."""
    return estimated(vault)


@pytest.fixture(scope="module")
def told(vault: Vault) -> pl.DataFrame:
    """What would be published if the draws were all 0."""
    return without_noise(vault)


def one(frame: pl.DataFrame, **key: str) -> dict[str, object]:
    """Return the only row with these values."""
    (row,) = frame.filter(pl.col(c) == v for c, v in key.items()).to_dicts()
    return row


def changed(folder: Path, name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Vault:
    """Return the survey of nine with a change to one of its tables."""
    path = nine(folder, policy=FINE) / f"{name}.parquet"
    store.write_parquet(change(pl.read_parquet(path)), path, {})
    return open_vault(folder)


def test_a_mean_counts_each_answer_for_those_that_did_not_answer(exact: pl.DataFrame) -> None:
    row = one(exact, **HOURS, dimension="nl")

    # noord: 3 of 6 answered, so each stands for 2: (2 x (2 + 4 + 6) + 1 + 2 + 3) / 9
    assert row["estimate"] == pytest.approx(30 / 9)
    # only noord has a margin: N^2 (1 - f) s^2 / n = 36 x 0.5 x 4 / 3 = 24, over 9^2
    assert row["standard_error"] == pytest.approx((24 / 81) ** 0.5)
    # 6 answers in 2 strata
    assert row["degrees_of_freedom"] == 4


def test_a_mean_per_inhabitant_weighs_by_inhabitants(exact: pl.DataFrame) -> None:
    row = one(exact, indicator="hours", weighting="inhabitant", dimension="nl")

    # (2 x 10 x 12 + 100 x 6) / (2 x 30 + 300)
    assert row["estimate"] == pytest.approx(840 / 360)


def test_a_unit_without_inhabitants_does_not_count_per_inhabitant(tmp_path: Path) -> None:
    def emptied(register: pl.DataFrame) -> pl.DataFrame:
        here = pl.col("municipality_code") != "U1"
        return register.with_columns(pl.when(here).then("inhabitants").otherwise(0))

    found = estimated(changed(tmp_path, "register", emptied))

    # U1 answered 2 hours; U2 and U3, as large as each other, 4 and 6
    row = one(found, indicator="hours", weighting="inhabitant", group_code="noord")
    assert (row["answer_count"], row["degrees_of_freedom"]) == (2, 1)
    assert row["estimate"] == pytest.approx(5.0)
    row = one(found, **HOURS, group_code="noord")
    assert (row["answer_count"], row["degrees_of_freedom"]) == (3, 2)
    assert row["estimate"] == pytest.approx(4.0)


def test_a_group_that_answered_completely_has_no_error_of_sampling(exact: pl.DataFrame) -> None:
    row = one(exact, **HOURS, group_code="zuid")

    assert (row["estimate"], row["standard_error"], row["effective_size"]) == (2.0, 0.0, inf)


def test_its_margin_is_that_of_the_noise(told: pl.DataFrame) -> None:
    row = one(told, **HOURS, statistic="mean", group_code="zuid")

    # one of three lies 1 from the median: 1/3, rounded up to 0.5; half of it is 0.25, and
    # 1.96 x 0.25 = 0.48999, outward to thousandths
    assert (row["estimate"], row["low"], row["high"]) == (2.0, 1.51, 2.49)


def test_who_skipped_a_question_counts_as_who_did_not_take_part(tmp_path: Path) -> None:
    def silenced(responses: pl.DataFrame) -> pl.DataFrame:
        skips = (pl.col("municipality_code") == "U9") & (pl.col("indicator") == "hours")
        return responses.filter(~skips)

    found = estimated(changed(tmp_path, "responses", silenced))

    # all three of zuid took part, two answered, 1 and 2: (1 - 2/3) s^2 / n = 1/3 x 0.5 / 2. By
    # those who took part it would be a complete count, without a margin.
    row = one(found, **HOURS, group_code="zuid")
    assert (row["estimate"], row["answer_count"]) == (1.5, 2)
    assert row["standard_error"] == pytest.approx((1 / 12) ** 0.5)
    # size 2^2 over 2 x 1/3 x 3/2
    assert row["effective_size"] == pytest.approx(4.0)


def test_a_share_has_the_margin_of_wilson_and_of_the_noise(
    exact: pl.DataFrame, told: pl.DataFrame
) -> None:
    # noord: yes, no, yes, each for two; zuid: yes, yes and one that does not know. The effective
    # size is 8^2 / (3 x 4 x 0.5 x 6/5 + 2 x 1 x 1/3 x 3/2) = 64 / 8.2
    row = one(exact, **BUSY, dimension="nl")
    assert row["estimate"] == pytest.approx(6 / 8)
    assert row["effective_size"] == pytest.approx(64 / 8.2)

    # Wilson with 7.8 gives 0.40544 to 0.92956; the largest weight is 2/8, so the noise reaches
    # 1.96 x 0.25 = 0.48999: hypot(0.34456, 0.48999) = 0.59900 down, to 0.151, and beyond 1 up
    row = one(told, **BUSY, dimension="nl")
    assert (row["estimate"], row["low"], row["high"]) == (0.75, pytest.approx(0.15), 1.0)


def test_shares_of_all_answers_add_up_to_one(exact: pl.DataFrame) -> None:
    shares = exact.filter(pl.col("indicator") == "busy")
    totals = shares.group_by("weighting", "dimension", "group_code").agg(pl.col("estimate").sum())

    assert totals["estimate"].to_list() == pytest.approx([1.0] * totals.height)


def test_dont_know_is_left_out_of_the_share_and_told_apart(
    exact: pl.DataFrame, told: pl.DataFrame
) -> None:
    assert one(exact, **BUSY, group_code="zuid")["estimate"] == 1.0
    row = one(told, **BUSY, group_code="zuid")

    # how many of three took part would say who did
    assert (row["population_count"], row["respondent_count"]) == (3, None)
    # a third, in steps of half a point
    assert (row["dont_know_share"], row["skipped_share"]) == (0.335, 0.0)


def test_a_group_across_strata_keeps_the_weights_of_the_design(exact: pl.DataFrame) -> None:
    row = one(exact, **HOURS, group_code="klein")

    # the three small ones of noord (weight 2) answered, and the three of zuid (weight 1)
    assert row["estimate"] == pytest.approx((2 * 12 + 6) / 9)


def test_a_group_without_answers_keeps_its_row(told: pl.DataFrame) -> None:
    row = one(told, **HOURS, statistic="mean", group_code="groot")

    assert (row["population_count"], row["answer_count"]) == (3, None)
    assert (row["estimate"], row["status"]) == (None, "too_few")


def test_fewer_answers_than_the_policy_asks_are_withheld(tmp_path: Path) -> None:
    held = without_noise(open_vault(nine(tmp_path, minimum=4, policy=FINE)))
    noord = held.filter(pl.col("group_code") == "noord")

    assert set(noord["status"]) == {"too_few"}
    values = ["estimate", "low", "high", "grade", "answer_count", "dont_know_share"]
    assert noord.select(values).null_count().row(0) == (noord.height,) * len(values)


def test_a_withheld_figure_names_the_nearest_shown_group_around_it(tmp_path: Path) -> None:
    held = without_noise(open_vault(nine(tmp_path, minimum=4, policy=FINE)))
    row = one(held, **HOURS, statistic="mean", group_code="noord")

    assert (row["step_up_dimension"], row["step_up_group"]) == ("nl", "nl")


@pytest.mark.parametrize(("largest", "grade"), [(20.0, "good"), (100.0, "caution")])
def test_a_mean_that_one_answer_pulls_askew_is_used_with_care(
    tmp_path: Path, largest: float, grade: str
) -> None:
    # forty of sixty answer 10 or 20, but for the one: the margin is narrow all the same
    hours = [largest, *[10.0 + n % 2 * 10 for n in range(39)], *[None] * 20]
    survey = Small(["noord"] * 60, ["klein"] * 60, ["a"] * 60, [], hours)
    found = without_noise(open_vault(survey.write(tmp_path)))
    row = one(found, **HOURS, statistic="mean", dimension="nl")
    low, high = (float(str(row[side])) for side in ("low", "high"))
    assert (high - low) / 2 < 10
    assert row["grade"] == grade
