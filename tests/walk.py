"""Walk questions x regions x size classes x editions, and hold theme pages to their release.

Every number they say first, every reason that there is none, every verb and every outcome is that
of the tables as they lie on disk. ``python -m tests.walk`` goes over all of them,
``tests/pages/test_walk.py`` over one in so many.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cached_property
from itertools import product

import polars as pl

from data.survey.groups import CROSS, WHOLE
from data.survey.indicators import Indicator
from pages.cards.differences import page_differences, summary
from pages.cards.rows import headline_item, headline_statistic
from pages.cards.survey.lead import Lead, lead
from pages.state.releases import Facts, online
from pages.state.selection import Selection
from pages.state.view import View
from queries.words.numbers import amount

CALLED = ("higher", "lower")


class Walk:
    """A release, its tables as they lie on disk, and what the pages say of it."""

    def __init__(self, facts: Facts) -> None:
        """Take the version of ``facts``."""
        self.facts = facts

    @cached_property
    def figures(self) -> dict[tuple[object, ...], dict[str, object]]:
        """Every figure by question, item, statistic, dimension, group and edition."""
        keys = ["indicator", "item", "statistic", "dimension", "group_code", "edition"]
        table = pl.read_parquet(self.facts.release.folder / "figures.parquet").filter(
            pl.col("weighting").eq("municipality")
        )
        return {tuple(row[key] for key in keys): row for row in table.to_dicts()}

    @cached_property
    def outcomes(self) -> dict[tuple[object, ...], str]:
        """Every outcome by the same, and by what was compared with."""
        keys = ["indicator", "item", "statistic", "dimension", "group_code", "edition", "against"]
        table = pl.read_parquet(self.facts.release.folder / "comparisons.parquet").filter(
            pl.col("weighting").eq("municipality"), pl.col("against").is_in(["rest", "edition"])
        )
        return {tuple(row[key] for key in keys): row["outcome"] for row in table.to_dicts()}

    def places(self) -> list[tuple[Indicator, Selection]]:
        """Return every question with every region, size class and edition that it was asked in."""
        book = self.facts.codebook
        regions = [(None, None), *((d.id, c) for d in book.of_kind("region") for c in d.codes())]
        classes = [None, *book.of_kind("class")[0].codes()]
        asked = [i for i in book.indicators if i.kind == "survey"]
        return [
            (i, Selection("nl", year, i.id, level=level, region=region, size_class=size))
            for i, year, (level, region), size in product(
                asked, self.facts.editions, regions, classes
            )
            if i.asked_in(year)
        ]

    def wrong(self, indicator: Indicator, selection: Selection) -> Iterator[str]:
        """Yield what is said of a place that the release contradicts."""
        view = View(self.facts, selection)
        found = lead(view, indicator)
        chosen = view.chosen_groups()
        dimension = CROSS.join(chosen) or WHOLE
        key = (
            indicator.id,
            headline_item(view, indicator),
            headline_statistic(view, indicator),
            dimension,
            CROSS.join(chosen.values()) or WHOLE,
            selection.edition,
        )
        row = self.figures.get(key)
        yield from _title(view, indicator, found, row)
        outcome = self.outcomes.get((*key, "edition"))
        if found.change is not None and found.change.outcome != outcome:
            yield f"verandering {found.change.outcome}, release {outcome}"
        yield from self._differs(view, indicator, key)

    def _differs(self, view: View, indicator: Indicator, key: tuple[object, ...]) -> Iterator[str]:
        """Yield what the sentence about each dimension says against its outcomes."""
        tested = page_differences(view, indicator)
        rest = tested.filter(pl.col("against").eq("rest"))
        for dimension in rest["dimension"].unique(maintain_order=True):
            rows = rest.filter(pl.col("dimension").eq(dimension)).to_dicts()
            said = summary(view, tested, dimension)
            place = key[:3]
            told = [
                self.outcomes.get((*place, dimension, r["group_code"], key[5], "rest"))
                for r in rows
            ]
            if told != [r["outcome"] for r in rows]:
                yield f"{dimension}: uitkomsten {[r['outcome'] for r in rows]}, release {told}"
            for outcome, verb in (("higher", "Hoger dan"), ("lower", "Lager dan")):
                if (verb in said) != (outcome in told):
                    yield f"{dimension}: ‘{said}’, release {told}"
            none = "Geen aantoonbare verschillen" in said
            if none and set(told) != {"no_difference"}:
                yield f"{dimension}: ‘{said}’, release {told}"


def _title(
    view: View, indicator: Indicator, found: Lead, row: dict[str, object] | None
) -> Iterator[str]:
    """Yield what a title says against the figure it is of."""
    expected = _expected(view, indicator, row)
    if expected.casefold() not in found.title.casefold():
        yield f"‘{found.title}’, release {expected}"


def _expected(view: View, indicator: Indicator, row: dict[str, object] | None) -> str:
    """Return what a title has to say of a figure of the release: value, or why there is none."""
    words = view.words
    if row is None:
        return words("lead.not_crossed")
    if row["status"] == "bound":
        side, end = ("hoogstens", "high") if row["low"] == 0 else ("minstens", "low")
        return f"{side} {_value(view, indicator, row[end])}"
    if row["status"] != "shown":
        return words(f"state.{row['status']}", part="")
    if row["grade"] == "uncertain":
        return words("finding.uncertain")
    return _value(view, indicator, row["estimate"])


def _value(view: View, indicator: Indicator, value: object) -> str:
    """Return a number of the release with its unit."""
    assert isinstance(value, float)
    return amount(value * 100 if indicator.is_share else value, indicator, view.words)


def walked(walk: Walk, step: int = 1, first: int = 0) -> tuple[int, list[str]]:
    """Return how many places were looked at, one in ``step``, and what is wrong in which."""
    places = walk.places()[first::step]
    wrong = [
        f"{i.id} {s.edition} {s.region or WHOLE} {s.size_class or ''}: {problem}"
        for i, s in places
        for problem in walk.wrong(i, s)
    ]
    return len(places), wrong


if __name__ == "__main__":
    count, problems = walked(Walk(online()))
    print("\n".join(problems))  # noqa: T201 - what the program is for
    print(f"{count} plaatsen, {len(problems)} onjuist")  # noqa: T201 - the same
    sys.exit(bool(problems))
