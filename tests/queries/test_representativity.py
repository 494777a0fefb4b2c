"""queries/representativity.py"""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from data.files import store
from data.files.schema import figures_of_year
from data.survey.codebook import load_codebook
from queries import engine
from queries.estimation.representativity import (
    official_check,
    r_indicator,
    representativity,
    rounded,
)
from queries.vault.opening import open_vault

Scores = np.ndarray[Any, np.dtype[np.float64]]
Counted = np.ndarray[Any, np.dtype[np.int64]]
BOOK = load_codebook(store.SURVEY / "codebook.toml")
REGISTER = pl.read_parquet(store.REGISTER / "register.parquet")
OFFICIAL = pl.read_parquet(store.OFFICIAL / "official.parquet")


def two_groups(first: int, second: int) -> tuple[list[bool], list[list[float]]]:
    """Return two groups of fifty, so many of each of whom took part."""
    took_part = [n < first for n in range(50)] + [n < second for n in range(50)]
    return took_part, [[0.0] * 50 + [1.0] * 50]


@pytest.fixture(scope="module")
def respondents(sample_vault: Path) -> pl.DataFrame:
    vault = open_vault(sample_vault)
    units = engine.table(vault.connection, "units").select("edition", "municipality_code", "cell")
    strata = engine.table(vault.connection, "strata").select("edition", "cell", "stratum")
    weighted = engine.table(vault.connection, "weighted_units")
    known = weighted.select("edition", "municipality_code", "weight")
    return (
        units.join(strata, on=["edition", "cell"])
        .join(known, on=["edition", "municipality_code"], how="left")
        .sort("edition", "municipality_code")
    )


def test_of_two_groups_the_chances_are_their_own_shares() -> None:
    found = r_indicator(*two_groups(40, 20))

    # shares .8 and .4: a variance of 100 x .2^2 / 99, less (.8 x .2 + .4 x .6) / 2 / 99, for
    # each share was estimated from fifty
    variance, added = 4 / 99, 0.2 / 99
    assert found.indicator == pytest.approx(1 - 2 * sqrt(variance - added), abs=1e-5)
    # the difference of .4 has variance .4 / 50, and the variance moves by half that difference
    linear = (100 / 99 * 0.2) ** 2 * (0.4 / 50)
    wide = 1.96 * sqrt(linear + 2 * added**2)
    assert found.low == pytest.approx(1 - 2 * sqrt(variance - added + wide), abs=1e-4)
    assert found.high == pytest.approx(1 - 2 * sqrt(variance - added - wide), abs=1e-4)


def test_where_all_are_as_likely_the_indicator_is_one() -> None:
    assert r_indicator(*two_groups(30, 30)).indicator == 1.0
    assert r_indicator(*two_groups(30, 30)).high == 1.0


def test_a_group_in_which_all_took_part_has_an_indicator_too() -> None:
    # shares 1 and .5: a variance of 100 x .25^2 / 99, less .25 / 2 / 99
    found = r_indicator(*two_groups(50, 25))

    assert found.indicator == pytest.approx(1 - 2 * sqrt(6.125 / 99), abs=1e-3)


def test_a_column_that_is_the_same_for_all_changes_nothing() -> None:
    took_part, columns = two_groups(40, 20)

    beside = r_indicator(took_part, [*columns, [3.0] * 100])
    assert beside.indicator == pytest.approx(r_indicator(took_part, columns).indicator, abs=1e-9)


def test_the_order_of_the_municipalities_does_not_move_a_bit() -> None:
    took_part, columns = two_groups(40, 20)
    order = [n * 37 % 100 for n in range(100)]

    shuffled = r_indicator([took_part[n] for n in order], [[columns[0][n] for n in order]])
    assert shuffled == r_indicator(took_part, columns)


def test_a_number_halfway_is_rounded_the_same_whatever_its_last_bit() -> None:
    assert rounded(0.1 + 0.2 - 0.3 + 0.075, 2) == rounded(0.075, 2)
    assert str(rounded(-1e-12, 2)) == "0.0"


def six() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return register, respondents and hire of six municipalities, of which two took part."""
    codes = [f"GM000{n}" for n in range(1, 7)]
    register = REGISTER.filter(pl.col("year") == 2023).head(6)
    register = register.with_columns(municipality_code=pl.Series(codes))
    respondents = pl.DataFrame(
        {"edition": [2023] * 2, "municipality_code": codes[:2], "weight": [3.0, 3.0]}
    )
    hire = OFFICIAL.filter(
        pl.col("indicator") == "iv3_external_hire_pct",
        pl.col("year") == 2023,
        pl.col("basis") == "begroting",
        pl.col("amount").is_not_null(),
    ).head(6)
    amounts = pl.Series([10.0, 20.0, 30.0, 40.0, 50.0, 60.0])
    return (
        register,
        respondents,
        hire.with_columns(municipality_code=pl.Series(codes), amount=amounts),
    )


def test_the_check_sets_the_weighted_respondents_beside_all() -> None:
    register, respondents, hire = six()

    check = official_check(BOOK, register, respondents, hire, 1)
    # 15 against 35, with a standard deviation of 17.08: 1.17 of them, told as 1.15 x 17.08
    assert check.rows() == [(2023, "iv3_external_hire_pct", "begroting", 35.0, 15.4, -19.6, -1.15)]


def test_accounts_go_before_the_budget() -> None:
    register, respondents, hire = six()
    accounts = hire.with_columns(basis=pl.lit("jaarrekening").cast(hire.schema["basis"]))
    accounts = accounts.with_columns(pl.col("amount") + 1)

    check = official_check(BOOK, register, respondents, pl.concat([hire, accounts]), 1)
    assert check.select("basis", "population_mean").rows() == [("jaarrekening", 36.0)]


def test_too_few_that_did_or_did_not_take_part_tell_nothing() -> None:
    register, respondents, hire = six()

    assert official_check(BOOK, register, respondents, hire, 3).is_empty()
    alike = representativity(BOOK, register, respondents, hire, 3).filter(pl.col("edition") == 2023)
    assert alike.rows() == [(2023, None, None, None)]


def test_without_anything_to_compare_with_there_are_no_rows() -> None:
    survey = BOOK.survey.model_copy(update={"representativity": None})
    book = BOOK.model_copy(update={"survey": survey})

    assert representativity(book, *six(), 1).is_empty()
    assert official_check(book, *six(), 1).is_empty()


def test_the_sample_holds_the_indicator_that_it_was_drawn_with(respondents: pl.DataFrame) -> None:
    took_part = respondents.drop_nulls("weight")

    told = representativity(BOOK, REGISTER, took_part, OFFICIAL, 20)
    # chances of .56 to .90 by class, in the register of 2023: 1 - 2 x .074
    assert all(low <= 0.852 <= high for low, high in told.select("low", "high").iter_rows())
    # how many took part is told in one place, which keeps back that all or nearly all did
    assert told.columns == ["edition", "r_indicator", "low", "high"]


def test_respondents_of_the_sample_come_near_to_all(respondents: pl.DataFrame) -> None:
    check = official_check(BOOK, REGISTER, respondents.drop_nulls("weight"), OFFICIAL, 20)

    assert check.height == 10
    assert check["difference_sd"].abs().max() == 0.05


@pytest.mark.parametrize("edition", [2022, 2023])
def test_the_check_leaves_open_of_each_municipality_whether_it_took_part(
    respondents: pl.DataFrame, edition: int
) -> None:
    # Known are the number that took part in each stratum, and the check. Of those who are alike
    # in that, one that did and one that did not change places at random, as long as the check
    # stays what it is: everyone is seen to have taken part and not to have.
    units = respondents.filter(pl.col("edition") == edition)
    scores = standard_scores(units, edition)
    took_part = units["weight"].is_not_null().to_numpy()
    weights = units["weight"].fill_null(strategy="mean").to_numpy().copy()
    strata = [
        np.flatnonzero(units["stratum"] == name) for name in sorted(units["stratum"].unique())
    ]
    strata = [members for members in strata if 0 < took_part[members].sum() < len(members)]
    for members in strata:
        weights[members] = len(members) / took_part[members].sum()
    told = steps(scores, took_part * weights)
    check = official_check(BOOK, REGISTER, units.drop_nulls("weight"), OFFICIAL, 20)
    assert told.tolist() == [round(d / 0.05) for d in check["difference_sd"]]

    free = np.concatenate(strata)
    beside = {place: members for members in strata for place in members}
    chance = np.random.default_rng(edition)
    always, never = took_part.copy(), ~took_part
    for place in chance.choice(free, 12_000):
        other = took_part.copy()
        pair = [place, chance.choice(beside[place])]
        other[pair] = took_part[pair[::-1]]
        if (steps(scores, other * weights) == told).all():
            took_part = other
            always &= took_part
            never &= ~took_part
    assert not always[free].any()
    assert not never[free].any()


def standard_scores(units: pl.DataFrame, edition: int) -> Scores:
    """Return the five official figures of each municipality in standard deviations."""
    columns = []
    assert BOOK.survey.representativity is not None
    for name in BOOK.survey.representativity.official:
        figures = figures_of_year(OFFICIAL, name, edition)
        amounts = units.join(figures, on="municipality_code", how="left", maintain_order="left")
        values = amounts["amount"]
        columns.append(((values - values.mean()) / values.std(ddof=0)).to_numpy())
    return np.array(columns)


def steps(scores: Scores, weights: Scores) -> Counted:
    """Return how far the respondents are from all, in twentieths of a standard deviation."""
    known = ~np.isnan(scores)
    apart = np.where(known, scores, 0) @ weights / (known @ weights)
    whole: Counted = np.round(apart / 0.05).astype(int)
    return whole
