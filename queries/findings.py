"""What tested differences may be called: one word each, chosen by a test. Pure.

The more differences are shown together, the likelier it is that one of them is chance; so each is
judged together with the others that a reader sees beside it.

Source: Holm, A simple sequentially rejective multiple test procedure (1979).
"""

from __future__ import annotations

import polars as pl
from scipy.stats import norm

# What is called a difference has a chance of one in twenty of being none, all of them together.
LEVEL = 0.05
# How sure the survey must be to find the smallest difference that it is said to show.
POWER = 0.8
HIGHER, LOWER, NO_DIFFERENCE, TOO_LITTLE = "higher", "lower", "no_difference", "too_little"


def judged(comparisons: pl.DataFrame) -> pl.DataFrame:
    """Return comparisons that are shown together, with what each may be called.

    Args:
        comparisons: rows of the release's ``comparisons``; ``p_value`` is null where a side is
            withheld or too uncertain.

    Returns:
        The same rows in the same order with ``outcome`` (higher, lower, no_difference or
        too_little) and ``detectable``: the smallest difference that this survey would have shown
        in four cases out of five, in the unit of the difference.
    """
    tested = comparisons["p_value"].count()
    corrected = norm.ppf(1 - LEVEL / 2 / max(tested, 1))
    reach = float(corrected + norm.ppf(POWER))
    return (
        comparisons.with_row_index("_place")
        .sort("p_value", nulls_last=True)
        .with_columns(_holm=(pl.col("p_value") * (tested - pl.int_range(pl.len()))).cum_max())
        .with_columns(_outcome(), detectable=pl.col("standard_error") * reach)
        .sort("_place")
        .drop("_place", "_holm")
    )


def _outcome() -> pl.Expr:
    """Return the one word for a difference; unknown means too little."""
    return (
        pl.when(pl.col("p_value").is_null() | pl.col("difference").is_null())
        .then(pl.lit(TOO_LITTLE))
        .when(pl.col("_holm") >= LEVEL)
        .then(pl.lit(NO_DIFFERENCE))
        .when(pl.col("difference") > 0)
        .then(pl.lit(HIGHER))
        .when(pl.col("difference") < 0)
        .then(pl.lit(LOWER))
        .otherwise(pl.lit(NO_DIFFERENCE))
        .alias("outcome")
    )


def rank_range(pairs: pl.DataFrame, groups: list[str]) -> dict[str, tuple[int, int]]:
    """Return between which places each group certainly lies, the highest first.

    Args:
        pairs: judged comparisons of every pair of groups.
        groups: codes of the groups that have a figure.

    Returns:
        By group the best and the worst place: one more than the groups that are certainly
        higher, and all but those that are certainly lower.
    """
    found = {}
    for group in groups:
        above = below = 0
        for one, other, outcome in pairs.select("group_code", "other_group", "outcome").iter_rows():
            if group not in {one, other} or outcome not in {HIGHER, LOWER}:
                continue
            is_higher = (outcome == HIGHER) == (one == group)
            above, below = above + (not is_higher), below + is_higher
        found[group] = (1 + above, len(groups) - below)
    return found
