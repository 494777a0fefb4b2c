"""Between which places groups certainly lie."""

import polars as pl

from queries.ask.ranks import Places, places


def groups(*rows: tuple[str, float | None, float | None, float | None]) -> pl.DataFrame:
    """Return figures of groups: code, estimate, low and high."""
    schema = {
        "group_code": pl.String,
        "estimate": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    }
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def test_groups_whose_margins_lie_far_apart_each_have_one_place() -> None:
    found = places(groups(("a", 80, 78, 82), ("b", 50, 48, 52), ("c", 20, 18, 22)))
    assert found == {"a": Places(1, 1, 3), "b": Places(2, 2, 3), "c": Places(3, 3, 3)}


def test_groups_whose_margins_overlap_share_their_places() -> None:
    found = places(groups(("a", 52, 42, 62), ("b", 48, 38, 58), ("c", 5, 4, 6)))
    assert found == {"a": Places(1, 2, 3), "b": Places(1, 2, 3), "c": Places(3, 3, 3)}


def test_margins_are_widened_so_that_all_of_them_hold_together() -> None:
    # Alone the two margins are a hair apart; by Šidák each is 1.14 times as wide: they overlap.
    found = places(groups(("a", 60, 50.1, 69.9), ("b", 40, 30.1, 49.9)))
    assert found == {"a": Places(1, 2, 2), "b": Places(1, 2, 2)}


def test_a_group_without_a_figure_has_no_place_and_takes_none() -> None:
    found = places(groups(("a", 80, 78, 82), ("b", None, None, None), ("c", 20, 18, 22)))
    assert found == {"a": Places(1, 1, 2), "c": Places(2, 2, 2)}
