"""What stays as it was told before, so that the change names nobody.

When the answers to a question changed since an earlier release, the difference of the two figures
of a group is about those who changed. Where they are few, the group keeps the figure that is
known already: then the new release says nothing new about it. Groups in which nobody or enough
changed are renewed, as long as no few who changed are left when renewed groups are taken from
each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from queries.cells import cells_of, small_sets
from queries.protection import combination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.policy import Policy
    from queries.ledger import Told

QUESTION = ["edition", "indicator"]
GROUP = [*QUESTION, "dimension", "group_code"]
_ANSWER = [*QUESTION, "item", "cell"]


def held_groups(now: Told, told: Sequence[Told], policy: Policy) -> pl.DataFrame:
    """Return the groups that keep the figures that are known, by question.

    Args:
        now: what could be released now.
        told: every earlier release; each difference must be about nobody or about enough.
        policy: how few are too few.
    """
    rows: set[tuple[object, ...]] = set()
    for before in told:
        for key, changed in _changed(now, before).partition_by(QUESTION, as_dict=True).items():
            groups = pl.concat([now.groups, before.groups]).filter(pl.col("edition") == key[0])
            rows |= {(*key, *group) for group in _held(changed, groups.unique(), policy)}
    schema = {c: now.figures.schema[c] for c in GROUP}
    return pl.DataFrame(sorted(rows, key=str), schema=schema, orient="row")


def _changed(now: Told, before: Told) -> pl.DataFrame:
    """Return who answered otherwise than before, or only once: one row per question and cell."""
    both = now.sums.join(
        before.sums, on=_ANSWER, how="full", coalesce=True, suffix="_before", nulls_equal=True
    )
    told = before.sums.select(QUESTION).unique()
    differs = pl.col("amount_sum").ne_missing(pl.col("amount_sum_before")) | pl.col(
        "answer_count"
    ).ne_missing(pl.col("answer_count_before"))
    changed = both.join(told, on=QUESTION, how="semi").filter(differs)
    return changed.select(*QUESTION, "cell").unique()


def _held(changed: pl.DataFrame, groups: pl.DataFrame, policy: Policy) -> list[tuple[str, str]]:
    """Return the groups in which too few changed, or that would single out a few."""
    names = groups.select("dimension", "group_code").unique().sort(pl.all()).rows()
    # of those that are counted together nobody knows how many changed: as few as can be
    sums = changed.select(
        "cell", item=pl.lit(""), weight=1.0, inhabitants=1.0, amount_sum=0.0, answer_count=1
    )
    cells = cells_of(sums, groups, names, (0.0, 1.0))
    few = (cells.sizes > 0) & (cells.sizes < policy.min_respondents)
    held = set(map(int, np.flatnonzero(few)))
    sets = small_sets(cells, policy.min_respondents)
    order = sorted(
        range(len(names)), key=lambda n: (-policy.protection.rank(names[n][0]), cells.sizes[n], n)
    )
    while True:
        renewed = [n for n in order if n not in held and cells.sizes[n] > 0]
        single_out = combination(cells.members[renewed], sets)
        if single_out is None:
            return [names[n] for n in sorted(held)]
        held.add(renewed[single_out])


def as_before(figures: pl.DataFrame, before: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with those of some groups as they were told before.

    What was not told then is withheld.
    """
    own = [*GROUP, "item", "statistic", "weighting"]
    due = figures.join(held, on=GROUP, how="semi")
    kept = before.join(due, on=own, how="semi").select(figures.columns)
    rest = figures.join(held, on=GROUP, how="anti")
    return pl.concat([rest, kept, withheld(due.join(kept, on=own, how="anti"))])


def withheld(figures: pl.DataFrame) -> pl.DataFrame:
    """Return figures with nothing but their keys and the word that they are withheld."""
    values = (
        *("estimate", "low", "high", "standard_error", "degrees_of_freedom", "grade"),
        *("answer_count", "dont_know_count"),
    )
    shown = pl.col("status").is_in(["shown", "bound"])
    return figures.with_columns(
        pl.when(shown).then(pl.lit("protected")).otherwise("status").alias("status"),
        *(pl.lit(None, figures.schema[column]).alias(column) for column in values),
    )
