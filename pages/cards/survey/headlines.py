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
        title: the finding that leads, without a full stop; empty where there is none.
        lead: the number of the theme that it is of.
        numbers: one for each theme that was asked about.
    """

    title: str
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
    order = ranked_themes(tested, view)
    lead = min(with_figure, key=lambda number: order.index(number.theme), default=None)
    return Headlines(_title(whole, lead, tested), lead, tuple(told))


def _title(view: View, lead: Number | None, tested: pl.DataFrame) -> str:
    """Return what leads as a title: a difference only where it is the reason that it leads."""
    if lead is None:
        return ""
    theme = next(theme for theme in view.book.themes if theme.id == lead.theme)
    rows = called(tested.filter(pl.col("indicator") == theme.headline), Against.REST)
    if lead.change.outcome in CALLED or not rows:
        return capital(lead.finding.sentence)
    return difference_title(view, rows[0])


def difference_title(view: View, row: Row) -> str:
    """Return a tested difference with the rest as a title."""
    indicator = view.book.by_id[row["indicator"]]
    (figure,) = rows_of(view, indicator, row["dimension"], row["group_code"])
    return view.words(
        "difference.title",
        subject=capital(view.group(row["dimension"], row["group_code"])),
        finding=parts_of_finding(view, indicator, figure).sentence,
        whole=view.book.survey.whole.of(view.language),
        other=view.value(row["other_estimate"], indicator),
    )


def called(tested: pl.DataFrame, against: str) -> list[Row]:
    """Return the differences that a test demonstrates, the largest first."""
    found = tested.filter(pl.col("against") == against, pl.col("outcome").is_in(CALLED))
    return found.sort(pl.col("difference").abs(), descending=True).to_dicts()


def ranked_themes(tested: pl.DataFrame, view: View) -> list[str]:
    """Return the themes in the order in which they may lead."""
    theme_of = {theme.headline: theme.id for theme in view.book.themes}
    by_size = [
        theme_of[row["indicator"]]
        for against in (Against.EDITION, Against.REST)
        for row in called(tested, against)
    ]
    return list(dict.fromkeys([*by_size, *(theme.id for theme in view.book.themes)]))


def _number(view: View, theme: Theme, tested: pl.DataFrame) -> Number | None:
    """Return the number of a theme; None where it was not asked in the edition."""
    indicator = view.book.by_id[theme.headline]
    if not indicator.asked_in(view.selection.edition):
        return None
    changed = tested.filter(
        pl.col("against") == Against.EDITION, pl.col("indicator") == indicator.id
    ).to_dicts()
    return replace(number(view, indicator, changed), title=theme.title.of(view.language))


def number(view: View, indicator: Indicator, changed: Iterable[Row]) -> Number:
    """Return what everyone answers to a question, in one number, under the name of the question.

    Args:
        view: of everyone.
        indicator: a question of the edition.
        changed: the comparison with the edition before, if there is one.
    """
    (row,) = rows_of(view, indicator, WHOLE, WHOLE)
    theme = next(theme for theme in view.book.themes if theme.id == indicator.theme)
    asked = None if theme.headline == indicator.id else indicator.id
    return Number(
        theme.id,
        indicator.label.of(view.language),
        parts_of_finding(view, indicator, row),
        change_of(view, indicator, changed, is_published=row["status"] in PUBLISHED),
        link(theme.slug, replace(shared(view.selection), question=asked), view.book),
    )


def change_of(
    view: View, indicator: Indicator, tested: Iterable[Row], *, is_published: bool
) -> Change:
    """Return how a figure stands to the edition before, from the comparison with it, if any."""
    row = next(iter(tested), None)
    if row is None:
        short = _not_compared(view, indicator)
        return Change(None, short, f"{capital(short)}.")
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


def _not_compared(view: View, indicator: Indicator) -> str:
    """Return why a figure has nothing to be compared with in the edition before."""
    year = view.selection.edition
    earlier = [y for y in indicator.comparability if y < year]
    if not earlier:
        return view.words("change.first")
    if indicator.comparability.get(year) == "changed":
        return view.words("change.reworded", year=max(earlier))
    return view.words("change.none")


def large_differences(view: View) -> list[Row]:
    """Return the tested differences between groups, the largest first."""
    return called(headline_differences(view.national()), Against.REST)


def in_group(view: View, row: Row) -> str:
    """Return the address of the page that shows a difference, with its group chosen."""
    indicator = view.book.by_id[row["indicator"]]
    theme = next(theme for theme in view.book.themes if theme.id == indicator.theme)
    chosen = view.in_group(shared(view.selection), row["dimension"], row["group_code"])
    return link(theme.slug, replace(chosen, question=indicator.id), view.book)
