"""Between which places groups certainly lie."""

import polars as pl

from queries.ranks import Places, places


def groups(*rows: tuple[str, float | None, float | None, float | None]) -> pl.DataFrame:
    """Return figures of groups: code, estimate, low and high; normal margins."""
    schema = {
        "group_code": pl.String,
        "estimate": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    }
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    return frame.with_columns(degrees_of_freedom=pl.lit(None, pl.Int64))


def test_groups_whose_margins_lie_far_apart_each_have_one_place() -> None:
    found = places(groups(("a", 80, 78, 82), ("b", 50, 48, 52), ("c", 20, 18, 22)))
    assert found == {"a": Places(1, 1, 3), "b": Places(2, 2, 3), "c": Places(3, 3, 3)}


def test_groups_whose_margins_overlap_share_their_places() -> None:
    found = places(groups(("a", 52, 42, 62), ("b", 48, 38, 58), ("c", 5, 4, 6)))
    assert found == {"a": Places(1, 2, 3), "b": Places(1, 2, 3), "c": Places(3, 3, 3)}
    assert (found["c"].certainly_higher, found["c"].certainly_lower) == (2, 0)


def test_margins_are_widened_so_that_all_of_them_hold_together() -> None:
    # Alone the two margins are a hair apart; by Šidák each is 1.14 times as wide: they overlap.
    found = places(groups(("a", 60, 50.1, 69.9), ("b", 40, 30.1, 49.9)))
    assert found == {"a": Places(1, 2, 2), "b": Places(1, 2, 2)}


def test_a_margin_from_few_answers_is_widened_more_than_one_from_many() -> None:
    # Of two: normal 2.236 / 1.960 = 1.141; with 3 degrees of freedom 4.173 / 3.182 = 1.311.
    # 10 + 1.2 × 10 < 45 - 1.2 × 19 but 10 + 1.311 × 10 > 45 - 1.311 × 19 = 20.09.
    apart = groups(("a", 45, 26, 64), ("b", 10, 0, 20))
    assert places(apart)["a"] == Places(1, 1, 2)
    few = apart.with_columns(degrees_of_freedom=pl.lit(3))
    assert places(few)["a"] == Places(1, 2, 2)


def test_a_group_without_a_figure_has_no_place_and_takes_none() -> None:
    found = places(groups(("a", 80, 78, 82), ("b", None, None, None), ("c", 20, 18, 22)))
    assert found == {"a": Places(1, 1, 2), "c": Places(2, 2, 2)}
