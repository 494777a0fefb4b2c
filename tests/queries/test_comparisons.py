"""queries/comparisons.py and queries/mover.py, through the SQL that feeds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm, t

from queries import engine
from queries.estimation import estimates
from queries.estimation.estimates import QUANTILE
from queries.estimation.newcombe import Shares
from queries.publish import comparison_pairs
from queries.publish.build import safe_comparisons
from queries.publish.comparisons import SCHEMA as COMPARISONS
from queries.release.manifest import Release
from queries.vault import design
from queries.vault.opening import open_vault
from tests.support.small_surveys import Small
from tests.support.surveys import (
    FINE,
    HEAD,
    dimension,
    indicator,
    nine,
    texts,
    without_noise,
    write_vault,
)


def compared(folder: Path, *changes: tuple[str, str]) -> pl.DataFrame:
    """Return the comparisons of a vault without noise, after changes to its policy."""
    policy = folder / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    policy.write_text(text, encoding="utf-8")
    vault = open_vault(folder)
    return safe_comparisons(vault, without_noise(vault))


# What is very uncertain in a survey this small is tested all the same.
LENIENT = ("caution_half_width = 20", "caution_half_width = 1000")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return compared(nine(tmp_path_factory.mktemp("nine"), policy=FINE), LENIENT)


def one(frame: pl.DataFrame, **key: str | int | None) -> dict[str, object]:
    """Return the only row with these values."""
    (row,) = frame.filter(pl.col(c) == v for c, v in key.items()).to_dicts()
    return row


HOURS = {"indicator": "hours", "weighting": "municipality", "against": "rest"}
BUSY = {"indicator": "busy", "item": "yes", "weighting": "municipality", "against": "rest"}


# noord is 6 of the 9 that the answers stand for, in two decimals; the rest is what is left.
PART = 0.67
# What noise adds to the difference of noord and the rest. In noord 2 hours lie 2 from the median
# and count for 2/6: 0.67, rounded up to 1, of which half; in the country 6 hours lie 3 from it
# and count for 2/9: the same.
NOISE = (0.5**2 + 0.5**2) / (1 - PART) ** 2
ROUNDING = (0.001**2 + 0.001**2) / 12 / (1 - PART) ** 2


def test_a_group_is_compared_with_those_outside_it(small: pl.DataFrame) -> None:
    row = one(small, **HOURS, group_code="noord")

    # noord 2, 4, 6 and zuid 1, 2, 3: never against the country, which holds noord itself; and
    # from what is published alone, 4 and 3.333
    assert row["estimate"] == 4.0
    assert row["other_estimate"] == pytest.approx((3.333 - PART * 4.0) / (1 - PART))
    assert row["difference"] == pytest.approx(4 - (3.333 - PART * 4.0) / (1 - PART))


def test_a_difference_of_means_has_students_margin(small: pl.DataFrame) -> None:
    row = one(small, **HOURS, group_code="noord")
    difference = row["difference"]
    assert isinstance(difference, float)

    # three of six: (1 - 3/6) x 4 / 3, the root of which is 0.8165, in two digits; zuid answered
    # completely and adds nothing
    error = (0.82**2 + NOISE + ROUNDING) ** 0.5
    # 6 answers in 2 strata: 4 degrees of freedom. noord and zuid are two tests, none is called
    assert row["p_value"] == pytest.approx(2 * t.sf(difference / error, 4))
    assert row["low"] == pytest.approx(difference - 3.495406 * error, abs=1e-6)
    assert row["high"] == pytest.approx(difference + 3.495406 * error, abs=1e-6)
    assert row["outcome"] == "no_difference"


def test_in_a_small_group_errors_are_in_one_digit_upward(tmp_path: Path) -> None:
    found = compared(nine(tmp_path, policy=FINE), LENIENT, ("small_below = 0", "small_below = 7"))
    row = one(found, **HOURS, group_code="noord")
    low, high = (float(str(row[side])) for side in ("low", "high"))

    # 0.8165 becomes 0.9
    error = (0.9**2 + NOISE + ROUNDING) ** 0.5
    assert (high - low) / 2 == pytest.approx(3.495406 * error, abs=1e-6)


def test_an_error_is_as_coarse_as_the_smaller_side_asks(tmp_path: Path) -> None:
    # fifty of noord answered 10 or 20, and ten of zuid 10, 20 or 24; both are planned for
    hours = [*[10.0 + n % 2 * 10 for n in range(50)], *[10.0, 20.0, 24.0] * 3, 20.0]
    region = ["noord"] * 50 + ["zuid"] * 10
    pad = 30
    survey = Small(
        region=[*region, *["noord"] * pad, *["zuid"] * pad],
        size=["klein"] * (60 + 2 * pad),
        market=["a"] * (60 + 2 * pad),
        busy=[],
        hours=[*hours, *[None] * (2 * pad)],
    )
    found = compared(survey.write(tmp_path))
    row = one(
        found,
        indicator="hours",
        weighting="municipality",
        group_code="noord",
        against="group",
        other_group="zuid",
    )
    difference, low = (float(str(row[name])) for name in ("difference", "low"))

    # noord: (1 - 50/80) x 25.51 / 50 = 0.191; zuid: (1 - 10/40) x 35.07 / 10 = 2.630. The root of
    # both together is 1.68: in one digit, upward, for zuid has fewer than thirty
    # the largest deviations, 10 / 50 and 10 / 10, count for half, and both means are in tenths
    error = (2.0**2 + 0.1**2 + 0.5**2 + (0.1**2 + 0.1**2) / 12) ** 0.5
    # the only pair that is tested, with 60 answers in 2 strata
    assert difference - low == pytest.approx(t.isf(0.025, 58) * error, rel=1e-6)


def test_a_difference_of_shares_comes_from_both_wilson_intervals(small: pl.DataFrame) -> None:
    row = one(small, **BUSY, group_code="noord")

    # noord 2/3, published as 66.5 %, with effective size 5; the country 75 %, of which noord is
    # 6/8: nothing but yes is left, from two of three with effective size 4
    assert row["other_estimate"] == 1.0
    assert row["difference"] == pytest.approx(-0.335)
    # zuid is a bound, so this is the only test
    _, own_high = wilson(0.665, 5.0)
    other_low, _ = wilson(1.0, 4.0)
    # the largest weights are 2/6 and 2/8
    noise = QUANTILE**2 * ((1 / 3) ** 2 + (1 / 4) ** 2 + 2 * 0.005**2 / 12) / (1 / 4) ** 2
    reach = ((own_high - 0.665) ** 2 + (1 - other_low) ** 2 + noise) ** 0.5
    assert row["high"] == pytest.approx(-0.335 + reach, abs=1e-5)


def wilson(share: float, size: float) -> tuple[float, float]:
    """Return Wilson's interval."""
    low, high = estimates.wilson(np.array([share]), np.array([size]), QUANTILE)
    return low.item(), high.item()


def test_a_group_across_strata_shares_their_chance_with_the_rest(tmp_path: Path) -> None:
    found = compared(nine(tmp_path, policy=FINE), LENIENT)
    row = one(found, **HOURS, group_code="klein")

    # everyone who answered is small: there is no rest to compare with
    assert (row["difference"], row["outcome"]) == (None, "not_published")


def test_the_p_value_is_the_level_at_which_zero_falls_out() -> None:
    pairs = Shares(*(np.array([x]) for x in (0.7, 40.0, 0.4, 60.0, 0.2, 0.0)))

    (p_value,) = pairs.p_values()
    low, _ = pairs.interval(np.array([norm.isf(p_value / 2)]))
    assert low.item() == pytest.approx(0.0, abs=1e-9)
    assert 0 < p_value < 0.05
    assert pairs.interval(np.array([QUANTILE]))[0].item() > 0


def test_equal_shares_cannot_be_told_apart() -> None:
    pairs = Shares(*(np.array([x]) for x in (0.5, 20.0, 0.5, 30.0, 0.0, 0.0)))

    assert pairs.p_values().item() == pytest.approx(1.0)


def test_shares_counted_completely_differ_for_certain() -> None:
    pairs = Shares(*(np.array([x]) for x in (0.5, np.inf, 0.4, np.inf, 0.0, 0.0)))

    low, high = pairs.interval(np.array([QUANTILE]))
    assert (low.item(), high.item()) == pytest.approx((0.1, 0.1))
    assert pairs.p_values().item() == pytest.approx(0.0, abs=1e-12)


def test_newcombes_own_example() -> None:
    # Newcombe (1998), table II, method 10: 56/70 - 48/80 has 0.0524 to 0.3339
    pairs = Shares(*(np.array([x]) for x in (56 / 70, 70.0, 48 / 80, 80.0, 0.0, 0.0)))

    low, high = pairs.interval(np.array([QUANTILE]))
    assert low.item() == pytest.approx(0.0524, abs=5e-5)
    assert high.item() == pytest.approx(0.3339, abs=5e-5)


def test_rounding_counts_in_the_margin_of_a_difference() -> None:
    exact = Shares(*(np.array([x]) for x in (0.7, 40.0, 0.4, 60.0, 0.0, 0.0)))
    coarse = Shares(*(np.array([x]) for x in (0.7, 40.0, 0.4, 60.0, 0.0, 0.001)))

    assert coarse.p_values().item() > exact.p_values().item()


def test_groups_are_compared_within_the_dimensions_of_the_sample(small: pl.DataFrame) -> None:
    pairs = small.filter(pl.col("against") == "group")

    assert set(pairs.select("dimension", "group_code", "other_group").unique().rows()) == {
        ("region", "noord", "zuid")
    }


def test_a_side_too_uncertain_is_not_tested(tmp_path: Path) -> None:
    row = one(compared(nine(tmp_path, policy=FINE)), **BUSY, group_code="noord")

    assert row["difference"] == pytest.approx(-0.335)
    assert (row["p_value"], row["outcome"]) == (None, "too_little")


def test_of_withheld_figures_nothing_but_keys_is_there(tmp_path: Path) -> None:
    found = compared(nine(tmp_path, minimum=4, policy=FINE), LENIENT)
    held = found.filter(pl.col("group_code") == "noord")

    values = ["estimate", "other_estimate", "difference", "low", "high", "p_value", "detectable"]
    assert held.height > 0
    assert held.select(values).null_count().row(0) == (held.height,) * len(values)
    assert set(held["outcome"]) == {"not_published"}


# ------------------------------------------------------------------ editions


def two_editions(folder: Path, comparability: str) -> Path:
    """Write twelve units of which eight answer in each of two years, four of them in both."""
    codes = [f"U{n:02}" for n in range(12)]
    register = pl.concat(
        pl.DataFrame(
            {
                "year": [year] * 12,
                "municipality_code": codes,
                "name": codes,
                "inhabitants": [10] * 12,
                "region": ["noord"] * 12,
                "size": ["klein"] * 12,
            }
        )
        for year in (2024, 2025)
    )
    book = (
        HEAD.format(stratum="region", headline="hours")
        + "".join(f"[[editions]]\nyear = {y}\nlabel = {texts(str(y))}\n" for y in (2024, 2025))
        + dimension("size", "class", "gr", ["klein"])
        + dimension("region", "region", "rg", ["noord"])
        + indicator("hours", "number", [2024, 2025], 'valid = [0, 100]\nheadline = "mean"').replace(
            '2025 = "same"', f'2025 = "{comparability}"'
        )
    )
    first = [(2024, code, "hours", "", float(n), None) for n, code in enumerate(codes[:8])]
    second = [(2025, code, "hours", "", n + 5.0, None) for n, code in enumerate(codes) if n >= 4]
    return write_vault(folder, book, register, [*first, *second], policy=FINE)


def test_editions_count_as_correlated_by_policy_as_far_as_they_overlap(tmp_path: Path) -> None:
    row = one(
        compared(two_editions(tmp_path, "same"), LENIENT),
        dimension="nl",
        weighting="municipality",
        against="edition",
    )

    # 2024: 0 to 7, mean 3.5; 2025: 9 to 16, mean 12.5; both have variance 6 between them
    assert row["difference"] == pytest.approx(9.0)
    assert (row["edition"], row["other_edition"]) == (2025, 2024)
    # each (1 - 8/12) x 6 / 8 = 0.25. Answers are taken to correlate 0.2; of the four in both less
    # is seen than chance would bring, so that the estimates correlate 0.2 x -0.5 = -0.1
    error = round((0.25 + 0.25 + 2 * 0.1 * 0.25) ** 0.5, 2)
    # noise: 4 from the median over 8, half of it, twice; rounding to thousandths and hundredths
    noise = 2 * 0.25**2 + (0.001**2 + 0.01**2) / 12
    total = (error**2 + noise) ** 0.5
    # t with 7 degrees of freedom
    assert row["low"] == pytest.approx(9 - 2.364624 * total, abs=1e-6)
    assert row["high"] == pytest.approx(9 + 2.364624 * total, abs=1e-6)


def test_the_overlap_makes_of_a_correlation_of_answers_one_of_estimates(tmp_path: Path) -> None:
    vault = open_vault(two_editions(tmp_path, "same"))
    without_noise(vault)
    pairs = comparison_pairs.edition_pairs(vault.codebook).select("edition", "other_edition")
    engine.load_frame(vault.connection, "edition_pairs", pairs)
    found = comparison_pairs.overlap(engine.run(vault.connection, "counts/edition_overlaps", {}))
    part = one(found, dimension="nl", weighting="municipality")["part_in_common"]
    assert isinstance(part, float)

    # four in both: 4, 5, 6, 7 and 9, 10, 11, 12 have covariance 5/3, in answers that vary by 6.
    # Tam: the estimates have (4 / 64 - 1 / 12) x 5/3 = -0.0347222; each varies by 0.25, and has
    # effective size 8 / (1 - 8/12) x 11/12 = 22
    assert part * 22 * (5 / 3) / 6 * 0.25 == pytest.approx((4 / 64 - 1 / 12) * 5 / 3)


def test_editions_that_asked_differently_are_not_compared(tmp_path: Path) -> None:
    found = compared(two_editions(tmp_path, "changed"), LENIENT)

    assert found.filter(pl.col("against") == "edition").is_empty()


# ------------------------------------------------------------------ the shipped release


def test_every_difference_is_that_of_published_figures(published: Release) -> None:
    figures = pl.read_parquet(published.folder / "figures.parquet")
    found = pl.read_parquet(published.folder / "comparisons.parquet")
    keys = [*design.KEYS, "statistic"]
    shown = figures.filter(pl.col("status") == "shown").select(*keys, published="estimate")

    known = found.filter(pl.col("difference").is_not_null())
    beside = known.join(shown, on=keys, how="left")
    assert known.height > 1000
    assert (beside["published"] - beside["estimate"]).abs().max() == 0
    pairs = known.filter(pl.col("against") != "rest").join(
        shown.rename({"published": "other"}),
        left_on=[
            *("other_edition", "indicator", "item", "weighting", "other_dimension"),
            *("other_group", "statistic"),
        ],
        right_on=keys,
        how="left",
    )
    assert (pairs["other"] - pairs["other_estimate"]).abs().max() == 0


def test_a_page_asks_for_differences_of_the_figures_it_shows(published: Release) -> None:
    chosen = published.codebook.indicators[0].id
    found = published.ask(
        "comparisons",
        indicators=[chosen],
        editions=[published.manifest.editions[-1]],
        items=None,
        statistics=None,
        weightings=["municipality"],
        against=["rest"],
        dimensions=["size_class"],
        groups=None,
    )

    assert set(found["group_code"]) == {"k1", "k2", "k3", "k4"}
    assert found.columns == list(COMPARISONS)
