"""The first page as one value: what leads, a number for each theme, and what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.differences import UNTOLD, headline_differences
from pages.cards.findings import parts_of_finding
from pages.cards.rows import rows_of
from pages.state.address import link, shared
from queries.vocabulary import PUBLISHED, Against, Outcome
from queries.words import numbers
from queries.words.texts import capital

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.survey.design import Theme
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.cards.findings import Finding
    from pages.state.view import View

CALLED = (Outcome.HIGHER, Outcome.LOWER)


@dataclass(frozen=True)
class Change:
    """How a figure stands to that of the edition before.

    Attributes:
        outcome: what the test calls it; None where the former edition has no such figure.
        short: in a few words, with the former figure where there is one.
        sentence: the same as a sentence.
        years: the edition before, and this one.
        ends: both figures as parts of 100, for shares only.
    """

    outcome: str | None
    short: str
    sentence: str
    years: tuple[int, int] | None = None
    ends: tuple[float, float] | None = None


@dataclass(frozen=True)
class Number:
    """What the survey says of one theme, in one number."""

    theme: str
    title: str
    finding: Finding
    change: Change
    target: str


@dataclass(frozen=True)
class Headlines:
    """The first page.

    Attributes:
        lead: the number that leads, and of which theme it is.
        numbers: one for each theme that was asked about.
        mark: that answers are made up, where they are.
    """

    lead: Number | None
    numbers: tuple[Number, ...]


def headlines(view: View) -> Headlines:
    """Return what the first page says.

    What leads is the largest change that a test tells from chance; where nothing changed, the theme
    of the largest tested difference; else the first with a figure. What is withheld never leads.
    """
    whole = view.national()
    tested = headline_differences(whole)
    found = [_number(whole, theme, tested) for theme in view.book.themes]
    told = [number for number in found if number is not None]
    with_figure = [number for number in told if number.finding.value]
    order = _order(tested, view)
    lead = min(with_figure, key=lambda number: order.index(number.theme), default=None)
    return Headlines(lead, tuple(told))


def _order(tested: pl.DataFrame, view: View) -> list[str]:
    """Return the themes in the order in which they may lead."""
    called = tested.filter(pl.col("outcome").is_in(CALLED))
    changes = called.filter(pl.col("against") == Against.EDITION)
    others = called.filter(pl.col("against") == Against.REST)
    theme_of = {theme.headline: theme.id for theme in view.book.themes}
    by_size = [
        theme_of[indicator]
        for part in (changes, others)
        for indicator in part.sort(pl.col("difference").abs(), descending=True)["indicator"]
    ]
    return list(dict.fromkeys([*by_size, *(theme.id for theme in view.book.themes)]))


def _number(view: View, theme: Theme, tested: pl.DataFrame) -> Number | None:
    """Return the number of a theme; None where it was not asked in the edition."""
    indicator = view.book.by_id[theme.headline]
    if not indicator.asked_in(view.selection.edition):
        return None
    (row,) = rows_of(view, indicator, WHOLE, WHOLE)
    changed = tested.filter(
        pl.col("against") == Against.EDITION, pl.col("indicator") == indicator.id
    ).to_dicts()
    return Number(
        theme.id,
        theme.title.of(view.language),
        parts_of_finding(view, indicator, row),
        change_of(view, indicator, changed, is_published=row["status"] in PUBLISHED),
        link(theme.slug, shared(view.selection), view.book),
    )


def change_of(
    view: View, indicator: Indicator, tested: Iterable[Row], *, is_published: bool
) -> Change:
    """Return how a figure stands to the edition before, from the comparison with it, if any."""
    row = next(iter(tested), None)
    if row is None:
        return Change(None, view.words("change.none"), "")
    outcome, year = row["outcome"], row["other_edition"]
    if outcome in UNTOLD or not is_published:
        short = view.words(f"change.{outcome}", year=year)
        return Change(outcome, short, f"{capital(short)}.")
    said = {
        "year": year,
        "other": view.value(row["other_estimate"], indicator),
        "difference": numbers.difference(abs(row["difference"]), indicator, view.words),
    }
    return Change(
        outcome,
        view.words(f"change.{outcome}", **said),
        view.words(f"change.sentence_{outcome}", **said),
        (year, row["edition"]),
        (row["other_estimate"], row["estimate"]) if indicator.is_share else None,
    )


def large_differences(view: View) -> list[Row]:
    """Return the tested differences between groups, the largest of each theme first."""
    tested = headline_differences(view.national()).filter(
        pl.col("against") == Against.REST, pl.col("outcome").is_in(CALLED)
    )
    return tested.sort(pl.col("difference").abs(), descending=True).to_dicts()


def in_group(view: View, row: Row) -> str:
    """Return the address of the page that shows a difference, with its group chosen."""
    indicator = view.book.by_id[row["indicator"]]
    theme = next(theme for theme in view.book.themes if theme.id == indicator.theme)
    chosen = view.in_group(shared(view.selection), row["dimension"], row["group_code"])
    return link(theme.slug, replace(chosen, question=indicator.id), view.book)
