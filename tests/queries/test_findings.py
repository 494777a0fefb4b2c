"""A difference is called by a test, corrected for how many are shown together."""

import polars as pl
import pytest

from queries.findings import judged, rank_range


def compared(*rows: tuple[float | None, float | None]) -> pl.DataFrame:
    """Return comparisons of p-value and difference; standard errors are 0.05."""
    return pl.DataFrame(
        [(p, d, 0.05) for p, d in rows],
        schema={
            "p_value": pl.Float64,
            "difference": pl.Float64,
            "standard_error": pl.Float64,
        },
        orient="row",
    )


def test_a_single_difference_is_called_below_five_per_cent() -> None:
    assert judged(compared((0.049, 0.1)))["outcome"].to_list() == ["higher"]
    assert judged(compared((0.051, 0.1)))["outcome"].to_list() == ["no_difference"]


def test_a_negative_difference_is_lower() -> None:
    assert judged(compared((0.001, -0.1)))["outcome"].to_list() == ["lower"]


def test_the_more_is_shown_the_stricter_the_test() -> None:
    # Holm by hand, three tests: 0.01 x 3 = 0.03; 0.03 x 2 = 0.06; 0.04 x 1, but never less than
    # the one before it: 0.06
    outcomes = judged(compared((0.03, 0.1), (0.01, 0.1), (0.04, 0.1)))["outcome"].to_list()
    assert outcomes == ["no_difference", "higher", "no_difference"]


def test_what_cannot_be_tested_is_too_little_and_does_not_count() -> None:
    outcomes = judged(compared((None, None), (0.04, -0.2)))["outcome"].to_list()
    assert outcomes == ["too_little", "lower"]


def test_a_difference_of_nothing_is_none() -> None:
    assert judged(compared((0.0, 0.0)))["outcome"].to_list() == ["no_difference"]


def test_the_smallest_difference_is_that_of_the_corrected_test() -> None:
    # one test: (1.959964 + 0.841621) x 0.05; two: (2.241403 + 0.841621) x 0.05
    assert judged(compared((0.5, 0.1)))["detectable"].item() == pytest.approx(0.140079, abs=1e-6)
    two = judged(compared((0.5, 0.1), (0.5, 0.1)))["detectable"].to_list()
    assert two == pytest.approx([0.154151, 0.154151], abs=1e-6)


def test_no_comparisons_are_no_findings() -> None:
    assert judged(compared()).is_empty()


def test_ranks_are_ranges_of_what_is_certain() -> None:
    pairs = pl.DataFrame(
        {
            "group_code": ["a", "a", "b"],
            "other_group": ["b", "c", "c"],
            "outcome": ["no_difference", "higher", "no_difference"],
        }
    )
    # only a above c is certain: a can be first or second, c second or third, b anything
    assert rank_range(pairs, ["a", "b", "c"]) == {"a": (1, 2), "b": (1, 3), "c": (2, 3)}
