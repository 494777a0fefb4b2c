"""A difference is called by a test, corrected for how many are made of the same family."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from queries.estimation.verdicts import FAMILY, judged
from queries.release.manifest import Release

ERROR = 0.05
Row = tuple[float | None, float | None]


def compared(*rows: Row, **family: list[str]) -> pl.DataFrame:
    """Return comparisons of p-value and difference, all of one family unless said otherwise."""
    frame = pl.DataFrame(
        [(p, d, d is not None, ERROR) for p, d in rows],
        schema={
            "p_value": pl.Float64,
            "difference": pl.Float64,
            "is_known": pl.Boolean,
            "standard_error": pl.Float64,
        },
        orient="row",
    )
    named = {
        name: pl.Series(family.get(name, [name] * len(rows)), dtype=pl.String) for name in FAMILY
    }
    return frame.with_columns(**named)


def normal(pairs: pl.DataFrame, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return bounds of differences that are normal around their estimate."""
    arm = norm.isf(level / 2) * ERROR
    difference = pairs["difference"].cast(pl.Float64).to_numpy()
    return difference - arm, difference + arm


def outcomes(*rows: Row, **family: list[str]) -> list[str]:
    """Return what each comparison is called."""
    return judged(compared(*rows, **family), normal)["outcome"].to_list()


def chance(difference: float) -> float:
    """Return the p-value of a difference with the error of these tests."""
    return float(2 * norm.sf(abs(difference) / ERROR))


def test_a_single_difference_is_called_below_five_per_cent() -> None:
    assert outcomes((0.049, 0.1)) == ["higher"]
    assert outcomes((0.051, 0.1)) == ["no_difference"]


def test_a_negative_difference_is_lower() -> None:
    assert outcomes((0.001, -0.1)) == ["lower"]


def test_the_more_a_family_has_the_stricter_the_test() -> None:
    # Holm by hand, three tests: 0.01 x 3 = 0.03; 0.03 x 2 = 0.06; 0.04 x 1, but never less than
    # the one before it: 0.06
    found = outcomes((0.03, 0.1), (0.01, 0.1), (0.04, 0.1))
    assert found == ["no_difference", "higher", "no_difference"]


def test_another_family_does_not_count() -> None:
    apart = {"dimension": ["size", "region", "region"]}
    # region: 0.01 x 2 = 0.02 and 0.03 x 1; size on its own
    found = outcomes((0.04, 0.1), (0.03, 0.1), (0.01, -0.1), **apart)
    assert found == ["higher", "higher", "lower"]


def test_a_side_too_uncertain_is_too_little_and_does_not_count() -> None:
    assert outcomes((None, 0.1), (0.04, -0.2)) == ["too_little", "lower"]


def test_a_side_that_is_not_published_is_an_outcome_of_its_own() -> None:
    assert outcomes((None, None), (0.04, -0.2)) == ["not_published", "lower"]


def test_a_difference_of_nothing_is_none() -> None:
    assert outcomes((0.0, 0.0)) == ["no_difference"]


def test_each_margin_is_at_the_level_at_which_it_was_called() -> None:
    # p-values of 3, 2.2 and 1 errors: .0027, .0278 and .317. Holm: .0081; .0556, so only the
    # first is called, at 1/3 of 5 %; the next are measured at 1/2, where the calling stopped
    differences = [2.2 * ERROR, 3 * ERROR, -1 * ERROR]
    found = judged(compared(*((chance(d), d) for d in differences)), normal)
    assert found["outcome"].to_list() == ["no_difference", "higher", "no_difference"]
    # the normal quantiles of 5 % over 2 and over 3, both tails: 2.241403 and 2.393980
    reach = [2.241403, 2.393980, 2.241403]
    low = [d - r * ERROR for d, r in zip(differences, reach, strict=True)]
    high = [d + r * ERROR for d, r in zip(differences, reach, strict=True)]
    assert found["low"].to_list() == pytest.approx(low, abs=1e-7)
    assert found["high"].to_list() == pytest.approx(high, abs=1e-7)


@pytest.mark.parametrize("seed", range(20))
def test_no_margin_speaks_against_its_word(seed: int) -> None:
    random = np.random.default_rng(seed)
    differences = random.normal(0, 2.5 * ERROR, 30).tolist()
    families = [str(n) for n in random.integers(4, size=30)]
    pairs = compared(*((chance(d), d) for d in differences), dimension=families)
    assert agree(judged(pairs, normal)).all()


def agree(found: pl.DataFrame) -> pl.Series:
    """Return whether each word and its margin say the same."""
    word = (
        pl.when(pl.col("outcome") == "higher")
        .then(pl.col("low") > 0)
        .when(pl.col("outcome") == "lower")
        .then(pl.col("high") < 0)
        .otherwise((pl.col("low") <= 0) & (pl.col("high") >= 0))
    )
    return found.select(word).to_series()


def test_no_margin_of_the_shipped_release_speaks_against_its_word(published: Release) -> None:
    found = pl.read_parquet(published.folder / "comparisons.parquet").drop_nulls("p_value")
    assert set(found["outcome"]) == {"higher", "lower", "no_difference"}
    wrong = found.filter(~agree(found))
    assert wrong.select("indicator", "difference", "low", "high", "outcome").rows() == []


def test_the_words_of_the_shipped_release_follow_from_its_p_values(published: Release) -> None:
    found = pl.read_parquet(published.folder / "comparisons.parquet").drop_nulls("p_value")
    families = found.partition_by(FAMILY)
    assert len(families) > 500
    for family in families:
        worst, called = 0.0, []
        ordered = family.sort("p_value")
        for left, p_value in zip(range(family.height, 0, -1), ordered["p_value"], strict=True):
            worst = max(worst, p_value * left)
            called.append(worst < 0.05)
        different = ordered["outcome"].is_in(["higher", "lower"])
        assert different.to_list() == called


def test_what_is_not_tested_has_no_margin(published: Release) -> None:
    found = pl.read_parquet(published.folder / "comparisons.parquet")
    untested = found.filter(pl.col("p_value").is_null())
    assert set(untested["outcome"]) == {"too_little", "not_published"}
    assert untested.select("low", "high").null_count().row(0) == (untested.height,) * 2


def test_the_smallest_difference_is_that_of_the_corrected_test() -> None:
    # one test: (1.959964 + 0.841621) x 0.05; two: (2.241403 + 0.841621) x 0.05
    single = judged(compared((0.5, 0.1)), normal)
    assert single["detectable"].item() == pytest.approx(0.140079, abs=1e-6)
    two = judged(compared((0.5, 0.1), (0.5, 0.1)), normal)["detectable"].to_list()
    assert two == pytest.approx([0.154151, 0.154151], abs=1e-6)


def test_no_comparisons_are_no_findings() -> None:
    assert judged(compared(), normal).is_empty()
