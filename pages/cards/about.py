"""Tables of the page about the figures: what is published, and what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.survey.groups import WHOLE
from pages.cards.card import word_table
from pages.cards.rows import dimension_name
from queries.vocabulary import Status

if TYPE_CHECKING:
    import polars as pl

    from pages.state.view import View


def withheld_list(view: View, year: int) -> pl.DataFrame:
    """Return how many survey figures of an edition are published and why others are not, in words.

    A row per dimension, the whole first.
    """
    found = view.query("withheld", editions=(year,)).to_dicts()
    order = {name: place for place, name in enumerate([WHOLE, *view.book.dimension_by_id])}
    # those that are crossed come last
    rows = sorted(found, key=lambda row: order.get(row["dimension"], len(order)))
    reasons = (Status.SHOWN, Status.BOUND, Status.TOO_FEW, Status.DOMINATED)
    return word_table(
        view,
        rows,
        [
            ("dimension", lambda row: _division(view, row["dimension"])),
            *((r, lambda row, r=r: view.number(row[f"{r}_count"])) for r in reasons),
        ],
    )


def _division(view: View, dimension: str) -> str:
    """Return what a dimension is called at the head of a row."""
    if dimension == WHOLE:
        return view.group(WHOLE, WHOLE, short=True)
    return dimension_name(view, dimension)


def question_list(view: View, year: int) -> pl.DataFrame:
    """Return every survey question with wording, type and comparability, in words."""
    rows = [
        {"indicator": i}
        for theme in view.book.themes
        for i in view.facts.codebook.in_edition(year).of_theme(theme.id, "survey")
    ]
    language = view.language
    return word_table(
        view,
        rows,
        [
            ("question", lambda row: row["indicator"].label.of(language)),
            ("wording", lambda row: row["indicator"].question.of(language)),
            ("code", lambda row: row["indicator"].id),
            (
                "comparability",
                lambda row: view.words(
                    f"comparability.{row['indicator'].comparability.get(year, 'not_asked')}"
                ),
            ),
        ],
    )
