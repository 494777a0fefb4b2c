"""queries/comparisons.py and queries/mover.py, through the SQL that feeds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from queries import comparisons
from queries.estimates import QUANTILE
from queries.gate import safe_comparisons, safe_figures
from queries.mover import Shares
from queries.release import Release
from queries.vault import open_vault
from tests.conftest import silent
from tests.surveys import (
    HEAD,
    POLICY,
    dimension,
    indicator,
    nine,
    texts,
    write_vault,
)


def compared(folder: Path, *changes: tuple[str, str]) -> pl.DataFrame:
    """Return the comparisons of a vault, after changes to its policy."""
    policy = folder / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    policy.write_text(text, encoding="utf-8")
    vault = open_vault(folder)
    return safe_comparisons(vault, safe_figures(vault, silent))


# What is very uncertain in a survey this small is tested all the same.
LENIENT = ("caution_half_width = 20", "caution_half_width = 1000")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return compared(nine(tmp_path_factory.mktemp("nine")), LENIENT)


def one(frame: pl.DataFrame, **key: str | int | None) -> dict[str, object]:
    """Return the only row with these values."""
    (row,) = frame.filter(pl.col(c) == v for c, v in key.items()).to_dicts()
    return row


HOURS = {"indicator": "hours", "weighting": "municipality", "against": "rest"}
BUSY = {"indicator": "busy", "item": "yes", "weighting": "municipality", "against": "rest"}


def test_a_group_is_compared_with_those_outside_it(small: pl.DataFrame) -> None:
    row = one(small, **HOURS, group_code="noord")

    # noord 2, 4, 6 and zuid 1, 2, 3: never against the country, which holds noord itself
    assert (row["estimate"], row["other_estimate"]) == (4.0, pytest.approx(2.0))
    assert row["difference"] == pytest.approx(2.0)


def test_a_difference_of_means_has_students_margin(small: pl.DataFrame) -> None:
    row = one(small, **HOURS, group_code="noord")

    # three of six: (1 - 3/6) x 4 / 3; zuid answered completely and adds nothing
    assert row["standard_error"] == pytest.approx((2 / 3) ** 0.5)
    # 6 answers in 2 strata: t with 4 degrees of freedom is 2.776445
    assert row["low"] == pytest.approx(2 - 2.776445 * (2 / 3) ** 0.5, abs=1e-6)
    assert row["high"] == pytest.approx(2 + 2.776445 * (2 / 3) ** 0.5, abs=1e-6)
    # pt(2.449490, 4): one side 0.035242
    assert row["p_value"] == pytest.approx(0.070484, abs=1e-6)


def test_a_difference_of_shares_comes_from_both_wilson_intervals(small: pl.DataFrame) -> None:
    row = one(small, **BUSY, group_code="noord")

    # noord 2/3 with effective size 5 has 0.2752 to 0.9133; zuid is counted, so 1 without margin
    assert row["difference"] == pytest.approx(-1 / 3)
    assert row["low"] == pytest.approx(-1 / 3 - (2 / 3 - 0.275199), abs=1e-5)
    assert row["high"] == pytest.approx(-1 / 3 + (0.913303 - 2 / 3), abs=1e-5)


def test_a_group_across_strata_shares_their_chance_with_the_rest(tmp_path: Path) -> None:
    found = compared(nine(tmp_path), LENIENT)
    row = one(found, **HOURS, group_code="klein")

    # everyone who answered is small: there is no rest to compare with
    assert (row["difference"], row["outcome_possible"]) == (None, False)


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
    row = one(compared(nine(tmp_path)), **BUSY, group_code="noord")

    assert row["difference"] == pytest.approx(-1 / 3)
    assert (row["p_value"], row["outcome_possible"]) == (None, False)


def test_of_withheld_figures_nothing_but_keys_is_there(tmp_path: Path) -> None:
    found = compared(nine(tmp_path, minimum=4), LENIENT)
    held = found.filter(pl.col("group_code") == "noord")

    values = ["estimate", "other_estimate", "difference", "low", "high", "p_value"]
    assert held.height > 0
    assert held.select(values).null_count().row(0) == (held.height,) * len(values)
    assert not held["outcome_possible"].any()


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
    return write_vault(folder, book, register, [*first, *second])


def test_what_both_editions_share_makes_their_difference_more_certain(tmp_path: Path) -> None:
    row = one(
        compared(two_editions(tmp_path, "same"), LENIENT),
        dimension="nl",
        weighting="municipality",
        against="edition",
    )

    # 2024: 0 to 7, mean 3.5; 2025: 9 to 16, mean 12.5; both have variance 6 between them
    assert row["difference"] == pytest.approx(9.0)
    assert (row["edition"], row["other_edition"]) == (2025, 2024)
    # each (1 - 8/12) x 6 / 8 = 0.25. Four in both: 4, 5, 6, 7 and 9, 10, 11, 12 have covariance
    # 5/3; Tam: (4 / 64 - 1 / 12) x 5/3 = -0.0347222
    assert row["standard_error"] == pytest.approx((0.25 + 0.25 + 2 * 0.0347222) ** 0.5, abs=1e-7)


def test_editions_that_asked_differently_are_not_compared(tmp_path: Path) -> None:
    found = compared(two_editions(tmp_path, "changed"), LENIENT)

    assert found.filter(pl.col("against") == "edition").is_empty()


# ------------------------------------------------------------------ the shipped release


def test_every_difference_is_that_of_published_figures(published: Release) -> None:
    figures = pl.read_parquet(published.folder / "figures.parquet")
    found = pl.read_parquet(published.folder / "comparisons.parquet")
    keys = [*comparisons.KEYS, "statistic"]
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
    assert found.columns == list(comparisons.SCHEMA)


def test_what_leaves_the_vault_is_coarse_where_figures_are(tmp_path: Path) -> None:
    # the policy that rounds: an effective size in two digits, so that none is told apart
    folder = nine(tmp_path)
    text = (folder / "policy.toml").read_text(encoding="utf-8")
    assert "share_points = 0" in POLICY
    text = text.replace("share_points = 0", "share_points = 1").replace(
        "amount_digits = 0", "amount_digits = 2"
    )
    (folder / "policy.toml").write_text(text, encoding="utf-8")
    row = one(compared(folder, LENIENT), **HOURS, group_code="noord")

    # 0.8165 in two digits is 0.82; rounding 4.0 and the country's 3.3 to tenths adds to it
    part = round(6 / 9, 2)
    rounding = (0.1**2 + 0.1**2) / 12 / (1 - part) ** 2
    assert row["other_estimate"] == pytest.approx((3.3 - part * 4.0) / (1 - part))
    assert row["standard_error"] == pytest.approx((0.82**2 + rounding) ** 0.5)
